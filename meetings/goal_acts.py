"""What partners owe by plans, goals and values: reports, consents, affirmations. Importing this registers them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.goals import rhythm as rhythms
from meetings.models import (
    Affirmation,
    Goal,
    GoalChange,
    GoalConsent,
    GoalPartner,
    GoalUpdate,
    SharedPlan,
    ValuesStatement,
)
from onestop.ui.presentation import shortday
from partners.models import LocalArea, Partnership
from partners.network.acts import Act, ActKind, LocalDays, dated_key, register_acts

CONSENTED_WITHIN = timedelta(days=30)
AFFIRMED_WITHIN = timedelta(days=60)  # of the adoption, or of becoming a partner
MOST_VERSIONS = 1000


def due_reports(
    first_on: date, rhythm: str, reports: Iterable[tuple[date, date]], last: date, *, until: date | None = None
) -> Iterator[tuple[date, date, date | None]]:
    """Yield what the reports on a goal are about and when they are due, up to a day, and when they were sent.

    The next one is due a rhythm after the day that the last one is about, and two weeks to count. ``reports`` are pairs
    of the day that one is about and the day when it was sent. Whoever reports more often owes it no more often. The
    last one is about ``until``, the day by which the goal is to be reached.
    """
    known, months, about = sorted(reports), rhythms.months_of(rhythm), first_on
    while until is None or about < until:
        next_about = min(rhythms.months_later(about, months), until or date.max)
        if (due := min(rhythms.due_after(about, rhythm), next_about + rhythms.TO_COUNT)) > last:
            return
        later = [report for report in known if report[0] > about]
        in_time = [report for report in later if report[1] <= due]
        late = min(
            (report for report in later if due < report[1] <= rhythms.months_later(due, months)),
            default=None,
            key=itemgetter(1),
        )
        found = in_time[-1] if in_time else late
        yield next_about, due, found[1] if found else None
        about = found[0] if found else next_about


@dataclass(frozen=True)
class Phases:
    """The phases of a goal by day; before the first change it was pursued."""

    changes: Sequence[tuple[date, str]]
    present: str

    def on(self, day: date) -> str:
        """Return the phase at the end of a day."""
        if not self.changes:
            return self.present
        known = [phase for changed_on, phase in self.changes if changed_on <= day]
        return known[-1] if known else Goal.Phase.PURSUED


def _phases_of(goals: Collection[Goal], days: LocalDays, area_of: Mapping[int, int]) -> dict[int, Phases]:
    """Return the phases of goals by id; one query."""
    told: dict[int, list[tuple[date, str]]] = defaultdict(list)
    changes = GoalChange.objects.filter(goal__in=goals).order_by("at", "pk").values_list("goal", "at", "phase")
    for pk, at, phase in changes:
        told[pk].append((days.day(area_of[pk], at), phase))
    return {goal.pk: Phases(told[goal.pk], goal.phase) for goal in goals}


def _reported(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    plans = SharedPlan.objects.current().filter(status__in=[SharedPlan.Status.ADOPTED, SharedPlan.Status.ENDED])
    links = GoalPartner.objects.filter(
        partnership__area__in=areas,
        role=GoalPartner.Role.ACCOUNTABLE,
        goal__in=Goal.objects.current().filter(plan__in=plans.values("pk")).values("pk"),
    )
    rows = list(links.select_related("goal__plan", "partnership").order_by("pk"))
    told: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    updates = GoalUpdate.objects.filter(goal__in=[row.goal_id for row in rows])
    for pk, as_of, at in updates.values_list("goal", "as_of", "at"):
        told[pk].append((as_of, at))
    phases = _phases_of([row.goal for row in rows], days, {row.goal_id: row.partnership.area_id for row in rows})
    since = _first(GoalPartner, {row.pk for row in rows}, "role")
    ended = {row.goal.plan_id for row in rows if row.goal.plan.status == SharedPlan.Status.ENDED}
    ends = _first(SharedPlan, ended, "status") if ended else {}
    for row in rows:
        goal, area = row.goal, row.partnership.area_id
        begins = rhythms.first_day_of(
            baseline_on=goal.baseline_on, first_on=goal.plan.first_on, adopted_on=goal.plan.adopted_on
        )
        reports = [(as_of, days.day(area, at)) for as_of, at in told[goal.pk]]
        ended_at = ends.get((goal.plan_id, SharedPlan.Status.ENDED))
        end = min(last, days.day(area, ended_at)) if ended_at else last
        # Whoever takes a goal over does not owe what its predecessor owed.
        began_at = since.get((row.pk, GoalPartner.Role.ACCOUNTABLE))
        start = max(first, days.day(area, began_at)) if began_at else first
        for about, due, done in due_reports(begins, goal.rhythm, reports, end, until=goal.due_on):
            # Of the time in which a goal is suspended, and after it was reached or dropped, nothing is owed.
            if due >= start and phases[goal.pk].on(about) == phases[goal.pk].on(due) == Goal.Phase.PURSUED:
                what = _("Report on “%(goal)s” as of %(day)s") % {"goal": goal, "day": shortday(about)}
                yield Act(
                    "reported", dated_key(goal.pk, due), row.partnership_id, due, what, goal.get_absolute_url(), done
                )


def _consented(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    goals = Goal.objects.current().exclude(phase=Goal.Phase.DROPPED)
    links = GoalPartner.objects.filter(
        partnership__area__in=areas,
        goal__in=goals.filter(
            plan__archived_at=None, plan__status__in=[SharedPlan.Status.OPEN, SharedPlan.Status.ADOPTED]
        ).values("pk"),
    )
    rows = list(links.select_related("goal__plan", "partnership").order_by("pk"))
    if not rows:
        return
    given: dict[tuple[int, int, int], datetime] = {}
    found = GoalConsent.objects.filter(goal__in={row.goal_id for row in rows}).order_by("-at")
    for consent in found:
        given[consent.goal_id, consent.partnership_id, consent.version] = consent.at
    of_version = _first(Goal, {row.goal_id for row in rows}, "version")
    of_plan = _first(SharedPlan, {row.goal.plan_id for row in rows}, "status")
    of_link = _first(GoalPartner, {row.pk for row in rows})
    for row in rows:
        goal, area = row.goal, row.partnership.area_id
        opened = [of_plan.get((goal.plan_id, status)) for status in ("open", "adopted")]
        asked = [
            of_version.get((goal.pk, goal.version)),
            min((at for at in opened if at), default=None),
            of_link.get((row.pk,)),
        ]
        if not (known := [at for at in asked if at]):
            continue
        due = max(days.day(area, max(known)) + CONSENTED_WITHIN, goal.plan.proposals_until or date.min)
        if first <= due <= last:
            at = given.get((goal.pk, row.partnership_id, goal.version))
            what = _("Answer to “%(goal)s”") % {"goal": goal}
            yield Act(
                "consented", goal.pk * MOST_VERSIONS + goal.version, row.partnership_id, due, what,
                goal.get_absolute_url(), days.day(area, at) if at else None,
            )  # fmt: skip


def _first(model: Any, pks: Collection[int], *names: str) -> dict[tuple[Any, ...], datetime]:
    """Return when rows first had these values, by id and values; from their history, in one query."""
    rows = model.pgh_event_model.objects.filter(pgh_obj_id__in=pks).order_by().values_list("pgh_obj_id", *names)
    return {tuple(row[:-1]): row[-1] for row in rows.annotate(first=Min("pgh_created_at"))}


def _affirmed(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    statements: dict[int, list[ValuesStatement]] = defaultdict(list)
    adopted = ValuesStatement.objects.filter(area__in=areas, adopted_on__lte=last).select_related("area")
    for statement in adopted.order_by("adopted_on", "pk"):
        statements[statement.area_id].append(statement)
    if not statements:
        return
    given: dict[tuple[int, int], list[Affirmation]] = defaultdict(list)
    for each in Affirmation.objects.filter(statement__area__in=areas).order_by("affirmed_on", "pk"):
        given[each.statement_id, each.partnership_id].append(each)
    partners = Partnership.objects.active().filter(area__in=statements).order_by("pk")
    for pk, area, since in partners.values_list("pk", "area", "since"):
        for number, statement in enumerate(statements[area]):
            following = statements[area][number + 1 :]
            replaced = following[0].adopted_on if following else None
            for act in _affirmations(pk, since, statement, given[statement.pk, pk], replaced):
                if first <= act.due_on <= last:
                    yield act


def _affirmations(
    partnership: int, since: date | None, statement: ValuesStatement, given: list[Affirmation], replaced: date | None
) -> Iterator[Act]:
    """Yield the first affirmation that a partner owes, and each renewal, until another statement is adopted.

    Keys of first affirmations are even, those of renewals odd: of a statement, and of the affirmation that lapses.
    """
    assert statement.adopted_on is not None
    due, key = max(statement.adopted_on, since or statement.adopted_on) + AFFIRMED_WITHIN, 2 * statement.pk
    what, url = str(_("Affirmation of the shared values")), statement.get_absolute_url()
    for each in given:
        if replaced is None or due < replaced:
            yield Act("affirmed", key, partnership, due, what, url, each.affirmed_on)
        due, key = each.lasts_until, 2 * each.pk + 1
    if replaced is None or due < replaced:
        yield Act("affirmed", key, partnership, due, what, url)


register_acts(
    ActKind(
        "reported",
        gettext_lazy("Reports on goals sent"),
        gettext_lazy("Whoever is accountable for a goal reports in the rhythm of the goal, with two weeks to count."),
        weight=4,
        read=_reported,
        position=52,
        ask=gettext_lazy("Report on your goal: where it stands, and what moved it."),
    )
)
register_acts(
    ActKind(
        "consented",
        gettext_lazy("Goals consented to"),
        gettext_lazy("The partner consents to a goal it carries, or objects, within 30 days of being asked."),
        weight=2,
        read=_consented,
        position=53,
        ask=gettext_lazy("Consent to the goals that you carry, or object with a reason."),
    )
)
register_acts(
    ActKind(
        "affirmed",
        gettext_lazy("Shared values affirmed"),
        gettext_lazy("The partner affirms the shared values within 60 days, and each year again."),
        weight=1,
        read=_affirmed,
        position=54,
        ask=gettext_lazy("Affirm the shared values of the network."),
    )
)
