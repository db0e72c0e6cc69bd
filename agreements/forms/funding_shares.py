"""What the sheet of shares shows: the year or a period, all centers or one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.funding.sheets import AREA_WIDE, BudgetShares
from onestop.ops.request_numbers import whole_number


class SheetForm(forms.Form):
    """Choose a period and a center. What cannot be read counts as not chosen."""

    def __init__(self, *args: Any, shares: BudgetShares, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = [("", _("The whole year")), *((str(each.number), str(each)) for each in shares.periods)]
        self.fields["period"] = forms.ChoiceField(label=_("Period"), choices=periods, required=False)
        centers = {pool.center_id or AREA_WIDE: str(pool.center or _("Whole area")) for pool in shares.pools.values()}
        named = [("", _("All centers")), *((str(pk), name) for pk, name in centers.items())]
        self.fields["center"] = forms.ChoiceField(label=_("Center"), choices=named, required=False)

    def chosen(self, name: str) -> int | None:
        """Return the number that was chosen, if any."""
        self.is_valid()
        return whole_number(self.cleaned_data.get(name))
