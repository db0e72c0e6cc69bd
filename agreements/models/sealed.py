"""The executed agreement: the frozen PDF with the certificate of its signatures, sealed."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.sendings import Sending
from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)


class SealedDocumentQuerySet(DocumentQuerySet):
    """Executed files, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the executed files of agreements that the user sees."""
        return self.filter(sending__agreement__in=Agreement.objects.visible_to(user).values("pk"))


class SealedDocument(Document):
    """The executed file. It begins with the bytes of the frozen PDF; one revision adds certificate, evidence and seal.

    The seal is a PAdES certification signature that allows no change (ETSI EN 319 142-1, ISO 32000-2 12.8.2.2).
    """

    folder = "agreements-executed"

    sending = models.OneToOneField(Sending, models.PROTECT, related_name="sealed")
    evidence = models.TextField(help_text=_("The JSON that the file embeds, as it was when all had signed."))
    timestamp_url = models.CharField(_("timestamp server"), max_length=300, blank=True)

    objects = SealedDocumentQuerySet.as_manager()

    class Meta:
        constraints = [has_its_file_when_ready("sealed_document_has_its_file_when_it_is_ready")]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="sealed_document_at_work",
                condition=models.Q(status__in=["waiting", "making"]),
            ),
            models.Index(fields=["sha256"], name="sealed_document_by_hash", condition=~models.Q(sha256="")),
        ]
        triggers = [
            pgtrigger.Protect(name="sealed_document_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="evidence_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__evidence__df=pgtrigger.F("new__evidence")),
            ),
            pgtrigger.Protect(
                name="sealed_file_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            ),
        ]

    def __str__(self) -> str:
        return gettext("Executed agreement")

    def get_absolute_url(self) -> str:
        """Return the address of the page of the agreement."""
        return self.sending.agreement.get_absolute_url()
