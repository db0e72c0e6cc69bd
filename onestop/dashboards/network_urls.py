"""Addresses of the network map."""

from django.urls import path

from onestop.dashboards.views import network

urlpatterns = [
    path("areas/<slug:slug>/network/", network.network_map, name="network_map"),
    path("partners/<int:pk>/ties/", network.partner_ties, name="partner_ties"),
]
