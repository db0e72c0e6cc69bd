"""Make the listings that are missing from the public directory in one pass; 0003_quick_rebuild.sql says how."""

from pathlib import Path

from django.db import migrations

FORWARD = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_directory")]

    # Going back keeps the function, which does the same as the one before.
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
