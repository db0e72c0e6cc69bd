"""The agreements of an area on one timeline for each group of kinds: terms, reviews, overlaps and gaps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Agreement, AgreementQuerySet, Review
from agreements.terms.clocks import Clock, clocks_of, with_clocks
from agreements.terms.standings import DAY, GAP, LAPSED, Standing, standing_of
from onestop.ui.charts import Span, Timeline

Kind = Agreement.Kind
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (gettext_lazy("Memoranda of understanding"), Agreement.MOUS),
    (gettext_lazy("Infrastructure funding agreements"), (Kind.IFA,)),
    (gettext_lazy("Purchase of service"), (Kind.PURCHASE,)),
    (gettext_lazy("Amendments and other agreements"), (Kind.AMENDMENT, Kind.OTHER)),
)
MOST = 40  # agreements of a group, the latest first
AHEAD = timedelta(days=365)  # of an agreement without an end


@dataclass(frozen=True)
class Finding:
    """Days after an agreement that nothing covers, or that both it and its successor cover."""

    agreement: Any
    successor: Any
    days: int
    first: date
    last: date
    is_gap: bool

    @property
    def sentence(self) -> str:
        """What was found, in a sentence."""
        facts = {"number": self.agreement.number, "days": self.days}
        if self.successor is None:
            words = ngettext(
                "%(number)s expired %(days)s day ago without a successor.",
                "%(number)s expired %(days)s days ago without a successor.",
                self.days,
            )
            return words % facts
        facts["successor"] = self.successor.number
        if self.is_gap:
            words = ngettext(
                "%(days)s day between %(number)s and %(successor)s is not covered.",
                "%(days)s days between %(number)s and %(successor)s are not covered.",
                self.days,
            )
        else:
            words = ngettext(
                "%(number)s and %(successor)s overlap by %(days)s day.",
                "%(number)s and %(successor)s overlap by %(days)s days.",
                self.days,
            )
        return words % facts

    @property
    def words(self) -> str:
        """What was found, in few words beside its days."""
        if self.is_gap:
            return ngettext("Not covered: %(days)s day", "Not covered: %(days)s days", self.days) % {"days": self.days}
        facts = {"days": self.days, "successor": self.successor.number}
        return (
            ngettext("Overlap with %(successor)s: %(days)s day", "Overlap with %(successor)s: %(days)s days", self.days)
            % facts
        )


@dataclass(frozen=True)
class Group:
    """The agreements of some kinds: their chart, what was found between them, and how many are not shown."""

    name: str | Promise
    chart: Timeline
    findings: Sequence[Finding]
    hidden: int


@dataclass(frozen=True)
class AreaTimeline:
    """All groups that have agreements, and the clocks that run."""

    groups: Sequence[Group]
    clocks: Sequence[Clock]


def timeline_of(rows: AgreementQuerySet, today: date) -> AreaTimeline:
    """Return the timeline of executed agreements; two queries whatever their number."""
    known = list(with_clocks(rows.executed().with_terms()).order_by("-effective_on", "-pk"))
    reviews: dict[int, list[Review]] = {}
    for review in Review.objects.current().filter(agreement__in=[each.pk for each in known]).latest_first():
        reviews.setdefault(review.agreement_id, []).append(review)
    clocks = sorted((clock for each in known for clock in clocks_of(each, today)), key=lambda clock: clock.due_on)
    groups = [
        _group(name, [each for each in known if each.kind in kinds], reviews, clocks, today) for name, kinds in GROUPS
    ]
    return AreaTimeline(_on_one_scale([group for group in groups if group]), clocks)


def _on_one_scale(groups: Sequence[Group]) -> list[Group]:
    """Return the groups with charts from the first day of all to the last."""
    first = min((group.chart.first for group in groups), default=None)
    last = max((group.chart.last for group in groups), default=None)
    if first is None or last is None:
        return []
    return [replace(group, chart=replace(group.chart, first=first, last=last)) for group in groups]


def _group(
    name: str | Promise,
    agreements: Sequence[Any],
    reviews: Mapping[int, Sequence[Review]],
    clocks: Sequence[Clock],
    today: date,
) -> Group | None:
    if not agreements:
        return None
    shown = agreements[:MOST]
    standings = {each.pk: standing_of(each, today) for each in shown}
    findings = list(_findings(shown, standings, today))
    due = {clock.agreement.pk: clock for clock in clocks}
    spans: list[tuple[str, list[Span]]] = []
    for each in shown:
        spans.append((each.number, list(_term_spans(each, findings, today))))
        if reviewed := list(_review_spans(reviews.get(each.pk, ()), due.get(each.pk))):
            label = _("Reviews of %(number)s") if each.is_mou else _("Final one after %(number)s")
            spans.append((label % {"number": each.number}, reviewed))
    days = [day for _number, row in spans for span in row for day in (span.first, span.last)]
    chart = Timeline(
        title=name, say=_sentence(findings, standings.values()), rows=spans, first=min(days), last=max(*days, today),
        today=today,
    )  # fmt: skip
    return Group(name, chart, findings, len(agreements) - len(shown))


def _findings(agreements: Sequence[Any], standings: Mapping[int, Standing], today: date) -> Iterator[Finding]:
    """Yield the gaps and overlaps between agreements and their executed successors, and the open gaps."""
    first_of: dict[int, Any] = {}
    for each in sorted(agreements, key=lambda one: (one.effective_on, one.pk), reverse=True):
        if each.supersedes_id:
            first_of[each.supersedes_id] = each
    for each in agreements:
        successor, ends = first_of.get(each.pk), each.ends_on
        if each.kind == Kind.AMENDMENT or ends is None:
            continue
        if standings[each.pk].code == LAPSED:
            yield Finding(each, None, (today - ends).days, ends + DAY, today, is_gap=True)
        elif successor is not None and (each.terminated_on is None or standings[each.pk].code == GAP):
            days = (successor.effective_on - ends).days - 1
            if days > 0:
                yield Finding(each, successor, days, ends + DAY, successor.effective_on - DAY, is_gap=True)
            elif days < 0:
                last = min(ends, successor.ends_on or ends)
                yield Finding(
                    each,
                    successor,
                    (last - successor.effective_on).days + 1,
                    successor.effective_on,
                    last,
                    is_gap=False,
                )


def _term_spans(agreement: Any, findings: Iterable[Finding], today: date) -> Iterator[Span]:
    standing = standing_of(agreement, today)
    ends = agreement.ends_on or max(today, agreement.effective_on) + AHEAD
    words = standing.word if agreement.ends_on else f"{standing.word}. {_('No expiration date.')}"
    yield Span(agreement.effective_on, ends, f"{agreement.title}: {words}", "" if standing.holds else "rest")
    for finding in findings:
        if finding.agreement is agreement:
            yield Span(finding.first, finding.last, finding.words, "now" if finding.is_gap else "rest")


def _review_spans(reviews: Iterable[Review], clock: Clock | None) -> Iterator[Span]:
    for review in reviews:
        yield Span(review.held_on, review.held_on, _("Reviewed: %(who)s") % {"who": review.who})
    if clock:
        kind = "now" if clock.is_over or clock.is_soon else "rest"
        yield Span(clock.due_on, clock.due_on, _("Due: %(what)s") % {"what": clock.rule.name}, kind)


def _sentence(findings: Sequence[Finding], standings: Iterable[Standing]) -> str:
    if findings:
        return " ".join(finding.sentence for finding in findings)
    number = sum(standing.holds for standing in standings)
    words = ngettext(
        "%(number)s agreement is in force. There are no gaps and no overlaps.",
        "%(number)s agreements are in force. There are no gaps and no overlaps.",
        number,
    )
    return words % {"number": number}
