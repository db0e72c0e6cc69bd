"""The common language: one concept, how each system says and defines it, and the wording that all have agreed on."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
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
        """Return terms that a reviewer has approved: only these are linked, explained and searched by.

        What was agreed stands in their ``agreed_`` columns; the others may hold a change that waits for approval.
        """
        return self.current().exclude(approved_at=None)

    def waiting(self) -> Self:
        """Return terms of which something waits for a reviewer."""
        return self.current().filter(status=Term.Status.DRAFT, sent_back_because="")


@tracked()
class Term(Archivable):
    """One concept of an area's network: the wording and the definition that its partners have agreed on.

    ``name``, ``abbreviation`` and ``definition`` are what was written last, and a draft until somebody approves it.
    What was approved is copied into the ``agreed_`` columns, with the words under which people may look for it, and
    stays in force until the next approval; so a change takes nothing away that the partners had agreed on.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        APPROVED = "approved", "Approved"

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="terms")
    name = models.CharField("agreed wording", max_length=120)
    abbreviation = models.CharField("short form", max_length=30, blank=True)
    definition = models.TextField("what it means here")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    sent_back_because = models.TextField("sent back because", blank=True, editable=False)
    agreed_name = models.CharField("wording in force", max_length=120, blank=True, editable=False)
    agreed_abbreviation = models.CharField("short form in force", max_length=30, blank=True, editable=False)
    agreed_definition = models.TextField("definition in force", blank=True, editable=False)
    agreed_synonyms = ArrayField(
        models.CharField(max_length=120), verbose_name="other words in force", default=list, blank=True, editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "area", name="term_is_defined_once_in_its_area"),
            models.UniqueConstraint(
                Lower("agreed_name"), "area", condition=~Q(agreed_name=""), name="term_is_agreed_once_in_its_area"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    approved_at__isnull=False,
                    agreed_name=F("name"),
                    agreed_abbreviation=F("abbreviation"),
                    agreed_definition=F("definition"),
                    sent_back_because="",
                ),
                name="term_says_what_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, agreed_name="") | (Q(approved_at__isnull=False) & ~Q(agreed_name="")),
                name="term_is_dated_when_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        """Whether some version of it has been approved."""
        return self.approved_at is not None

    @property
    def is_approved(self) -> bool:
        """Whether what stands in it is what was approved."""
        return self.status == self.Status.APPROVED


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
