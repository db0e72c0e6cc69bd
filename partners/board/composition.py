"""How a board is composed, and how that meets 20 CFR 679.320 and 679.330.

Each rule is in a sentence, with its citation; ``docs/board-rules.md`` names the code and the test of each. People are
counted, not seats: one person may represent several of them (20 CFR 679.320(g)).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.checklist import MET, MISSING, PART, Check, Rule
from partners.board.offices import with_holders
from partners.models import BoardSeat, BoardTerm, LocalArea, Office, Tenure

Category = BoardSeat.Category
BUSINESS = frozenset({Category.BUSINESS, Category.SMALL_BUSINESS})
WORKFORCE = frozenset({Category.LABOR, Category.APPRENTICESHIP, Category.COMMUNITY, Category.YOUTH})
ENDS_SOON = timedelta(days=60)

BUSINESS_MAJORITY = Rule(_("A majority of the members represent business."), "20 CFR 679.320(b)")
SMALL_BUSINESS = Rule(_("At least two members represent small business."), "20 CFR 679.320(b)")
WORKFORCE_SHARE = Rule(_("At least 20 percent of the members represent the workforce."), "20 CFR 679.320(c)")
LABOR = Rule(
    _("At least two members represent labor organizations, where such organizations exist in the area."),
    "20 CFR 679.320(c)(1)",
)
APPRENTICESHIP = Rule(
    _("At least one member represents a registered apprenticeship program, where one exists in the area."),
    "20 CFR 679.320(c)(2)",
)
ADULT_EDUCATION = Rule(
    _("At least one member represents a provider of adult education and literacy under Title II."),
    "20 CFR 679.320(d)(1)",
)
HIGHER_EDUCATION = Rule(
    _(
        "At least one member represents an institution of higher education that provides workforce investment "
        "activities."
    ),
    "20 CFR 679.320(d)(2)",
)
ECONOMIC_DEVELOPMENT = Rule(
    _("At least one member represents economic and community development."), "20 CFR 679.320(d)(3)(i)"
)
EMPLOYMENT_SERVICE = Rule(
    _("At least one member represents the State employment service office (Wagner-Peyser)."),
    "20 CFR 679.320(d)(3)(ii)",
)
REHABILITATION = Rule(
    _("At least one member represents vocational rehabilitation (Title I of the Rehabilitation Act)."),
    "20 CFR 679.320(d)(3)(iii)",
)
ALL_VOTE = Rule(_("Every member that the law requires has a vote."), "20 CFR 679.320(h)")
CHAIR_FROM_BUSINESS = Rule(_("The chair of the board is one of its business representatives."), "20 CFR 679.330")
RULES = {name: value for name, value in list(globals().items()) if isinstance(value, Rule)}

# How many members of which category each of these rules requires.
AT_LEAST: tuple[tuple[Rule, str, int], ...] = (
    (SMALL_BUSINESS, Category.SMALL_BUSINESS, 2),
    (LABOR, Category.LABOR, 2),
    (APPRENTICESHIP, Category.APPRENTICESHIP, 1),
    (ADULT_EDUCATION, Category.ADULT_EDUCATION, 1),
    (HIGHER_EDUCATION, Category.HIGHER_EDUCATION, 1),
    (ECONOMIC_DEVELOPMENT, Category.ECONOMIC_DEVELOPMENT, 1),
    (EMPLOYMENT_SERVICE, Category.EMPLOYMENT_SERVICE, 1),
    (REHABILITATION, Category.REHABILITATION, 1),
)


@dataclass(frozen=True)
class SeatToday:
    """A seat on a day: who serves in it, who served last, and who comes next."""

    seat: BoardSeat
    today: date
    term: BoardTerm | None = None
    last: BoardTerm | None = None
    following: BoardTerm | None = None

    @property
    def is_vacant(self) -> bool:
        """Whether nobody serves in it."""
        return self.term is None

    @property
    def vacant_since(self) -> date | None:
        """The first day without anybody, if somebody served before."""
        return self.last.last_on + timedelta(days=1) if self.is_vacant and self.last and self.last.last_on else None

    @property
    def ends_soon(self) -> bool:
        """Whether the term ends within 60 days, and nobody comes next."""
        if self.term is None or self.term.last_on is None or self.following:
            return False
        return self.term.last_on <= self.today + ENDS_SOON


@dataclass(frozen=True)
class Board:
    """The seats and offices of an area's board on a day."""

    area: LocalArea
    today: date
    seats: Sequence[SeatToday]
    offices: Sequence[Office] = ()
    holders: dict[int, Tenure] = field(default_factory=dict)  # by office

    @cached_property
    def members(self) -> dict[tuple[Any, ...], set[str]]:
        """The people who serve, each with the categories that they represent."""
        found: dict[tuple[Any, ...], set[str]] = defaultdict(set)
        for one in self.seats:
            if one.term:
                found[one.term.identity].add(one.seat.category)
        return dict(found)

    @property
    def vacant(self) -> list[SeatToday]:
        """The seats in which nobody serves."""
        return [one for one in self.seats if one.is_vacant]

    def number(self, categories: Iterable[str]) -> int:
        """Return how many people represent one of these."""
        wanted = set(categories)
        return sum(bool(represented & wanted) for represented in self.members.values())


