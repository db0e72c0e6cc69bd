"""Forms of points of engagement: add and edit one, offer it, take it on, say what it changed; interests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Goal, Group, Meeting
from onestop.dashboards.board.opportunities import FACTS
from onestop.dashboards.board.telling import how_reached
from onestop.dashboards.board.times import has_time
from onestop.dashboards.models import Offer, Opportunity
from onestop.dashboards.models.opportunities import Kind
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import BoardTerm, Center, LocalArea, Partnership

TIMES = ("%I:%M %p", "%I:%M%p", "%I %p", "%H:%M", "%H:%M:%S")
OWN = [name for name in FACTS if name not in ("held_at", "goal", "center", "partnership")]
LOOKS_BACK, LOOKS_AHEAD = timedelta(days=366), timedelta(days=100)  # meetings to which something is reported
ORDER = (
    "kind", "title", "text", "effort", "on", "starts", "until_on", "places", "goal", "center", "partnership", "contact",
)  # fmt: skip


def goals_in(area: LocalArea) -> Any:
    """Return the goals that partners of an area pursue."""
    return Goal.objects.pursued().filter(plan__area=area).order_by("plan__first_on", "position", "pk")


class OpportunityForm(ConflictForm):
    """Something that members of the board can take on."""

    def __init__(self, *args: Any, area: LocalArea, goal: Goal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(Opportunity, OWN), **kwargs)
        goals = goals_in(area) | Goal.objects.filter(pk=goal.pk) if goal else goals_in(area)
        centers = Center.objects.current().filter(area=area).order_by(Lower("name"), "pk")
        partners = Partnership.objects.active().filter(area=area).select_related("organization")
        self.fields |= {
            "on": forms.DateField(label=_("Day"), required=False, help_text=_("Leave it blank if any day suits.")),
            "starts": forms.TimeField(
                label=_("Time"), required=False, input_formats=TIMES, help_text=_("For example, 9:00 AM.")
            ),
            "goal": forms.ModelChoiceField(goals.distinct(), label=_("Goal"), required=False),
            "center": forms.ModelChoiceField(centers, label=_("Center"), required=False),
            "partnership": forms.ModelChoiceField(
                partners.order_by(Lower("organization__name"), "pk"), label=_("Partner"), required=False
            ),
        }
        self.fields["kind"].choices = [("", _("Choose what it is")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["goal"].help_text = _("Required to sponsor a goal: whoever takes it on becomes its sponsor.")
        self.fields["until_on"].help_text = _(
            "The last day. If it has a day, it can be taken on until then at the latest."
        )
        self.fields["contact"].help_text = _("A name, with a telephone number or an email address.")
        self.order_fields(ORDER)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Check that a time has its day, and that a sponsor has a goal."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("starts") and not values.get("on"):
            self.add_error("on", _("Enter the day, too."))
        if values.get("kind") == Kind.SPONSOR and not values.get("goal") and "goal" not in self.errors:
            self.add_error("goal", _("Choose the goal that wants a sponsor."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts; midnight stands for a day without a time."""
        values = self.cleaned_data
        zone = timezone.get_current_timezone()
        starts = values["starts"] or datetime.min.time()
        held_at = datetime.combine(values["on"], starts, zone) if values["on"] else None
        return self.only(FACTS) | {"held_at": held_at}


def initial_of(opportunity: Opportunity) -> dict[str, Any]:
    """Return what the form shows of an opportunity."""
    facts = {name: getattr(opportunity, name) for name in OWN}
    facts |= {name: getattr(opportunity, f"{name}_id") for name in ("goal", "center", "partnership")}
    if opportunity.held_at:
        local = timezone.localtime(opportunity.held_at)
        facts |= {"on": local.date(), "starts": local.time() if has_time(opportunity) else None}
    return facts


class MembersForm(forms.Form):
    """To which members of the board something is offered, those first whom it interests."""

    terms = forms.MultipleChoiceField(
        label=_("Members of the board"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one member.")},
    )

    def __init__(self, *args: Any, members: Sequence[tuple[BoardTerm, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(term.pk): term for term, _said in members}
        self.fields["terms"].choices = [(key, term.name) for key, term in self.members.items()]  # type: ignore[attr-defined]
        told = {str(term.pk): "; ".join(filter(None, (said, how_reached(term)))) for term, said in members}
        explain_choices(self.fields["terms"], {key: words for key, words in told.items() if words})

    @property
    def chosen(self) -> list[BoardTerm]:
        """The members that were chosen."""
        return [self.members[key] for key in self.cleaned_data["terms"]]


class TakeForm(forms.Form):
    """Who takes something on: a member without an account, for whom staff record it; or the person, if they ask."""

    term = forms.ChoiceField(label=_("Member of the board"))

    def __init__(self, *args: Any, members: Sequence[BoardTerm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(term.pk): term for term in members}
        named = [(key, term.name) for key, term in self.members.items()]
        self.fields["term"].choices = named if len(named) == 1 else [("", _("Choose a member")), *named]  # type: ignore[attr-defined]
        if len(named) == 1:
            self.fields["term"].initial = named[0][0]

    @property
    def chosen(self) -> BoardTerm:
        """The member that was chosen."""
        return self.members[self.cleaned_data["term"]]


class DoneForm(forms.Form):
    """What a member of the board did, when, and what it changed."""

    def __init__(self, *args: Any, area: LocalArea, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Offer, ("done_on", "changed"))
        self.fields["done_on"].required = self.fields["changed"].required = True
        self.fields["changed"].help_text = _(
            "In a sentence or two: who met whom, what was decided, what is better now."
        )
        held = Meeting.objects.filter(
            group__area=area, group__kind__in=Group.OF_BOARD, starts_at__range=(at - LOOKS_BACK, at + LOOKS_AHEAD)
        ).exclude(status=Meeting.Status.CANCELED)
        self.fields["meeting"] = forms.ModelChoiceField(
            held.select_related("series").order_by("-starts_at", "-pk"), label=_("Reported to"), required=False
        )
        self.fields["meeting"].label_from_instance = meeting_label  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in ("done_on", "changed", "meeting")}


def meeting_label(meeting: Meeting) -> str:
    """Return a meeting with its day, for a select."""
    return f"{meeting.title}, {timezone.localtime(meeting.starts_at):%m/%d/%Y}"


class InterestsForm(forms.Form):
    """What a member of the board is interested in."""

    kinds = forms.MultipleChoiceField(
        label=_("Interests"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(
        label=_("In their words"), max_length=200, required=False, help_text=_("“I know the welding shops well.”")
    )
