"""Whether a promise is kept, by what the directory, the schedule and the evidence say today.

A service, hours in a center and persons served in a year can be compared with records. A way of referral and promises
in other words cannot: they count as kept in a program year for which somebody recorded evidence, and are never drift.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Drift, Promise
from agreements.responsibilities.program_years import ProgramYear, program_year_of
from partners.models import Partnership

Kind = Promise.Kind


class State(models.TextChoices):
    """Whether a promise is kept."""

    BROKEN = "broken", gettext_lazy("Not kept")
    UNCHECKED = "unchecked", gettext_lazy("Not checked")
    KEPT = "kept", gettext_lazy("Kept")


CHIPS = {State.BROKEN: ("now", ""), State.UNCHECKED: ("rest", "dash-circle"), State.KEPT: ("good", "")}


@dataclass(frozen=True)
class Judgment:
    """Whether a promise is kept, and what shows it in a few words; the reason, if it is not."""

    state: State
    words: str = ""
    reason: Drift.Reason | None = None
    served: Decimal | None = None  # persons in the current program year, of a promise of persons
    is_owed: bool = True

    @property
    def is_broken(self) -> bool:
        """Whether the promise is not kept: it has drifted from what was agreed."""
        return self.state == State.BROKEN

    @property
    def kind(self) -> str:
        """The kind of its chip."""
        return CHIPS[self.state][0]

    @property
    def icon(self) -> str:
        """The icon of its chip."""
        return CHIPS[self.state][1]

    @property
    def word(self) -> str:
        """The word of its chip."""
        return str(self.state.label)


@dataclass(frozen=True)
class Recorded:
    """What is recorded about some promises.

    ``in_force`` are the ids of their agreements that are in force today. ``hours`` are the weekly hours in person of a
    partner in a center, by their ids. ``evidence`` has the day and the number of each piece of evidence of the last two
    years, by the id of the promise.
    """

    in_force: Collection[int] = ()
    hours: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)
    evidence: Mapping[int, Sequence[tuple[date, Decimal | None]]] = field(default_factory=dict)

    def served(self, promise: Promise, year: ProgramYear) -> Decimal:
        """Return how many persons the evidence of a program year adds up to."""
        numbers = (number for day, number in self.evidence.get(promise.pk, ()) if number and day in year)
        return sum(numbers, Decimal())

    def is_shown(self, promise: Promise, year: ProgramYear) -> bool:
        """Return whether there is evidence in a program year."""
        return any(day in year for day, _number in self.evidence.get(promise.pk, ()))


def is_owed(promise: Promise, recorded: Recorded, today: date) -> bool:
    """Return whether a promise is owed on a day: by an agreement in force, while the party itself is bound by it."""
    party = promise.party
    if promise.is_archived or party.is_archived or promise.agreement_id not in recorded.in_force:
        return False
    begun = party.effective_on is None or party.effective_on <= today
    return begun and (party.left_on is None or today < party.left_on)


def drift_of(promise: Promise, recorded: Recorded, *, today: date) -> Judgment:
    """Return whether a promise is kept on a day. It comes with what ``reading.with_what_decides`` fetches."""
    if not is_owed(promise, recorded, today):
        return Judgment(State.UNCHECKED, is_owed=False)
    if promise.kind == Kind.SERVICE:
        return _service(promise)
    if promise.kind == Kind.HOURS:
        return _hours(promise, recorded)
    if promise.kind == Kind.PERSONS:
        return _persons(promise, recorded, today)
    year = program_year_of(promise.agreement.area, today)
    if recorded.is_shown(promise, year):
        return Judgment(State.KEPT, _("Evidence in %(year)s") % {"year": year})
    return Judgment(State.UNCHECKED)


def _broken(reason: Drift.Reason, words: str = "") -> Judgment:
    return Judgment(State.BROKEN, words or str(reason.label), reason)


def _is_active(partner: Partnership | None) -> bool:
    return partner is not None and not partner.is_archived and partner.status == Partnership.Status.ACTIVE


def _service(promise: Promise) -> Judgment:
    if not _is_active(promise.party.partnership):
        return _broken(Drift.Reason.PARTNER)
    if promise.service is None or promise.service.is_archived:
        return _broken(Drift.Reason.SERVICE)
    return Judgment(State.KEPT, _("In the directory"))


def _hours(promise: Promise, recorded: Recorded) -> Judgment:
    """Compare with the weekly hours in person. Of a party that is no partner the schedule has none to compare with."""
    partner, center, promised = promise.party.partnership, promise.center, promise.quantity
    if partner is None or center is None or promised is None:
        return Judgment(State.UNCHECKED)
    if not _is_active(partner):
        return _broken(Drift.Reason.PARTNER)
    if center.is_archived:
        return _broken(Drift.Reason.CENTER)
    found = recorded.hours.get((partner.pk, center.pk), Decimal())
    numbers = {"number": in_short(found), "promised": in_short(promised)}
    words = _("%(number)s of %(promised)s hours a week in the schedule") % numbers
    return _broken(Drift.Reason.HOURS, words) if found < promised else Judgment(State.KEPT, words)


def _persons(promise: Promise, recorded: Recorded, today: date) -> Judgment:
    """Compare the evidence of the last program year that is over; in the current one it can only be kept early."""
    promised = promise.quantity or Decimal()
    year = program_year_of(promise.agreement.area, today)
    served = recorded.served(promise, year)
    if served >= promised:
        return Judgment(State.KEPT, _served(served, promised, year), served=served)
    if not _was_owed_in(promise, year.before):
        return Judgment(State.UNCHECKED, _served(served, promised, year), served=served)
    before = recorded.served(promise, year.before)
    words = _served(before, promised, year.before)
    if before < promised:
        return Judgment(State.BROKEN, words, Drift.Reason.PERSONS, served)
    return Judgment(State.KEPT, words, served=served)


def _was_owed_in(promise: Promise, year: ProgramYear) -> bool:
    """Return whether a promise was owed in a whole program year, in which its agreement was in the portal."""
    agreement = promise.agreement
    begins = [day for day in (agreement.effective_on, promise.party.effective_on) if day]
    return max(begins) <= year.first and agreement.begun_at.astimezone(agreement.area.zone).date() <= year.last


def _served(number: Decimal, promised: Decimal, year: ProgramYear) -> str:
    words = {"number": in_short(number), "promised": in_short(promised), "year": year}
    return _("%(number)s of %(promised)s persons in %(year)s") % words


def in_short(number: Decimal) -> str:
    """Return a number without zeros at its end: "7.5", "120"."""
    return f"{number.normalize():f}"
