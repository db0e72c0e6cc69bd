"""Make the listings of the public directory and count their words apart; 0004_count_words_apart.sql says why."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0004_count_words_apart.sql").read_text()
# 0003 drops the function that it replaces.
BACKWARD = "DROP FUNCTION directory_rebuild();\n" + (FOLDER / "0003_quick_rebuild.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_quick_rebuild")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
