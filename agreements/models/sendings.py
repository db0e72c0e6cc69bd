"""An agreement that is out for signature: the text that was frozen, and who is asked to sign it."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.parties import Party
from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)
from onestop.history.tracking import tracked
from onestop.ui.markup import frozen_html
from partners.models import Office


@tracked(parent="agreement")
class Sending(models.Model):
    """One time that an agreement was sent for signature. It ends when all have signed, or is voided with a reason."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="sendings")
    number = models.PositiveIntegerField(_("number"))
    message = models.TextField(_("message to those who sign"), blank=True, max_length=2000)
    sign_by = models.DateField(_("sign by"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("voided by")
    )
    void_reason = models.CharField(_("why it was voided"), max_length=500, blank=True)

    history_silent = ("sent_at", "sent_by", "voided_by")

    class Meta:
        verbose_name = _("sending")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="sending_has_a_number_of_its_own"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(voided_at=None), name="agreement_is_out_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="sending_is_voided_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="sending_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="voided_sending_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__voided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Sending %(number)s") % {"number": self.number}

    @property
    def is_live(self) -> bool:
        """Whether it was not voided."""
        return self.voided_at is None


class FrozenDocumentQuerySet(DocumentQuerySet):
    """Frozen texts, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the frozen texts of agreements that the user sees."""
        return self.filter(sending__agreement__in=Agreement.objects.visible_to(user).values("pk"))


class FrozenDocument(Document):
    """The text as it was sent: HTML, in which merge fields are resolved, and the tagged PDF of the same text.

    Whoever signs reads ``body``; the PDF is made of it once. Neither ever changes, and nothing is rendered again.
    """

    folder = "agreements-frozen"

    sending = models.OneToOneField(Sending, models.PROTECT, related_name="document")
    title = models.CharField(max_length=260)
    language = models.CharField(max_length=10, default="en-US")
    body = models.TextField(_("text"))
    html_sha256 = models.CharField(max_length=64)

    objects = FrozenDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            has_its_file_when_ready("frozen_document_has_its_file_when_it_is_ready"),
            models.CheckConstraint(condition=~Q(body=""), name="frozen_document_has_a_text"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="frozen_document_at_work", condition=Q(status__in=["waiting", "making"])
            ),
            models.Index(fields=["sha256"], name="frozen_document_by_hash", condition=~Q(sha256="")),
        ]
        triggers = [
            pgtrigger.Protect(name="frozen_document_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="frozen_pdf_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            ),
            pgtrigger.Protect(
                name="frozen_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__body__df=pgtrigger.F("new__body"))
                | pgtrigger.Q(old__html_sha256__df=pgtrigger.F("new__html_sha256"))
                | pgtrigger.Q(old__title__df=pgtrigger.F("new__title")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the page of the agreement."""
        return self.sending.agreement.get_absolute_url()

    @property
    def shown_html(self) -> str:
        """The text, to be shown as it was frozen.

        :raises NotFrozen: if it was changed since.
        """
        return frozen_html(self.body, self.html_sha256)


class SignatureRequestQuerySet(models.QuerySet):
    """Requests to sign, by who may see them and state."""

    def visible_to(self, user: Any) -> Self:
        """Return the requests of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def of_live_sendings(self) -> Self:
        """Return requests whose sending was not voided."""
        return self.filter(sending__voided_at=None)

    def in_order(self) -> Self:
        """Return requests by party and turn."""
        rows = self.select_related("party__partnership__organization", "office")
        return rows.order_by("party", "turn", "pk")


@tracked(parent="agreement", exclude=["opened_at"])
class SignatureRequest(models.Model):
    """One signature that an agreement needs: of an office, for a party. The person is the holder of that office.

    It waits for the PDF and for those of the same party with an earlier turn, and is then open.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Not asked yet")
        OPEN = "open", _("Asked to sign")
        SIGNED = "signed", _("Signed")
        DECLINED = "declined", _("Declined")
        VOID = "void", _("Voided")

    UNANSWERED = (Status.WAITING, Status.OPEN)

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signature_requests")
    sending = models.ForeignKey(Sending, models.PROTECT, related_name="requests")
    party = models.ForeignKey(Party, models.PROTECT, related_name="signature_requests", verbose_name=_("party"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="signature_requests", verbose_name=_("signs as"))
    title = models.CharField(_("title"), max_length=150)
    turn = models.PositiveSmallIntegerField(_("turn"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    opened_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(_("why it was declined"), max_length=1000, blank=True)

    objects = SignatureRequestQuerySet.as_manager()
    history_silent = ("sending", "turn")

    class Meta:
        verbose_name = _("signature")
        constraints = [
            models.UniqueConstraint(fields=["sending", "party", "office"], name="office_signs_once_for_a_party"),
            models.CheckConstraint(condition=Q(turn__gte=1), name="turns_count_from_one"),
            models.CheckConstraint(
                condition=Q(status="declined") & ~Q(decline_reason="") | ~Q(status="declined") & Q(decline_reason=""),
                name="signature_is_declined_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "signed", "declined"]) | Q(opened_at__isnull=False),
                name="signature_is_asked_before_it_is_given",
            ),
        ]
        indexes = [models.Index(fields=["agreement", "status"], name="signature_by_agreement")]
        triggers = [
            pgtrigger.Protect(name="signature_request_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="given_signature_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="signed")
            ),
        ]

    def __str__(self) -> str:
        names = {"title": self.title, "party": str(self.party)}
        # An official signs as themselves.
        return self.title if names["party"] == self.title else gettext("%(title)s for %(party)s") % names

    def get_absolute_url(self) -> str:
        """Return the address of the page on which it is signed."""
        return reverse("agreements:sign", args=[self.pk])
