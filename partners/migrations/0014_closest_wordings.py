"""Say of other wordings which mean the same, which are narrower, and which are broader."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0013_wordings")]

    operations = [
        migrations.AddField(
            model_name="synonym",
            name="same",
            field=models.PositiveSmallIntegerField(default=99, verbose_name="number with the same meaning"),
        ),
        migrations.AddField(
            model_name="synonym",
            name="narrower",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="number with a narrower meaning"),
        ),
    ]
