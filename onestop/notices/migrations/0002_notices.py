"""Turn outgoing e-mails into notices: what is told to whom about what, of which the e-mail is one way."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TO_NOTICES = """
    UPDATE notices_outgoingemail SET status = CASE status WHEN 'due' THEN 'owed' WHEN 'sending' THEN 'claimed' ELSE status END;
"""
TO_EMAILS = """
    DELETE FROM notices_outgoingemail WHERE status IN ('held', 'joined', 'kept', 'withdrawn');
    UPDATE notices_outgoingemail SET status = CASE status WHEN 'owed' THEN 'due' WHEN 'claimed' THEN 'sending' ELSE status END;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_outgoing_email"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveConstraint("outgoingemail", "email_is_dated_when_sent"),
        migrations.RemoveConstraint("outgoingemail", "email_being_sent_is_on_a_lease"),
        migrations.RemoveIndex("outgoingemail", "email_due"),
        migrations.RemoveIndex("outgoingemail", "email_being_sent"),
        migrations.RunSQL(TO_NOTICES, TO_EMAILS),
        migrations.RenameModel("OutgoingEmail", "Notice"),
        migrations.RenameField("notice", "key", "dedupe_key"),
        migrations.AddField(
            model_name="notice",
            name="about",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="carrier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carried",
                to="notices.notice",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="in_inbox",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="notice",
            name="kind",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notice",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Somebody waits for it"), (1, "Usual"), (2, "When there is time")], default=1
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="snoozed_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="url",
            field=models.CharField(blank=True, max_length=500, verbose_name="where to go"),
        ),
        migrations.AddField(
            model_name="notice",
            name="why",
            field=models.CharField(blank=True, max_length=300, verbose_name="why the person gets it"),
        ),
        migrations.AddField(
            model_name="notice",
            name="withdrawn_why",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="notice",
            name="dedupe_key",
            field=models.CharField(max_length=200, unique=True, verbose_name="key"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="status",
            field=models.CharField(
                choices=[
                    ("held", "Waits for a digest"),
                    ("owed", "Waiting to be sent"),
                    ("claimed", "Being sent"),
                    ("sent", "Sent"),
                    ("joined", "Told in a digest"),
                    ("kept", "Told in the portal only"),
                    ("failed", "Not delivered"),
                    ("uncertain", "Perhaps sent"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="owed",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status", "owed")), fields=["priority", "due_at", "id"], name="notice_due"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status", "claimed")), fields=["lease_until"], name="notice_being_sent"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status", "held")), fields=["recipient", "due_at"], name="notice_held"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("in_inbox", True)), fields=["recipient", "-written_at"], name="notice_by_person"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["kind", "status", "-written_at"], name="notice_by_kind_and_status"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=django.contrib.postgres.indexes.GinIndex(fields=["about"], name="notice_by_thing"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("status", "sent")),
                    models.Q(models.Q(("status", "sent"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="notice_is_dated_when_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "claimed"), _negated=True),
                    models.Q(("claim__isnull", False), ("lease_until__isnull", False)),
                    _connector="OR",
                ),
                name="notice_being_sent_is_on_a_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carrier__isnull", False), ("status", "joined")),
                    models.Q(models.Q(("status", "joined"), _negated=True), ("carrier", None)),
                    _connector="OR",
                ),
                name="notice_in_a_digest_names_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_inbox", False), ("recipient__isnull", False), _connector="OR"),
                name="notice_in_an_inbox_is_somebodys",
            ),
        ),
        migrations.RunSQL(
            "UPDATE notices_notice SET kind = CASE split_part(dedupe_key, ':', 1) WHEN 'mail' THEN 'account' "
            "ELSE replace(split_part(dedupe_key, ':', 1), '-', '_') END",
            migrations.RunSQL.noop,
        ),
    ]
