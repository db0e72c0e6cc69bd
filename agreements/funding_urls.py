"""URLs of budgets of funding agreements."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    # budgets: begin, edit, adopt
    # pools, lines, payers
    # bases and counts
    # shares: the table, explained figures, what if
    # import and export
    # statements of partners, exhibit
    # contributions, funding sources, braided plans
    # invoices to partners
    # reconciliation
]
