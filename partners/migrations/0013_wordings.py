"""Replace typed wordings once, by the longest; 0013_wordings.sql says why."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0013_wordings.sql").read_text()
BEFORE = (FOLDER / "0002_directory.sql").read_text()
# The function as it was, to the comment of the next.
UNDERSTAND, AFTER = "CREATE FUNCTION directory_understand(", "-- Known words similar to the misspelled ones, for"
BACKWARD = (
    BEFORE[BEFORE.index(UNDERSTAND) :].partition(AFTER)[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + "DROP FUNCTION directory_with_wordings; DROP INDEX synonym_by_query;"
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0012_spanish_and_questions")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
