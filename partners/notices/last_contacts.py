"""When partners were last asked to confirm their services, and how often they were reminded since their last answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from onestop.notices.reminders import ReminderProgress
from partners.models import LocalArea
from partners.notices.stale_services import REMINDER
from partners.upkeep.stale import MORNING


@dataclass(frozen=True)
class LastContact:
    """The last request to a partner, and the reminders since its last answer, without what follows.

    ``asked_by`` is the name of the person who made that request; blank if the portal did, or if it is answered.
    """

    asked_at: datetime | None
    asked_by: str
    progress: ReminderProgress


# A subject is named like ``Unconfirmed.key``: by the partner and the day of its last answer. A request of a person
# since then counts as a reminder if there was none. Agrees with ``progress_by_partner``, which also tells what follows
# and so needs all the people of a partner.
LAST_CONTACTS = """
SELECT partner.id, last.asked_at, last.asked_by, asked.at, reminded.steps, reminded.last_step, reminded.at,
    coalesce(rule.steps, %(steps)s)
FROM partners_partnership partner
JOIN partners_localarea area ON area.id = partner.area_id
CROSS JOIN LATERAL (
    SELECT max(answered_at) AS at FROM partners_confirmationrequest WHERE partnership_id = partner.id
) linked
CROSS JOIN LATERAL (
    SELECT greatest(max(verified_on), (linked.at AT TIME ZONE area.time_zone)::date) AS on_day
    FROM partners_service WHERE partnership_id = partner.id
) answered
CROSS JOIN LATERAL (
    SELECT count(DISTINCT step) AS steps, max(step) AS last_step, max(due_at) AS at FROM notices_notice
    WHERE matter <> '' AND matter = %(code)s || ':' || partner.id || ':' || coalesce(answered.on_day::text, 'never')
) reminded
CROSS JOIN LATERAL (
    SELECT max(asked_at) AS at FROM partners_confirmationrequest
    WHERE partnership_id = partner.id AND asked_by_id IS NOT NULL AND (linked.at IS NULL OR asked_at > linked.at)
        AND (answered.on_day IS NULL OR asked_at > (answered.on_day + %(morning)s) AT TIME ZONE area.time_zone)
) asked
LEFT JOIN LATERAL (
    SELECT request.asked_at, CASE WHEN request.answered_at IS NULL THEN person.name END AS asked_by
    FROM partners_confirmationrequest request LEFT JOIN accounts_user person ON person.id = request.asked_by_id
    WHERE request.partnership_id = partner.id
    ORDER BY request.asked_at DESC, request.answered_at DESC NULLS LAST, request.id
    LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN is_on THEN (SELECT count(*) FROM notices_rulestep WHERE rule_id = rule.id) ELSE 0 END AS steps
    FROM notices_rule rule WHERE code = %(code)s AND scope IN ('', %(area)s || ':' || area.id)
    ORDER BY scope DESC
    LIMIT 1
) rule ON true
WHERE partner.id = ANY(%(partners)s)
"""


def last_contacts(partnership_ids: Collection[int]) -> dict[int, LastContact]:
    """Return the last contact with each of these partners that was ever asked or reminded, by primary key; one query.

    A partner is out of reminders when the last step of its rule was sent; ``progress_by_partner`` knows besides whether
    the steps that are left have recipients.
    """
    if not partnership_ids:
        return {}
    values: dict[str, Any] = {
        "code": REMINDER.code,
        "steps": len(REMINDER.steps),
        "area": LocalArea._meta.label_lower,
        "morning": MORNING,
        "partners": list(partnership_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(LAST_CONTACTS, values)
        rows = cursor.fetchall()
    return {
        pk: LastContact(asked_at, asked_by or "", _progress(*reminded))
        for pk, asked_at, asked_by, *reminded in rows
        if asked_at or reminded[1]
    }


def _progress(
    asked_at: datetime | None, steps: int, last_step: int | None, last_at: datetime | None, number_of_steps: int
) -> ReminderProgress:
    """Return the progress; a request of a person counts as the last step sent, or as the first one."""
    if not steps and not asked_at:
        return ReminderProgress()
    latest = max(at for at in (asked_at, last_at) if at)
    return ReminderProgress(max(steps, 1), latest, is_exhausted=max(last_step or 1, 1) >= number_of_steps)
