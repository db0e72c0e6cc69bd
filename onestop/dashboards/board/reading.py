"""What the figures of a board are made of, read in a fixed number of queries, whatever the size of the area.

``read_board`` reads an area as of a day; everything else of the dashboard, the snapshots and the packets is computed
from it without queries (``figures``, ``sentences``, ``charts``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, Q, Sum

from agreements.funding.open_invoices import with_paid
from agreements.models import (
    ActualCost,
    Agreement,
    CostShare,
    FundingBudget,
    FundingInvoice,
    FundingPeriod,
    FurtherArea,
    Stage,
)
from agreements.purchasing.listing import with_sums
from agreements.terms.clocks import Clock, clocks_of, with_clocks
from agreements.terms.standings import EXPIRING, IN_FORCE, LAPSED, Standing, standing_of
from meetings.models import AgendaItem, Attendance, Goal, GoalUpdate, Group, Meeting
from meetings.models.agendas import Purpose
from meetings.turnout.reading import held_meetings, since_months
from onestop.dashboards.board.times import end_of
from onestop.dashboards.engagement.score import scores_of
from onestop.ui.small_queries import read_together
from partners.models import LocalArea
from partners.network.attention import LATE, Attention, attention_in
from partners.network.summary import AreaSummary, network_of, summarize, summary_parts

ZERO = Decimal(0)
MONTHS = 12  # of meetings
SHOWN_UPDATES = 8  # reports in the small curve of a goal
Status = Agreement.Status
UNDER_WAY = (Status.REVIEW, Status.SIGNING)
DECIDED = (Purpose.DECIDE, Purpose.CONSENT)
THERE = Count("pk", filter=Q(presence__in=Attendance.THERE))  # seats that were filled


@dataclass(frozen=True)
class PoolCost:
    """What a pool was planned to cost in a period, and what it cost."""

    name: str
    budget: Decimal
    actual: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much it cost more; less than zero if it cost less."""
        return self.actual - self.budget

    @property
    def is_over(self) -> bool:
        """Whether it cost over 5 percent more than planned."""
        return self.actual > self.budget * Decimal("1.05")


@dataclass(frozen=True)
class PeriodCosts:
    """The last period of which actual costs are known."""

    period: FundingPeriod
    pools: Sequence[PoolCost]

    @property
    def budget(self) -> Decimal:
        """The planned cost of all pools."""
        return sum((pool.budget for pool in self.pools), ZERO)

    @property
    def actual(self) -> Decimal:
        """The actual cost of all pools."""
        return sum((pool.actual for pool in self.pools), ZERO)


@dataclass(frozen=True)
class BoardMeeting:
    """The next meeting of the board, and the items of its agenda, once it is published."""

    meeting: Meeting
    items: Sequence[AgendaItem]

    @property
    def to_decide(self) -> list[AgendaItem]:
        """The items that are decided."""
        return [item for item in self.items if item.purpose in DECIDED]

    @property
    def to_read(self) -> int:
        """How many items are for information."""
        return sum(item.purpose == Purpose.INFORM for item in self.items)


