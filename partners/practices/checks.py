"""Quality checks of practices that partners adopted: record one, and plan the next one."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import Adoption, AdoptionCheck

FACTS = ("result", "helps", "observed", "checked_on", "checked_name")
AGAIN = timedelta(days=182)  # about half a year, suggested for the next check
FARTHEST = timedelta(days=730)  # a check that far ahead is forgotten


class CannotCheck(Refused):
    """A check of an adopted practice cannot be recorded or planned like this."""


@recorded
def record_check(
    adoption: Adoption,
    *,
    facts: Mapping[str, Any],
    next_on: date | None,
    known: int = 0,
    vouched: bool = False,
    by: User | None,
    at: datetime,
) -> AdoptionCheck:
    """Record whether a partner does what it adopted and whether it helps, and when to look again (``next_on``).

    ``known`` is the id of the last check that the person has seen, or 0; ``vouched`` confirms that what looks like
    personal data does not identify a customer.

    :raises CannotCheck: if somebody else recorded one meanwhile, the practice is archived, a day is not possible, what
        is not done is said to help, or the text may identify a customer.
    """
    adoption = _lock(adoption)
    last = adoption.checks.order_by("-checked_on", "-pk").first()
    if last and last.pk != known:
        words = _("%(name)s recorded a check of %(day)s meanwhile. Read it first, then record yours.")
        raise CannotCheck(words % {"name": last.checked_name, "day": day(last.checked_on, "plain")})
    check = AdoptionCheck(
        adoption=adoption, recorded_by=by, recorded_at=at, **{name: facts[name] for name in FACTS if name in facts}
    )
    today = at.astimezone(adoption.practice.area.zone).date()
    _demand_possible(check, last, today=today, vouched=vouched)
    _demand_coming(next_on, today, "next_on")
    check.save()
    adoption.check_on = next_on
    adoption.save(update_fields=["check_on"])
    return check


@recorded
def plan_check(adoption: Adoption, *, on: date | None, by: User | None, at: datetime) -> Adoption:
    """Plan the next check of an adopted practice for another day; none after the last check, if no day is given.

    :raises CannotCheck: if the practice is archived, the day is not possible, or there was no check yet and no day is
        given.
    """
    adoption = _lock(adoption)
    _demand_coming(on, at.astimezone(adoption.practice.area.zone).date(), "on")
    if on is None and not adoption.checks.exists():
        raise CannotCheck(_("Enter a day. Each adopted practice is checked at least once."), field="on")
    adoption.check_on = on
    adoption.save(update_fields=["check_on"])
    return adoption


def _lock(adoption: Adoption) -> Adoption:
    # Lock: of two who record at once, the second sees the first.
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("practice__area", "partnership")
    adoption = rows.get(pk=adoption.pk)
    if adoption.practice.is_archived:
        raise CannotCheck(_("This practice is archived. It is not checked any more."))
    return adoption


def _demand_possible(check: AdoptionCheck, last: AdoptionCheck | None, *, today: date, vouched: bool) -> None:
    adoption = check.adoption
    if check.checked_on > today:
        raise CannotCheck(_("This day is in the future. Enter the day on which somebody looked."), field="checked_on")
    if check.checked_on < adoption.adopted_on:
        began = {"day": day(adoption.adopted_on, "plain")}
        raise CannotCheck(_("The practice was adopted on %(day)s. Enter that day or a later one.") % began,
                          field="checked_on")  # fmt: skip
    if last and check.checked_on <= last.checked_on:
        words = _("The last check was on %(day)s. Enter a later day.") % {"day": day(last.checked_on, "plain")}
        raise CannotCheck(words, field="checked_on")
    if check.result == AdoptionCheck.Result.NOT_DONE and check.helps in AdoptionCheck.HELPING:
        raise CannotCheck(_("What is not done cannot help. Choose “No” or “Too early to say”."), field="helps")
    if not vouched and (found := find_personal_data([check.observed])):
        words = _("%(finding)s. Others read this, so it must not identify a customer. Remove it, or confirm it.")
        raise CannotCheck(words % {"finding": found[0]}, field="observed")


def _demand_coming(on: date | None, today: date, field: str) -> None:
    if on is None:
        return
    if on <= today:
        raise CannotCheck(_("This day is not in the future. Enter a later day."), field=field)
    if on > today + FARTHEST:
        raise CannotCheck(_("This day is more than two years ahead. Enter an earlier day."), field=field)
