"""Make seats for an organization with one partnership seats for that partnership; and its locations likewise.

Nobody gains a right: a seat for an organization that is a partner in several areas reached all of them before, and
stays a seat for the whole organization.
"""

from django.db import migrations

# The one partnership of an organization: its only current one, or its only one of all if none is current.
ONLY_ONE = """
    SELECT organization_id, min(id) AS id FROM partners_partnership AS known
    WHERE archived_at IS NULL OR NOT EXISTS (
        SELECT FROM partners_partnership AS other
        WHERE other.organization_id = known.organization_id AND other.archived_at IS NULL
    )
    GROUP BY organization_id HAVING count(*) = 1
"""

MOVE_SEATS = f"""
    UPDATE partners_%s AS seat SET partnership_id = only_one.id, organization_id = NULL
    FROM ({ONLY_ONE}) AS only_one WHERE seat.organization_id = only_one.organization_id
"""  # noqa: S608
MOVE_BACK = """
    UPDATE partners_%s AS seat SET partnership_id = NULL, organization_id = partnership.organization_id
    FROM partners_partnership AS partnership WHERE seat.partnership_id = partnership.id
"""
KEEP_LOCATIONS = f"""
    UPDATE partners_location AS location SET partnership_id = only_one.id
    FROM ({ONLY_ONE}) AS only_one WHERE location.organization_id = only_one.organization_id
"""  # noqa: S608
RELEASE_LOCATIONS = "UPDATE partners_location SET partnership_id = NULL WHERE partnership_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("partners", "0012_partnership_seats")]

    operations = [
        migrations.RunSQL(MOVE_SEATS % "membership", MOVE_BACK % "membership"),
        migrations.RunSQL(MOVE_SEATS % "invitation", MOVE_BACK % "invitation"),
        migrations.RunSQL(KEEP_LOCATIONS, RELEASE_LOCATIONS),
    ]
