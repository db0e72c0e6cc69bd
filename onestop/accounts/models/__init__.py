"""Models of user accounts."""

from onestop.accounts.models.mail_request import MailRequest
from onestop.accounts.models.new_sign_in import NewSignIn
from onestop.accounts.models.saved_view import SavedView
from onestop.accounts.models.user import User

__all__ = ["MailRequest", "NewSignIn", "SavedView", "User"]
