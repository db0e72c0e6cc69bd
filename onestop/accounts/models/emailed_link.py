"""Links by which people act without signing in."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts import signed_links


class EmailedLinkQuerySet(models.QuerySet):
    """Links, by whether they still work."""

    def unrevoked(self) -> Self:
        """Return links that nobody has withdrawn or replaced; some may have expired."""
        return self.filter(revoked_at=None)

    def with_recipient(self) -> Self:
        """Fetch each link with its recipient and everything that decides whether it works; a model adds its own."""
        return self.select_related("asked_by")


class EmailedLink(models.Model):
    """One person asked by email for one thing, and the link in that mail, which works without an account.

    The link is for this row and its purpose only, until it expires, is withdrawn, or the person no longer holds the
    role in which they were asked. A forwarded link shows whom it is for, and records answers under that name only.
    """

    purpose = ""  # of the signature: a link of one model never works for another
    page = ""  # the name of the URL that takes the token

    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("email"), max_length=254)
    nonce = models.CharField(_("random part of its link"), max_length=24, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Blank: an automatic reminder of the portal."),
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def asker(self) -> str:
        """Who asked: a person, or the portal by an automatic reminder."""
        return str(self.asked_by) if self.asked_by else gettext("the portal")

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return None

    @property
    def holds_place(self) -> bool:
        """Whether the recipient still has the role in which they were asked."""
        return True

    @property
    def token(self) -> str:
        """The signed token of the link."""
        return signed_links.sign(self.purpose, self.pk, self.nonce)

    @property
    def address(self) -> str:
        """The full address of the link."""
        return settings.PUBLIC_URL + reverse(self.page, args=[self.token])

    def has_expired(self, at: datetime) -> bool:
        """Whether the link has expired."""
        return self.expires_at <= at

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: "revoked" (or the person left), "expired"; "" if it works."""
        if self.revoked_at or not self.holds_place:
            return "revoked"
        return "expired" if self.has_expired(at) else ""
