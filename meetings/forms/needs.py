"""Forms of the resource map: a need, what a partner meets of it, and an action that closes its hole."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models import Need, NeedMet, PlanAction
from meetings.needs import answers, needs
from meetings.plans.from_needs import strategies_of
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea, Partnership, Program, Service

LABELS = {
    "name": _("Need"),
    "groups_served": _("Whose need it is"),
    "kind": _("Kind of need"),
    "note": _("What is known about it"),
}
MET_LABELS = {"extent": _("How far"), "source": _("Other funding source"), "note": _("Limits")}


class NeedForm(ConflictForm):
    """A need of the map."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = ("name", "kind", "groups_served", "note")
        super().__init__(*args, fields=model_fields(Need, names, labels=LABELS), **kwargs)
        self.fields["note"].widget.attrs["rows"] = 4

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(needs.FACTS)


class NeedMetForm(ConflictForm):
    """What a partner meets of a need: whose line it is, is chosen only if the person can choose."""

    def __init__(self, *args: Any, partners: Sequence[Partnership], is_new: bool = True, **kwargs: Any) -> None:
        fields: dict[str, forms.Field] = {}
        self.only_partner = partners[0] if len(partners) == 1 else None
        if is_new and not self.only_partner:
            fields["partnership"] = forms.ModelChoiceField(
                _by_name(partners), label=_("Partner"), empty_label=_("Choose a partner")
            )
        fields |= model_fields(NeedMet, ("extent",), labels=MET_LABELS)
        fields["program"] = forms.ModelChoiceField(
            Program.objects.order_by("position"), required=False, label=_("Program that pays"),
            empty_label=_("No program"),
        )  # fmt: skip
        fields |= model_fields(NeedMet, ("source",), labels=MET_LABELS)
        if self.only_partner:
            own = Service.objects.current().filter(partnership=self.only_partner).order_by(Lower("name"), "pk")
            fields["service"] = forms.ModelChoiceField(
                own, required=False, label=_("Service"), empty_label=_("No service of the directory")
            )
        fields |= model_fields(NeedMet, ("note",), labels=MET_LABELS)
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(answers.FACTS)

    @property
    def partner(self) -> Partnership | None:
        """The partner that meets the need."""
        return self.only_partner or self.cleaned_data.get("partnership")


class RecommendForm(forms.Form):
    """An action of the plan that is to close the hole of a need."""

    def __init__(self, *args: Any, area: LocalArea, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = strategies_of(area) & strategies_of(area).visible_to(user)
        found = rows.select_related("goal__plan").order_by("goal__plan__first_on", "goal__position", "position", "pk")
        self.fields["strategy"] = StrategyField(found, label=_("Strategy"), empty_label=_("Choose a strategy"))
        self.fields |= model_fields(PlanAction, ("text",))
        self.fields["text"].label = _("Recommended action")
        here = Partnership.objects.current().filter(area=area).select_related("organization")
        self.fields["partnership"] = forms.ModelChoiceField(
            here.order_by(Lower("organization__name"), "pk"), required=False, label=_("Partner"),
            empty_label=_("Not decided yet"),
        )  # fmt: skip
        self.fields["due_on"] = forms.DateField(required=False, label=_("Due"))


class StrategyField(forms.ModelChoiceField):
    """A strategy, named with its goal."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the goal and the strategy."""
        return f"{obj.goal.name}: {obj.name}"


def _by_name(partners: Sequence[Partnership]) -> Any:
    rows = Partnership.objects.filter(pk__in=[each.pk for each in partners]).select_related("organization")
    return rows.order_by(Lower("organization__name"), "pk")
