"""Users."""

from typing import Any

from onestop.accounts.models import User
from tests.factories.numbers import next_number

PASSWORD = "correct horse battery staple"  # of all users in tests


def make_user(name: str = "", **fields: Any) -> User:
    """Return a user without a seat."""
    name, email = name_and_email(name)
    return User.objects.create_user(fields.pop("email", email), fields.pop("password", PASSWORD), name=name, **fields)


def name_and_email(name: str) -> tuple[str, str]:
    number = next_number()
    name = name or f"Person {number}"
    return name, f"{name.lower().replace(' ', '.')}.{number}@riverbend.example"
