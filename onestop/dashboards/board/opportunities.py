"""Add, edit, close, reopen, archive and restore points of engagement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.dashboards.models import Opportunity
from onestop.dashboards.models.opportunities import Kind
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday
from partners.models import LocalArea

FACTS = (
    "kind", "title", "text", "effort", "held_at", "until_on", "places", "goal", "center", "partnership", "contact",
)  # fmt: skip
LINKS = ("offers",)


class CannotKeepOpportunity(Refused):
    """A point of engagement cannot be changed like this."""


@recorded
def add_opportunity(area: LocalArea, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Opportunity:
    """Add something that members of the board of an area can take on.

    :raises CannotKeepOpportunity: if a sponsor is wanted without a goal, or something of it is of another area.
    """
    opportunity = Opportunity(area=area, created_by=by, created_at=at, **{name: facts[name] for name in FACTS})
    _end_with_its_day(opportunity)
    _demand_sense(opportunity)
    opportunity.save()
    return opportunity


@recorded
def update_opportunity(
    opportunity: Opportunity, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Opportunity:
    """Edit a point of engagement.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepOpportunity: if it is archived, more members have taken it than there are places, or it has been
        taken on and would serve another goal.
    """
    opportunity = lock_opportunity(opportunity)
    demand_version(opportunity, (), version)
    if opportunity.is_archived:
        raise CannotKeepOpportunity(_("It is archived. Restore it before you edit it."))
    before = (opportunity.kind, opportunity.goal_id)
    names = apply_facts(opportunity, {name: facts[name] for name in FACTS if name in facts})
    if _end_with_its_day(opportunity):
        names = [*names, "until_on"]
    _demand_sense(opportunity)
    taken = opportunity.offers.taken().count()
    if taken > opportunity.places:
        words = _("%(number)d members have taken it on. There must be as many places.") % {"number": taken}
        raise CannotKeepOpportunity(words, field="places")
    if taken and Kind.SPONSOR in (before[0], opportunity.kind) and before != (opportunity.kind, opportunity.goal_id):
        raise CannotKeepOpportunity(_("A member sponsors this goal. Add another point of engagement."), field="goal")
    if names:
        opportunity.save(update_fields=names)
    return opportunity


@recorded
def close_opportunity(opportunity: Opportunity, *, by: User | None, at: datetime) -> None:
    """Close a point of engagement: nobody else can take it on. Who has taken it on keeps it."""
    opportunity = lock_opportunity(opportunity)
    if opportunity.closed_at is None:
        opportunity.closed_at = at
        opportunity.save(update_fields=["closed_at"])


@recorded
def reopen_opportunity(opportunity: Opportunity, *, by: User | None, at: datetime) -> None:
    """Let members take a closed point of engagement on again."""
    opportunity = lock_opportunity(opportunity)
    if opportunity.closed_at is not None:
        opportunity.closed_at = None
        opportunity.save(update_fields=["closed_at"])


@recorded
def archive_opportunity(opportunity: Opportunity, *, by: User | None, at: datetime) -> None:
    """Archive a point of engagement that was added by mistake.

    :raises CannotKeepOpportunity: if a member has taken it on: then it can be closed.
    """
    opportunity = lock_opportunity(opportunity)
    if opportunity.offers.taken().exists():
        raise CannotKeepOpportunity(_("A member has taken it on. Close it instead."))
    if not opportunity.is_archived:
        opportunity.archived_at = at
        opportunity.save(update_fields=["archived_at"])


@recorded
def restore_opportunity(opportunity: Opportunity, *, by: User | None, at: datetime) -> None:
    """Restore an archived point of engagement."""
    opportunity = lock_opportunity(opportunity)
    if opportunity.is_archived:
        opportunity.archived_at = None
        opportunity.save(update_fields=["archived_at"])


def lock_opportunity(opportunity: Opportunity) -> Opportunity:
    """Lock a point of engagement, and return it as it is now: of two who take the last place, the second sees it."""
    rows = Opportunity.objects.select_related("area__state", "goal", "center", "created_by")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=opportunity.pk)


def _end_with_its_day(opportunity: Opportunity) -> bool:
    """Let what has a day be taken on until that day, in the area's time zone, unless an earlier one was entered.

    Return whether that set the last day to take it on.

    :raises CannotKeepOpportunity: if the last day to take it on is after its day.
    """
    if opportunity.held_at is None:
        return False
    day = opportunity.area.day_of(opportunity.held_at)
    if opportunity.until_on is None:
        opportunity.until_on = day
        return True
    if opportunity.until_on > day:
        words = _("It takes place on %(day)s. Enter that day or an earlier one.") % {"day": shortday(day)}
        raise CannotKeepOpportunity(words, field="until_on")
    return False


def _demand_sense(opportunity: Opportunity) -> None:
    """Check that what belongs to it is there, and of its area.

    :raises CannotKeepOpportunity: if it is not.
    """
    if opportunity.kind == Kind.SPONSOR:
        if opportunity.goal is None:
            raise CannotKeepOpportunity(_("Choose the goal that wants a sponsor."), field="goal")
        if opportunity.places != 1:
            raise CannotKeepOpportunity(_("A goal has one sponsor. Enter 1."), field="places")
    goal, center, partnership = opportunity.goal, opportunity.center, opportunity.partnership
    if goal and goal.plan.area_id != opportunity.area_id:
        raise CannotKeepOpportunity(_("This goal belongs to another area."), field="goal")
    if center and center.area_id != opportunity.area_id:
        raise CannotKeepOpportunity(_("This center belongs to another area."), field="center")
    if partnership and partnership.area_id != opportunity.area_id:
        raise CannotKeepOpportunity(_("This partner belongs to another area."), field="partnership")
