"""Forms of strategies and of their recommended actions."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.forms.plans import PartnersField as OnePartnerField
from meetings.forms.plans import name_in
from meetings.models import Group, Need, PlanAction, SharedPlan, Strategy
from meetings.plans import strategies
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import Partnership
from partners.models.active import is_active_partner


def partners_of_plan(plan: SharedPlan, also: Collection[int | None] = ()) -> QuerySet[Partnership]:
    """Return the partners of the area or state of a plan, by name; ``also`` are chosen already, and may have left."""
    here = Q(area=plan.area_id) if plan.area_id else Q(area__state=plan.state_id)
    rows = Partnership.objects.filter(here & is_active_partner() | Q(pk__in=[pk for pk in also if pk])).select_related(
        "organization", "area"
    )
    return rows.order_by(Lower("organization__name"), "pk")


class PartnersField(forms.ModelMultipleChoiceField):
    """Partners of a plan by their names."""

    def __init__(self, *args: Any, plan: SharedPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def label_from_instance(self, partnership: Any) -> str:
        return name_in(self.plan, partnership)


class StrategyForm(ConflictForm):
    """A strategy: what is done, by whom, paid from what, and how it goes."""

    def __init__(self, *args: Any, plan: SharedPlan, **kwargs: Any) -> None:
        fields = model_fields(Strategy, strategies.FACTS)
        fields["partners"] = PartnersField(
            partners_of_plan(plan, (kwargs.get("initial") or {}).get("partners", ())),
            plan=plan,
            label=_("Who does it"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["name", "text", "funding", "status", "partners"])

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(strategies.FACTS)


class PlanActionForm(ConflictForm):
    """A recommended action of a strategy: what, by whom, by when, and which need it meets."""

    def __init__(self, *args: Any, plan: SharedPlan, action: PlanAction | None = None, **kwargs: Any) -> None:
        fields = model_fields(PlanAction, ("text", "due_on"))
        fields["partnership"] = OnePartnerField(
            partners_of_plan(plan, (action.partnership_id,) if action else ()), plan=plan, label=_("Partner"),
            required=False, empty_label=_("Nobody yet"),
        )  # fmt: skip
        if plan.area_id:
            chosen = Q(archived_at=None) | Q(pk=action.need_id if action else None)
            needs = Need.objects.filter(chosen, area=plan.area_id).order_by(Lower("name"), "pk")
            fields["need"] = forms.ModelChoiceField(
                needs, label=_("Need"), required=False, empty_label=_("None"),
                help_text=_("If it closes a gap of the resource map."),
            )  # fmt: skip
        if action and not action.action_item_id:  # otherwise, it stands as its action item does
            fields |= model_fields(PlanAction, ("status", "outcome"))
        super().__init__(*args, fields=fields, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Require a reason if it is dropped."""
        values = super().clean() or self.cleaned_data
        if values.get("status") == PlanAction.Status.DROPPED and not values.get("outcome"):
            self.add_error("outcome", _("Say why it is dropped."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(strategies.ACTION_FACTS)


class AssignForm(forms.Form):
    """The group whose action item a recommended action becomes, who does it, and by when."""

    def __init__(self, *args: Any, plan: SharedPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.current().filter(area=plan.area_id, state=plan.state_id)
        self.fields["group"] = forms.ModelChoiceField(
            groups.order_by("kind", Lower("name"), "pk"), label=_("Group"), empty_label=_("Choose a group"),
            help_text=_("The group that follows it. It reminds whoever does it."),
        )  # fmt: skip
        self.fields["partnership"] = OnePartnerField(
            partners_of_plan(plan), plan=plan, label=_("Organization"), empty_label=_("Choose who does it"),
            help_text=_("Its representatives are told."),
        )  # fmt: skip
        self.fields["due_on"] = forms.DateField(label=_("Due"))
