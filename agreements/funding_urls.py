"""URLs of budgets of funding agreements."""

from django.urls import URLPattern, path

from agreements.views import funding_braids, funding_contributions, funding_invoices, funding_sources

urlpatterns: list[URLPattern] = [
    # budgets: begin, edit, adopt
    # pools, lines, payers
    # bases and counts
    # shares: the table, explained figures, what if
    # import and export
    # statements of partners, exhibit
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
]
