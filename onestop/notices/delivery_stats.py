"""The notices about an object: how many people got one, how many could not be reached, and who got what when.

The statistics of one object or of many take one query. Only subjects are shown: the content is for the recipient.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, F, Func, Model, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices.models import Bounce, Notice, name_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.redaction import subject_of
from onestop.notices.status_chips import chip_of

Status = Notice.Status
ROWS = 20


@dataclass(frozen=True)
class DeliveryStats:
    """How many people were notified, to how many of them email bounced, and how many were not reached otherwise."""

    people: int = 0
    bounced: int = 0
    failed: int = 0

    @property
    def words(self) -> str:
        """The statistics in words: "3 people notified, 1 bounced"."""
        people = ngettext("%(number)s person notified", "%(number)s people notified", self.people)
        parts = [people % {"number": self.people}]
        if self.bounced:
            parts.append(_("%(number)s bounced") % {"number": self.bounced})
        if self.failed:
            parts.append(_("%(number)s not delivered") % {"number": self.failed})
        return ", ".join(parts)


@dataclass(frozen=True)
class Line:
    """One notice in a log: recipient, subject, time and delivery."""

    who: str
    address: str
    what: str
    at: datetime
    chip: tuple[str, str, str]
    why_not: str


@dataclass(frozen=True)
class NoticeLog:
    """The log of notices about an object: statistics, the newest notices, and whether there are more."""

    tally: DeliveryStats
    lines: list[Line] = field(default_factory=list)
    has_more: bool = False
    about: str = ""


def stats_of(things: Collection[Model]) -> dict[str, DeliveryStats]:
    """Return the statistics of each object that has notices, by its name (``name_of``); one query."""
    names = [name_of(thing) for thing in things]
    if not names:
        return {}
    rows = Notice.objects.filter(about__overlap=names).annotate(thing=Func(F("about"), function="unnest"))
    counted = _counted(rows, "thing")
    return {name: tally for name, tally in counted.items() if name in set(names)}


def stats_in(scope: Model, *, since: datetime) -> DeliveryStats:
    """Return the statistics of the notices in a scope since a moment; one query."""
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
    active = rows.exclude(status=Status.WITHDRAWN).annotate(outcome=state).order_by()
    found: dict[str, DeliveryStats] = {}
    for row in active.values(by).annotate(
        people=Count("to", distinct=True),
        bounced=Count("to", distinct=True, filter=Q(outcome="bounced")),
        failed=Count("to", distinct=True, filter=Q(outcome="failed")),
    ):
        found[row[by]] = DeliveryStats(row["people"], row["bounced"], row["failed"])
    return found


def notice_log_of(thing: Model) -> NoticeLog | None:
    """Return the log of notices about one object, newest first; None if there are none. Two queries."""
    rows = Notice.objects.about(thing).select_related("recipient").defer("html", "text", "headers")
    newest = list(rows.order_by("-written_at", "-pk")[: ROWS + 1])
    if not newest:
        return None
    tally = stats_of([thing]).get(name_of(thing), DeliveryStats())
    return NoticeLog(tally, [line_of(notice) for notice in newest[:ROWS]], len(newest) > ROWS, name_of(thing))


def line_of(notice: Notice) -> Line:
    """Return the line of a notice in a log. Needs its recipient."""
    return Line(
        who=str(notice.recipient) if notice.recipient else notice.to,
        address=notice.to,
        what=subject_of(notice),
        at=notice.sent_at or notice.written_at,
        chip=chip_of(notice),
        why_not=notice.withdrawn_why if notice.status == Status.WITHDRAWN else notice.last_error,
    )


def week_before(at: datetime) -> datetime:
    """Return the moment one week earlier."""
    return at - timedelta(days=7)
