"""The resource map: what people need, who meets it from which funding source, and where the holes are."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership, Program, Service
from partners.models.visibility import in_visible_area, is_current_or_kept


class NeedQuerySet(ArchivedQuerySet):
    """Needs, by area and who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the needs of areas that the user sees; archived ones only for staff and the state."""
        return self.filter(is_current_or_kept(user), in_visible_area(user, "area"))


@tracked()
class Need(Archivable):
    """Something that a group of customers needs in an area: a row of the resource map."""

    class Kind(models.TextChoices):
        GROUP = "group", _("A group of customers")
        PROGRAM = "program", _("A program")
        BARRIER = "barrier", _("A barrier to employment")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="needs")
    kind = models.CharField(_("kind of need"), max_length=10, choices=Kind, default=Kind.BARRIER)
    name = models.CharField(
        _("need"), max_length=150, help_text=_("What people need: “A ride to a second shift”, “Interpreters”.")
    )
    groups_served = models.CharField(_("whose need it is"), max_length=20, choices=Service.Group, blank=True)
    note = models.TextField(_("what is known about it"), blank=True, max_length=2000)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        constraints = [
            models.UniqueConstraint(
                "area", Lower("name"), condition=Q(archived_at=None), name="need_is_listed_once_in_an_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its place on the resource map."""
        return f"{reverse('meetings:resource_map', args=[self.area.slug])}#need-{self.pk}"


@tracked(parent="need")
class NeedMet(models.Model):
    """A partner meets a need, fully or partly, from one funding source: a cell of the resource map."""

    class Extent(models.TextChoices):
        FULL = "full", _("Meets it")
        PARTLY = "partly", _("Meets it partly")

    need = models.ForeignKey(Need, models.CASCADE, related_name="answers")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="needs_met", verbose_name=_("partner"))
    extent = models.CharField(_("how far"), max_length=8, choices=Extent, default=Extent.PARTLY)
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("program that pays")
    )
    source = models.CharField(
        _("funding source"), max_length=120, blank=True, help_text=_("If no program pays: a grant, donations.")
    )
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="needs_met")
    note = models.CharField(_("limits"), max_length=300, blank=True, help_text=_("Who is left out, when, how many."))

    class Meta:
        verbose_name = _("need that is met")
        constraints = [
            models.UniqueConstraint(
                "need", "partnership", "program", Lower("source"), nulls_distinct=False,
                name="partner_meets_a_need_once_from_a_source",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["partnership"], name="need_met_by_partner")]

    def __str__(self) -> str:
        return f"{self.need}: {self.get_extent_display()}"
