"""Addresses of board packets, of the guide to engage board members, and of pages about one partner."""

from django.urls import path

from onestop.dashboards.views import packet_links, papers, partner_pages

urlpatterns = [
    path("areas/<slug:slug>/packets/", papers.packet_list, name="packet_list"),
    path("areas/<slug:slug>/packets/add/", papers.packet_add, name="packet_add"),
    path("areas/<slug:slug>/guide/", papers.guide_ask, name="guide_ask"),
    path("packets/pdfs/<int:pk>/", papers.pdf_detail, name="pdf_detail"),
    path("packets/pdfs/<int:pk>/progress/", papers.pdf_progress, name="pdf_progress"),
    path("packets/pdfs/<int:pk>/again/", papers.pdf_again, name="pdf_again"),
    path("packets/pdfs/<int:pk>/file/", papers.pdf_file, name="pdf_file"),
    path("packets/pdfs/<int:pk>/send/", packet_links.packet_send, name="packet_send"),
    path("packets/links/<int:pk>/resend/", packet_links.packet_resend, name="packet_resend"),
    path("packets/links/<int:pk>/withdraw/", packet_links.packet_withdraw, name="packet_withdraw"),
    path("packets/read/<str:token>/", packet_links.packet_by_link, name="packet_by_link"),
    path("packets/read/<str:token>/opened/", packet_links.packet_link_opened, name="packet_link_opened"),
    path("packets/read/<str:token>/file/", packet_links.packet_link_file, name="packet_link_file"),
    path("partners/<int:pk>/ten-minutes/", partner_pages.briefing, name="briefing"),
    path("partners/<int:pk>/ten-minutes/pdf/", partner_pages.briefing_ask, name="briefing_ask"),
    path("partners/<int:pk>/standing/", partner_pages.standing, name="standing"),
]
