"""Plans as to-do items: goals that need a partner's consent, proposals to answer, plans to adopt."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import GoalConsent, GoalPartner, PlanProposal, SharedPlan
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea, State
from partners.todo.lines import NAMED, see_all

Status = SharedPlan.Status


def to_consent(area: LocalArea, managed: frozenset[int]) -> TodoPart:
    """Return the goals that a person's organizations carry and have not answered as they are now."""
    return SmallQuery(_to_consent(area.pk, managed), _consent_items(area))


@written_once
def _to_consent(area: int, managed: frozenset[int]) -> QuerySet[Any, Any]:
    answers = GoalConsent.objects.filter(goal=OuterRef("goal"), partnership=OuterRef("partnership"))
    rows = GoalPartner.objects.filter(
        ~Exists(answers.filter(version=OuterRef("goal__version"))),
        partnership__in=managed, partnership__area=area, goal__archived_at=None, goal__phase="pursued",
        goal__plan__status__in=[Status.OPEN, Status.ADOPTED], goal__plan__archived_at=None,
    )  # fmt: skip
    rows = rows.annotate(is_anew=Exists(answers)).order_by("role", "goal__position", "pk")
    return rows.values(
        "goal", "is_anew", name=F("goal__name"), plan=F("goal__plan__name"), until=F("goal__plan__proposals_until"),
        who=F("partnership__organization__name"),
    )[: NAMED + 1]  # fmt: skip


def _consent_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Consent to “%(goal)s”, or object") % {"goal": row["name"]}
            why = _("%(who)s carries this goal of “%(plan)s”.")
            if row["is_anew"]:
                why = _("The goal of “%(plan)s” has changed since %(who)s consented.")
            url = reverse("meetings:consent_give", args=[row["goal"]])
            yield TodoItem(SOON, "flag", what, why % row, url, _("Answer"))
        if rows[NAMED:]:
            url = reverse("meetings:plan_list", args=[area.slug])
            yield see_all(SOON, _("More goals need your consent"), url, _("View the plans"))

    return items


def of_area(area: LocalArea, today: date) -> Iterator[TodoPart]:
    """Yield what the staff of an area do about its plans."""
    yield SmallQuery(_proposed(area.pk), _proposal_items)
    yield SmallQuery(_to_adopt(area.pk, today), _adopt_items)


def of_state(state: State, today: date) -> Iterator[TodoPart]:
    """Yield what the administrators of a state do about its plans."""
    yield SmallQuery(_proposed_to_state(state.pk), _proposal_items)
    yield SmallQuery(_to_adopt_by_state(state.pk, today), _adopt_items)


@written_once
def _proposed(area: int) -> QuerySet[Any, Any]:
    return _by_plan(PlanProposal.objects.open().filter(plan__area=area))


@written_once
def _proposed_to_state(state: int) -> QuerySet[Any, Any]:
    return _by_plan(PlanProposal.objects.open().filter(plan__state=state))


def _by_plan(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    kept = rows.filter(plan__archived_at=None).exclude(plan__status=Status.ENDED).order_by()
    counted = kept.values("plan").annotate(number=Count("pk"), oldest=Min("at"), name=Min("plan__name"))
    return counted.order_by("oldest")[:NAMED]


def _proposal_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        words = ngettext(
            "%(number)d proposal to “%(name)s” waits for an answer",
            "%(number)d proposals to “%(name)s” wait for an answer",
            row["number"],
        )
        url = reverse("meetings:plan_detail", args=[row["plan"]]) + "#proposals"
        why = _("Take it up, or say why not. Whoever proposed it is told.")
        yield TodoItem(SOON, "chat-left-text", words % row, why, url, _("Review the proposals"))


@written_once
def _to_adopt(area: int, today: date) -> QuerySet[Any, Any]:
    return _closed(SharedPlan.objects.filter(area=area), today)


@written_once
def _to_adopt_by_state(state: int, today: date) -> QuerySet[Any, Any]:
    return _closed(SharedPlan.objects.filter(state=state), today)


def _closed(rows: QuerySet[Any, Any], today: date) -> QuerySet[Any, Any]:
    found = rows.filter(archived_at=None, proposals_until__lt=today, status=Status.OPEN)
    return found.order_by("proposals_until", "pk").values("pk", "name", "proposals_until", "first_on")[:NAMED]


def _adopt_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = _("Bring “%(name)s” to a decision") % row
        why = _("Proposals closed %(day)s.") % {"day": day(row["proposals_until"])}
        url = reverse("meetings:plan_detail", args=[row["pk"]])
        yield TodoItem(NOW, "flag", what, why, url, _("View the plan"), due_on=row["first_on"])