@dataclass(frozen=True)
class BoardData:
    """An area on a day, as its board sees it."""

    area: LocalArea
    day: date
    network: AreaSummary
    attention: Sequence[Attention]
    agreements: Sequence[tuple[Agreement, Standing]]
    clocks: Sequence[Clock]
    due: Decimal  # cost shares that were to be paid before the day, in invoices of the year before it
    paid: Decimal  # of these
    costs: PeriodCosts | None
    purchases: Sequence[Any]  # purchases in force, with_sums and both sides
    payers: int  # partners that were to pay these shares
    seats: int  # seats of partners on the rolls of twelve months
    filled: int  # of these
    held: int  # meetings
    seated: int  # partners that have these seats
    goals: Sequence[Goal]  # pursued, each with ``reports``: the last ones, the oldest first
    scores: Mapping[int, int | None]
    names: Mapping[int, str]  # of active partners, by id
    meeting: BoardMeeting | None

    def standing_so(self, *codes: str) -> list[tuple[Agreement, Standing]]:
        """Return the agreements of some standings, those that end first at the beginning."""
        found = [pair for pair in self.agreements if pair[1].code in codes]
        return sorted(found, key=lambda pair: (vars(pair[0])["ends_on"] or date.max, pair[0].pk))

    @cached_property
    def holding(self) -> list[tuple[Agreement, Standing]]:
        """The agreements in force, those that end first at the beginning."""
        return self.standing_so(IN_FORCE, EXPIRING)

    @property
    def in_force(self) -> int:
        """How many agreements are in force."""
        return len(self.holding)

    @cached_property
    def lapsed(self) -> list[tuple[Agreement, Standing]]:
        """The agreements that expired without a successor, the first one first."""
        return self.standing_so(LAPSED)

    @cached_property
    def expiring(self) -> list[tuple[Agreement, Standing]]:
        """The agreements that expire within 270 days, the first one first."""
        return self.standing_so(EXPIRING)

    @cached_property
    def under_way(self) -> list[tuple[Agreement, Standing]]:
        """The agreements in review or out for signature."""
        return self.standing_so(*UNDER_WAY)

    @property
    def wanted(self) -> int:
        """How many agreements there are or should be: in force, expired, and under way."""
        return self.in_force + len(self.lapsed) + len(self.under_way)

    def holding_of(self, *kinds: str) -> int:
        """Return how many agreements of some kinds are in force."""
        return sum(agreement.kind in kinds for agreement, _standing in self.holding)

    @property
    def sides(self) -> int:
        """How many organizations are behind the purchases: the purchasers or the providers, whichever are more."""
        terms = [each.purchase_terms for each in self.purchases if hasattr(each, "purchase_terms")]
        both = ([each.purchaser for each in terms], [each.provider for each in terms])
        return max(len({party.partnership_id or -party.pk for party in side}) for side in both)

    @cached_property
    def clocks_late(self) -> list[Clock]:
        """The clocks of agreements that are overdue."""
        return [clock for clock in self.clocks if clock.is_over]

    @cached_property
    def reviews_late(self) -> list[Attention]:
        """The reviews of centers that are overdue or not on record."""
        return [item for item in self.attention if item.kind == LATE]

    @property
    def late(self) -> int:
        """How many clocks are late."""
        return len(self.clocks_late) + len(self.reviews_late)

    @cached_property
    def known_scores(self) -> list[int]:
        """The scores of partners that have one, the lowest first."""
        return sorted(score for score in self.scores.values() if score is not None)

    def scoring_below(self, score: int) -> list[str]:
        """Return the names of partners with a score below one, the lowest first."""
        low = sorted((known, self.names.get(pk, "")) for pk, known in self.scores.items() if known is not None)
        return [name for known, name in low if known < score]

    def goals_in(self, health: str) -> int:
        """Return how many goals have a status."""
        return sum(goal.health == health for goal in self.goals)


def read_board(area: LocalArea, *, day: date, at: datetime) -> BoardData:
    """Return an area as of the end of a day; ``at`` is now, or when that day ended."""
    network = network_of(area, today=day)
    summary = summarize(network, *read_together(summary_parts(network, today=day)))
    agreements = agreements_in(area)
    seats, filled, held, seated = _turnout(area, day, at)
    due, paid, payers = _shares(area, day)
    return BoardData(
        area=area,
        day=day,
        network=summary,
        attention=attention_in(network.coverage, day),
        agreements=[(each, standing_of(each, day)) for each in agreements],
        clocks=[clock for each in agreements if each.executed_on for clock in clocks_of(each, day)],
        due=due,
        paid=paid,
        payers=payers,
        costs=_costs(area, day),
        purchases=_purchases(agreements, area, day),
        seats=seats,
        filled=filled,
        held=held,
        seated=seated,
        goals=_goals(area, day),
        scores=scores_of(area, day),
        names={partner.pk: str(partner) for partner in network.coverage.partners},
        meeting=_next_meeting(area, at),
    )


def agreements_in(area: LocalArea) -> list[Any]:
    """Return the agreements of an area that its board sees, also those that another area leads; one query.

    Drafts and withdrawn ones are not among them, and amendments only while they are under way: an executed one is a
    part of the agreement that it amends.
    """
    regional = FurtherArea.objects.filter(area=area).values("agreement")
    seen = Agreement.objects.filter(Q(area=area) | Q(pk__in=regional))
    seen = seen.exclude(status__in=[Status.DRAFT, Status.WITHDRAWN])
    known = seen.exclude(~Q(status__in=UNDER_WAY), kind=Agreement.Kind.AMENDMENT)
    return list(with_clocks(known.with_terms()).order_by("pk"))


def shares_in(area: LocalArea, day: date) -> Any:
    """Return the invoices to partners that were to be paid before a day, of the year before it.

    The day on which an invoice is due is the partner's until it ends: the invoice counts from the day after.
    """
    rows = FundingInvoice.objects.filter(
        agreement__area=area, voided_at=None, due_on__lt=day, due_on__gte=day - timedelta(days=365)
    )
    return with_paid(rows)


