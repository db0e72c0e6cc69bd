"""Django's admin site, for the operator of a deployment."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AdminSite(admin.AdminSite):
    """Django's admin for superusers only, who sign in like everybody else: same limits, same second factor."""

    site_header = site_title = settings.SITE_NAME
    index_title = gettext_lazy("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may use the admin at all."""
        return bool(request.user.is_active and request.user.is_superuser)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the portal's own sign-in page; refuse users who are signed in but not superusers."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(_("Only the operator of this portal can use the administration."))
        return secure_admin_login(super().login)(request, extra_context)
