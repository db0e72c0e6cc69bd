"""All URLs of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from onestop.accounts.views.sign_in import AskForCodeView, TypeCodeView
from onestop.accounts.views.sign_out import SignOutView
from onestop.dashboards.views import first_pages, statements
from onestop.ops import errors, health, metrics

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/metrics", metrics.metrics, name="health_metrics"),
    path("favicon.ico", statements.favicon, name="favicon"),
    path("accessibility/", statements.accessibility, name="accessibility"),
    path("privacy/", statements.privacy, name="privacy"),
    path("account/", include("onestop.accounts.urls")),
    path("account/login/code/", AskForCodeView.as_view(), name="account_request_login_code"),
    path("account/login/code/confirm/", TypeCodeView.as_view(), name="account_confirm_login_code"),
    path("account/logout/", SignOutView.as_view(), name="account_logout"),
    path("account/", include("allauth.urls")),
    path("notices/", include("onestop.notices.urls")),
    path("comments/", include("onestop.comments.urls")),
    path("files/", include("onestop.files.urls")),
    path("", include("partners.urls")),
    path("", include("agreements.urls")),
    path("", include("meetings.urls")),
    path("", first_pages.home, name="home"),
    path("", include("onestop.dashboards.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]

if settings.MODE == "dev":
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()

if settings.MODE != "production":
    urlpatterns += [path("components/", include("onestop.ui.gallery"))]
