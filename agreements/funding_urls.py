"""URLs of budgets of funding agreements."""

from django.urls import URLPattern, path

from agreements.views import funding_import, funding_papers

urlpatterns: list[URLPattern] = [
    # budgets: begin, edit, adopt
    # pools, lines, payers
    # bases and counts
    # shares: the table, explained figures, what if
    # import and export
    path("agreements/<int:pk>/budgets/import/", funding_import.budget_import, name="budget_import"),
    path("agreements/<int:pk>/budgets/import/check/", funding_import.budget_import_check, name="budget_import_check"),
    path("budgets/<int:pk>/workbook/", funding_papers.budget_workbook, name="budget_workbook"),
    path("budgets/<int:pk>/shares.csv", funding_papers.budget_csv, name="budget_csv"),
    # statements of partners, exhibit
    path("budgets/<int:pk>/exhibit/", funding_papers.exhibit_ask, name="exhibit_ask"),
    # contributions, funding sources, braided plans
    # invoices to partners
    # reconciliation
]
