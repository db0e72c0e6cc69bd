import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0015_websites_are_of_the_web"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="importrun",
            name="import_at_work",
        ),
        migrations.AddField(
            model_name="importrun",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked for at"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="worker that is at it"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="times that a worker began"),
        ),
        migrations.AddField(
            model_name="manualprint",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked for by",
            ),
        ),
        migrations.AddField(
            model_name="manualprint",
            name="claim",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="worker that is at it"),
        ),
        migrations.AddField(
            model_name="manualprint",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="times that a worker began"),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="lease_until",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="A worker is at it until then, and renews it.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="manualprint",
            name="asked_at",
            field=models.DateTimeField(verbose_name="asked for at"),
        ),
        migrations.AlterField(
            model_name="manualprint",
            name="lease_until",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="A worker is at it until then, and renews it.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="manualprint",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("making", "Being made"),
                    ("ready", "Ready"),
                    ("failed", "Could not be made"),
                    ("dropped", "Not made"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(
                condition=models.Q(("status__in", ["planning", "committing"])),
                fields=["asked_at"],
                name="import_at_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualprint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("edition", None), ("status", "waiting")),
                fields=("area", "variant"),
                name="only_the_newest_contents_wait_to_be_printed",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualprint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "making")),
                fields=("area", "variant"),
                name="manual_is_printed_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualprint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("asked_by__isnull", False), ("status__in", ["waiting", "making"])),
                fields=("asked_by",),
                name="person_waits_for_one_print",
            ),
        ),
    ]
