"""Find services by their Spanish texts; 0015_spanish_listings.sql says how."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0015_spanish_listings.sql").read_text()
BEFORE = (FOLDER / "0002_directory.sql").read_text()
# The views as they were, from the first to the comment after the second.
VIEWS, AFTER = (
    "CREATE VIEW partners_service_text AS",
    "-- ---------------------------------------------------------------- How it",
)
BACKWARD = "DROP VIEW partners_listed, partners_service_text;" + BEFORE[BEFORE.index(VIEWS) : BEFORE.index(AFTER)]


class Migration(migrations.Migration):
    dependencies = [("partners", "0014_closest_wordings")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
