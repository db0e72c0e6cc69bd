"""Write a plan, all of it or nothing, by the writer of its kind."""

from datetime import datetime

from django.db import connection, transaction

from onestop.accounts.models import User
from partners.importing.kinds import kind_of
from partners.importing.planning import Outcome, Plan, Progress
from partners.models import LocalArea

WRITING = (Outcome.ADD, Outcome.CHANGE)


@transaction.atomic
def write_plan(
    area: LocalArea, plan: Plan, *, at: datetime, by: User | None = None, progress: Progress | None = None
) -> None:
    """Write a plan, and set the target of each added row.

    An import does not confirm services: it leaves their dates of confirmation unchanged.

    :raises Refused: if a rule forbids a row; a plan that is not out of date has none such.
    """
    rows = [row for row in plan.rows if row.outcome in WRITING]
    writer = kind_of(plan.kind).writer(area, by, at)
    check_now()
    writer.write(rows, plan.extra, progress or (lambda done: None))


def check_now() -> None:
    """Check foreign keys with each statement from here on.

    Tens of thousands of checks deferred to the end of the transaction slow down every further insert.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no translation: SQL
