"""Forms of goals: the goal, who carries it, milestones, links, reports, status and sponsor."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.forms.figures import FigureField
from meetings.goals import editing, reports
from meetings.goals.recipients import Reporter
from meetings.goals.status import SET_BY_HAND
from meetings.models import Goal, GoalMilestone, GoalPartner, GoalTie, GoalUpdate, SharedPlan
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from partners.models import BoardTerm, Partnership
from partners.network.served_things import served_choices

OWN = tuple(name for name in editing.FACTS if name != "serves")
FIGURES = ("baseline", "target")
HELP = {
    "name": _("What will be different: “Credentials earned through two partners at once”."),
    "why": _("A sentence or two for somebody who was not there when it was chosen."),
    "baseline": _("Where it stood when partners agreed on it. Leave it blank until you know."),
    "target": _("Where it should be on the due day."),
    "rhythm": _("The partner that answers for the goal is reminded of each report."),
}


class StateGoalField(forms.ModelChoiceField):
    """A goal of the state, with the name of its plan."""

    def label_from_instance(self, goal: Any) -> str:
        return f"{goal.name} ({goal.plan.name})"


class PartnerField(forms.ModelChoiceField):
    """A partner by the name of its organization; in a plan of a state, with its area."""

    def __init__(self, *args: Any, names_area: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names_area = names_area

    def label_from_instance(self, partnership: Any) -> str:
        name = str(partnership.organization.name)
        return f"{name} ({partnership.area.name})" if self.names_area else name


class GoalForm(ConflictForm):
    """A goal: what it is, how it is measured, from where to where, and by when."""

    def __init__(self, *args: Any, plan: SharedPlan, user: Any, goal: Goal | None = None, **kwargs: Any) -> None:
        fields = model_fields(Goal, OWN, help_texts=HELP, field_classes=dict.fromkeys(FIGURES, FigureField))
        if plan.area is not None:
            rows = Goal.objects.visible_to(user).pursued().filter(plan__state=plan.area.state_id)
            if goal is not None and goal.serves_id is not None:
                rows = Goal.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk=goal.serves_id))
            fields["serves"] = StateGoalField(
                rows.select_related("plan").order_by("plan__name", "position", "pk"), label=_("Serves the state goal"),
                required=False, empty_label=_("None"),
            )  # fmt: skip
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(editing.FACTS)


def facts_of(goal: Goal) -> dict[str, Any]:
    """Return the initial values of the form of a goal."""
    return {name: getattr(goal, name) for name in editing.FACTS}


class GoalPartnerForm(ConflictForm):
    """A partner that carries a goal: its role, its own part and its own measure."""

    def __init__(self, *args: Any, goal: Goal, link: GoalPartner | None = None, **kwargs: Any) -> None:
        fields = model_fields(GoalPartner, ("role", "part", "measure"))
        fields["part"].help_text = _("What it does for the goal: “Evening classes in two centers”.")
        fields["measure"].help_text = _("How it sees its own part: “20 people a quarter”.")
        if link is None:
            chosen = PartnerField(
                partners_of(goal), label=_("Partner"), names_area=goal.plan.area_id is None,
                empty_label=_("Choose a partner"),
            )  # fmt: skip
            fields = {"partnership": chosen, **fields}
        super().__init__(*args, fields=fields, **kwargs)


def partners_of(goal: Goal) -> QuerySet[Partnership]:
    """Return the partners that can still be chosen for a goal: of its area, or of its state."""
    here = Q(area=goal.plan.area_id) if goal.plan.area_id else Q(area__state=goal.plan.state_id)
    rows = Partnership.objects.active().filter(here).exclude(pk__in=goal.partner_links.values("partnership"))
    return rows.select_related("organization", "area").order_by(Lower("organization__name"), "pk")


class MilestoneForm(ConflictForm):
    """A milestone, and when it was done."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(GoalMilestone, editing.MILESTONE_FACTS), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(editing.MILESTONE_FACTS)


class TieForm(forms.Form):
    """What a goal is promised in."""

    def __init__(self, *args: Any, goal: Goal, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = f"goal:{goal.pk}"
        choices = [
            (label, [(value, name) for value, name in pairs if value != own])
            for label, pairs in served_choices(goal.plan.area, user)
        ]
        self.fields["thing"] = forms.ChoiceField(
            label=_("Linked to"), choices=[("", _("Choose one")), *[each for each in choices if each[1]]]
        )
        self.fields |= model_fields(GoalTie, ("note",))


# ---------------------------------------------------------------- Reports
class ReportForm(forms.Form):
    """A report: the value, as of which day, what moved it, and evidence."""

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(GoalUpdate, ("value", "as_of", "story"), field_classes={"value": FigureField})
        self.fields["value"].label = f"{goal.measure} ({goal.get_unit_display().lower()})"
        self.fields["value"].help_text = _("Leave it blank if there is news and no number yet.")
        self.fields["as_of"].help_text = _("The last day that the number counts, such as the end of the quarter.")
        self.fields["story"].help_text = _("In a sentence or two: why it rose or fell. Never name a customer.")
        self.fields["file"] = StoredFileField("meetings.goal_evidence", required=False, label=_("Evidence"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in reports.FACTS if name in self.cleaned_data}


def report_facts(update: GoalUpdate) -> dict[str, Any]:
    """Return the initial values of the correction of a report."""
    return {"value": update.value, "as_of": update.as_of, "story": update.story}


class ReportersForm(forms.Form):
    """The people of partners to whom a link to report is mailed; those who have one are not offered."""

    def __init__(self, *args: Any, people: Sequence[Reporter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("People"),
            widget=forms.CheckboxSelectMultiple,
            choices=[
                (each.address, f"{each.name}, {each.partner.partnership.organization.name} ({each.address})")
                for each in people
            ],
            initial=[each.address for each in people if each.partner.role == GoalPartner.Role.ACCOUNTABLE],
        )


# ---------------------------------------------------------------- Status, phase and sponsor
class HealthForm(forms.Form):
    """A status against the rules, with its reason."""

    health = forms.ChoiceField(
        label=_("Status"), choices=[(each.value, each.label) for each in SET_BY_HAND], widget=forms.RadioSelect
    )
    reason = LongTextField(
        label=_("Reason"),
        max_length=500,
        help_text=_("What the rules cannot see. Everybody who sees the goal reads it."),
    )


class PhaseForm(forms.Form):
    """Suspend, reach, drop or resume a goal."""

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phases = [(value, label) for value, label in Goal.Phase.choices if value != goal.phase]
        self.fields["phase"] = forms.ChoiceField(label=_("Phase"), choices=phases, widget=forms.RadioSelect)
        self.fields["reason"] = LongTextField(
            label=_("Reason"), max_length=500, help_text=_("Everybody who sees the goal reads it.")
        )


class TermField(forms.ModelChoiceField):
    """A member of the board, with the seat."""

    def label_from_instance(self, term: Any) -> str:
        return f"{term.name}, {term.seat}"


class SponsorForm(forms.Form):
    """The member of the board who sponsors a goal."""

    def __init__(self, *args: Any, goal: Goal, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = BoardTerm.objects.on(today).filter(seat__area=goal.plan.area_id, seat__archived_at=None)
        self.fields["term"] = TermField(
            rows.select_related("seat").order_by("name", "pk"), label=_("Member of the board"), required=False,
            empty_label=_("Nobody"),
        )  # fmt: skip
