"""Terminate an executed agreement, or record that a party left it."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement, Party
from agreements.terms.locking import CannotRecord, lock_executed
from agreements.terms.standings import DAY
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday

Status = Agreement.Status


@recorded
def terminate_agreement(agreement: Agreement, *, on: date, reason: str, by: User | None, at: datetime) -> None:
    """Record from which day on an agreement is no longer in force, and why; it may be a day to come.

    One that expired and needs no successor is terminated on the day after its last one.

    :raises CannotRecord: if it is not executed, is terminated, or the day lies outside its term.
    """
    agreement, begins = lock_executed(agreement)
    if agreement.terminated_on:
        raise CannotRecord(_("It is terminated already, on %(day)s.") % {"day": shortday(agreement.terminated_on)})
    if agreement.status == Status.SUPERSEDED:
        raise CannotRecord(_("A successor has taken the place of this agreement."))
    if on <= begins:
        words = _("The agreement takes effect on %(day)s. Enter a later day.") % {"day": shortday(begins)}
        raise CannotRecord(words, field="on")
    if agreement.ends_on and on > agreement.ends_on + DAY:
        days = {"last": shortday(agreement.ends_on), "day": shortday(agreement.ends_on + DAY)}
        raise CannotRecord(_("The agreement ends on %(last)s. Enter %(day)s or an earlier day.") % days, field="on")
    agreement.terminated_on, agreement.termination_reason = on, _given(reason)
    if on <= at.astimezone(agreement.area.zone).date():
        agreement.status = Status.TERMINATED
    agreement.save(update_fields=["terminated_on", "termination_reason", "status"])


@recorded
def take_back_termination(agreement: Agreement, *, by: User | None, at: datetime) -> None:
    """Undo a termination that was recorded by mistake; nothing happens to others.

    :raises CannotRecord: if the agreement is not executed.
    """
    agreement, _begins = lock_executed(agreement)
    if agreement.terminated_on:
        agreement.status, agreement.terminated_on, agreement.termination_reason = Status.EXECUTED, None, ""
        agreement.save(update_fields=["terminated_on", "termination_reason", "status"])


@recorded
def record_departure(party: Party, *, on: date, reason: str, by: User | None, at: datetime) -> None:
    """Record from which day on a party of an executed agreement is bound no longer, and why.

    :raises CannotRecord: if the agreement is not executed, the party left already, or the day lies outside its term.
    """
    agreement, begins = lock_executed(party.agreement)
    party = Party.objects.select_related("partnership__organization").get(pk=party.pk)
    if party.is_archived:
        raise CannotRecord(_("%(party)s is not a party.") % {"party": party})
    if party.left_on:
        days = {"party": party, "day": shortday(party.left_on)}
        raise CannotRecord(_("%(party)s left already, on %(day)s.") % days)
    begins = max(begins, party.effective_on or begins)
    if on <= begins:
        words = _("The agreement takes effect on %(day)s. Enter a later day.") % {"day": shortday(begins)}
        raise CannotRecord(words, field="on")
    if agreement.ends_on and on > agreement.ends_on:
        words = _("The agreement ends on %(day)s for all. Enter that day or an earlier one.")
        raise CannotRecord(words % {"day": shortday(agreement.ends_on)}, field="on")
    party.left_on, party.departure_reason = on, _given(reason)
    party.save(update_fields=["left_on", "departure_reason"])


@recorded
def take_back_departure(party: Party, *, by: User | None, at: datetime) -> None:
    """Undo a departure that was recorded by mistake; nothing happens to others.

    :raises CannotRecord: if the agreement is not executed.
    """
    lock_executed(party.agreement)
    party = Party.objects.get(pk=party.pk)
    if party.left_on:
        party.left_on, party.departure_reason = None, ""
        party.save(update_fields=["left_on", "departure_reason"])


# ---------------------------------------------------------------- By an amendment
@recorded
def apply_amendment(amendment: Agreement, *, by: User | None, at: datetime) -> None:
    """Do what an executed amendment says: end the agreement, or let a party leave, from its effective date on.

    :raises CannotRecord: if the agreement has ended by then, or the party has left.
    """
    amended = amendment.amends
    if amended is None or amendment.effective_on is None:
        return
    given: Any = {"on": amendment.effective_on, "reason": _("Amendment %(number)s") % {"number": amendment.number}}
    if amendment.terminates:
        terminate_agreement(amended, **given, by=by, at=at)
    elif amendment.departing:
        record_departure(amendment.departing, **given, by=by, at=at)


def _given(reason: str) -> str:
    if not reason.strip():
        raise CannotRecord(_("Enter the reason."), field="reason")
    return reason.strip()
