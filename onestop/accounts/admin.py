"""People in Django's admin, for the operator of the deployment."""

from typing import Any

import allauth.usersessions.admin  # noqa: F401 -- registers what is replaced below
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import SavedView, User


class UserCreationForm(AdminUserCreationForm):
    """A new person; without a password they sign in by code or passkey."""

    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """A person with an account. Seats are given in the portal itself, by invitation."""

    add_form = UserCreationForm
    list_display = ["email", "name", "job_title", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    readonly_fields = ["joined_at", "last_login", "deactivated_at"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Person", {"fields": ["name", "phone", "job_title", "theme"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": ["joined_at", "last_login", "deactivated_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    filter_horizontal = []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the person; the operator vouches for the address."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            confirm_address(obj)


@admin.register(SavedView)
class SavedViewAdmin(admin.ModelAdmin):
    """A list as somebody likes to see it."""

    list_display = ["title", "page", "user"]
    search_fields = ["title", "page", "user__email"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]


admin.site.unregister(UserSession)  # its own page searches by a user name, which our people do not have


@admin.register(UserSession)
class UserSessionAdmin(admin.ModelAdmin):
    """Where somebody is signed in."""

    list_display = ["user", "ip", "last_seen_at", "created_at"]
    search_fields = ["user__email", "ip"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]
