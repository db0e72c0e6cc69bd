"""The programs of the One-Stop partners."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.directory_triggers import OF_A_PROGRAM, list_named


class ProgramQuerySet(models.QuerySet):
    """Programs, by the law."""

    def required(self) -> Self:
        """Return the required programs, in the order of the law (20 CFR 678.400(b))."""
        return self.filter(is_required=True).order_by("position")


@list_named(OF_A_PROGRAM, "name", "short_name")
class Program(models.Model):
    """A workforce program: one of the 19 required ones (20 CFR 678.400(b)) or an additional one (678.410).

    ``partners.coverage.programs`` writes the rows; no page edits them.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    group = models.CharField(_("law"), max_length=120)
    is_required = models.BooleanField(_("required one-stop partner program"))
    legal_source = models.CharField(max_length=200)
    description = models.TextField(_("description"), blank=True)
    aliases = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text=_("Other spellings, in lower case.")
    )
    position = models.PositiveSmallIntegerField()

    objects = ProgramQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
