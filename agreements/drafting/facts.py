"""Elements of an agreement that are met by what is recorded, and not by its text: dates, parties, a budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.translation import gettext, ngettext

from agreements.models import Agreement, Party
from onestop.ui.checklist import MET, MISSING, PART
from onestop.ui.sentences import join_words

REVIEW_YEARS = 3
MOST_NAMES = 4  # in one sentence


@dataclass(frozen=True)
class BudgetFact:
    """What is recorded of a budget of a funding agreement: its program year, and how many pools and payers it has."""

    year: int
    pools: int
    payers: int
    is_reconciled_rarely: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What is recorded around an agreement: its parties, who can sign, and what the area has today."""

    today: date
    parties: Sequence[Party]
    held_offices: frozenset[int] = frozenset()  # ids of offices that somebody holds today
    officials: Mapping[int, str] = field(default_factory=dict)  # offices of chief elected officials, by id
    programs: Mapping[str, frozenset[int]] = field(default_factory=dict)  # partnerships by required program carried out
    budgets: Sequence[BudgetFact] = ()  # of a funding agreement, by year

    @cached_property
    def partnership_ids(self) -> set[int]:
        """The partners that are parties."""
        return {party.partnership_id for party in self.parties if party.partnership_id}

    @cached_property
    def office_ids(self) -> set[int]:
        """The offices in which parties sign."""
        return {party.office_id for party in self.parties if party.office_id}


Found = tuple[str, str]  # state and where
Fact = Callable[[Agreement, Surroundings], Found]


def _period(agreement: Agreement, around: Surroundings) -> Found:
    if agreement.effective_on and agreement.expires_on:
        return MET, ""
    if agreement.effective_on or agreement.expires_on:
        no_end, no_start = gettext("Enter the expiration date."), gettext("Enter the effective date.")
        return PART, no_end if agreement.effective_on else no_start
    return MISSING, gettext("Enter the effective date and the expiration date.")


def _review_date(agreement: Agreement, around: Surroundings) -> Found:
    begins, due = agreement.effective_on, agreement.review_on
    if not due:
        return MISSING, gettext("Enter the date of the review.")
    if begins and due > years_after(begins, REVIEW_YEARS):
        return MISSING, gettext("The review is due more than three years after the agreement takes effect.")
    return MET, ""


def _board(agreement: Agreement, around: Surroundings) -> Found:
    if any(party.kind == Party.Kind.BOARD for party in around.parties):
        return MET, ""
    return MISSING, gettext("Add the workforce board as a party.")


def _officials(agreement: Agreement, around: Surroundings) -> Found:
    if not around.officials:
        return MISSING, gettext("The area has no chief elected official on record.")
    absent = [title for pk, title in around.officials.items() if pk not in around.office_ids]
    if not absent:
        return MET, ""
    return (PART if len(absent) < len(around.officials) else MISSING), _not_parties(absent)


def _programs(agreement: Agreement, around: Surroundings) -> Found:
    absent = [name for name, carriers in around.programs.items() if not carriers & around.partnership_ids]
    if not around.programs:
        return MISSING, gettext("No required program has a partner in this area.")
    if not absent:
        return MET, ""
    return (PART if len(absent) < len(around.programs) else MISSING), _not_parties(absent)


def _participants(agreement: Agreement, around: Surroundings) -> Found:
    wanted = {
        Party.Kind.BOARD: gettext("the workforce board"),
        Party.Kind.OFFICIAL: gettext("a chief elected official"),
        Party.Kind.PARTNER: gettext("a partner"),
    }
    kinds = {party.kind for party in around.parties}
    absent = [words for kind, words in wanted.items() if kind not in kinds]
    if not absent:
        return MET, ""
    return (PART if kinds else MISSING), _not_parties(absent)


def _signatories(agreement: Agreement, around: Surroundings) -> Found:
    if len(around.parties) < 2:
        return MISSING, gettext("An agreement has at least two parties.")
    absent = [str(party) for party in around.parties if party.office_id not in around.held_offices]
    if not absent:
        return MET, ""
    words = gettext("Nobody can sign for %(names)s.") % {"names": _first_of(absent)}
    return (PART if len(absent) < len(around.parties) else MISSING), words


def _budget(agreement: Agreement, around: Surroundings) -> Found:
    whole = [each for each in around.budgets if each.pools and each.payers]
    if not whole:
        return MISSING, gettext("No budget has cost pools and partners that pay.")
    last = whole[-1]
    if last.is_reconciled_rarely:
        return PART, gettext("The budget is reconciled less often than quarterly.")
    pools = ngettext("%(number)s cost pool", "%(number)s cost pools", last.pools) % {"number": last.pools}
    payers = ngettext("%(number)s partner pays", "%(number)s partners pay", last.payers) % {"number": last.payers}
    words = gettext("Budget of program year %(year)s: %(pools)s, %(payers)s.")
    return MET, words % {"year": last.year, "pools": pools, "payers": payers}


def _not_parties(names: Sequence[str]) -> str:
    return gettext("Not a party: %(names)s.") % {"names": _first_of(names)}


def _first_of(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    if len(names) <= MOST_NAMES:
        return join_words(names)
    more = len(names) - MOST_NAMES
    others = ngettext("%(number)s other", "%(number)s others", more) % {"number": more}
    return join_words([*names[:MOST_NAMES], others])


FACTS: dict[str, Fact] = {
    "period": _period,
    "review_date": _review_date,
    "board": _board,
    "officials": _officials,
    "programs": _programs,
    "participants": _participants,
    "signatories": _signatories,
    "budget": _budget,
}


def years_after(day: date, years: int) -> date:
    """Return the same day of a later year; February 28 for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
