"""Start the renewal of an agreement: its copy, with the approvals of the parties planned as they went last time."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.agreements import CannotBegin, copy_agreement
from agreements.drafting.approvals import plan_steps
from agreements.drafting.facts import REVIEW_YEARS, years_after
from agreements.models import Agreement, Party
from agreements.renewal.plans import Plan, plan_of, successor_of
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import LocalArea

DAY = timedelta(days=1)


@recorded
def start_renewal(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Agreement:
    """Begin the successor of an executed agreement. Needs ``with_terms``.

    :raises CannotBegin: if it is not executed, a successor is begun already, or the number or dates do not fit.
    """
    # Lock: of two who start at once, the second must find what the first has begun.
    LocalArea.objects.select_for_update(no_key=True).get(pk=agreement.area_id)
    if agreement.status != Agreement.Status.EXECUTED:
        raise CannotBegin(_("Only an executed agreement is renewed."))
    if known := successor_of(agreement):
        raise CannotBegin(_("%(number)s already succeeds this agreement.") % {"number": known.number})
    successor = copy_agreement(agreement, facts=facts, succeeds=True, by=by, at=at)
    plan = plan_of(agreement, today=at.astimezone(agreement.area.zone).date())
    if plan:
        plan_steps(successor, _approvals(successor, plan), by=by, at=at)
    return successor


def _approvals(successor: Agreement, plan: Plan) -> Iterable[tuple[Party, str, date]]:
    """Yield the approvals that each party needed last time, so that the last is given when the agreement is sent."""
    parties = {str(party): party for party in _parties_of(successor)}
    for start in plan.parties:
        party = parties.get(start.time.party)
        if party is None:
            continue
        for name, days_before in start.time.approvals.items():
            yield party, name, plan.sends_on - timedelta(days=days_before)


def _parties_of(agreement: Agreement) -> Iterable[Party]:
    return agreement.parties.current().select_related("partnership__organization")


def dates_after(agreement: Agreement) -> dict[str, date]:
    """Return the dates of a successor of the same length that begins the day after. Needs ``with_terms``."""
    if agreement.ends_on is None or agreement.effective_on is None or agreement.expires_on is None:
        return {}
    begins = agreement.ends_on + DAY
    years = round((agreement.expires_on - agreement.effective_on).days / 365.25) or 1
    ends = years_after(begins, years) - DAY
    found = {"effective_on": begins, "expires_on": ends}
    if agreement.is_mou:
        found["review_on"] = min(ends, years_after(begins, REVIEW_YEARS))
    return found
