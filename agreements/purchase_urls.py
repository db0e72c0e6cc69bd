"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern, path

from agreements.views import (
    money_approvers,
    purchase_authorizations,
    purchase_deliveries,
    purchase_invoices,
    purchase_lines,
    purchase_reports,
    purchase_terms,
    purchases,
)

urlpatterns: list[URLPattern] = [
    # the right to approve money
    path("areas/<slug:slug>/money-approvers/", money_approvers.money_approvers, name="money_approvers"),
    path("areas/<slug:slug>/money-approvers/add/", money_approvers.money_approver_add, name="money_approver_add"),
    path("money-approvers/<int:pk>/withdraw/", money_approvers.money_approver_withdraw, name="money_approver_withdraw"),
    # purchases of an area
    path("areas/<slug:slug>/purchases/", purchases.purchase_list, name="purchase_list"),
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
    path("authorizations/<int:pk>/reopen/", purchase_authorizations.authorization_reopen, name="authorization_reopen"),
    path("authorizations/<int:pk>/cancel/", purchase_authorizations.authorization_cancel, name="authorization_cancel"),
    path(
        "authorizations/<int:pk>/reissue/", purchase_authorizations.authorization_reissue, name="authorization_reissue"
    ),
    # deliveries and reports
    path("agreements/<int:pk>/deliveries/", purchase_deliveries.delivery_list, name="delivery_list"),
    path("agreements/<int:pk>/deliveries/choose/", purchase_deliveries.delivery_choose, name="delivery_choose"),
    path("authorizations/<int:pk>/deliveries/add/", purchase_deliveries.delivery_add, name="delivery_add"),
    path("authorizations/<int:pk>/milestones/reach/", purchase_deliveries.step_reach, name="step_reach"),
    path("deliveries/<int:pk>/withdraw/", purchase_deliveries.delivery_withdraw, name="delivery_withdraw"),
    path("deliveries/<int:pk>/correct/", purchase_deliveries.delivery_correct, name="delivery_correct"),
    path("agreements/<int:pk>/reports/", purchase_reports.report_list, name="report_list"),
    path("reports/<int:pk>/", purchase_reports.report_detail, name="report_detail"),
    path("reports/<int:pk>/send/", purchase_reports.report_send, name="report_send"),
    path("reports/<int:pk>/accept/", purchase_reports.report_accept, name="report_accept"),
    path("reports/<int:pk>/return/", purchase_reports.report_return, name="report_return"),
    path("reports/<int:pk>/excuse/", purchase_reports.report_excuse, name="report_excuse"),
    # invoices
    path("agreements/<int:pk>/invoices/", purchase_invoices.invoice_list, name="invoice_list"),
    path("agreements/<int:pk>/invoices/add/", purchase_invoices.invoice_add, name="invoice_add"),
    path("agreements/<int:pk>/invoices/pay/", purchase_invoices.invoices_pay, name="invoices_pay"),
    path("invoices/<int:pk>/", purchase_invoices.invoice_detail, name="invoice_detail"),
    path("invoices/<int:pk>/pdf/", purchase_invoices.invoice_pdf, name="invoice_pdf"),
    path("invoices/<int:pk>/submit/", purchase_invoices.invoice_submit, name="invoice_submit"),
    path("invoices/<int:pk>/take-back/", purchase_invoices.invoice_take_back, name="invoice_take_back"),
    path("invoices/<int:pk>/delete/", purchase_invoices.invoice_delete, name="invoice_delete"),
    path("invoices/<int:pk>/approve/", purchase_invoices.invoice_approve, name="invoice_approve"),
    path("invoices/<int:pk>/reject/", purchase_invoices.invoice_reject, name="invoice_reject"),
    path("invoices/<int:pk>/pay/", purchase_invoices.invoice_pay, name="invoice_pay"),
    # exceptions
    path("agreements/<int:pk>/exceptions/add/", purchase_invoices.ceiling_exception_add, name="ceiling_exception_add"),
    # the ledger
    path("agreements/<int:pk>/purchase/", purchases.purchase_detail, name="purchase_detail"),
]
