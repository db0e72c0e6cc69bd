"""What terms on the board and tenures of an office have in common: checks, changes, removal."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts
from onestop.files.storing import demand_usable
from onestop.ui.presentation import shortday
from partners.models.holders import Held

FACTS = ("user", "name", "email", "from_on", "until_on", "ended_on", "reason", "proof_file")


class CannotHold(Refused):
    """Somebody cannot hold the seat or office on these days."""


def set_facts(held: Held, facts: Mapping[str, Any], own: tuple[str, ...], *, by: User | None) -> None:
    """Set the facts of somebody's time in a seat or office; a person with an account goes by the name of the account.

    :raises CannotHold: if the days are out of order.
    :raises CannotUseFile: if the appointment letter is not a file that this person has uploaded for it.
    """
    demand_usable(facts.get("proof_file"), held, "proof_file", by=by)
    apply_facts(held, {name: facts[name] for name in (*FACTS, *own) if name in facts})
    if held.user is not None:
        held.name, held.email = held.user.name, held.user.email
    if held.until_on and held.until_on < held.from_on:
        raise CannotHold(_("The last day is before the first day."), field="until_on")
    if held.ended_on and held.ended_on < held.from_on:
        raise CannotHold(_("This day is before the first day."), field="ended_on")
    if held.ended_on and held.until_on and held.ended_on > held.until_on:
        raise CannotHold(_("This day is after the last day. Change the last day instead."), field="ended_on")
    held.last_on = held.ended_on or held.until_on


def demand_free(held: Held, others: Any) -> None:
    """Refuse if somebody else of these holds it on one of the days.

    :raises CannotHold: then; the message names that person and the days.
    """
    for other in others.current().exclude(pk=held.pk).order_by("from_on"):
        if _overlap(held, other):
            message = _("%(person)s is recorded %(days)s. Change those dates first, or choose other dates.")
            raise CannotHold(message % {"person": other.name, "days": days_of(other)}, field="from_on")


def _overlap(one: Held, other: Held) -> bool:
    return (one.last_on is None or other.from_on <= one.last_on) and (
        other.last_on is None or one.from_on <= other.last_on
    )


def days_of(held: Held) -> str:
    """Return the days in words: "from Jul 1, 2026, to Jun 30, 2028"."""
    if held.last_on is None:
        return _("from %(first)s") % {"first": shortday(held.from_on)}
    return _("from %(first)s to %(last)s") % {"first": shortday(held.from_on), "last": shortday(held.last_on)}


def set_removed(held: Held, *, at: datetime) -> None:
    """Archive somebody's time that was recorded by mistake."""
    held.archived_at = at
    held.save(update_fields=["archived_at"])


def end_before(held: Held, today: date, *, reason: str, at: datetime) -> None:
    """Note that somebody left before a day; a time that begins then or later is removed."""
    if held.from_on >= today:
        set_removed(held, at=at)
    elif held.last_on is None or held.last_on >= today:
        held.ended_on, held.reason = today - timedelta(days=1), reason
        held.save(update_fields=["ended_on", "reason"])
