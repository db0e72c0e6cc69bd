"""Forms of what a period really cost, of what was really counted, and of corrections of closed periods."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.dollars import DollarsField
from agreements.funding.actuals import LineOfPeriod, PoolOfPeriod
from agreements.models import ActualCost, Adjustment, AllocationBase, BaseCount, CostLine, FundingPeriod, Payer
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from onestop.ui.presentation import money
from partners.models import Partnership

LINES_AT_ONCE = 70  # two fields each, and what they were: far below 300 fields that a person sees
NOT_BLANK = gettext_lazy("An amount that was entered cannot be made blank. Enter 0 if there was no cost.")


def _amount(line: CostLine) -> str:
    return f"amount_{line.pk}"


def _note(line: CostLine) -> str:
    return f"note_{line.pk}"


class CostsForm(ConflictForm):
    """The actual cost of each line of a period, with a note."""

    def __init__(self, *args: Any, pools: Iterable[PoolOfPeriod], **kwargs: Any) -> None:
        self.lines: list[tuple[PoolOfPeriod, LineOfPeriod]] = [(pool, each) for pool in pools for each in pool.lines]
        fields: dict[str, forms.Field] = {}
        for pool, each in self.lines:
            made = model_fields(ActualCost, ("amount", "note"), field_classes={"amount": DollarsField})
            amount, note = made["amount"], made["note"]
            names = {"line": each.line, "pool": pool.pool}
            amount.label = _("%(line)s (%(pool)s)") % names
            amount.required = False
            amount.help_text = _("Budget: %(amount)s") % {"amount": money(each.planned)}
            note.label = _("Note on %(line)s (%(pool)s)") % names
            fields |= {_amount(each.line): amount, _note(each.line): note}
        super().__init__(*args, fields=fields, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse a note without an amount, and an amount that was emptied."""
        data: dict[str, Any] = super().clean() or {}
        for _pool, each in self.lines:
            amount = data.get(_amount(each.line))
            if amount is None and _amount(each.line) not in self.errors:
                if each.cost:
                    self.add_error(_amount(each.line), str(NOT_BLANK))
                elif data.get(_note(each.line)):
                    self.add_error(_amount(each.line), _("Enter the amount as well, or 0."))
        return data

    @property
    def rows(self) -> list[tuple[PoolOfPeriod, list[tuple[LineOfPeriod, Any, Any]]]]:
        """The lines by pool, each with its two fields, as the template shows them."""
        found: dict[int, tuple[PoolOfPeriod, list[tuple[LineOfPeriod, Any, Any]]]] = {}
        for pool, each in self.lines:
            pair = (each, self[_amount(each.line)], self[_note(each.line)])
            found.setdefault(pool.pool.pk, (pool, []))[1].append(pair)
        return list(found.values())

    @property
    def costs(self) -> dict[CostLine, tuple[Decimal, str]]:
        """The amount and the note of each line that the person changed."""
        changed, data = set(self.changed_data), self.cleaned_data
        return {
            each.line: (data[_amount(each.line)], data[_note(each.line)])
            for _pool, each in self.lines
            if {_amount(each.line), _note(each.line)} & changed and data.get(_amount(each.line)) is not None
        }


def costs_of(pools: Iterable[PoolOfPeriod]) -> dict[str, Any]:
    """Return the initial values of the form of actual costs."""
    found: dict[str, Any] = {}
    for pool in pools:
        for each in pool.lines:
            if each.cost:
                found |= {_amount(each.line): each.cost.amount, _note(each.line): each.cost.note}
    return found


class BillForm(forms.Form):
    """The bill for an actual cost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = StoredFileField("agreements.bill", required=False, label=_("Bill"))


# ---------------------------------------------------------------- Counts
def _count(payer: Payer) -> str:
    return f"count_{payer.pk}"


class CountsForm(ConflictForm):
    """What was counted for each partner and one base in a period; blank stays as in the budget."""

    def __init__(
        self,
        *args: Any,
        base: AllocationBase,
        payers: Iterable[Payer],
        planned: Mapping[int, Decimal],
        counted: Mapping[int, Decimal],
        **kwargs: Any,
    ) -> None:
        self.payers, self.counted = list(payers), counted
        fields: dict[str, forms.Field] = {}
        for payer in self.payers:
            field = model_fields(BaseCount, ("value",))["value"]
            field.label, field.required = str(payer), False
            plan = planned.get(payer.pk)
            field.help_text = _("Budget: %(count)s") % {"count": _("none") if plan is None else f"{plan.normalize():f}"}
            fields[_count(payer)] = field
        super().__init__(*args, fields=fields, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse to empty a count that was entered."""
        data: dict[str, Any] = super().clean() or {}
        for payer in self.payers:
            name = _count(payer)
            if data.get(name) is None and name not in self.errors and payer.pk in self.counted:
                words = _("A count that was entered cannot be made blank. Enter the count of the budget.")
                self.add_error(name, words)
        return data

    @property
    def values(self) -> dict[Payer, Decimal]:
        """The counts that the person changed."""
        changed, data = set(self.changed_data), self.cleaned_data
        names = {payer: _count(payer) for payer in self.payers}
        return {payer: data[name] for payer, name in names.items() if name in changed and data[name] is not None}


def counts_of(counted: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Return the initial values of the form of counts."""
    return {f"count_{payer}": value for payer, value in counted.items()}


# ---------------------------------------------------------------- Corrections
class PartnerField(forms.ModelChoiceField):
    """A partner by the name of its organization."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class PeriodField(forms.ModelChoiceField):
    """A period with its program year."""

    def label_from_instance(self, period: Any) -> str:
        return _("%(period)s (%(budget)s)") % {"period": period, "budget": period.budget}


class AdjustmentForm(forms.Form):
    """A correction of a closed period: for whom, how much, why, and in which period it counts."""

    def __init__(self, *args: Any, periods: QuerySet[FundingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = Payer.objects.filter(budget__in=periods.order_by().values("budget"))
        partners = Partnership.objects.filter(pk__in=payers.values("partnership")).select_related("organization")
        self.fields["partnership"] = PartnerField(
            partners.order_by(Lower("organization__name"), "pk"), label=_("Partner"), empty_label=_("Choose a partner")
        )
        self.fields |= model_fields(Adjustment, ("amount", "reason"), field_classes={"amount": DollarsField})
        self.fields["period"] = PeriodField(
            periods, label=_("Counts in"), empty_label=_("Choose a period"),
            help_text=_("The next statement of this period has the correction as a line of its own."),
        )  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return dict(self.cleaned_data)
