"""Read the services whose listings are refreshed one by one; 0005_refresh_each.sql says why."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0005_refresh_each.sql").read_text()
BEFORE = (FOLDER / "0002_directory.sql").read_text()
# The function as it was, up to the comment of the next one.
FIRST, AFTER = "CREATE FUNCTION directory_refresh(", "-- The same for services whose"
BACKWARD = "DROP FUNCTION directory_refresh(bigint[]);\n" + BEFORE[BEFORE.index(FIRST) :].partition(AFTER)[0]


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_count_words_apart")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
