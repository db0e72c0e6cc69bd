"""Signatures, the links by which people without an account sign, and delegations."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.parties import Party
from agreements.models.sendings import SignatureRequest
from agreements.models.signers import signer_of
from onestop.accounts.models import EmailedLink
from onestop.accounts.models.emailed_link import EmailedLinkQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked


@tracked(parent="agreement")
class Delegation(models.Model):
    """Another person with the authority of an office is to sign in the place of its holder; staff confirm it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Waiting for the staff")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="delegations")
    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="delegations")
    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("email"), max_length=254)
    authority = models.CharField(
        _("authority"), max_length=300, help_text=_("What gives this person the right to sign: a resolution, a bylaw.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.CharField(_("delegated by"), max_length=150)
    asked_at = models.DateTimeField(_("delegated"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    history_silent = ("asked_at", "decided_at", "decided_by", "email", "request")

    class Meta:
        verbose_name = _("delegation")
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=~Q(status="refused"), name="signature_is_delegated_once"
            ),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None) | ~Q(status="asked") & Q(decided_at__isnull=False),
                name="delegation_is_decided_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SigningLinkQuerySet(EmailedLinkQuerySet):
    """Links to sign, by whether they still work."""

    def with_recipient(self) -> Self:
        """Fetch each link with what decides whether it works."""
        rows = self.select_related("asked_by", "user", "agreement__area__state", "request__agreement__area__state")
        return rows.select_related(
            "request__sending__document", "request__party__partnership__organization", "request__office"
        )


@tracked(parent="agreement", exclude=["nonce"])
class SigningLink(EmailedLink):
    """A personal link by which the holder of an office reads and signs without an account, with a code by email.

    It works for one signature, until it is given, declined or voided, a newer link replaces it, or it expires.
    """

    purpose, page = "agreements.sign", "agreements:sign_by_link"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signing_links")
    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SigningLinkQuerySet.as_manager()
    # Everyone who sees the agreement reads its history: it says who was asked, and not at which address.
    history_silent = ("asked_at", "asked_by", "email", "expires_at", "request", "user")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="signing_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(revoked_at=None), name="signature_has_one_working_link"
            ),
        ]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one."""
        return self.user

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: revoked, expired, signed, declined, void or left; or "".

        "left" says that somebody else is to sign by now: the office changed hands, or the signature was delegated.
        """
        status, kinds = self.request.status, SignatureRequest.Status
        if status in (kinds.DECLINED, kinds.VOID):
            return str(status)
        if over := super().why_over(at):
            return over
        if status == kinds.SIGNED:
            return str(status)
        signer = signer_of(self.request, at=at)
        return "" if signer and signer.has(email=self.email) else "left"


class SignatureQuerySet(models.QuerySet):
    """Signatures, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the signatures on agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


@tracked(parent="agreement", exclude=["ip", "agent"])
class Signature(models.Model):
    """A signature as it was given: who, as what, for whom, how and when, of which exact text. It never changes.

    An electronic signature is the typed name with the intent to sign, after consent to do so electronically (15 U.S.C.
    7001, the ESIGN Act; the states' UETA).
    """

    class Way(models.TextChoices):
        ACCOUNT = "account", _("Signed in")
        LINK = "link", _("Personal link and code")
        SCAN = "scan", _("On paper")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, related_name="signatures", verbose_name=_("party"))
    request = models.OneToOneField(SignatureRequest, models.PROTECT, related_name="signature")
    way = models.CharField(_("how"), max_length=10, choices=Way)
    name = models.CharField(_("typed name"), max_length=150)
    holder = models.CharField(_("name on record"), max_length=150, blank=True)
    title = models.CharField(_("title"), max_length=150)
    email = models.EmailField(_("email"), max_length=254, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    delegated_by = models.CharField(_("delegated by"), max_length=150, blank=True)
    consent = models.TextField(_("consent"), blank=True)
    signed_at = models.DateTimeField(_("recorded"))
    signed_on = models.DateField(_("signed on paper"), null=True, blank=True)
    ip = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    agent = models.CharField(_("browser"), max_length=300, blank=True)
    html_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64)
    scan = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scan of the signed page")
    )
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vouched by")
    )

    objects = SignatureQuerySet.as_manager()
    history_silent = ("consent", "email", "html_sha256", "pdf_sha256", "request", "user")

    class Meta:
        verbose_name = _("signature")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="signature_has_a_name"),
            models.CheckConstraint(
                condition=Q(way="scan", vouched_by__isnull=False, scan__isnull=False)
                | ~Q(way="scan") & ~Q(consent="") & ~Q(email="") & Q(scan=None, vouched_by=None),
                name="signature_has_consent_or_a_scan",
            ),
            models.CheckConstraint(
                condition=~Q(way="account") | Q(user__isnull=False), name="signature_of_an_account_names_it"
            ),
        ]
        triggers = [pgtrigger.Protect(name="signature_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page of the agreement."""
        return f"{self.agreement.get_absolute_url()}#signatures"
