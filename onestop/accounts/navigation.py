"""A person's own pages, in the menu at the top right."""

from onestop.ui import navigation
from onestop.ui.navigation import PERSON, Entry

navigation.add(
    Entry(
        "Your profile",
        icon="person",
        name="accounts:profile",
        group=PERSON,
        order=10,
        marks=("accounts:profile", "account_email"),
    ),
    Entry("Kept views", icon="bookmark", name="accounts:view_list", group=PERSON, order=20, marks=("accounts:view_",)),
    Entry(
        "Sign-in and security",
        icon="shield-lock",
        name="accounts:security",
        group=PERSON,
        order=30,
        marks=("accounts:security", "mfa_", "account_change", "account_set"),
    ),
)