def _shares(area: LocalArea, day: date) -> tuple[Decimal, Decimal, int]:
    """Return what partners were to pay before a day, what they paid of it, and how many they are."""
    payers = Count("payer__partnership", distinct=True)
    rows = shares_in(area, day).order_by()
    # What one partner paid too much pays nothing of what another one owes.
    sums = rows.aggregate(asked=Sum("amount"), open=Sum("left", filter=Q(left__gt=0)), payers=payers)
    due = sums["asked"] or ZERO
    return due, due - (sums["open"] or ZERO), sums["payers"]


def _costs(area: LocalArea, day: date) -> PeriodCosts | None:
    """Return what the last period with actual costs was planned to cost and cost, by pool; at most three queries."""
    known = ActualCost.objects.filter(agreement__area=area)
    adopted = FundingPeriod.objects.filter(agreement__area=area, budget__status=FundingBudget.Status.ADOPTED)
    periods = adopted.filter(last_on__lt=day, pk__in=known.values("period"))
    period = periods.select_related("budget__agreement", "agreement").order_by("-last_on", "-pk").first()
    if period is None:
        return None
    planned = CostShare.objects.filter(period=period, stage=Stage.PLAN).order_by()
    budget = {row["pool"]: row for row in planned.values("pool", "pool__name").annotate(sum=Sum("amount"))}
    actual: dict[int, Decimal] = defaultdict(lambda: ZERO)
    names = {pk: row["pool__name"] for pk, row in budget.items()}
    costs = ActualCost.objects.filter(period=period).order_by()
    for row in costs.values("line__pool", "line__pool__name").annotate(sum=Sum("amount")):
        actual[row["line__pool"]] = row["sum"]
        names[row["line__pool"]] = row["line__pool__name"]
    pools = [PoolCost(name, budget[pk]["sum"] if pk in budget else ZERO, actual[pk]) for pk, name in names.items()]
    return PeriodCosts(period, sorted(pools, key=lambda pool: (-max(pool.budget, pool.actual), pool.name)))


def _purchases(agreements: Sequence[Any], area: LocalArea, day: date) -> list[Any]:
    ids = [
        each.pk
        for each in agreements
        if each.kind == Agreement.Kind.PURCHASE
        and each.area_id == area.pk
        and standing_of(each, day).code in (IN_FORCE, EXPIRING)
    ]
    rows = with_sums(Agreement.objects.filter(pk__in=ids), day)
    return list(rows.select_related("purchase_terms__purchaser", "purchase_terms__provider").order_by("number", "pk"))


def rolls_in(area: LocalArea, day: date, at: datetime) -> Any:
    """Return the rows of partners' seats on the rolls of twelve months; support teams are left out.

    The months end with a day, so that the dashboard says the same in the morning as a packet does in the evening.
    """
    groups = Group.objects.filter(area=area).exclude(kind=Group.Kind.SUPPORT)
    held = held_meetings(groups, since=since_months(MONTHS, at=end_of(area, day)), at=at).order_by()
    return Attendance.objects.filter(meeting__in=held.values("pk"), seat__partnership__isnull=False).order_by()


def _turnout(area: LocalArea, day: date, at: datetime) -> tuple[int, int, int, int]:
    """Return the seats of partners on the rolls of twelve months, those filled, the meetings, and the partners."""
    meetings, partners = Count("meeting", distinct=True), Count("seat__partnership", distinct=True)
    found = rolls_in(area, day, at).aggregate(seats=Count("pk"), filled=THERE, held=meetings, partners=partners)
    return found["seats"], found["filled"], found["held"], found["partners"]


def _goals(area: LocalArea, day: date) -> list[Goal]:
    """Return the goals that partners pursue, each with its last reports up to a day; two queries."""
    rows = Goal.objects.pursued().filter(plan__area=area).select_related("sponsor", "plan")
    reports = GoalUpdate.objects.standing().filter(value__isnull=False, as_of__lte=day).order_by("as_of", "pk")
    goals: list[Any] = list(
        rows.prefetch_related(Prefetch("updates", reports, to_attr="reports")).order_by(
            "plan__first_on", "plan", "position", "pk"
        )
    )
    for goal in goals:
        goal.reports = goal.reports[-SHOWN_UPDATES:]
    return goals


def _next_meeting(area: LocalArea, at: datetime) -> BoardMeeting | None:
    """Return the next meeting of the board, and its agenda if that is published; two queries."""
    boards = Group.objects.current().filter(area=area, kind=Group.Kind.BOARD)
    meeting = Meeting.objects.coming(at).filter(group__in=boards).select_related("group__area", "record").first()
    if meeting is None:
        return None
    items = AgendaItem.objects.on_agenda().filter(meeting=meeting, meeting__record__agenda_published_at__isnull=False)
    return BoardMeeting(meeting, list(items.select_related("owner")))
