"""Reviews of One-Stop centers: recording that one was held, and taking back what was recorded by mistake.

A center's page and its clocks read the day of the last review from the center itself; these verbs keep that day.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import Center, CenterReview
from partners.network.due_dates import LAWS
from partners.upkeep import reminder_withdrawals

FACTS = ("held_on", "outcome", "findings")


class CannotReview(Refused):
    """A review cannot be recorded, or taken back, like this."""


@recorded
def record_review(
    center: Center, *, kind: CenterReview.Kind | str, facts: Mapping[str, Any], by: User | None, at: datetime
) -> CenterReview:
    """Record that the board has certified a center, or reviewed its accessibility: its clock starts anew.

    :raises CannotReview: if the day is still to come, the center is archived, or that day's review is recorded.
    """
    center = _lock(center)
    today = at.astimezone(center.area.zone).date()
    if center.is_archived:
        raise CannotReview("This center is archived. Restore it first.")
    if facts["held_on"] > today:
        raise CannotReview("This day is still to come. Record a review when it was held.", field="held_on")
    _demand_alone(center, kind, facts["held_on"])
    review = center.reviews.create(kind=kind, **{name: facts[name] for name in FACTS if name in facts})
    _keep_day(center, review.kind)
    return review


@recorded
def take_back_review(review: CenterReview, *, by: User | None, at: datetime) -> None:
    """Take back a review that was recorded by mistake: the one before it counts again."""
    center = _lock(review.center)
    CenterReview.objects.current().filter(pk=review.pk).update(archived_at=at)
    _keep_day(center, review.kind)


@recorded
def restore_review(review: CenterReview, *, by: User | None, at: datetime) -> None:
    """Let a review count again that was taken back.

    :raises CannotReview: if another one of that day was recorded meanwhile.
    """
    center = _lock(review.center)
    _demand_alone(center, review.kind, review.held_on)
    CenterReview.objects.archived().filter(pk=review.pk).update(archived_at=None)
    _keep_day(center, review.kind)


def _lock(center: Center) -> Center:
    # Of two who record at once, the second must see the first's review when it keeps the last day.
    return Center.objects.select_for_update(of=("self",)).select_related("area").get(pk=center.pk)


def _demand_alone(center: Center, kind: CenterReview.Kind | str, held_on: Any) -> None:
    if center.reviews.current().filter(kind=kind, held_on=held_on).exists():
        name = LAWS[CenterReview.Kind(kind)].name.lower()
        raise CannotReview(f"The {name} of {day(held_on, 'plain')} is recorded already.", field="held_on")


def _keep_day(center: Center, kind: str) -> None:
    column = LAWS[CenterReview.Kind(kind)].column
    last = CenterReview.objects.counting().filter(center=center, kind=kind).aggregate(last=Max("held_on"))["last"]
    if getattr(center, column) != last:
        setattr(center, column, last)
        center.save(update_fields=[column])
        reminder_withdrawals.take_back_clock(center, kind)
