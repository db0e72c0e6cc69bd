"""What the page of a partner shows of agreements: those to which it is a party, what it owes, buys and pays."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.funding.budget_totals import shares_of_payers
from agreements.models import Agreement, Party, Payer
from agreements.purchasing.listing import with_sums
from agreements.responsibilities.reading import owed, responsibilities_of
from agreements.tables.agreements import last_day_of
from agreements.tables.cost_shares import standing_of_budget
from agreements.terms.standings import standing_of
from partners.models import Partnership
from partners.network.panels import Panel, register_panel


def _agreements_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the agreements of a partner that a person may see, newest first, and its promises; five queries."""
    parties = Party.objects.current().filter(partnership=partnership)
    rows = Agreement.objects.visible_to(user).filter(pk__in=parties.values("agreement")).with_terms()
    promises = owed(today).visible_to(user).filter(party__partnership=partnership)
    responsibilities = responsibilities_of(promises.order_by("agreement__number", "kind", "pk"), today=today)
    return {
        "partnership": partnership,
        "agreements": [
            (agreement, standing_of(agreement, today), last_day_of(agreement))
            for agreement in rows.order_by("-effective_on", "number")
        ],
        "responsibilities": responsibilities,
        "broken": sum(each.judgment.is_broken for each in responsibilities),
    }


def _cost_shares_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the budgets by which a partner pays and that a person may see, newest first; two queries."""
    rows = Payer.objects.current().visible_to(user).filter(partnership=partnership).select_related("budget__agreement")
    payers = list(rows.order_by("-budget__first_on", "budget__agreement__number", "pk"))
    shares = shares_of_payers(payers)
    return {
        "partnership": partnership,
        "lines": [(payer, standing_of_budget(payer.budget), shares.get(payer.pk)) for payer in payers],
    }


register_panel(Panel("agreements", _("Agreements"), "agreements/_partner_panel.html", _agreements_of))


def _purchases_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return what a partner buys and provides, newest first, and whether it buys; one query."""
    is_side = Q(purchase_terms__purchaser__partnership=partnership) | Q(
        purchase_terms__provider__partnership=partnership
    )
    visible = Agreement.objects.visible_to(user).filter(is_side, kind=Agreement.Kind.PURCHASE)
    sides = [f"purchase_terms__{side}__partnership__organization" for side in ("purchaser", "provider")]
    rows = with_sums(visible, today).select_related(*sides).order_by("-effective_on", "number")
    return {
        "purchases": [
            (agreement, agreement.purchase_terms.purchaser.partnership_id == partnership.pk) for agreement in rows
        ]
    }


register_panel(Panel("purchases", _("Purchases of service"), "agreements/purchases/_partner_panel.html", _purchases_of))
register_panel(Panel("cost-shares", _("Cost shares"), "agreements/funding/_partner_panel.html", _cost_shares_of))
