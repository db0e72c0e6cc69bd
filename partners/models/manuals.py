"""The resource manual of an area: its editions, which never change, and its PDFs."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)
from onestop.history.tracking import tracked
from partners.models.places import LocalArea
from partners.models.visibility import in_visible_area


class ManualEditionQuerySet(models.QuerySet):
    """Editions by visibility and area."""

    def visible_to(self, user: Any) -> Self:
        """Return editions of the areas that the user sees."""
        return self.filter(in_visible_area(user, "area"))

    def of(self, area: LocalArea) -> Self:
        """Return the area's editions, the newest first."""
        return self.filter(area=area).order_by("-number")


@tracked(exclude=["snapshot", "changes"])
class ManualEdition(models.Model):
    """The manual as of the day of issue, with the changes since the edition before.

    People keep printed editions, so that nothing may change or delete the data of one.
    """

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="manual_editions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    note = models.TextField(_("note to readers"), blank=True)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(_("hash of the contents"), max_length=64)
    snapshot = models.JSONField(_("contents"))
    changes = models.JSONField(_("changes since the edition before"), default=list)

    objects = ManualEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="manual_edition_has_a_number_of_its_own"),
            models.CheckConstraint(condition=Q(number__gte=1), name="manual_editions_count_from_one"),
        ]
        triggers = [pgtrigger.Protect(name="edition_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return gettext("Edition %(number)s") % {"number": self.number}


class ManualPrintQuerySet(DocumentQuerySet):
    """PDFs of the manual by visibility and status."""

    def visible_to(self, user: Any) -> Self:
        """Return PDFs of the areas that the user sees."""
        return self.filter(in_visible_area(user, "area"))

    def startable(self) -> Self:
        """Return PDFs whose turn it is: no other PDF of the same manual and version is in progress."""
        same = ManualPrint.objects.filter(area=OuterRef("area"), variant=OuterRef("variant"))
        others = same.filter(status=ManualPrint.Status.MAKING).exclude(pk=OuterRef("pk"))
        return self.at_work().filter(~Exists(others))


class ManualPrint(Document):
    """A PDF of an edition, or of the contents at the time of the request (``edition`` empty).

    It is created from the snapshot of the edition, or else from ``snapshot``, which is kept until then. This takes
    minutes, so only one PDF of a manual and version is in progress at a time, outdated requests are dropped, and a
    person waits for one PDF at a time.
    """

    class Variant(models.TextChoices):
        NETWORK = "network", _("Network version")
        PUBLIC = "public", _("Public version, without names of people")

    folder = "manuals"

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="manual_prints")
    edition = models.ForeignKey(ManualEdition, models.PROTECT, null=True, blank=True, related_name="prints")
    variant = models.CharField(max_length=10, choices=Variant)
    digest = models.CharField(_("hash of the contents"), max_length=64)
    snapshot = models.JSONField(_("contents"), null=True, blank=True)

    objects = ManualPrintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "variant"],
                condition=Q(edition__isnull=False),
                name="edition_is_printed_once_in_each_variant",
            ),
            models.UniqueConstraint(
                fields=["area", "variant", "digest"],
                condition=Q(edition=None),
                name="current_contents_are_printed_once_in_each_variant",
            ),
            models.UniqueConstraint(
                fields=["area", "variant"],
                condition=Q(edition=None, status="waiting"),
                name="only_the_newest_contents_wait_to_be_printed",
            ),
            models.UniqueConstraint(
                fields=["area", "variant"], condition=Q(status="making"), name="manual_is_printed_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["asked_by"],
                condition=Q(status__in=["waiting", "making"], asked_by__isnull=False),
                name="person_waits_for_one_print",
            ),
            has_its_file_when_ready("manual_print_has_its_file_when_it_is_ready"),
            models.CheckConstraint(
                condition=Q(edition__isnull=False, snapshot__isnull=True) | Q(edition=None),
                name="edition_keeps_its_own_snapshot",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="manual_print_at_work", condition=Q(status__in=["waiting", "making"])
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="ready_print_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            ),
            pgtrigger.Protect(
                name="print_of_an_edition_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__edition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_variant_display()

    def get_absolute_url(self) -> str:
        """Return the address of the page that shows the PDF."""
        if self.edition_id:
            return reverse("partners:manual_edition", args=[self.edition_id])
        query = "?for=public" if self.variant == self.Variant.PUBLIC else ""
        return reverse("partners:manual", args=[self.area.slug]) + query
