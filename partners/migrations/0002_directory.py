"""What the public directory searches, as functions in the database; 0002_directory.sql says how."""

from pathlib import Path

from django.db import migrations

FORWARD, BACKWARD = Path(__file__).with_suffix(".sql").read_text().split("-- ======== Backward\n")


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("onestop", "0001_extensions")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
