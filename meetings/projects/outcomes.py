"""What a project counts: outcomes with a target, and how many there were as of a day. Never anybody's name."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from meetings.models import Project
from meetings.models.projects import ProjectCount, ProjectOutcome
from meetings.projects.editing import CannotKeepProject, demand_current, lock_project
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("name", "target")
COUNT_FACTS = ("as_of", "number", "note")


@recorded
def add_outcome(project: Project, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> ProjectOutcome:
    """Add something that a project counts.

    :raises CannotKeepProject: if the project is archived.
    """
    project = lock_project(project)
    demand_current(project)
    last = project.outcomes.aggregate(last=Max("position"))["last"] or 0
    return ProjectOutcome.objects.create(
        project=project, position=last + 1, **{name: facts[name] for name in FACTS if name in facts}
    )


@recorded
def update_outcome(
    outcome: ProjectOutcome, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProjectOutcome:
    """Change what is counted, or its target.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepProject: if the project or the outcome is archived.
    """
    outcome = _lock(outcome)
    demand_version(outcome, (), version)
    apply_facts(outcome, {name: facts[name] for name in FACTS if name in facts})
    outcome.save()
    return outcome


@recorded
def remove_outcome(outcome: ProjectOutcome, *, by: User | None, at: datetime) -> None:
    """Remove an outcome with its counts from the project; it can be restored."""
    ProjectOutcome.objects.current().filter(pk=outcome.pk).update(archived_at=at)


@recorded
def restore_outcome(outcome: ProjectOutcome, *, by: User | None, at: datetime) -> None:
    """Restore a removed outcome with its counts."""
    ProjectOutcome.objects.archived().filter(pk=outcome.pk).update(archived_at=None)


@recorded
def record_count(
    outcome: ProjectOutcome, *, as_of: date, number: int, note: str = "", by: User | None, at: datetime
) -> ProjectCount:
    """Record how many there were as of a day, since the project began; a second count of a day corrects the first.

    :raises CannotKeepProject: if the project or the outcome is archived, or the day is in the future or before the
        project.
    """
    outcome = _lock(outcome)
    project = outcome.project
    if as_of > at.astimezone(project.area.zone).date():
        raise CannotKeepProject(_("This day is in the future. Enter the day of the count."), field="as_of")
    if as_of < project.first_on:
        raise CannotKeepProject(_("The project began later. Enter a later day."), field="as_of")
    known = {"number": number, "note": note, "by": by, "at": at}
    return ProjectCount.objects.update_or_create(outcome=outcome, as_of=as_of, defaults=known)[0]


@recorded
def remove_count(count: ProjectCount, *, by: User | None, at: datetime) -> None:
    """Remove a count that was wrong; the history keeps it."""
    _lock(count.outcome)
    ProjectCount.objects.filter(pk=count.pk).delete()


def _lock(outcome: ProjectOutcome) -> ProjectOutcome:
    """Lock the project of an outcome, and return the outcome as it is now."""
    project = lock_project(outcome.project)
    demand_current(project)
    found = ProjectOutcome.objects.get(pk=outcome.pk)
    if found.is_archived:
        raise CannotKeepProject(_("This outcome is no longer counted. Restore it first."))
    found.project = project
    return found
