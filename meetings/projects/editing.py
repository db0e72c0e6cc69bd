"""Add, edit, archive and restore projects, with the practices that they use and the agreements by which they work."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import Goal, Project
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Partnership

FACTS = ("name", "purpose", "framework", "lead", "goal", "first_on", "last_on", "status", "outcome")
LINKS = ("practice_links", "ties")
HISTORY_LINKS = ("partner_links", *LINKS, "outcomes")
OVER = (Project.Status.DONE, Project.Status.STOPPED)


class CannotKeepProject(Refused):
    """A project cannot be saved like this."""


@recorded
def add_project(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Project:
    """Add a project of an area.

    ``facts`` may have ``practices``, and ``ties``: texts such as "agreement:12".

    :raises CannotKeepProject: if the lead, the goal or a practice is not of the area, its days or its outcome are
        missing once it is over, or it would end before it begins.
    """
    project = Project(area=area, **{name: facts[name] for name in FACTS if name in facts})
    _write(project, facts)
    return project


@recorded
def update_project(
    project: Project, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Project:
    """Edit a project.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepProject: as in ``add_project``, or if it is archived.
    """
    project = lock_project(project)
    demand_version(project, LINKS, version)
    demand_current(project)
    apply_facts(project, {name: facts[name] for name in FACTS if name in facts})
    _write(project, facts)
    return project


@recorded
def archive_project(project: Project, *, by: User | None, at: datetime) -> None:
    """Archive a project; it can be restored."""
    Project.objects.current().filter(pk=project.pk).update(archived_at=at)


@recorded
def restore_project(project: Project, *, by: User | None, at: datetime) -> None:
    """Restore an archived project."""
    Project.objects.archived().filter(pk=project.pk).update(archived_at=None)


def facts_of(project: Project) -> dict[str, Any]:
    """Return the initial values of the form of a project."""
    facts = {name: getattr(project, name) for name in FACTS}
    facts |= {"lead": project.lead_id, "goal": project.goal_id}
    facts["practices"] = list(project.practice_links.order_by("pk").values_list("practice", flat=True))
    facts["ties"] = list(project.ties.order_by("pk").values_list("thing", flat=True))
    return facts


def lock_project(project: Project) -> Project:
    """Lock a project and return it as it is now, in the running transaction."""
    # Lock: of two edits at once, the second sees the first; its partners and counts change one after the other.
    rows = Project.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area", "lead", "goal").get(pk=project.pk)


def demand_current(project: Project) -> None:
    """Refuse to change a project that is archived.

    :raises CannotKeepProject: then.
    """
    if project.is_archived:
        raise CannotKeepProject(_("This project is archived. Restore it first."))


def _write(project: Project, facts: Mapping[str, Any]) -> None:
    demand_partner(project, project.lead, field="lead")
    if project.goal and not _is_goal_of(project.area, project.goal):
        raise CannotKeepProject(_("Choose a goal of a plan of this area."), field="goal")
    if project.last_on and project.last_on < project.first_on:
        raise CannotKeepProject(_("The last day is before the first. Correct one of them."), field="last_on")
    if project.status in OVER and not project.last_on:
        raise CannotKeepProject(_("The project is over. Enter its last day."), field="last_on")
    if project.status in OVER and not project.outcome.strip():
        raise CannotKeepProject(_("The project is over. Write what came of it, good or bad."), field="outcome")
    practices = facts.get("practices")
    if practices is not None and any(practice.area_id != project.area_id for practice in practices):
        raise CannotKeepProject(_("Choose practices of this area."), field="practices")
    project.save()
    if practices is not None:
        _set_practices(project, {practice.pk for practice in practices})
    if facts.get("ties") is not None:
        _set_ties(project, facts["ties"])


def demand_partner(project: Project, partnership: Partnership, *, field: str = "partnership") -> None:
    """Refuse a partner of another area, or one that is archived.

    :raises CannotKeepProject: then.
    """
    if partnership.area_id != project.area_id or partnership.is_archived:
        raise CannotKeepProject(_("Choose a partner of this area."), field=field)


def _is_goal_of(area: LocalArea, goal: Goal) -> bool:
    return goal.plan.area_id == area.pk


def _set_practices(project: Project, practices: Collection[int]) -> None:
    project.practice_links.exclude(practice__in=practices).delete()
    known = set(project.practice_links.values_list("practice", flat=True))
    for pk in sorted(set(practices) - known):
        project.practice_links.create(practice_id=pk)


def _set_ties(project: Project, things: Collection[str]) -> None:
    project.ties.exclude(thing__in=things).delete()
    known = set(project.ties.values_list("thing", flat=True))
    for thing in sorted(set(things) - known):
        project.ties.create(thing=thing)
