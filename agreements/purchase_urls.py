"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern, path

from agreements.views import (
    purchase_deliveries,
    purchase_invoices,
    purchase_reports,
    purchase_stubs,
)

urlpatterns: list[URLPattern] = [
    # the right to approve money
    # purchases of an area
    # terms: lines, rates, milestones, report duties, ceilings
    # authorizations
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
    path("invoices/<int:pk>/submit/", purchase_invoices.invoice_submit, name="invoice_submit"),
    path("invoices/<int:pk>/delete/", purchase_invoices.invoice_delete, name="invoice_delete"),
    path("invoices/<int:pk>/approve/", purchase_invoices.invoice_approve, name="invoice_approve"),
    path("invoices/<int:pk>/reject/", purchase_invoices.invoice_reject, name="invoice_reject"),
    path("invoices/<int:pk>/pay/", purchase_invoices.invoice_pay, name="invoice_pay"),
    # exceptions
    path("agreements/<int:pk>/exceptions/add/", purchase_invoices.ceiling_exception_add, name="ceiling_exception_add"),
    # the ledger
    path("agreements/<int:pk>/purchase/", purchase_stubs.purchase_detail, name="purchase_detail"),
    path("authorizations/<int:pk>/", purchase_stubs.authorization_detail, name="authorization_detail"),
]
