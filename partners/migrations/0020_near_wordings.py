"""Find the nearest word of a wording by an index; 0020_near_wordings.sql says how."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0020_near_wordings.sql").read_text()
BEFORE = (FOLDER / "0016_understanding.sql").read_text()
# The function as it was, to the comment of the next.
NEAREST, NEXT = "CREATE OR REPLACE FUNCTION directory_nearest_word(", "-- Return what the typed words mean in an area"
BACKWARD = BEFORE[BEFORE.index(NEAREST) : BEFORE.index(NEXT)] + "DROP INDEX synonym_by_trigrams, synonym_by_words;"


class Migration(migrations.Migration):
    dependencies = [("partners", "0019_layouts_of_imports")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
