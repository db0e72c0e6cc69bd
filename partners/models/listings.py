"""The search tables: one listing for each current service, the words of the public ones, and synonyms.

Triggers (``directory_triggers``) keep listings current whatever writes a service, its links, its organization, its
partnership, its area or its places, also in bulk and from outside the portal. So listings have no history, and no
foreign key constraints that could block the rows they follow.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partners.models.partnerships import Partnership
from partners.models.places import LocalArea
from partners.models.services import Service


class Listing(models.Model):
    """A current service as the search finds it; only those that ``is_public`` are in the directory.

    ``head`` holds the words of its name, its organization and its keywords; ``search`` holds these and all others.
    What they mean (``partners.search.readings``) is null while nobody has read it since they changed: ``concepts``
    holds the numbers of concepts, ``strong_concepts`` those that say much of the service, and ``reading`` how much
    each concept and each word says; ``read_with`` is the number of the thesaurus that it was read with.
    """

    service = models.OneToOneField(Service, models.DO_NOTHING, primary_key=True, db_constraint=False)
    area = models.ForeignKey(LocalArea, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    partnership = models.ForeignKey(
        Partnership, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    is_public = models.BooleanField(_("in the public directory"))
    name = models.CharField(max_length=200)
    org_name = models.CharField(_("organization"), max_length=300)
    kind = models.CharField(max_length=20)
    program_ids = ArrayField(models.BigIntegerField())
    center_ids = ArrayField(models.BigIntegerField())
    groups = ArrayField(models.TextField())
    languages = ArrayField(models.TextField())
    modes = ArrayField(models.TextField())
    accommodations = ArrayField(models.TextField())
    is_free = models.BooleanField()
    head = SearchVectorField()
    search = SearchVectorField()
    concepts = ArrayField(models.IntegerField(), null=True)
    strong_concepts = ArrayField(models.IntegerField(), null=True)
    reading = models.BinaryField(null=True)
    read_with = models.IntegerField(_("words that it was read with"), null=True)

    class Meta:
        indexes = [
            # One index serves any mixture of area, words and filters; the area needs the extension btree_gin.
            GinIndex(
                fields=[
                    "area", "program_ids", "center_ids", "groups", "languages", "modes", "accommodations", "head",
                    "search",
                ],
                name="listing_by_words_and_facets",
            ),
            GinIndex(fields=["area", "concepts", "strong_concepts"], name="listing_by_concepts"),
            models.Index("area", Lower("name"), "service", name="listing_by_area_and_name"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word of the public listings, with its stem and the number of those that contain it, for spelling correction."""

    word = models.CharField(max_length=60, primary_key=True)
    lexeme = models.CharField(_("stem"), max_length=60, db_index=True)
    ndoc = models.IntegerField(_("number of listings"))

    class Meta:
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_by_trigrams")]

    def __str__(self) -> str:
        return self.word


class Synonym(models.Model):
    """A wording of an area's glossary, and others that mean the same."""

    area = models.ForeignKey(LocalArea, models.CASCADE, related_name="synonyms")
    wording = models.CharField(max_length=120)
    also = ArrayField(models.CharField(max_length=120), verbose_name=_("same meaning"))

    class Meta:
        constraints = [models.UniqueConstraint("area", Lower("wording"), name="synonym_is_known_once_in_its_area")]

    def __str__(self) -> str:
        return f"{self.wording}: {', '.join(self.also)}"
