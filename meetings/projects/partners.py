"""The partners of a project: how committed each is, until when, and what it does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.models import Project
from meetings.models.projects import ProjectPartner
from meetings.projects.editing import CannotKeepProject, demand_current, demand_partner, lock_project
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("partnership", "commitment", "until_on", "part")


@recorded
def add_project_partner(project: Project, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> ProjectPartner:
    """Add a partner to a project.

    :raises CannotKeepProject: if the project is archived, the partner is of another area or takes part already, or its
        commitment would end before the project begins.
    """
    project = lock_project(project)
    demand_current(project)
    return _save(ProjectPartner(project=project, **{name: facts[name] for name in FACTS if name in facts}))


@recorded
def update_project_partner(
    link: ProjectPartner, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProjectPartner:
    """Change how a partner takes part.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepProject: as in ``add_project_partner``.
    """
    project = lock_project(link.project)
    demand_current(project)
    link = ProjectPartner.objects.select_related("project", "partnership").get(pk=link.pk)
    demand_version(link, (), version)
    apply_facts(link, {name: facts[name] for name in FACTS if name in facts})
    return _save(link)


@recorded
def remove_project_partner(link: ProjectPartner, *, by: User | None, at: datetime) -> None:
    """Remove a partner from a project; the history keeps it.

    :raises CannotKeepProject: if the project is archived.
    """
    demand_current(lock_project(link.project))
    ProjectPartner.objects.filter(pk=link.pk).delete()


def facts_of(link: ProjectPartner) -> dict[str, Any]:
    """Return the initial values of the form of a partner of a project."""
    return {name: getattr(link, name) for name in FACTS} | {"partnership": link.partnership_id}


def _save(link: ProjectPartner) -> ProjectPartner:
    demand_partner(link.project, link.partnership)
    if link.until_on and link.until_on < link.project.first_on:
        raise CannotKeepProject(_("The project begins later. Enter a later day."), field="until_on")
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        partner = link.partnership.organization.name
        raise CannotKeepProject(
            _("%(partner)s takes part already. Edit its row.") % {"partner": partner}, field="partnership"
        ) from None
    return link
