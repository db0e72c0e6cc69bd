"""Forms of changes to try: a partner leaves, a count or a cost changes, a pool gets another base; adoption."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.funding.sheets import BudgetShares
from agreements.funding.what_if import (
    ALL_POOLS,
    DECIMALS,
    LEAST_PERCENT,
    MOST_COUNT,
    MOST_PERCENT,
    Leave,
    Rebase,
    Recount,
    Rise,
    Tried,
    makes_sense,
)
from agreements.models import AllocationBase
from onestop.editing.long_texts import LongTextField
from onestop.ops.request_numbers import whole_number


class TryForm(forms.Form):
    """A change to a budget. It is checked against the plan: it must be about what can still change."""

    kind = ""

    def __init__(
        self, *args: Any, shares: BudgetShares, bases: Mapping[int, AllocationBase], first_open: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": f"{self.kind}_%s", **kwargs})
        self.shares, self.first_open = shares, first_open
        self.build(bases)

    def build(self, bases: Mapping[int, AllocationBase]) -> None:
        """Add the fields."""
        raise NotImplementedError

    def change(self) -> Tried:
        """Return the change of a form whose fields are valid."""
        raise NotImplementedError

    def choose(self, name: str, label: Any, rows: Mapping[int, Any], missing: Any, first: Any = None) -> None:
        """Add a choice among rows by id."""
        choices: list[tuple[str, Any]] = [("", first or _("Choose"))] if first is None else [("0", first)]
        choices += [(str(pk), str(row)) for pk, row in rows.items()]
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, error_messages={"required": missing})

    def choose_period(self) -> None:
        """Add the choice of the first period that a change is about."""
        periods = {each.number: each for each in self.shares.periods if each.number >= self.first_open}
        self.fields["first"] = forms.ChoiceField(
            label=_("From"), choices=[(str(number), str(each)) for number, each in periods.items()]
        )

    def number(self, name: str) -> int:
        """Return a chosen id or number."""
        return whole_number(self.cleaned_data[name]) or 0

    def clean(self) -> dict[str, Any]:
        """Refuse a change that a plan cannot have."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not makes_sense(self.change(), self.shares.plan, first_open=self.first_open):
            self.add_error(None, self.refusal())
        return given

    def refusal(self) -> Any:
        """Return why a change makes no sense."""
        return _("This change does not fit the budget. Choose again.")


class LeaveForm(TryForm):
    """A partner leaves."""

    kind = "leave"

    def build(self, bases: Mapping[int, AllocationBase]) -> None:
        payers = {pk: payer for pk, payer in self.shares.payers.items() if not payer.is_archived}
        self.choose("payer", _("Partner"), payers, _("Choose a partner."))
        self.fields["on"] = forms.DateField(
            label=_("First day that it does not pay"),
            error_messages={"required": _("Enter the day.")},
        )

    def change(self) -> Leave:
        return Leave(self.number("payer"), self.cleaned_data["on"])

    def refusal(self) -> Any:
        return _("Choose a day in a period that is still open, after the partner began to pay.")


class CountForm(TryForm):
    """A partner has another count."""

    kind = "count"

    def build(self, bases: Mapping[int, AllocationBase]) -> None:
        payers = {pk: payer for pk, payer in self.shares.payers.items() if not payer.is_archived}
        self.choose("payer", _("Partner"), payers, _("Choose a partner."))
        self.choose(
            "base", _("Base"), {pk: base for pk, base in bases.items() if not base.is_equal}, _("Choose a base.")
        )
        self.fields["value"] = forms.DecimalField(
            label=_("New count"),
            min_value=Decimal(0),
            max_value=MOST_COUNT,
            decimal_places=2,
            error_messages={"required": _("Enter the new count.")},
        )
        self.choose_period()

    def change(self) -> Recount:
        given = self.cleaned_data
        return Recount(self.number("base"), self.number("payer"), given["value"], self.number("first"))


class RiseForm(TryForm):
    """Costs rise or fall."""

    kind = "rise"

    def build(self, bases: Mapping[int, AllocationBase]) -> None:
        pools = {pk: pool for pk, pool in self.shares.pools.items() if not pool.is_archived}
        self.choose("pool", _("Pool"), pools, _("Choose a pool."), first=_("All pools"))
        self.fields["percent"] = forms.DecimalField(
            label=_("Change in percent"),
            min_value=LEAST_PERCENT,
            max_value=MOST_PERCENT,
            decimal_places=DECIMALS,
            help_text=_("Less than zero if the cost falls."),
            error_messages={"required": _("Enter a percent.")},
        )
        self.choose_period()

    def change(self) -> Rise:
        return Rise(self.number("pool") or ALL_POOLS, self.cleaned_data["percent"], self.number("first"))


class BaseForm(TryForm):
    """A pool is shared by another base."""

    kind = "base"

    def build(self, bases: Mapping[int, AllocationBase]) -> None:
        pools = {pk: pool for pk, pool in self.shares.pools.items() if not pool.is_archived}
        self.choose("pool", _("Pool"), pools, _("Choose a pool."))
        self.choose("base", _("Shared by"), bases, _("Choose a base."))

    def change(self) -> Rebase:
        return Rebase(self.number("pool"), self.number("base"))


TRY_FORMS: tuple[tuple[type[TryForm], Any], ...] = (
    (LeaveForm, _("A partner leaves")),
    (CountForm, _("A count changes")),
    (RiseForm, _("A cost rises or falls")),
    (BaseForm, _("A pool gets another base")),
)


class AdoptForm(forms.Form):
    """Why changes are adopted."""

    reason = LongTextField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("It is added to the method in words, with the day and the changes."),
        error_messages={"required": _("Enter the reason. It becomes part of the method in words.")},
    )
