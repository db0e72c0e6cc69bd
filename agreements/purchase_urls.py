"""URLs of purchases of service, and of the right to approve money."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    # the right to approve money
    # purchases of an area
    # terms: lines, rates, milestones, report duties, ceilings
    # authorizations
    # deliveries and reports
    # invoices
    # exceptions
    # the ledger
]
