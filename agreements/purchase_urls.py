"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern, path

from agreements.views import money_approvers, purchase_authorizations, purchase_lines, purchase_terms

urlpatterns: list[URLPattern] = [
    # the right to approve money
    path("areas/<slug:slug>/money-approvers/", money_approvers.money_approvers, name="money_approvers"),
    path("areas/<slug:slug>/money-approvers/add/", money_approvers.money_approver_add, name="money_approver_add"),
    path("money-approvers/<int:pk>/withdraw/", money_approvers.money_approver_withdraw, name="money_approver_withdraw"),
    # purchases of an area
    # terms: lines, rates, milestones, report duties, ceilings
    path("agreements/<int:pk>/purchase/terms/", purchase_terms.purchase_terms, name="purchase_terms"),
    path("agreements/<int:pk>/purchase/terms/edit/", purchase_terms.purchase_terms_edit, name="purchase_terms_edit"),
    path("agreements/<int:pk>/purchase/ceiling/", purchase_terms.ceiling_change, name="ceiling_change"),
    path("service-lines/<int:pk>/ceiling/", purchase_terms.line_ceiling_change, name="line_ceiling_change"),
    path("agreements/<int:pk>/purchase/lines/add/", purchase_lines.service_line_add, name="service_line_add"),
    path("service-lines/<int:pk>/edit/", purchase_lines.service_line_edit, name="service_line_edit"),
    path("service-lines/<int:pk>/remove/", purchase_lines.service_line_remove, name="service_line_remove"),
    path("service-lines/<int:pk>/restore/", purchase_lines.service_line_restore, name="service_line_restore"),
    path("service-lines/<int:pk>/milestones/", purchase_lines.milestone_plan_edit, name="milestone_plan_edit"),
    path("service-lines/<int:pk>/rates/add/", purchase_lines.rate_add, name="rate_add"),
    path("service-rates/<int:pk>/", purchase_lines.rate_detail, name="rate_detail"),
    path("service-rates/<int:pk>/remove/", purchase_lines.rate_remove, name="rate_remove"),
    path("agreements/<int:pk>/purchase/duties/add/", purchase_terms.report_duty_add, name="report_duty_add"),
    path("report-duties/<int:pk>/edit/", purchase_terms.report_duty_edit, name="report_duty_edit"),
    path("report-duties/<int:pk>/remove/", purchase_terms.report_duty_remove, name="report_duty_remove"),
    path("report-duties/<int:pk>/restore/", purchase_terms.report_duty_restore, name="report_duty_restore"),
    # authorizations
    path("agreements/<int:pk>/authorizations/", purchase_authorizations.authorization_list, name="authorization_list"),
    path(
        "agreements/<int:pk>/authorizations/add/", purchase_authorizations.authorization_add, name="authorization_add"
    ),
    path("authorizations/<int:pk>/", purchase_authorizations.authorization_detail, name="authorization_detail"),
    path("authorizations/<int:pk>/amend/", purchase_authorizations.authorization_amend, name="authorization_amend"),
    path("authorizations/<int:pk>/close/", purchase_authorizations.authorization_close, name="authorization_close"),
    path("authorizations/<int:pk>/cancel/", purchase_authorizations.authorization_cancel, name="authorization_cancel"),
    path(
        "authorizations/<int:pk>/reissue/", purchase_authorizations.authorization_reissue, name="authorization_reissue"
    ),
    # deliveries and reports
    # invoices
    # exceptions
    # the ledger
    path("agreements/<int:pk>/purchase/", purchase_terms.purchase_detail, name="purchase_detail"),
]
