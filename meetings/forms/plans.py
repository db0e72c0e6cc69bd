"""Forms of plans: write, open and adopt one, copy goals, propose, answer a proposal."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.forms.questions import add_personal_data_check
from meetings.models import Decision, Goal, Group, PlanProposal, SharedPlan
from meetings.plans import editing, proposals
from meetings.plans.adoption import Readiness
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.ui.presentation import day
from partners.models import LocalArea, Partnership, State

LATELY = timedelta(days=2 * 365)
MOST_DECISIONS = 50


class GoalsField(forms.ModelMultipleChoiceField):
    """Goals by their names, with the plan that they are of."""

    def label_from_instance(self, goal: Any) -> str:
        return f"{goal.name} ({goal.plan.name})"


class PlanForm(ConflictForm):
    """A plan: its name, period, vision and principles; a new one may begin with goals of the plans before."""

    def __init__(self, *args: Any, copied: QuerySet[Goal] | None = None, **kwargs: Any) -> None:
        fields = model_fields(SharedPlan, editing.FACTS, help_texts={"vision": _("What will be different for people.")})
        super().__init__(*args, fields=fields, **kwargs)
        if copied is not None and copied.exists():
            self.fields["copied"] = _goals_field(copied, required=False)
            self.fields["with_strategies"] = _strategies_field()
        self.order_fields(["name", "first_on", "last_on", "vision", "principles", "copied", "with_strategies"])

    def clean(self) -> dict[str, Any]:
        """Check that the plan ends after it begins."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and first >= last:
            self.add_error("last_on", _("The last day must be after the first day."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(editing.FACTS)


class CopyForm(forms.Form):
    """The goals of other plans that are copied to a plan."""

    def __init__(self, *args: Any, copied: QuerySet[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copied"] = _goals_field(copied, required=True)
        self.fields["with_strategies"] = _strategies_field()


def _strategies_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Copy their strategies, too"),
        required=False,
        help_text=_("They begin as not started, without recommended actions. Stopped strategies are not copied."),
    )


def _goals_field(goals: QuerySet[Goal], *, required: bool) -> GoalsField:
    return GoalsField(
        goals.select_related("plan").order_by("-plan__first_on", "position", "pk"),
        label=_("Goals to copy"),
        required=required,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With the partners that carry them. The last reported value becomes the baseline."),
        error_messages={"required": _("Choose at least one goal.")},
    )


def goals_to_copy(place: LocalArea | State, plan: SharedPlan | None = None) -> QuerySet[Goal]:
    """Return the goals of the adopted and ended plans of a place, but of the plan itself."""
    here = {"plan__area": place} if isinstance(place, LocalArea) else {"plan__state": place}
    rows = Goal.objects.current().filter(
        plan__status__in=[SharedPlan.Status.ADOPTED, SharedPlan.Status.ENDED], plan__archived_at=None, **here
    )
    return rows.exclude(plan=plan) if plan else rows


class OpenForm(forms.Form):
    """Until when partners propose."""

    proposals_until = forms.DateField(
        label=_("Proposals until"),
        required=False,
        help_text=_("Partners are asked for their consent at once. Leave it blank if there is no last day."),
    )


class AdoptForm(forms.Form):
    """Which group adopted a plan, when, and by which decision."""

    def __init__(self, *args: Any, plan: SharedPlan, readiness: Readiness, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.current().filter(area=plan.area_id, state=plan.state_id)
        self.fields["group"] = forms.ModelChoiceField(
            groups.order_by("kind", Lower("name"), "pk"), label=_("Adopted by"), empty_label=_("Choose a group"),
            error_messages={"required": _("Choose the group that decided it.")},
        )  # fmt: skip
        self.fields["adopted_on"] = forms.DateField(label=_("Day of the decision"), initial=today)
        self.fields["decision"] = DecisionField(
            decisions_for(plan, today), label=_("Recorded decision"), required=False,
            empty_label=_("Not recorded here"),
            help_text=_("The decision in the record of the meeting, so that everybody finds it."),
        )  # fmt: skip
        if readiness.objections:
            self.fields["despite_objections"] = forms.BooleanField(
                label=_("The group knows these objections and adopts the plan"),
                help_text=_("The objections stay with their goals."),
                required=False,
            )


class DecisionField(forms.ModelChoiceField):
    """Decisions by group and day."""

    def label_from_instance(self, decision: Any) -> str:
        meeting = decision.meeting
        return f"{meeting.group.name}, {day(meeting.starts_at, 'plain')}: {decision.text}"[:150]


def decisions_for(plan: SharedPlan, today: date) -> QuerySet[Decision]:
    """Return the latest decisions of the groups of the place of a plan, those that serve nothing else or it."""
    rows = Decision.objects.current().filter(
        meeting__group__area=plan.area_id, meeting__group__state=plan.state_id,
        meeting__original_on__gte=today - LATELY,
    )  # fmt: skip
    keys = list(rows.order_by("-at", "-pk").values_list("pk", flat=True)[:MOST_DECISIONS])
    return Decision.objects.filter(pk__in=keys).select_related("meeting__group").order_by("-at", "-pk")


class ProposalForm(forms.Form):
    """A proposal to a plan."""

    def __init__(
        self, *args: Any, plan: SharedPlan, speakers: QuerySet[Partnership], keeps: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(PlanProposal, ("kind", "goal", "text", "reason"), help_texts=PROPOSAL_HELP)
        goals = plan.goals.current().order_by("position", "pk")
        self.fields["goal"] = forms.ModelChoiceField(
            goals, label=_("Goal"), required=False, empty_label=_("None"),
            help_text=_("For a change of a goal."),
        )  # fmt: skip
        if plan.status != SharedPlan.Status.OPEN:
            kept = [choice for choice in PlanProposal.Kind.choices if choice[0] != PlanProposal.Kind.PLAN]
            self.fields["kind"] = forms.ChoiceField(label=_("Kind of proposal"), choices=kept)
        self.only_speaker = None
        found = list(speakers[:2])
        if len(found) == 1 and not keeps:
            self.only_speaker = found[0]
        elif found:
            self.fields["partnership"] = PartnersField(
                speakers, plan=plan, label=_("For the partner"), required=not keeps,
                empty_label=_("None") if keeps else _("Choose your organization"),
            )  # fmt: skip
        self.order_fields(["partnership", "kind", "goal", "text", "reason"])
        add_personal_data_check(self, ("text", "reason"))

    def clean(self) -> dict[str, Any]:
        """Require the goal of a change."""
        values = super().clean() or self.cleaned_data
        if values.get("kind") == PlanProposal.Kind.CHANGE and not values.get("goal") and "goal" not in self.errors:
            self.add_error("goal", _("Choose the goal that should change."))
        if values.get("kind") == PlanProposal.Kind.GOAL:
            values["goal"] = None
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in proposals.FACTS}

    @property
    def partnership(self) -> Partnership | None:
        """For whom it is proposed."""
        return self.cleaned_data.get("partnership") or self.only_speaker


PROPOSAL_HELP = {"text": _("What the plan or the goal should say. Do not include personal data of customers.")}


def name_in(plan: SharedPlan, partnership: Partnership) -> str:
    """Return the name of a partner; in a plan of a state, with its area."""
    name = str(partnership.organization.name)
    return name if plan.area_id else f"{name} ({partnership.area.name})"


class PartnersField(forms.ModelChoiceField):
    """A partner of a plan by its name."""

    def __init__(self, *args: Any, plan: SharedPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def label_from_instance(self, partnership: Any) -> str:
        return name_in(self.plan, partnership)


class ProposalAnswerForm(forms.Form):
    """Take up a proposal, or decline it with a reason."""

    status = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            (PlanProposal.Status.TAKEN, PlanProposal.Status.TAKEN.label),
            (PlanProposal.Status.DECLINED, PlanProposal.Status.DECLINED.label),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    answer = LongTextField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text=_("What you do with it, or why not. Whoever proposed it reads this."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a reason if it is declined."""
        values = super().clean() or self.cleaned_data
        if values.get("status") == PlanProposal.Status.DECLINED and not values.get("answer"):
            self.add_error("answer", _("Say why, so that the partner can go on with it."))
        return values
