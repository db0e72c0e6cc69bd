"""Watch the promises of each area every day: note which are no longer kept, and tell the staff of each once."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from agreements.models import Drift, Promise
from agreements.responsibilities.drift import Judgment
from agreements.responsibilities.reading import judgments_of, owed, with_what_decides
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Role
from partners.notices.audiences import seated_in

logger = logging.getLogger(__name__)
TOLD = "agreements.drift"
LISTED = 20  # promises that a mail lists; the rest is counted


def watch_promises(*, at: datetime) -> int:
    """Watch the promises of every area, even if one fails; return how many notices were written."""
    number = 0
    for area in _areas():
        try:
            number += watch_area(area, at=at)
        except Exception:
            logger.exception("The promises of area %s could not be watched", area.pk)
    return number


def _areas() -> list[LocalArea]:
    """Return the areas that lead an agreement with promises."""
    promises = Promise.objects.filter(agreement__area=OuterRef("pk"))
    return list(LocalArea.objects.current().filter(Exists(promises)).order_by("pk"))


@transaction.atomic
def watch_area(area: LocalArea, *, at: datetime) -> int:
    """Open and end the drifts of an area, and tell its staff of those that are new; return the number of notices."""
    # Lock: of two workers the second sees which drifts the first has opened, and which it has told.
    area = LocalArea.objects.select_for_update(no_key=True, of=("self",)).select_related("state").get(pk=area.pk)
    today = at.astimezone(area.zone).date()
    promises = list(with_what_decides(owed(today).filter(agreement__area=area)).order_by("party", "pk"))
    judged = judgments_of(promises, today=today)
    _note_drifts(area, judged, today, at)
    return _tell(area, {promise.pk: promise for promise in promises}, judged, at)


def _note_drifts(area: LocalArea, judged: dict[int, Judgment], today: date, at: datetime) -> None:
    reasons = {pk: str(judgment.reason) for pk, judgment in judged.items() if judgment.reason}
    known = {drift.promise_id: drift for drift in Drift.objects.open().filter(promise__agreement__area=area)}
    gone = [drift.pk for promise, drift in known.items() if promise not in reasons]
    Drift.objects.filter(pk__in=gone).update(ended_at=at)
    changed = [drift for promise, drift in known.items() if reasons.get(promise, drift.reason) != drift.reason]
    for drift in changed:
        drift.reason = reasons[drift.promise_id]
    Drift.objects.bulk_update(changed, ["reason"])
    Drift.objects.bulk_create(
        Drift(promise_id=promise, reason=reason, since=today)
        for promise, reason in reasons.items()
        if promise not in known
    )


def _tell(area: LocalArea, promises: dict[int, Promise], judged: dict[int, Judgment], at: datetime) -> int:
    """Tell the staff of an area of the drifts that they do not know yet: one notice a day for each person."""
    of_area = Drift.objects.filter(promise__agreement__area=area)
    new = list(of_area.open().filter(told_at=None).order_by("promise__party", "promise"))
    staff = seated_in(Role.STAFF, [area.pk]).get(area.pk, []) if new else []
    if not staff or of_area.filter(told_at__gte=_midnight(area, at)).exists():
        return 0
    drifts = [(promises[drift.promise_id], judged[drift.promise_id]) for drift in new]
    day = at.astimezone(area.zone).date()
    number = notify_many(
        [
            Message(
                kind=TOLD,
                key=f"{TOLD}:{area.pk}:{day}:{person.pk}",
                to=person,
                about=[area],
                scope=area,
                why=_("You are One-Stop staff in %(area)s.") % {"area": area},
                path=f"{reverse('agreements:responsibility_list', args=[area.slug])}?state=broken",
                context=context_of(area, drifts),
                zone=area.zone,
            )
            for person in staff
        ],
        at=at,
    )
    Drift.objects.filter(pk__in=[drift.pk for drift in new]).update(told_at=at)
    return number


def context_of(area: LocalArea, drifts: Sequence[tuple[Promise, Judgment]]) -> dict[str, object]:
    """Return what the notice shows."""
    return {"area": area, "drifts": drifts[:LISTED], "number": len(drifts), "more": max(len(drifts) - LISTED, 0)}


def _midnight(area: LocalArea, at: datetime) -> datetime:
    return datetime.combine(at.astimezone(area.zone).date(), time(), area.zone)
