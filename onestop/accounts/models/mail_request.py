"""A mail that somebody asked for by typing an address."""

from django.db import models


class MailRequest(models.Model):
    """A link to a new password, or a code to sign in, asked for by whoever typed an address; not yet answered.

    Whether the address has an account is found out by the worker that answers, who then deletes the row.
    """

    class Kind(models.TextChoices):
        PASSWORD_RESET = "password_reset", "Link to a new password"
        SIGN_IN_CODE = "sign_in_code", "Code to sign in"

    kind = models.CharField(max_length=20, choices=Kind)
    email = models.EmailField(max_length=254)
    code = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_kind_display()
