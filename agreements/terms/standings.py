"""The standing of an agreement and of each party on a day: read from dates, never stored.

``standing_of`` reads one row, ``condition_of`` is the same as a condition of the database. Both need ``with_terms``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Agreement, Party
from onestop.ui.presentation import shortday

EXPIRES_SOON = timedelta(days=270)
DAY = timedelta(days=1)
Status = Agreement.Status
IN_FORCE, EXPIRING, NOT_BEGUN = "in_force", "expiring", "not_begun"
LAPSED, GAP, ENDED = "lapsed", "gap", "ended"
SUPERSEDED, TERMINATED, LEFT, RETROACTIVE = "superseded", "terminated", "left", "retroactive"
LASTING = "lasting"  # a filter: in force, and not expiring
HOLDS = (IN_FORCE, EXPIRING)


@dataclass(frozen=True)
class _Look:
    """How a standing looks as a chip."""

    kind: str
    word: str | Promise
    icon: str = ""


LOOKS = {
    IN_FORCE: _Look("good", gettext_lazy("In force")),
    EXPIRING: _Look("soon", gettext_lazy("Expiring")),
    NOT_BEGUN: _Look("way", gettext_lazy("Not in force yet"), "clock"),
    LAPSED: _Look("now", gettext_lazy("Expired")),
    GAP: _Look("rest", gettext_lazy("Ended with a gap"), "exclamation-triangle"),
    ENDED: _Look("rest", gettext_lazy("Ended"), "check-lg"),
    SUPERSEDED: _Look("rest", gettext_lazy("Superseded"), "check-lg"),
    TERMINATED: _Look("rest", gettext_lazy("Terminated"), "slash-circle"),
    LEFT: _Look("rest", gettext_lazy("Left"), "box-arrow-right"),
    Status.DRAFT: _Look("rest", Status.DRAFT.label, "pencil"),
    Status.REVIEW: _Look("way", Status.REVIEW.label, "chat-left-text"),
    Status.SIGNING: _Look("way", Status.SIGNING.label, "pen"),
    Status.WITHDRAWN: _Look("rest", Status.WITHDRAWN.label, "archive"),
}
# What a list can be filtered by; "In force" includes what expires soon, and what was signed late is among the others.
STANDINGS: list[tuple[str, Any]] = [
    (IN_FORCE, gettext_lazy("In force")),
    (EXPIRING, gettext_lazy("Expiring within 270 days")),
    (LASTING, gettext_lazy("In force beyond 270 days")),
    (LAPSED, gettext_lazy("Expired without a successor")),
    (GAP, gettext_lazy("Expired before the successor began")),
    (RETROACTIVE, gettext_lazy("Signed after it took effect")),
    (NOT_BEGUN, gettext_lazy("Not in force yet")),
    (SUPERSEDED, gettext_lazy("Superseded")),
    (ENDED, gettext_lazy("Ended amendment")),
    (TERMINATED, gettext_lazy("Terminated")),
    *((str(status.value), status.label) for status in (Status.DRAFT, Status.REVIEW, Status.SIGNING, Status.WITHDRAWN)),
]


@dataclass(frozen=True)
class Standing:
    """How an agreement, or a party of it, stands on a day: a code, how it looks as a chip, and days.

    ``days`` are those until it expires or takes effect, or those that are not covered. ``late_days`` is how long after
    its effective date it was signed. ``meaning`` says it in sentences.
    """

    code: str
    days: int = 0
    late_days: int = 0
    meaning: str = ""

    @property
    def kind(self) -> str:
        """The kind of chip."""
        return LOOKS[self.code].kind

    @property
    def word(self) -> str:
        """The word on the chip."""
        return str(LOOKS[self.code].word)

    @property
    def icon(self) -> str:
        """The icon of the chip; blank for that of its kind."""
        return LOOKS[self.code].icon

    @property
    def holds(self) -> bool:
        """Whether it is in force on the day."""
        return self.code in HOLDS

    @property
    def needs_attention(self) -> bool:
        """Whether somebody must act."""
        return self.code in (LAPSED, EXPIRING)

    @property
    def filters(self) -> set[str]:
        """The filters of a list under which it is found."""
        of_code = {IN_FORCE: {IN_FORCE, LASTING}, EXPIRING: {IN_FORCE, EXPIRING}}.get(self.code, {self.code})
        return of_code | ({RETROACTIVE} if self.late_days else set())


@dataclass(frozen=True)
class _Term:
    """The days from which a standing is read. ``ends_on`` is the last day in force, ``left_on`` the first one out."""

    today: date
    is_amendment: bool
    begins_on: date
    ends_on: date | None
    terminated_on: date | None
    is_superseded: bool
    successor_on: date | None
    late_days: int
    left_on: date | None = None

    def standing(self) -> Standing:
        """Return the standing."""
        code, days = self._read()
        return Standing(code, days, self.late_days, " ".join(self._sentences(code, days)))

    def _read(self) -> tuple[str, int]:
        today, ends, successor = self.today, self.ends_on, self.successor_on
        if self.left_on and self.left_on <= today:
            return LEFT, (today - self.left_on).days
        if self.terminated_on and self.terminated_on <= today:
            return TERMINATED, (today - self.terminated_on).days
        if successor and successor <= today and ends and ends < successor - DAY and not self.is_amendment:
            return GAP, (successor - ends).days - 1
        if self.is_superseded or (successor and successor <= today):
            return SUPERSEDED, 0
        if ends and ends < today:
            return (ENDED, 0) if self.is_amendment else (LAPSED, (today - ends).days)
        if self.begins_on > today:
            return NOT_BEGUN, (self.begins_on - today).days
        if ends and ends <= today + EXPIRES_SOON and not self._is_settled:
            return EXPIRING, (ends - today).days
        return IN_FORCE, (ends - today).days if ends else 0

    @property
    def _is_settled(self) -> bool:
        """Whether its end asks nothing of anybody: a successor begins in time, or it is an amendment or terminated."""
        is_renewed = bool(self.successor_on and self.ends_on and self.successor_on <= self.ends_on + DAY)
        return is_renewed or self.is_amendment or self.terminated_on is not None

    def _sentences(self, code: str, days: int) -> Iterable[str]:
        if code == LAPSED:
            yield _lapsed(days)
        elif code == GAP:
            yield ngettext(
                "It expired %(days)s day before its successor began. That day is not covered.",
                "It expired %(days)s days before its successor began. Those days are not covered.",
                days,
            ) % {"days": days}
        elif code == EXPIRING:
            yield _expires(days, is_followed=self.successor_on is not None)
        elif code == NOT_BEGUN:
            yield ngettext("It takes effect in %(days)s day.", "It takes effect in %(days)s days.", days) % {
                "days": days
            }
        elif code == SUPERSEDED:
            yield _("An executed successor has taken its place.")
        elif code == TERMINATED and self.terminated_on:
            yield _("It was terminated on %(day)s.") % {"day": shortday(self.terminated_on)}
        elif code == LEFT and self.left_on:
            yield _("It left on %(day)s.") % {"day": shortday(self.left_on)}
        if self.successor_on and self.successor_on > self.today and code in (LAPSED, EXPIRING, IN_FORCE):
            yield self._successor_sentence()
        if self.terminated_on and self.terminated_on > self.today:
            yield _("It is terminated on %(day)s.") % {"day": shortday(self.terminated_on)}
        if self.late_days:
            yield ngettext(
                "It was signed %(days)s day after it took effect.",
                "It was signed %(days)s days after it took effect.",
                self.late_days,
            ) % {"days": self.late_days}

    def _successor_sentence(self) -> str:
        assert self.successor_on
        facts = {"day": shortday(self.successor_on), "days": 0}
        gap = (self.successor_on - self.ends_on).days - 1 if self.ends_on else 0
        if gap > 0:
            words = ngettext(
                "Its executed successor takes effect on %(day)s: %(days)s day between the two is not covered.",
                "Its executed successor takes effect on %(day)s: %(days)s days between the two are not covered.",
                gap,
            )
            return words % (facts | {"days": gap})
        if gap < 0 and self.ends_on:
            words = ngettext(
                "Its executed successor takes effect on %(day)s: the two overlap by %(days)s day.",
                "Its executed successor takes effect on %(day)s: the two overlap by %(days)s days.",
                -gap,
            )
            return words % (facts | {"days": -gap})
        return _("Its executed successor takes effect on %(day)s.") % facts


def _lapsed(days: int) -> str:
    return ngettext(
        "Expired %(days)s day ago without a successor. Since then %(days)s day is not covered.",
        "Expired %(days)s days ago without a successor. Since then %(days)s days are not covered.",
        days,
    ) % {"days": days}


def _expires(days: int, *, is_followed: bool) -> str:
    if not days:
        return _("It expires today.") if is_followed else _("It expires today, and has no executed successor.")
    if is_followed:
        return ngettext("It expires in %(days)s day.", "It expires in %(days)s days.", days) % {"days": days}
    words = ngettext(
        "It expires in %(days)s day, and has no executed successor.",
        "It expires in %(days)s days, and has no executed successor.",
        days,
    )
    return words % {"days": days}


def standing_of(agreement: Any, today: date) -> Standing:
    """Return how an agreement stands on a day. Needs with_terms."""
    if agreement.executed_on is None:
        return Standing(agreement.status)
    return _term(agreement, today, agreement.effective_on, (agreement.executed_on - agreement.effective_on).days)


def standing_of_party(agreement: Any, party: Party, today: date) -> Standing:
    """Return how an agreement stands for one of its parties on a day. The agreement needs with_terms.

    A party that has an effective date of its own is bound from then; one that has left is bound no longer.
    """
    if agreement.executed_on is None:
        return Standing(agreement.status)
    begins = max(agreement.effective_on, party.effective_on or agreement.effective_on)
    return _term(agreement, today, begins, (agreement.executed_on - begins).days, party.left_on)


def _term(agreement: Any, today: date, begins: date, late: int, left_on: date | None = None) -> Standing:
    return _Term(
        today=today,
        is_amendment=agreement.kind == Agreement.Kind.AMENDMENT,
        begins_on=begins,
        ends_on=agreement.ends_on,
        terminated_on=agreement.terminated_on,
        is_superseded=agreement.status == Status.SUPERSEDED,
        successor_on=agreement.successor_on,
        late_days=max(late, 0),
        left_on=left_on,
    ).standing()


# ---------------------------------------------------------------- The same in the database
def condition_of(standing: str, today: date) -> Q:
    """Return the condition of a filter on a day: it finds what ``standing_of`` says. Needs with_terms."""
    if standing in (Status.DRAFT, Status.REVIEW, Status.SIGNING, Status.WITHDRAWN):
        return Q(status=standing)
    executed = Q(executed_on__isnull=False)
    if standing == RETROACTIVE:
        return executed & Q(executed_on__gt=F("effective_on"))
    if standing == TERMINATED:
        return executed & Q(terminated_on__lte=today)
    return executed & (Q(terminated_on=None) | Q(terminated_on__gt=today)) & _by_days(standing, today)


def _by_days(standing: str, today: date) -> Q:
    amendment, superseded = Q(kind=Agreement.Kind.AMENDMENT), Q(status=Status.SUPERSEDED)
    succeeded = Q(successor_on__lte=today)
    parted = succeeded & Q(ends_on__lt=_moved("successor_on", -DAY)) & ~amendment
    if standing == GAP:
        return parted
    if standing == SUPERSEDED:
        together = Q(ends_on=None) | Q(ends_on__gte=_moved("successor_on", -DAY)) | amendment
        return succeeded & together | superseded & (Q(successor_on=None) | Q(successor_on__gt=today) | together)
    alone = ~superseded & (Q(successor_on=None) | Q(successor_on__gt=today))
    if standing in (LAPSED, ENDED):
        return alone & Q(ends_on__lt=today) & (amendment if standing == ENDED else ~amendment)
    alone &= Q(ends_on=None) | Q(ends_on__gte=today)
    if standing == NOT_BEGUN:
        return alone & Q(effective_on__gt=today)
    alone &= Q(effective_on__lte=today)
    if standing == IN_FORCE:
        return alone
    is_settled = Q(successor_on__lte=_moved("ends_on", DAY)) | Q(terminated_on__isnull=False) | amendment
    lasts = Q(ends_on=None) | Q(ends_on__gt=today + EXPIRES_SOON) | is_settled
    if standing == LASTING:
        return alone & lasts
    unsettled = Q(successor_on=None) | Q(successor_on__gt=_moved("ends_on", DAY))
    return alone & Q(ends_on__lte=today + EXPIRES_SOON, terminated_on=None) & unsettled & ~amendment


def _moved(name: str, by: timedelta) -> ExpressionWrapper:
    return ExpressionWrapper(F(name) + by, DateField())
