"""Addresses of first pages and dashboards."""

from django.urls import path

from onestop.dashboards import board_urls, engagement_urls, network_urls, paper_urls
from onestop.dashboards.views import first_pages

app_name = "dashboards"
urlpatterns = [
    path("areas/<slug:slug>/", first_pages.area_home, name="home"),
    path("states/", first_pages.own_state, name="own_state"),
    path("states/<str:code>/", first_pages.state_home, name="state"),
    path("welcome/", first_pages.welcome, name="welcome"),
]
urlpatterns += network_urls.urlpatterns
urlpatterns += board_urls.urlpatterns
urlpatterns += paper_urls.urlpatterns
urlpatterns += engagement_urls.urlpatterns
