"""The programs that the law brings together in a One-Stop center."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from partners.models.directory_triggers import OF_A_PROGRAM, list_named


@list_named(OF_A_PROGRAM, "name", "short_name")
class Program(models.Model):
    """A workforce program: one of the 19 required ones (20 CFR 678.400(b)) or an additional one (678.410).

    The rows are kept by ``partners.coverage.programs``; nobody edits them on a page.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    group = models.CharField("law it stands in", max_length=120)
    is_required = models.BooleanField("required one-stop partner program")
    legal_source = models.CharField(max_length=200)
    description = models.TextField("what it is, in plain words", blank=True)
    aliases = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="How people type it, in lower case."
    )
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name
