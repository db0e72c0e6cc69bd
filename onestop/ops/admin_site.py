"""Django's admin, as the operator of a deployment sees it."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


class AdminSite(admin.AdminSite):
    """For superusers only, who sign in as everybody does: same limits, same second factor."""

    site_header = site_title = settings.SITE_NAME
    index_title = "Administration"

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may use the admin at all."""
        return bool(request.user.is_active and request.user.is_superuser)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the portal's own sign-in; whoever is signed in already has no business here."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("Only the operator of this portal uses the administration.")
        return secure_admin_login(super().login)(request, extra_context)
