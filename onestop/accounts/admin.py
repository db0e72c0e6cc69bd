"""User accounts in Django's admin, for the operator of the deployment."""

from typing import Any

import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 -- both register what is replaced below
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.accounts.addresses import confirm_address
from onestop.accounts.forms.sign_in import set_limits
from onestop.accounts.models import SavedView, User


class UserCreationForm(AdminUserCreationForm):
    """A new person; without a password they sign in by code or passkey."""

    class Meta:
        model = User
        fields = ["email", "name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_limits(self.fields)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Admin of user accounts. Seats are assigned in the portal itself, by invitation."""

    add_form = UserCreationForm
    list_display = ["email", "name", "job_title", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["joined_at", "last_login", "deactivated_at"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["name", "phone", "job_title", "theme"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["joined_at", "last_login", "deactivated_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    filter_horizontal = []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the person; an address that the operator enters needs no confirmation."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            confirm_address(obj)


@admin.register(SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    """Admin of saved views."""

    list_display = ["title", "page", "user"]
    search_fields = ["title", "page", "user__email"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]


admin.site.unregister(UserSession)  # its own admin searches by username, which our users do not have


@admin.register(UserSession)
class UserSessionAdmin(admin.ModelAdmin):
    """Admin of sessions."""

    list_display = ["user", "ip", "last_seen_at", "created_at"]
    search_fields = ["user__email", "ip"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: a session starts by signing in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: UserSession | None = None) -> bool:
        """Refuse: a session is a record."""
        return False


admin.site.unregister(Authenticator)  # its own admin allows editing secrets


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """Admin of second factors, to delete lost ones; secrets are not shown."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type", "created_at", "last_used_at"]
    list_select_related = ["user"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: people add their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Refuse: a secret is not edited."""
        return False
