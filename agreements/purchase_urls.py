"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern, path

from agreements.views import purchase_stubs

urlpatterns: list[URLPattern] = [
    # the right to approve money
    # purchases of an area
    # terms: lines, rates, milestones, report duties, ceilings
    # authorizations
    # deliveries and reports
    # invoices
    # exceptions
    # the ledger
    path("agreements/<int:pk>/purchase/", purchase_stubs.purchase_detail, name="purchase_detail"),
    path("authorizations/<int:pk>/", purchase_stubs.authorization_detail, name="authorization_detail"),
]
