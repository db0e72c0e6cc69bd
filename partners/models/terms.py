"""The common language: one concept, how each system says and defines it, and the wording that all have agreed on."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from onestop.history import tracked
from partners.models.archiving import Archivable, ArchivedQuerySet
from partners.models.partnerships import Partnership
from partners.models.places import LocalArea
from partners.models.programs import Program
from partners.seats import seats_of


class TermQuerySet(ArchivedQuerySet):
    """Terms, by who may see them and whether they are agreed."""

    def visible_to(self, user: Any) -> Self:
        """Return terms of the areas that the user sees; archived ones only to their staff."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(archived_at=None) | Q(area_id__in=seats.staff_area_ids) | Q(area__state_id__in=seats.state_ids),
            area__in=LocalArea.objects.visible_to(user).values("pk"),
        )

    def approved(self) -> Self:
        """Return terms that a reviewer has approved: only these are linked, explained and searched by."""
        return self.current().filter(status=Term.Status.APPROVED)


@tracked()
class Term(Archivable):
    """One concept of an area's network: the wording and the definition that its partners have agreed on."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        APPROVED = "approved", "Approved"

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="terms")
    name = models.CharField("agreed wording", max_length=120)
    abbreviation = models.CharField("short form", max_length=30, blank=True)
    definition = models.TextField("what it means here")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "area", name="term_is_defined_once_in_its_area"),
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False) | Q(status="draft", approved_at=None),
                name="term_is_dated_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="term")
class Usage(models.Model):
    """How one system says a concept, and what it means by it: a partner, a program, or another system by name."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="usages")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="usages")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="usages")
    system = models.CharField(
        "another system", max_length=120, blank=True, help_text="Such as the State's case system."
    )
    wording = models.CharField("how they say it", max_length=120)
    meaning = models.TextField("what they mean by it", blank=True)
    is_synonym = models.BooleanField(
        "people may look for it by this word",
        default=True,
        help_text="Leave it out where the same word means something else elsewhere.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, program=None, system="")
                | Q(partnership=None, program__isnull=False, system="")
                | (Q(partnership=None, program=None) & ~Q(system="")),
                name="usage_is_of_one_system",
            ),
            models.UniqueConstraint(
                "term", "partnership", "program", Lower("system"), Lower("wording"),
                nulls_distinct=False,
                name="usage_is_told_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.wording

    @property
    def whose(self) -> str:
        """The system that says so. Needs its partnership's organization, or its program."""
        if self.partnership:
            return self.partnership.organization.name
        return self.program.name if self.program else self.system
