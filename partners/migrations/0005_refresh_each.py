"""Read the services whose listings are refreshed one by one; 0005_refresh_each.sql says why."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0005_refresh_each.sql").read_text()
BEFORE = (FOLDER / "0002_directory.sql").read_text()


def _before(first: str, after: str) -> str:
    """Return a function as it was: from its first words to what follows it."""
    return BEFORE[BEFORE.index(first) :].partition(after)[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


BACKWARD = (
    _before("CREATE FUNCTION directory_refresh(", "-- The same for services whose")
    + "ALTER FUNCTION directory_refresh RESET ALL;"
    + _before("CREATE FUNCTION directory_language_words(", "-- All current services")
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_count_words_apart")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
