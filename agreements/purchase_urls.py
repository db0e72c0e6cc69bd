"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern, path

from agreements.views import purchases

urlpatterns: list[URLPattern] = [
    # the right to approve money
    # purchases of an area
    path("areas/<slug:slug>/purchases/", purchases.purchase_list, name="purchase_list"),
    # terms: lines, rates, milestones, report duties, ceilings
    # authorizations
    # deliveries and reports
    # invoices
    # exceptions
    # the ledger
    path("agreements/<int:pk>/purchase/", purchases.purchase_detail, name="purchase_detail"),
]
