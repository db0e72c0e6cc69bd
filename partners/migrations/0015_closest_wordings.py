"""Say of other wordings which mean the same, and which are wider."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0016_wordings")]

    operations = [
        migrations.AddField(
            model_name="synonym",
            name="same",
            field=models.PositiveSmallIntegerField(default=99, verbose_name="number with the same meaning"),
        )
    ]