def board_of(area: LocalArea, *, today: date) -> Board:
    """Return the board of an area on a day; four queries."""
    seats = list(BoardSeat.objects.current().filter(area=area))
    order = {category: number for number, category in enumerate(Category.values)}
    seats.sort(key=lambda seat: (order[seat.category], seat.label.casefold(), seat.pk))
    terms: dict[int, list[BoardTerm]] = defaultdict(list)
    for term in BoardTerm.objects.of(area).order_by("from_on", "pk"):
        terms[term.seat_id].append(term)
    offices = with_holders(Office.objects.current().filter(area=area), today)
    return Board(
        area,
        today,
        [_seat_today(seat, terms[seat.pk], today) for seat in seats],
        [office for office, _tenure in offices],
        {office.pk: tenure for office, tenure in offices if tenure},
    )


def _seat_today(seat: BoardSeat, terms: Sequence[BoardTerm], today: date) -> SeatToday:
    before = [term for term in terms if term.last_on and term.last_on < today]
    return SeatToday(
        seat,
        today,
        term=next((term for term in terms if term.is_on(today)), None),
        last=before[-1] if before else None,
        following=next((term for term in terms if term.from_on > today), None),
    )


# ---------------------------------------------------------------- The law
def checks_of(board: Board) -> list[Check]:
    """Return how a board meets each rule; none before it has a seat."""
    if not board.seats:
        return []
    return [
        _majority(board),
        _share(board),
        *(_at_least(board, rule, category, least) for rule, category, least in AT_LEAST),
        *_votes(board),
        *_chair(board),
    ]


def _majority(board: Board) -> Check:
    number, members = board.number(BUSINESS), len(board.members)
    what = gettext("%(number)d of %(members)d members represent business") % {"number": number, "members": members}
    is_met = 2 * number > members
    where = "" if is_met else gettext("A majority is required: %(least)d.") % {"least": members // 2 + 1}
    return Check(MET if is_met else MISSING, what, where, BUSINESS_MAJORITY.law)


def _share(board: Board) -> Check:
    number, members = board.number(WORKFORCE), len(board.members)
    what = gettext("%(number)d of %(members)d members represent the workforce") % {"number": number, "members": members}
    least = -(-members // 5)
    is_met = members > 0 and number >= least
    where = "" if is_met else gettext("At least 20 percent are required: %(least)d.") % {"least": max(least, 1)}
    return Check(MET if is_met else MISSING, what, where, WORKFORCE_SHARE.law)


def _at_least(board: Board, rule: Rule, category: str, least: int) -> Check:
    number, label = board.number({category}), Category(category).label
    what = gettext("%(category)s: %(number)d of at least %(least)d") % {
        "category": label, "number": number, "least": least,
    }  # fmt: skip
    if number >= least:
        return Check(MET, what, "", rule.law)
    vacant = sum(one.seat.category == category for one in board.vacant)
    if not vacant:
        return Check(MISSING, what, gettext("Add a seat for it."), rule.law)
    where = ngettext("%(number)d seat is vacant.", "%(number)d seats are vacant.", vacant) % {"number": vacant}
    return Check(MISSING, what, where, rule.law)


def _votes(board: Board) -> Iterator[Check]:
    silent = [one for one in board.seats if not one.seat.is_voting and one.seat.category != Category.OTHER]
    for one in silent:
        what = gettext("%(seat)s has no vote") % {"seat": one.seat}
        where = gettext("Members that the law requires must have a vote.")
        yield Check(PART, what, where, ALL_VOTE.law, one.seat.get_absolute_url())


def _chair(board: Board) -> Iterator[Check]:
    law = CHAIR_FROM_BUSINESS.law
    chairs = [office for office in board.offices if office.kind == Office.Kind.CHAIR]
    if not chairs:
        url = reverse("partners:office_add", args=[board.area.slug])
        yield Check(MISSING, gettext("The chair of the board is not recorded"), gettext("Add the office."), law, url)
    for office in chairs:
        holder = board.holders.get(office.pk)
        if holder is None:
            what = gettext("Nobody chairs the board")
            yield Check(MISSING, what, gettext("Record who holds the office."), law, office.get_absolute_url())
        elif board.members.get(holder.identity, set()) & BUSINESS:
            yield Check(MET, gettext("%(person)s, the chair, represents business") % {"person": holder.name}, "", law)
        else:
            what = gettext("%(person)s, the chair, is not on record as a business representative")
            where = gettext("The chair must be a business representative. Check the names and the seats.")
            yield Check(PART, what % {"person": holder.name}, where, law, office.get_absolute_url())
