"""Filters of the list and the board of shared goals."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.goals.reading import facts_of
from meetings.models import Goal, SharedPlan
from onestop.ui.lists import Filters
from partners.models import BoardTerm, LocalArea, Partnership, State
from partners.seats import seats_of

MINE, NONE = "mine", "none"
ADOPTED = SharedPlan.Status.ADOPTED.value  # all adopted plans, whichever they are
WHOSE = [(MINE, _("My organization's")), ("sponsored", _("Those I sponsor")), (NONE, _("Without a sponsor"))]
REPORTS = [("late", _("Report overdue")), ("never", _("Nothing reported yet"))]
PHASES = [
    (Goal.Phase.SUSPENDED.value, Goal.Phase.SUSPENDED.label), (Goal.Phase.REACHED.value, Goal.Phase.REACHED.label),
    (Goal.Phase.DROPPED.value, Goal.Phase.DROPPED.label), ("any", _("Any")), ("archived", _("Archived")),
]  # fmt: skip


class GoalBoardFilters(Filters):
    """Filter goals; on the board, a status leaves its column only."""

    q = django_filters.CharFilter(label=_("Goal or measure"), method="search")
    health = django_filters.ChoiceFilter(label=_("Status"), empty_label=_("Any status"), choices=Goal.Health.choices)
    plan = django_filters.ChoiceFilter(label=_("Plan"), empty_label=_("Plans in force"), method="of_plan")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    whose = django_filters.ChoiceFilter(label=_("Whose"), empty_label=_("Everybody's"), choices=WHOSE, method="of_whom")

    def __init__(self, *args: Any, area: LocalArea | None = None, state: State | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.request is not None
        plans = SharedPlan.objects.visible_to(self.request.user).current().filter(area=area, state=state)
        named = list(plans.order_by("-first_on", "pk").values_list("pk", "name"))
        self.filters["plan"].extra["choices"] = [(ADOPTED, _("Adopted plans")), *named]
        carrying = Partnership.objects.filter(
            goal_links__goal__plan__area=area, goal_links__goal__plan__state=state
        ).distinct()
        by_name = carrying.order_by(Lower("organization__name"), "pk")
        self.filters["partner"].extra["choices"] = list(by_name.values_list("pk", "organization__name"))

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep goals whose name, measure or reason contains each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(name__icontains=word) | Q(measure__icontains=word) | Q(why__icontains=word))
        return queryset

    def of_plan(self, queryset: QuerySet, name: str, plan: str) -> QuerySet:
        """Keep the goals of one plan, or of the adopted ones."""
        return queryset.filter(plan__status=ADOPTED) if plan == ADOPTED else queryset.filter(plan=plan)

    def of_partner(self, queryset: QuerySet, name: str, partnership: str) -> QuerySet:
        """Keep the goals that a partner carries."""
        return queryset.filter(Q(pk__in=_carried_by([partnership])))

    def of_whom(self, queryset: QuerySet, name: str, whose: str) -> QuerySet:
        """Keep those of one's organization, those one sponsors, or those without a sponsor."""
        assert self.request is not None
        user, serving = self.request.user, BoardTerm.objects.on(timezone.localdate())
        if whose == MINE:
            return queryset.filter(pk__in=_carried_by(seats_of(user).partnership_ids))
        if whose == NONE:
            return queryset.exclude(sponsor__in=serving.values("pk"))
        return queryset.filter(sponsor__in=serving.filter(user=user.pk).values("pk"))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Show goals of plans that have not ended, unless a plan is asked for."""
        rows = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("plan"):
            rows = rows.exclude(plan__status=SharedPlan.Status.ENDED)
        return rows


def _carried_by(partnerships: Any) -> Any:
    return Goal.objects.filter(partner_links__partnership__in=partnerships).values("pk")


class GoalFilters(GoalBoardFilters):
    """Filter the list of goals; those that partners pursue, unless another phase is asked for."""

    report = django_filters.ChoiceFilter(label=_("Reports"), empty_label=_("Any"), choices=REPORTS, method="by_report")
    phase = django_filters.ChoiceFilter(label=_("Phase"), empty_label=_("Pursued"), choices=PHASES, method="in_phase")
    more: tuple[str, ...] = ("report", "phase")

    def by_report(self, queryset: QuerySet, name: str, report: str) -> QuerySet:
        """Keep goals whose report is overdue, or of which nothing was reported."""
        if report == "never":
            return queryset.filter(updates=None)
        facts = facts_of(queryset, timezone.localdate())
        return queryset.filter(pk__in=[pk for pk, known in facts.items() if known.is_late])

    def in_phase(self, queryset: QuerySet, name: str, phase: str) -> QuerySet:
        """Keep goals in a phase."""
        return queryset.filter(phase=phase) if phase in Goal.Phase.values else queryset

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Show goals that are pursued unless a phase is asked for, and archived ones only if they are."""
        rows = super().filter_queryset(queryset)
        phase = self.form.cleaned_data.get("phase")
        rows = rows.exclude(archived_at=None) if phase == "archived" else rows.filter(archived_at=None)
        return rows if phase else rows.filter(phase=Goal.Phase.PURSUED)


SERVED = [("served", _("Served by an area goal")), ("unserved", _("No area goal serves it"))]


class StateGoalFilters(GoalFilters):
    """Filter the goals of a state: also those that no area goal serves. A state's goals have no sponsor on a board."""

    served = django_filters.ChoiceFilter(label=_("Served"), empty_label=_("Any"), choices=SERVED, method="by_served")
    more = ("report", "phase", "partner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["whose"].extra["choices"] = WHOSE[:1]

    def by_served(self, queryset: QuerySet, name: str, served: str) -> QuerySet:
        """Keep goals that area goals of adopted plans serve, or that none does."""
        serving = Goal.objects.pursued().filter(serves__isnull=False).values("serves")
        return queryset.filter(pk__in=serving) if served == "served" else queryset.exclude(pk__in=serving)
