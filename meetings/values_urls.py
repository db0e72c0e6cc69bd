"""URLs of shared values, the resource map and raised issues."""

from django.urls import path

from meetings.views import values

urlpatterns = [
    path("areas/<slug:slug>/values/", values.values_detail, name="values_detail"),
    path("areas/<slug:slug>/values/draft/", values.values_draft, name="values_draft"),
    path("areas/<slug:slug>/values/draft/discard/", values.values_discard, name="values_discard"),
    path("areas/<slug:slug>/values/adopt/", values.values_adopt, name="values_adopt"),
    path("areas/<slug:slug>/values/history/", values.values_history, name="values_history"),
    path("partners/<int:pk>/values/affirm/", values.values_affirm, name="values_affirm"),
]
