"""Models of user accounts."""

from onestop.accounts.models.emailed_link import EmailedLink, EmailedLinkQuerySet
from onestop.accounts.models.mail_request import MailRequest
from onestop.accounts.models.new_sign_in import NewSignIn
from onestop.accounts.models.saved_view import SavedView
from onestop.accounts.models.user import User

__all__ = ["EmailedLink", "EmailedLinkQuerySet", "MailRequest", "NewSignIn", "SavedView", "User"]
