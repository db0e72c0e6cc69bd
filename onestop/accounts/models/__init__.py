"""The tables of people."""

from onestop.accounts.models.saved_view import SavedView
from onestop.accounts.models.user import User

__all__ = ["SavedView", "User"]
