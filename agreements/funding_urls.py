"""URLs of budgets of funding agreements."""

from django.urls import URLPattern, path

from agreements.views import (
    cost_shares,
    funding_actuals,
    funding_braids,
    funding_budgets,
    funding_contributions,
    funding_count_requests,
    funding_counts,
    funding_import,
    funding_invoices,
    funding_papers,
    funding_payers,
    funding_pools,
    funding_reconciliation,
    funding_shares,
    funding_sources,
    funding_statements,
    funding_what_if,
    payer_statements,
)
from agreements.views import cost_shares, funding_partner_years, funding_shares, funding_what_if

urlpatterns: list[URLPattern] = [
    # budgets: begin, edit, adopt
    path("agreements/<int:pk>/budgets/", funding_budgets.budget_list, name="budget_list"),
    path("agreements/<int:pk>/budgets/add/", funding_budgets.budget_add, name="budget_add"),
    path("budgets/<int:pk>/setup/", funding_budgets.budget_setup, name="budget_setup"),
    path("budgets/<int:pk>/edit/", funding_budgets.budget_edit, name="budget_edit"),
    path("budgets/<int:pk>/adopt/", funding_budgets.budget_adopt, name="budget_adopt"),
    path("budgets/<int:pk>/delete/", funding_budgets.budget_delete, name="budget_delete"),
    # pools, lines, payers
    path("budgets/<int:pk>/pools/add/", funding_pools.pool_add, name="pool_add"),
    path("cost-pools/<int:pk>/edit/", funding_pools.pool_edit, name="pool_edit"),
    path("cost-pools/<int:pk>/remove/", funding_pools.pool_remove, name="pool_remove"),
    path("cost-pools/<int:pk>/restore/", funding_pools.pool_restore, name="pool_restore"),
    path("cost-pools/<int:pk>/costs/add/", funding_pools.cost_line_add, name="cost_line_add"),
    path("costs/<int:pk>/edit/", funding_pools.cost_line_edit, name="cost_line_edit"),
    path("costs/<int:pk>/change/", funding_pools.cost_line_change, name="cost_line_change"),
    path("costs/<int:pk>/remove/", funding_pools.cost_line_remove, name="cost_line_remove"),
    path("costs/<int:pk>/restore/", funding_pools.cost_line_restore, name="cost_line_restore"),
    path("budgets/<int:pk>/payers/add/", funding_payers.payer_add, name="payer_add"),
    path("payers/<int:pk>/edit/", funding_payers.payer_edit, name="payer_edit"),
    path("payers/<int:pk>/remove/", funding_payers.payer_remove, name="payer_remove"),
    path("payers/<int:pk>/restore/", funding_payers.payer_restore, name="payer_restore"),
    # bases and counts
    path("budgets/<int:pk>/bases/add/", funding_pools.base_add, name="base_add"),
    path("bases/<int:pk>/edit/", funding_pools.base_edit, name="base_edit"),
    path("bases/<int:pk>/remove/", funding_pools.base_remove, name="base_remove"),
    path("bases/<int:pk>/restore/", funding_pools.base_restore, name="base_restore"),
    path("budgets/<int:pk>/counts/", funding_counts.counts, name="counts"),
    path("bases/<int:pk>/counts/", funding_counts.counts_of_base, name="counts_of_base"),
    path("payers/<int:pk>/counts/", funding_counts.counts_of_payer, name="counts_of_payer"),
    path("budgets/<int:pk>/counts/ask/", funding_count_requests.count_request_add, name="count_request_add"),
    path("count-requests/<int:pk>/", funding_count_requests.count_request_detail, name="count_request_detail"),
    # shares: the table, explained figures, what if
    path("budgets/<int:pk>/", funding_budgets.budget_setup, name="budget_detail"),
    path("areas/<slug:slug>/cost-shares/", cost_shares.cost_shares, name="cost_shares"),
    path("budgets/<int:pk>/", funding_shares.budget_detail, name="budget_detail"),
    path("budgets/<int:pk>/shares/<int:pool_pk>/", funding_shares.pool_explain, name="pool_explain"),
    path("budgets/<int:pk>/shares/<int:pool_pk>/<int:payer_pk>/", funding_shares.share_explain, name="share_explain"),
    path("budgets/<int:pk>/what-if/", funding_what_if.what_if, name="what_if"),
    path("budgets/<int:pk>/what-if/adopt/", funding_what_if.what_if_adopt, name="what_if_adopt"),
    # import and export
    path("agreements/<int:pk>/budgets/import/", funding_import.budget_import, name="budget_import"),
    path("agreements/<int:pk>/budgets/import/check/", funding_import.budget_import_check, name="budget_import_check"),
    path("budgets/<int:pk>/workbook/", funding_papers.budget_workbook, name="budget_workbook"),
    path("budgets/<int:pk>/shares.csv", funding_papers.budget_csv, name="budget_csv"),
    # statements of partners, exhibit
<<<<<<< ours
    path("budgets/<int:pk>/payers/<int:payer_pk>/", payer_statements.payer_statement, name="payer_statement"),
||||||| base
    path("budgets/<int:pk>/payers/<int:payer_pk>/", funding_statements.payer_statement, name="payer_statement"),
=======
    path("budgets/<int:pk>/payers/<int:payer_pk>/", funding_partner_years.payer_statement, name="payer_statement"),
>>>>>>> theirs
    path(
        "budgets/<int:pk>/payers/<int:payer_pk>/pdf/",
<<<<<<< ours
        payer_statements.payer_statement_pdf,
||||||| base
        funding_statements.payer_statement_pdf,
=======
        funding_partner_years.payer_statement_pdf,
>>>>>>> theirs
        name="payer_statement_pdf",
    ),
    path("budgets/<int:pk>/exhibit/", funding_papers.exhibit_ask, name="exhibit_ask"),
    # contributions, funding sources, braided plans
    path("budgets/<int:pk>/contributions/", funding_contributions.contribution_list, name="contribution_list"),
    path("budgets/<int:pk>/contributions/add/", funding_contributions.contribution_add, name="contribution_add"),
    path("contributions/<int:pk>/", funding_contributions.contribution_detail, name="contribution_detail"),
    path("contributions/<int:pk>/edit/", funding_contributions.contribution_edit, name="contribution_edit"),
    path("contributions/<int:pk>/accept/", funding_contributions.contribution_accept, name="contribution_accept"),
    path("contributions/<int:pk>/decline/", funding_contributions.contribution_refuse, name="contribution_refuse"),
    path("contributions/<int:pk>/remove/", funding_contributions.contribution_remove, name="contribution_remove"),
    path("contributions/<int:pk>/restore/", funding_contributions.contribution_restore, name="contribution_restore"),
    path("payers/<int:pk>/sources/", funding_sources.source_list, name="source_list"),
    path("payers/<int:pk>/sources/edit/", funding_sources.source_edit, name="source_edit"),
    path("agreements/<int:pk>/braided/", funding_braids.braid_list, name="braid_list"),
    path("agreements/<int:pk>/braided/add/", funding_braids.braid_add, name="braid_add"),
    path("braided/<int:pk>/", funding_braids.braid_detail, name="braid_detail"),
    path("braided/<int:pk>/edit/", funding_braids.braid_edit, name="braid_edit"),
    path("braided/<int:pk>/remove/", funding_braids.braid_remove, name="braid_remove"),
    path("braided/<int:pk>/restore/", funding_braids.braid_restore, name="braid_restore"),
    # invoices to partners
    path("budgets/<int:pk>/invoices/", funding_invoices.funding_invoice_list, name="funding_invoice_list"),
    path("budgets/<int:pk>/invoices/issue/", funding_invoices.funding_invoices_issue, name="funding_invoices_issue"),
    path("funding-invoices/<int:pk>/", funding_invoices.funding_invoice_detail, name="funding_invoice_detail"),
    path("funding-invoices/<int:pk>/void/", funding_invoices.funding_invoice_void, name="funding_invoice_void"),
    path("funding-invoices/<int:pk>/payments/add/", funding_invoices.payment_add, name="payment_add"),
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
