"""Take questions apart into things that are looked for; 0016_understanding.sql says how."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0016_understanding.sql").read_text()
BEFORE = (FOLDER / "0013_wordings.sql").read_text()
FIRST = (FOLDER / "0002_directory.sql").read_text()
NEAREST, NEXT = "CREATE FUNCTION directory_nearest_word(", "-- Return the query that the typed words mean in an area"
UNDERSTAND = "CREATE OR REPLACE FUNCTION directory_understand("
BACKWARD = (
    "DROP FUNCTION directory_understand(text, text[], text[], bigint, boolean, text[], boolean);"
    "DROP FUNCTION directory_any_of, directory_core_of, directory_parts_of, directory_ndoc; DROP INDEX search_word_by_spanish_stem;"
    "DROP FUNCTION directory_spanish_stem;"
    + FIRST[FIRST.index(NEAREST) : FIRST.index(NEXT)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + BEFORE[BEFORE.index(UNDERSTAND) :]
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0015_spanish_listings")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
