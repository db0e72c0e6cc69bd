"""Addresses of engagement."""

from django.urls import path

from onestop.dashboards.views import engagement, partner_engagement

urlpatterns = [
    path("areas/<slug:slug>/engagement/", engagement.engagement_list, name="engagement_list"),
    path("areas/<slug:slug>/engagement/how/", engagement.engagement_formula, name="engagement_formula"),
    path("areas/<slug:slug>/engagement/weights/", engagement.engagement_weights, name="engagement_weights"),
    path("partners/<int:pk>/engagement/", partner_engagement.engagement_of_partner, name="partner_engagement"),
    path("partners/<int:pk>/engagement/<str:act>/excuse/", partner_engagement.act_excuse, name="act_excuse"),
    path("partners/<int:pk>/engagement/<str:act>/correct/", partner_engagement.correction_ask, name="correction_ask"),
    path("engagement/excuses/<int:pk>/end/", partner_engagement.excuse_end, name="excuse_end"),
    path("engagement/corrections/<int:pk>/", partner_engagement.correction_answer, name="correction_answer"),
]
