"""Hours by video or phone, absences that can be taken back, reviews of centers; no partner twice at one time."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


def keep_known_days(apps, schema_editor):
    """Make a review of each day that a center already knows, so that what is recorded next has one before it."""
    Center, CenterReview = apps.get_model("partners", "Center"), apps.get_model("partners", "CenterReview")
    for kind, column in (("certification", "certified_on"), ("accessibility", "accessibility_reviewed_on")):
        known = Center.objects.exclude(**{column: None}).values_list("pk", column)
        CenterReview.objects.bulk_create(
            CenterReview(center_id=center, kind=kind, held_on=held_on) for center, held_on in known
        )


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0008_coverage"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="CenterReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("certification", "Certification"), ("accessibility", "Accessibility review")],
                        max_length=20,
                    ),
                ),
                ("held_on", models.DateField(verbose_name="day")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Meets the criteria"),
                            ("conditions", "Meets them on conditions"),
                            ("not_met", "Does not meet them"),
                        ],
                        default="met",
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("findings", models.TextField(blank=True, verbose_name="what was found")),
            ],
        ),
        migrations.CreateModel(
            name="CenterReviewEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("archived_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("certification", "Certification"), ("accessibility", "Accessibility review")],
                        max_length=20,
                    ),
                ),
                ("held_on", models.DateField(verbose_name="day")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Meets the criteria"),
                            ("conditions", "Meets them on conditions"),
                            ("not_met", "Does not meet them"),
                        ],
                        default="met",
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("findings", models.TextField(blank=True, verbose_name="what was found")),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="absence",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="absence",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="absence",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="presence",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="presence",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="presence",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="absence",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="absenceevent",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="presence",
            name="phone",
            field=models.CharField(blank=True, max_length=40, verbose_name="phone there"),
        ),
        migrations.AddField(
            model_name="presence",
            name="way",
            field=models.CharField(
                choices=[("in_person", "In person"), ("linkage", "By video or phone")],
                default="in_person",
                max_length=10,
                verbose_name="how",
            ),
        ),
        migrations.AddField(
            model_name="presenceevent",
            name="phone",
            field=models.CharField(blank=True, max_length=40, verbose_name="phone there"),
        ),
        migrations.AddField(
            model_name="presenceevent",
            name="way",
            field=models.CharField(
                choices=[("in_person", "In person"), ("linkage", "By video or phone")],
                default="in_person",
                max_length=10,
                verbose_name="how",
            ),
        ),
        migrations.AlterField(
            model_name="columnmapping",
            name="kind",
            field=models.CharField(
                choices=[
                    ("partners", "Partners"),
                    ("services", "Services"),
                    ("terms", "Terms"),
                    ("presence", "Hours on site"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(
                choices=[
                    ("partners", "Partners"),
                    ("services", "Services"),
                    ("terms", "Terms"),
                    ("presence", "Hours on site"),
                ],
                max_length=20,
                verbose_name="what it holds",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="absence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_absenceevent" ("archived_at", "center_id", "first_on", "id", "last_on", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."archived_at", NEW."center_id", NEW."first_on", NEW."id", NEW."last_on", NEW."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;',
                    hash="14cc493b9d853ade8fe7c9c6cdc134d93a895cfb",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_28c34",
                    table="partners_absence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="absence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "partners_absenceevent" ("archived_at", "center_id", "first_on", "id", "last_on", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."archived_at", NEW."center_id", NEW."first_on", NEW."id", NEW."last_on", NEW."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason"); RETURN NULL;',
                    hash="6560435540016c57c33a94e5a4b92ce2b5c44456",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_35fe0",
                    table="partners_absence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="absence",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_absenceevent" ("archived_at", "center_id", "first_on", "id", "last_on", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (OLD."archived_at", OLD."center_id", OLD."first_on", OLD."id", OLD."last_on", OLD."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason"); RETURN NULL;',
                    hash="9d1199b34c455978a336a9008a121541899ff25f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_07367",
                    table="partners_absence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="presence",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_presenceevent" ("archived_at", "begins_on", "center_id", "desk", "ends_at", "ends_on", "id", "note", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "rhythm", "starts_at", "way", "weekday", "who") VALUES (NEW."archived_at", NEW."begins_on", NEW."center_id", NEW."desk", NEW."ends_at", NEW."ends_on", NEW."id", NEW."note", NEW."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."phone", NEW."rhythm", NEW."starts_at", NEW."way", NEW."weekday", NEW."who"); RETURN NULL;',
                    hash="5647359519cd99440dd80358adf5ffb3a4746b25",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_e0059",
                    table="partners_presence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="presence",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "partners_presenceevent" ("archived_at", "begins_on", "center_id", "desk", "ends_at", "ends_on", "id", "note", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "rhythm", "starts_at", "way", "weekday", "who") VALUES (NEW."archived_at", NEW."begins_on", NEW."center_id", NEW."desk", NEW."ends_at", NEW."ends_on", NEW."id", NEW."note", NEW."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."phone", NEW."rhythm", NEW."starts_at", NEW."way", NEW."weekday", NEW."who"); RETURN NULL;',
                    hash="075f63ce066bd559b1ab31dc7172a2f08e49d58f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_470a8",
                    table="partners_presence",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="presence",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_presenceevent" ("archived_at", "begins_on", "center_id", "desk", "ends_at", "ends_on", "id", "note", "partnership_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "rhythm", "starts_at", "way", "weekday", "who") VALUES (OLD."archived_at", OLD."begins_on", OLD."center_id", OLD."desk", OLD."ends_at", OLD."ends_on", OLD."id", OLD."note", OLD."partnership_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."phone", OLD."rhythm", OLD."starts_at", OLD."way", OLD."weekday", OLD."who"); RETURN NULL;',
                    hash="a584cf10d099a1d86a2602f8fa696f5dafb382c2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_152dd",
                    table="partners_presence",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("archived_at", None)),
                expressions=[
                    ("partnership", "="),
                    ("center", "="),
                    ("weekday", "="),
                    (
                        models.Case(
                            models.When(
                                rhythm="weekly",
                                then=models.Func(
                                    models.Value(1), models.Value(5), models.Value("[]"), function="int4range"
                                ),
                            ),
                            models.When(
                                rhythm="last",
                                then=models.Func(
                                    models.Value(4), models.Value(5), models.Value("[]"), function="int4range"
                                ),
                            ),
                            models.When(
                                rhythm="first",
                                then=models.Func(
                                    models.Value(1), models.Value(1), models.Value("[]"), function="int4range"
                                ),
                            ),
                            models.When(
                                rhythm="second",
                                then=models.Func(
                                    models.Value(2), models.Value(2), models.Value("[]"), function="int4range"
                                ),
                            ),
                            models.When(
                                rhythm="third",
                                then=models.Func(
                                    models.Value(3), models.Value(3), models.Value("[]"), function="int4range"
                                ),
                            ),
                            models.When(
                                rhythm="fourth",
                                then=models.Func(
                                    models.Value(4), models.Value(4), models.Value("[]"), function="int4range"
                                ),
                            ),
                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            arg_joiner=", date '2000-01-01' + ",
                            template="tsrange(date '2000-01-01' + %(expressions)s)",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("begins_on"), models.F("ends_on"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="presences_of_a_partner_do_not_overlap",
            ),
        ),
        migrations.AddField(
            model_name="centerreview",
            name="center",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="partners.center"
            ),
        ),
        migrations.AddField(
            model_name="centerreviewevent",
            name="center",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="partners.center",
            ),
        ),
        migrations.AddField(
            model_name="centerreviewevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="partners.centerreview",
            ),
        ),
        migrations.AddConstraint(
            model_name="centerreview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at", None)),
                fields=("center", "kind", "held_on"),
                name="center_is_reviewed_once_a_day_for_one_thing",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centerreview",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_centerreviewevent" ("archived_at", "center_id", "findings", "held_on", "id", "kind", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."archived_at", NEW."center_id", NEW."findings", NEW."held_on", NEW."id", NEW."kind", NEW."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="5f732545c5a65077d844dcb5cf7ce3af1a7ba9b1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6c129",
                    table="partners_centerreview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centerreview",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "partners_centerreviewevent" ("archived_at", "center_id", "findings", "held_on", "id", "kind", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."archived_at", NEW."center_id", NEW."findings", NEW."held_on", NEW."id", NEW."kind", NEW."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="b16e5e25d51aea8299863d7eeff79c91f693e27d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_efbe7",
                    table="partners_centerreview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centerreview",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "partners_centerreviewevent" ("archived_at", "center_id", "findings", "held_on", "id", "kind", "outcome", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."archived_at", OLD."center_id", OLD."findings", OLD."held_on", OLD."id", OLD."kind", OLD."outcome", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="56a2a2c1f36d503e6edc86eb99a7c569a590b472",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_360da",
                    table="partners_centerreview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="centerreviewevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c65cd1f5f66eb338ef984bb09a2c8ed71d0f0191",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_79eb0",
                    table="partners_centerreviewevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(keep_known_days, migrations.RunPython.noop),
    ]
