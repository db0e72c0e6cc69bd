"""The glossary: terms with agreed wordings and definitions, and their usages by partners and programs."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.partnerships import Partnership
from partners.models.places import LocalArea
from partners.models.programs import Program
from partners.models.visibility import in_visible_area, is_current_or_kept


class TermQuerySet(ArchivedQuerySet):
    """Terms by visibility and approval."""

    def visible_to(self, user: Any) -> Self:
        """Return terms of the areas that the user sees; archived ones only for their staff."""
        return self.filter(is_current_or_kept(user), in_visible_area(user, "area"))

    def approved(self) -> Self:
        """Return terms with an approved version; only these are linked, explained and used in searches.

        The ``agreed_`` columns hold the approved version; the other columns may hold a pending change.
        """
        return self.current().exclude(approved_at=None)

    def waiting(self) -> Self:
        """Return terms that are pending approval."""
        return self.current().filter(status=Term.Status.DRAFT, sent_back_because="")


@tracked()
class Term(Archivable):
    """A concept of an area with the agreed wording and definition.

    ``name``, ``abbreviation`` and ``definition`` hold the last change, which is a draft until it is approved. Approval
    copies them into the ``agreed_`` columns, with the synonyms: those that pages explain, and those for searches only.
    The approved version stays in force until the next approval.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="terms")
    name = models.CharField(_("agreed wording"), max_length=120)
    abbreviation = models.CharField(_("abbreviation"), max_length=30, blank=True)
    definition = models.TextField(_("definition"))
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    sent_back_because = models.TextField(_("reason for sending back"), blank=True, editable=False)
    agreed_name = models.CharField(_("approved wording"), max_length=120, blank=True, editable=False)
    agreed_abbreviation = models.CharField(_("approved abbreviation"), max_length=30, blank=True, editable=False)
    agreed_definition = models.TextField(_("approved definition"), blank=True, editable=False)
    agreed_synonyms = ArrayField(
        models.CharField(max_length=120), verbose_name=_("approved synonyms"), default=list, blank=True, editable=False
    )
    agreed_search_only = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("approved search-only wordings"),
        default=list,
        blank=True,
        editable=False,
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
        """Return whether a version of the term is approved."""
        return self.approved_at is not None

    @property
    def is_approved(self) -> bool:
        """Return whether the current version is the approved one."""
        return self.status == self.Status.APPROVED


@tracked(parent="term")
class Usage(models.Model):
    """The wording and meaning of a term as used by a partner, a program, or another system."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="usages")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="usages")
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="usages")
    system = models.CharField(
        _("another system"), max_length=120, blank=True, help_text=_("Such as the State's case system.")
    )
    wording = models.CharField(_("wording"), max_length=120)
    meaning = models.TextField(_("meaning"), blank=True)
    is_synonym = models.BooleanField(
        _("search synonym"),
        default=True,
        help_text=_("Clear this box if the same wording means something else elsewhere."),
    )
    is_search_only = models.BooleanField(
        _("search only"),
        default=False,
        help_text=_("Searches for this wording find the term, but pages do not explain it."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False, program=None, system="")
                | Q(partnership=None, program__isnull=False, system="")
                | (Q(partnership=None, program=None) & ~Q(system="")),
                name="usage_is_of_one_system",
            ),
            models.CheckConstraint(
                condition=Q(is_search_only=False) | Q(is_synonym=True), name="usage_for_search_only_is_a_synonym"
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
        """Return the name of the owner. Needs the organization of its partnership, or its program."""
        if self.partnership:
            return self.partnership.organization.name
        return self.program.name if self.program else self.system
