"""The tables of people."""

from onestop.accounts.models.user import User

__all__ = ["User"]
