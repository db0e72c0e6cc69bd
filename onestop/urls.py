"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("account/", include("onestop.accounts.urls")),
    path("", include("partners.urls")),
    path("", include("onestop.dashboards.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
