"""Navigation entries of the account menu."""

from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import PERSON, Entry

navigation.add(
    Entry(
        _("Your profile"),
        icon="person",
        name="accounts:profile",
        group=PERSON,
        order=10,
        marks=("accounts:profile", "account_email"),
    ),
    Entry(
        _("Saved views"), icon="bookmark", name="accounts:view_list", group=PERSON, order=20, marks=("accounts:view_",)
    ),
    Entry(
        _("Sign-in and security"),
        icon="shield-lock",
        name="accounts:security",
        group=PERSON,
        order=30,
        marks=("accounts:security", "mfa_", "account_change", "account_set"),
    ),
)
