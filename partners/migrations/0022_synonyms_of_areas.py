"""Keep the wordings of glossaries only; 0022_synonyms_of_areas.sql says why."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0022_synonyms_of_areas.sql").read_text()


def _piece(name: str, first: str, after: str = "") -> str:
    """Return the SQL of an earlier migration from one text to the next, or to the end."""
    text = (FOLDER / name).read_text()
    begin = text.index(first)
    return text[begin : text.index(after, begin)] if after else text[begin:]


BACKWARD = (
    "DROP FUNCTION directory_nearest_word(text, bigint, text[]);"
    + _piece("0002_directory.sql", "CREATE FUNCTION directory_said(", "-- A trade by the name")
    + _piece("0002_directory.sql", "CREATE FUNCTION directory_unknown_words(", "-- One wrong letter is near")
    + _piece("0013_wordings.sql", "CREATE INDEX synonym_by_query", "CREATE OR REPLACE FUNCTION directory_understand(")
    + _piece("0016_understanding.sql", "CREATE FUNCTION directory_ndoc(", "-- The word that a misspelled one")
    + _piece("0016_understanding.sql", "CREATE FUNCTION directory_understand(")
    + _piece("0020_near_wordings.sql", "CREATE INDEX synonym_by_trigrams")
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0021_readings")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveField("synonym", "same"),
        migrations.RemoveField("synonym", "narrower"),
        migrations.RemoveConstraint("synonym", "synonym_is_known_once_in_its_area"),
        migrations.AlterField(
            "synonym",
            "area",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="synonyms", to="partners.localarea"
            ),
        ),
        migrations.AddConstraint(
            "synonym",
            models.UniqueConstraint("area", Lower("wording"), name="synonym_is_known_once_in_its_area"),
        ),
    ]
