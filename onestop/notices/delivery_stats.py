"""What was told about a thing: how many people, how many could not be reached, and who, what, when.

For one thing or for many at once it is one query. What somebody was told stays readable in their own inbox only: here
stand the subjects.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, F, Func, Model, OuterRef, Q, Value, When
from django.db.models.functions import Lower

from onestop.notices.models import Bounce, Notice, name_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.status_chips import chip_of

Status = Notice.Status
ROWS = 20


@dataclass(frozen=True)
class DeliveryStats:
    """How many people were told, to how many of them it came back, and how many were not reached otherwise."""

    people: int = 0
    bounced: int = 0
    failed: int = 0

    @property
    def words(self) -> str:
        """The tally in words: "Told 3 people, 1 bounced"."""
        said = f"Told {self.people} {'person' if self.people == 1 else 'people'}"
        if self.bounced:
            said += f", {self.bounced} bounced"
        return f"{said}, {self.failed} not delivered" if self.failed else said


@dataclass(frozen=True)
class Line:
    """One notice in a list of what was told: to whom, what, when, and what became of it."""

    who: str
    address: str
    what: str
    at: datetime
    chip: tuple[str, str, str]
    why_not: str


@dataclass(frozen=True)
class NoticeLog:
    """What was told about a thing: the tally, the last of it, and whether there is more."""

    tally: DeliveryStats
    lines: list[Line] = field(default_factory=list)
    has_more: bool = False
    about: str = ""


def stats_of(things: Collection[Model]) -> dict[str, DeliveryStats]:
    """Return the tally of each thing about which somebody was told, by its name (``name_of``); one query."""
    names = [name_of(thing) for thing in things]
    if not names:
        return {}
    rows = Notice.objects.filter(about__overlap=names).annotate(thing=Func(F("about"), function="unnest"))
    counted = _counted(rows, "thing")
    return {name: tally for name, tally in counted.items() if name in set(names)}


def stats_in(scope: Model, *, since: datetime) -> DeliveryStats:
    """Return the tally of what was told in the name of a place since then; one query."""
    rows = Notice.objects.in_scope(scope).filter(written_at__gte=since).annotate(thing=F("scope"))
    return _counted(rows, "thing").get(name_of(scope), DeliveryStats())


def _counted(rows: NoticeQuerySet, by: str) -> dict[str, DeliveryStats]:
    bounce = Bounce.objects.annotate(lower=Lower("address")).filter(lower=Lower(OuterRef("to")))
    state = Case(
        When(~Q(status=Status.FAILED), then=Value("told")),
        When(Exists(bounce), then=Value("bounced")),
        default=Value("failed"),
        output_field=CharField(),
    )
    told = rows.exclude(status=Status.WITHDRAWN).annotate(outcome=state).order_by()
    found: dict[str, DeliveryStats] = {}
    for row in told.values(by).annotate(
        people=Count("to", distinct=True),
        bounced=Count("to", distinct=True, filter=Q(outcome="bounced")),
        failed=Count("to", distinct=True, filter=Q(outcome="failed")),
    ):
        found[row[by]] = DeliveryStats(row["people"], row["bounced"], row["failed"])
    return found


def notice_log_of(thing: Model) -> NoticeLog | None:
    """Return what was told about one thing, newest first; nothing if nobody was told. Two queries."""
    rows = Notice.objects.about(thing).select_related("recipient").defer("html", "text", "headers")
    newest = list(rows.order_by("-written_at", "-pk")[: ROWS + 1])
    if not newest:
        return None
    tally = stats_of([thing]).get(name_of(thing), DeliveryStats())
    return NoticeLog(tally, [line_of(notice) for notice in newest[:ROWS]], len(newest) > ROWS, name_of(thing))


def line_of(notice: Notice) -> Line:
    """Return how a notice stands in a list. Needs its recipient."""
    return Line(
        who=str(notice.recipient) if notice.recipient else notice.to,
        address=notice.to,
        what=notice.subject,
        at=notice.sent_at or notice.written_at,
        chip=chip_of(notice),
        why_not=notice.withdrawn_why if notice.status == Status.WITHDRAWN else notice.last_error,
    )


def week_before(at: datetime) -> datetime:
    """Return the moment a week ago."""
    return at - timedelta(days=7)
