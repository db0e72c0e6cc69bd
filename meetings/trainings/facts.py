"""What a training is about: its facts, and the material for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.groups.groups import demand_current, demand_no_personal_data
from meetings.models import Group, Meeting, Series, Training, TrainingMaterial, TrainingProgram, TrainingTeacher
from meetings.scheduling.locking import lock_meeting
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version, version_of
from onestop.history.tracking import recorded
from partners.models import Partnership, Program

FACTS = ("topic", "learning", "for_whom", "teacher_name")
LINKS = ("programs", "teachers")
# The links that are part of the version of a training: those in its form.
TRAINING_LINKS = ("program_links", "teacher_links")
HISTORY_LINKS = (*TRAINING_LINKS, "materials", "counts", "follow_ups")
MATERIAL_FACTS = ("title", "file", "link")


class CannotKeepTraining(Refused):
    """A training, or its material, cannot be saved like this."""


@recorded
def save_training(
    meeting: Meeting, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Training:
    """Save what a training is about, who teaches and for whom it is.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepTraining: if the meeting is not a training, there is no topic, or a teacher is not of the area.
    :raises CannotKeepGroup: if the group is archived.
    """
    training = lock_training(meeting, TRAINING_LINKS, version)
    demand_current(training.meeting.group)
    apply_facts(training, {name: facts[name] for name in FACTS if name in facts})
    _check(training, facts.get("teachers", ()))
    training.save()
    if "programs" in facts:
        _set_programs(training, facts["programs"])
    if "teachers" in facts:
        _set_teachers(training, facts["teachers"])
    return training


def _check(training: Training, teachers: Iterable[Partnership]) -> None:
    if not training.topic:
        raise CannotKeepTraining(_("Enter what the training is about."), field="topic")
    group = training.meeting.group
    if group.is_support_team:
        demand_no_personal_data(*(getattr(training, name) for name in FACTS))
    known = set(training.teacher_links.values_list("partnership", flat=True))
    if any(not is_of_group(partner, group) and partner.pk not in known for partner in teachers):
        raise CannotKeepTraining(_("Choose partners of this area."), field="teachers")


def _set_programs(training: Training, programs: Iterable[Program]) -> None:
    wanted = {program.pk for program in programs}
    known = set(training.program_links.values_list("program", flat=True))
    training.program_links.filter(program__in=known - wanted).delete()
    TrainingProgram.objects.bulk_create(
        TrainingProgram(training=training, program_id=pk) for pk in sorted(wanted - known)
    )


def _set_teachers(training: Training, teachers: Iterable[Partnership]) -> None:
    wanted = {partner.pk for partner in teachers}
    known = set(training.teacher_links.values_list("partnership", flat=True))
    training.teacher_links.filter(partnership__in=known - wanted).delete()
    TrainingTeacher.objects.bulk_create(
        TrainingTeacher(training=training, partnership_id=pk) for pk in sorted(wanted - known)
    )


def is_of_group(partner: Partnership, group: Group) -> bool:
    """Return whether a partner is of the area of a group, of a further one, or of its state."""
    if group.area_id is None:
        return partner.area.state_id == group.state_id
    return partner.area_id == group.area_id or group.further_areas.filter(area=partner.area_id).exists()


def lock_training(meeting: Meeting, links: Iterable[str] = (), version: str = "") -> Training:
    """Lock the series of a meeting, and return its training as it is now; the first time, it gets the meeting's title.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved the training or one of its links since.
    :raises CannotKeepTraining: if the meeting is not a training.
    """
    # Lock: of two clerks who begin at once, the second finds the training of the first.
    meeting = lock_meeting(meeting)
    if meeting.series.kind != Series.Kind.TRAINING:
        raise CannotKeepTraining(_("This meeting is not a training. Change the kind of its series first."))
    training = Training.objects.filter(meeting=meeting).first()
    if training:
        demand_version(training, links, version)
    else:
        training = Training.objects.create(meeting=meeting, topic=meeting.title)
    training.meeting = meeting
    return training


def version_for(training: Training | None, links: Iterable[str]) -> str:
    """Return the version that a form shows; of what nobody has entered yet, the one before the first."""
    links = tuple(links)
    return version_of(training, links) if training else ".".join("0" for _each in ("", *links))


def facts_of(meeting: Meeting, training: Training | None) -> dict[str, Any]:
    """Return the initial values of the form of a training."""
    if training is None:
        return {"topic": meeting.title}
    facts: dict[str, Any] = {name: getattr(training, name) for name in FACTS}
    facts["programs"] = list(training.program_links.values_list("program", flat=True))
    return facts | {"teachers": list(training.teacher_links.values_list("partnership", flat=True))}


# ---------------------------------------------------------------- Material
@recorded
def add_material(meeting: Meeting, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> TrainingMaterial:
    """Add something to read or watch: a file or a link.

    :raises CannotKeepTraining: if the meeting is not a training, or there is no file and no link, or both.
    """
    training = lock_training(meeting)
    demand_current(training.meeting.group)
    given = {name: facts[name] for name in MATERIAL_FACTS if facts.get(name)}
    if bool(given.get("file")) == bool(given.get("link")):
        raise CannotKeepTraining(_("Choose a file, or enter a link: one of the two."), field="link")
    return TrainingMaterial.objects.create(training=training, **given)


@recorded
def remove_material(material: TrainingMaterial, *, by: User | None, at: datetime) -> None:
    """Remove a material; it can be restored."""
    TrainingMaterial.objects.current().filter(pk=material.pk).update(archived_at=at)


@recorded
def restore_material(material: TrainingMaterial, *, by: User | None, at: datetime) -> None:
    """Restore a removed material."""
    TrainingMaterial.objects.archived().filter(pk=material.pk).update(archived_at=None)
