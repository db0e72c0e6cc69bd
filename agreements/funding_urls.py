"""URLs of budgets of funding agreements."""

from django.urls import URLPattern, path

from agreements.views import cost_shares, funding_partner_years, funding_shares, funding_what_if

urlpatterns: list[URLPattern] = [
    # budgets: begin, edit, adopt
    # pools, lines, payers
    # bases and counts
    # shares: the table, explained figures, what if
    path("areas/<slug:slug>/cost-shares/", cost_shares.cost_shares, name="cost_shares"),
    path("budgets/<int:pk>/", funding_shares.budget_detail, name="budget_detail"),
    path("budgets/<int:pk>/shares/<int:pool_pk>/", funding_shares.pool_explain, name="pool_explain"),
    path("budgets/<int:pk>/shares/<int:pool_pk>/<int:payer_pk>/", funding_shares.share_explain, name="share_explain"),
    path("budgets/<int:pk>/what-if/", funding_what_if.what_if, name="what_if"),
    path("budgets/<int:pk>/what-if/adopt/", funding_what_if.what_if_adopt, name="what_if_adopt"),
    # import and export
    # statements of partners, exhibit
    path("budgets/<int:pk>/payers/<int:payer_pk>/", funding_partner_years.payer_statement, name="payer_statement"),
    path(
        "budgets/<int:pk>/payers/<int:payer_pk>/pdf/",
        funding_partner_years.payer_statement_pdf,
        name="payer_statement_pdf",
    ),
    # contributions, funding sources, braided plans
    # invoices to partners
    # reconciliation
]
