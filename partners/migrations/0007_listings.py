"""What the public directory searches, and the triggers that keep it true; 0007_listings.sql says how."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGinExtension, CreateExtension, UnaccentExtension
from django.db import migrations, models
from django.db.models.functions import Lower

FORWARD, BACKWARD = (Path(__file__).parent / "0007_listings.sql").read_text().split("-- ======== Backward\n")


class Migration(migrations.Migration):
    dependencies = [("partners", "0006_upkeep")]

    operations = [
        BtreeGinExtension(),
        UnaccentExtension(),
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "service",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="partners.service",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("org_name", models.CharField(max_length=300, verbose_name="organization")),
                ("kind", models.CharField(max_length=20)),
                (
                    "program_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "center_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("groups", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("languages", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("modes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("accommodations", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("is_free", models.BooleanField()),
                ("head", django.contrib.postgres.search.SearchVectorField()),
                ("search", django.contrib.postgres.search.SearchVectorField()),
                (
                    "area",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="partners.localarea",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="partners.partnership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=[
                            "area",
                            "program_ids",
                            "center_ids",
                            "groups",
                            "languages",
                            "modes",
                            "accommodations",
                            "head",
                            "search",
                        ],
                        name="listing_by_words_and_facets",
                    ),
                    models.Index("area", Lower("name"), "service", name="listing_by_area_and_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("lexeme", models.CharField(db_index=True, max_length=60, verbose_name="stem")),
                ("ndoc", models.IntegerField(verbose_name="listings that hold it")),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_word_by_trigrams", opclasses=["gin_trgm_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wording", models.CharField(max_length=120)),
                (
                    "also",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None, verbose_name="means the same"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="synonyms",
                        to="partners.localarea",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("area"),
                        Lower("wording"),
                        name="synonym_is_known_once_in_its_area",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
