"""Requests for mail by entering an address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailRequest(models.Model):
    """A request for a link to set a new password or for a sign-in code, not yet answered.

    The worker that answers looks up the account and deletes the row.
    """

    class Kind(models.TextChoices):
        PASSWORD_RESET = "password_reset", _("Link to set a new password")
        SIGN_IN_CODE = "sign_in_code", _("Sign-in code")

    kind = models.CharField(max_length=20, choices=Kind)
    email = models.EmailField(max_length=254)
    code = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_kind_display()
