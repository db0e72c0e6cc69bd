"""The text of an agreement: its clauses, how each element of the law is met, and saved versions."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked

LONGEST_CLAUSE = 60_000  # characters: about 9,000 words


class ClauseQuerySet(ArchivedQuerySet):
    """Clauses, by who may see them and in order."""

    def visible_to(self, user: Any) -> Self:
        """Return the clauses of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return clauses as the document has them."""
        return self.order_by("position", "pk")


@tracked(parent="agreement")
class Clause(Archivable):
    """One clause: a title, a rich text with merge fields, and the elements of the law that it answers."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="clauses")
    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), blank=True, max_length=LONGEST_CLAUSE)
    elements = ArrayField(
        models.CharField(max_length=30), verbose_name=_("required elements that it answers"), default=list, blank=True
    )

    objects = ClauseQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("clause")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="clause_has_a_title"),
        ]
        indexes = [models.Index(fields=["agreement", "position"], name="clause_in_order")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the clause on the page of its agreement."""
        return f"{self.agreement.get_absolute_url()}#clause-{self.pk}"


@tracked(parent="agreement")
class ElementRecord(models.Model):
    """How an element is met otherwise than by a clause: on a page of a signed document, or by a recorded exception."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="element_records")
    element = models.CharField(_("element"), max_length=30)
    page = models.PositiveIntegerField(_("page of the signed document"), null=True, blank=True)
    exception = models.TextField(_("why it is not in the agreement"), blank=True, max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded"))

    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("required element")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "element"], name="element_is_recorded_once"),
            models.CheckConstraint(
                condition=Q(page__isnull=False, exception="") | Q(page=None) & ~Q(exception=""),
                name="element_is_on_a_page_or_excepted",
            ),
            models.CheckConstraint(condition=Q(page=None) | Q(page__gt=0), name="pages_count_from_one"),
        ]

    def __str__(self) -> str:
        return self.element


@tracked(exclude=["contents"])
class Version(models.Model):
    """The text of an agreement as it was when somebody saved a version, to compare with others. It never changes."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    contents = models.JSONField(_("clauses"), help_text=_("The id, title and text of each clause, in order."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("saved by")
    )
    at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("version")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="version_has_a_number_of_its_own"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_one"),
        ]
        triggers = [pgtrigger.Protect(name="version_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return gettext("Version %(number)s") % {"number": self.number}
