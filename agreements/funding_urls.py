"""URLs of budgets of funding agreements."""

from django.urls import URLPattern, path

from agreements.views import funding_actuals, funding_reconciliation, funding_statements

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
    path("budgets/<int:pk>/reconciliation/", funding_reconciliation.reconciliation, name="reconciliation"),
    path("periods/<int:pk>/", funding_reconciliation.period_detail, name="period_detail"),
    path("periods/<int:pk>/actual-cost/", funding_actuals.actuals_edit, name="actuals_edit"),
    path("periods/<int:pk>/counts/<int:base>/", funding_actuals.actual_counts_edit, name="actual_counts_edit"),
    path("periods/<int:pk>/statements/send/", funding_reconciliation.period_issue, name="period_issue"),
    path("periods/<int:pk>/close/", funding_reconciliation.period_close, name="period_close"),
    path("periods/<int:pk>/corrections/add/", funding_actuals.adjustment_add, name="adjustment_add"),
    path("actual-costs/<int:pk>/bill/", funding_actuals.actual_bill, name="actual_bill"),
    path("statements/<int:pk>/", funding_statements.statement_detail, name="statement_detail"),
    path("statements/<int:pk>/agree/", funding_statements.statement_agree, name="statement_agree"),
    path("statements/<int:pk>/dispute/", funding_statements.statement_dispute, name="statement_dispute"),
    path("disputes/<int:pk>/decide/", funding_statements.dispute_decide, name="dispute_decide"),
]
