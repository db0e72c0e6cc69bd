"""Reopen an authorization that was closed too early, within the fiscal year of the State to which its money belongs."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, AuthorizationChange
from agreements.models.purchases import fiscal_year_of
from agreements.purchasing import telling
from agreements.purchasing.agreement_locks import CannotPurchase, lock_authorization, terms_of
from agreements.purchasing.authorizations import AMENDED, check_period, demand_no_customer
from agreements.purchasing.duties import expect_reports, move_reports
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday

CLOSED = Authorization.Status.CLOSED


def last_day_to_reopen(authorization: Authorization) -> date | None:
    """Return the last day of the fiscal year of an authorization; ``None`` if it may cross that year.

    :raises CannotPurchase: if its agreement has no terms.
    """
    agreement = authorization.agreement
    if not terms_of(agreement).within_fiscal_year:
        return None
    return fiscal_year_of(authorization.first_on, agreement.area.state.fiscal_year_month)[1]


def can_be_reopened(authorization: Authorization, today: date, *, is_reissued: bool) -> bool:
    """Return whether the page offers to reopen an authorization; no query with its terms, area and state fetched."""
    if authorization.status != CLOSED or is_reissued:
        return False
    last = last_day_to_reopen(authorization)
    return last is None or today <= last


@recorded
def reopen_authorization(authorization: Authorization, *, reason: str, by: User | None, at: datetime) -> Authorization:
    """Reopen a closed authorization: what is left of it can be delivered again, and its reports are expected again.

    :raises CannotPurchase: if it is not closed, was reissued, its fiscal year is over, its period does not fit the
        agreement any more, its service was removed, or no reason is given.
    """
    authorization = lock_authorization(authorization)
    agreement = authorization.agreement
    _demand_reopenable(authorization, agreement.area.day_of(at))
    if not reason.strip():
        raise CannotPurchase(_("Enter the reason."), field="reason")
    demand_no_customer(reason, "reason")
    authorization.status, authorization.closed_on, authorization.close_reason = Authorization.Status.OPEN, None, ""
    authorization.save(update_fields=["status", "closed_on", "close_reason"])
    if authorization.reports.exists():
        move_reports(authorization, authorization.last_on)
    else:
        expect_reports(authorization)
    same = {f"{name}_{when}": getattr(authorization, name) for name in AMENDED for when in ("before", "after")}
    AuthorizationChange.objects.create(
        agreement=agreement, authorization=authorization, reason=reason.strip(), by=by, at=at, **same
    )
    telling.tell_authorization(authorization, telling.REOPENED, reason=reason.strip(), at=at)
    return authorization


def _demand_reopenable(authorization: Authorization, today: date) -> None:
    agreement = authorization.agreement
    if authorization.is_open:
        raise CannotPurchase(_("This authorization is open."))
    if authorization.status != CLOSED:
        raise CannotPurchase(_("This authorization was canceled. Issue a new one."))
    if Authorization.objects.filter(replaces=authorization).exists():
        raise CannotPurchase(_("What was left was reissued. Amend that authorization instead."))
    if agreement.status != Agreement.Status.EXECUTED:
        raise CannotPurchase(_("Services are authorized under an executed agreement only."))
    if authorization.line.is_archived:
        raise CannotPurchase(_("The service of this authorization was removed. Restore the service first."))
    last = last_day_to_reopen(authorization)
    if last is not None and today > last:
        words = _("The State's fiscal year of this authorization ended on %(day)s. Reissue what is left instead.")
        raise CannotPurchase(words % {"day": shortday(last)})
    try:
        check_period(authorization)
    except CannotPurchase as problem:
        raise CannotPurchase(str(problem)) from problem  # the form has no days
