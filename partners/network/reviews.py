"""Record, remove and restore reviews of One-Stop centers.

The date of the last review is stored on the center, for its page and its due dates; these functions update it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import Center, CenterReview
from partners.network.due_dates import LAWS
from partners.upkeep import reminder_withdrawals

FACTS = ("held_on", "outcome", "findings")


class CannotReview(Refused):
    """A review cannot be recorded or restored like this."""


@recorded
def record_review(
    center: Center, *, kind: CenterReview.Kind | str, facts: Mapping[str, Any], by: User | None, at: datetime
) -> CenterReview:
    """Record a certification or an accessibility review of a center, which sets its next due date.

    :raises CannotReview: if the date is in the future, the center is archived, or the review is already recorded.
    """
    center = _lock(center)
    today = at.astimezone(center.area.zone).date()
    if center.is_archived:
        raise CannotReview(_("This center is archived. Restore it first."))
    if facts["held_on"] > today:
        raise CannotReview(_("This date is in the future. Enter the date on which it took place."), field="held_on")
    _demand_alone(center, kind, facts["held_on"])
    review = center.reviews.create(kind=kind, **{name: facts[name] for name in FACTS if name in facts})
    _keep_day(center, review.kind)
    return review


@recorded
def take_back_review(review: CenterReview, *, by: User | None, at: datetime) -> None:
    """Remove a review that was recorded by mistake; the previous one counts again."""
    center = _lock(review.center)
    CenterReview.objects.current().filter(pk=review.pk).update(archived_at=at)
    _keep_day(center, review.kind)


@recorded
def restore_review(review: CenterReview, *, by: User | None, at: datetime) -> None:
    """Restore a removed review.

    :raises CannotReview: if another review of the same kind and date was recorded in the meantime.
    """
    center = _lock(review.center)
    _demand_alone(center, review.kind, review.held_on)
    CenterReview.objects.archived().filter(pk=review.pk).update(archived_at=None)
    _keep_day(center, review.kind)


def _lock(center: Center) -> Center:
    # Lock: of two who record at once, the second must see the review of the first when it stores the last date.
    return Center.objects.select_for_update(of=("self",)).select_related("area").get(pk=center.pk)


def _demand_alone(center: Center, kind: CenterReview.Kind | str, held_on: Any) -> None:
    if center.reviews.current().filter(kind=kind, held_on=held_on).exists():
        message = _("An accessibility review on %(date)s is already recorded.")
        if kind == CenterReview.Kind.CERTIFICATION:
            message = _("A certification on %(date)s is already recorded.")
        raise CannotReview(message % {"date": day(held_on, "plain")}, field="held_on")


def _keep_day(center: Center, kind: str) -> None:
    column = LAWS[CenterReview.Kind(kind)].column
    last = CenterReview.objects.counting().filter(center=center, kind=kind).aggregate(last=Max("held_on"))["last"]
    if getattr(center, column) != last:
        setattr(center, column, last)
        center.save(update_fields=[column])
        reminder_withdrawals.take_back_clock(center, kind)
