"""Keep what services mean beside their listings; 0021_readings.sql says how."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

FOLDER = Path(__file__).parent
FORWARD = (FOLDER / "0021_readings.sql").read_text()
BEFORE = (FOLDER / "0005_refresh_each.sql").read_text()
REFRESH, AFTER = "CREATE OR REPLACE FUNCTION directory_refresh(", "-- In one order, whichever way"
BACKWARD = (
    "DROP INDEX listing_unread;"
    "DROP FUNCTION directory_forms(text[], boolean, boolean, bigint), directory_terms(text[], bigint);"
    + BEFORE[BEFORE.index(REFRESH) : BEFORE.index(AFTER)]
)
NUMBERS = django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True)


class Migration(migrations.Migration):
    dependencies = [("partners", "0020_near_wordings")]

    operations = [
        migrations.AddField("listing", "concepts", NUMBERS),
        migrations.AddField("listing", "strong_concepts", NUMBERS),
        migrations.AddField("listing", "reading", models.BinaryField(null=True)),
        migrations.AddField("listing", "read_with", models.IntegerField("words that it was read with", null=True)),
        migrations.AddIndex(
            "listing",
            django.contrib.postgres.indexes.GinIndex(
                fields=["area", "concepts", "strong_concepts"], name="listing_by_concepts"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
