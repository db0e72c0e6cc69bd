"""Make all listings of the public directory and count their words in one pass; 0003_quick_rebuild.sql says how."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0003_quick_rebuild.sql").read_text()
BEFORE = (FOLDER / "0002_directory.sql").read_text()
# The two functions as they were, from the comment before the first to that after the second.
FIRST, AFTER = "-- Put right what differs from how it should be", "-- ---"
BACKWARD = "DROP FUNCTION directory_rebuild();\n" + BEFORE[BEFORE.index(FIRST) :].partition(AFTER)[0]


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_directory")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
