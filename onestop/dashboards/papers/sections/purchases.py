"""Purchase of service: what was authorized, delivered and paid, and what is left."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from agreements.purchasing.listing import with_sums
from agreements.terms.standings import standing_of
from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.presentation import money
from partners.models import LocalArea

LABEL = gettext_lazy("Purchase of service")
HELP = gettext_lazy("What partners buy from each other: authorized, delivered, paid, and left.")


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; one query."""
    bought = Agreement.objects.of(area).filter(kind=Agreement.Kind.PURCHASE, status=Agreement.Status.EXECUTED)
    sides = [f"purchase_terms__{side}__partnership__organization" for side in ("purchaser", "provider")]
    found = with_sums(bought.with_terms(), today).select_related(*sides).order_by("number", "pk")
    rows = [row for row in found if standing_of(row, today).holds]
    left = sum((row.left for row in rows), Decimal(0))
    waiting = sum(row.waiting for row in rows)
    late = sum(row.late for row in rows)
    sentences = [_("No purchase of service is in force.")]
    if rows:
        facts = {"left": money(left, "whole"), "waiting": waiting, "late": late}
        words = _("%(left)s of what was authorized are left. Invoices to approve: %(waiting)d. Reports late: %(late)d.")
        sentences = [words % facts]
    return Section(
        str(_("Purchase of service")),
        sentences,
        [
            Table(
                _("Purchases of service"),
                [_("Agreement"), _("Between"), _("Authorized"), _("Delivered"), _("Paid"), _("Left")],
                [
                    Row(
                        [
                            str(row),
                            _between(row),
                            money(row.authorized),
                            money(row.delivered),
                            money(row.paid),
                            money(row.left),
                        ],
                        row.get_absolute_url(),
                    )
                    for row in rows
                ],
                frozenset({2, 3, 4, 5}),
            )
        ],
        why=_("Money that partners pay each other for services. What is not authorized cannot be delivered."),
        url=reverse("agreements:purchase_list", args=[area.slug]),
        source=_("All purchases"),
    )


def _between(row: Any) -> str:
    """Return who buys from whom; the terms of an agreement that was recorded from paper may not be entered yet."""
    terms = getattr(row, "purchase_terms", None)
    if terms is None:
        return _("Not recorded yet")
    return _("%(purchaser)s buys from %(provider)s") % {"purchaser": terms.purchaser, "provider": terms.provider}
