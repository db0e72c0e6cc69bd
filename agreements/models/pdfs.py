"""PDFs of agreements: the text of a draft, the report of an impasse, exhibits, statements of partners, invoices."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)


class AgreementPdfQuerySet(DocumentQuerySet):
    """PDFs of agreements, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return PDFs of agreements that the user sees; pages show reports to staff, state and board only."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class AgreementPdf(Document):
    """A PDF of the text as it was on request, or of the report of an impasse (20 CFR 678.510(c), 678.725).

    It is made from ``html``, which is kept until then. The same contents are made once; a report is never deleted.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text of the agreement")
        IMPASSE = "impasse", _("Report of an impasse")
        EXHIBIT = "exhibit", _("Budget exhibit")
        STATEMENT = "statement", _("Statement of a partner")
        INVOICE = "invoice", _("Invoice")

    folder = "agreements"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="pdfs")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(_("title"), max_length=80, blank=True, help_text=_("If the kind alone does not tell it."))
    digest = models.CharField(_("hash of the contents"), max_length=64)
    html = models.TextField(_("contents"), blank=True)

    objects = AgreementPdfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "digest"], name="contents_of_an_agreement_are_printed_once"
            ),
            models.UniqueConstraint(
                fields=["asked_by"],
                condition=Q(status__in=["waiting", "making"], asked_by__isnull=False),
                name="person_waits_for_one_agreement_pdf",
            ),
            has_its_file_when_ready("agreement_pdf_has_its_file_when_it_is_ready"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="agreement_pdf_at_work", condition=Q(status__in=["waiting", "making"])
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="ready_agreement_pdf_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            ),
            pgtrigger.Protect(
                name="ready_report_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="ready", old__kind="impasse"),
            ),
        ]

    def __str__(self) -> str:
        return self.about or self.get_kind_display()

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:pdf_detail", args=[self.pk])
