"""A person's own pages, in the menu at the top right."""

from onestop import pages
from onestop.pages import PERSON, Entry

pages.add(
    Entry("Your profile", icon="person", name="accounts:profile", group=PERSON, order=10),
    Entry("Kept views", icon="bookmark", name="accounts:view_list", group=PERSON, order=20, marks=("accounts:view_",)),
    Entry(
        "Sign-in and security",
        icon="shield-lock",
        name="mfa_index",
        group=PERSON,
        order=30,
        marks=("mfa_", "account_change", "account_email"),
    ),
    Entry("Where you are signed in", icon="laptop", name="usersessions_list", group=PERSON, order=40),
)
