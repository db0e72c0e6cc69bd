"""The forms of cost pools, their costs, and bases."""

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agreements.funding import bases, lines, pools
from agreements.funding.places import centers_of
from agreements.models import AllocationBase, CostLine, CostPool, FundingBudget
from agreements.models.money import NOT_NEGATIVE
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields

WHOLE_AREA = _("The whole area")


def _center_field(budget: FundingBudget, help_text: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        centers_of(budget.agreement), label=_("Center"), required=False, empty_label=WHOLE_AREA, help_text=help_text
    )


class PoolForm(ConflictForm):
    """The name of a pool, its category, its center, and the base by which it is shared."""

    def __init__(self, *args: Any, budget: FundingBudget, **kwargs: Any) -> None:
        fields = model_fields(CostPool, ("name", "category"))
        fields["category"].help_text = _(
            "Infrastructure costs are nonpersonnel costs of running the center (20 CFR 678.700). Staff belong to "
            "career services or shared services (20 CFR 678.760)."
        )
        rows = budget.bases.current().order_by(Lower("name"), "pk")
        fields["center"] = _center_field(budget, _("Only partners that take part in a center pay for it."))
        fields["base"] = forms.ModelChoiceField(rows, label=_("Shared by"), empty_label=_("Choose a base"))
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(pools.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(pools.FACTS)


class CostLineForm(ConflictForm):
    """One cost: its kind, name, amount, how often it comes, from and until when, and its increase a year."""

    def __init__(self, *args: Any, pool: CostPool, **kwargs: Any) -> None:
        fields = model_fields(CostLine, lines.FACTS)
        if pool.category == CostPool.Category.INFRASTRUCTURE:
            fields["item"].help_text = _(
                "Nonpersonnel costs only (20 CFR 678.700). Record personnel in a pool of career services or of shared "
                "services."
            )
        fields["first_on"].help_text = _("Only if not the whole year. For a cost that comes once: a day in its month.")
        fields["escalator"].help_text = _("The amount grows by this each year, such as 3 for a rent that rises 3%.")
        super().__init__(*args, fields=fields, **kwargs)
        for name in ("escalator", "escalated"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Return the facts; a blank increase is none."""
        facts = super().clean() or self.cleaned_data
        for name in ("escalator", "escalated"):
            if name in facts and facts[name] is None:
                facts[name] = getattr(CostLine(), name)
        return facts

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(lines.FACTS)


class ChangeCostForm(forms.Form):
    """From which month on a cost changes, and to what."""

    on = forms.DateField(label=_("From"), help_text=_("The first day of a month."))
    amount = forms.DecimalField(label=_("New amount"), max_digits=14, decimal_places=2, validators=[NOT_NEGATIVE])
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class BaseForm(ConflictForm):
    """The name of a base, what is counted, where, and how a common area is shared."""

    def __init__(self, *args: Any, budget: FundingBudget, **kwargs: Any) -> None:
        fields = model_fields(AllocationBase, ("name", "kind", "common", "common_by", "note"))
        fields["center"] = _center_field(budget, _("Space is counted for each center."))
        fields["common_by"].required = False
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(bases.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        facts = self.only(bases.FACTS)
        if not facts.get("common_by"):
            facts["common_by"] = AllocationBase.CommonBy.OWN
        return facts
