"""Record the reviews of an agreement; each sets the day of the next one (20 CFR 678.500(b)(6))."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.drafting.facts import REVIEW_YEARS, years_after
from agreements.models import Agreement, Review
from agreements.terms.locking import CannotRecord, lock_executed
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday


@recorded
def record_review(
    agreement: Agreement,
    *,
    on: date,
    who: str,
    note: str = "",
    substantial_changes: bool = False,
    next_on: date | None = None,
    by: User | None,
    at: datetime,
) -> Review:
    """Record that an agreement was reviewed; without ``next_on``, the next review is due after three years.

    :raises CannotRecord: if it is not executed, the day is in the future, before it took effect or that of another
        review, or the next review is not within three years.
    """
    locked, begins = lock_executed(agreement)
    if on > at.astimezone(locked.area.zone).date():
        raise CannotRecord(_("This day is in the future. Record the review when it was held."), field="on")
    if on < begins:
        words = _("The agreement took effect on %(day)s. Enter that day or a later one.")
        raise CannotRecord(words % {"day": shortday(begins)}, field="on")
    latest = years_after(on, REVIEW_YEARS)
    next_on = next_on or latest
    if not on < next_on <= latest:
        words = _("The next review is due within three years: enter a day from the review to %(day)s.")
        raise CannotRecord(words % {"day": shortday(latest)}, field="next_on")
    if not who.strip():
        raise CannotRecord(_("Enter who took part."), field="who")
    review = Review(
        agreement=locked, held_on=on, next_on=next_on, who=who.strip(), note=note.strip(),
        substantial_changes=substantial_changes, by=by, at=at,
    )  # fmt: skip
    _save(review)
    return review


@recorded
def remove_review(review: Review, *, by: User | None, at: datetime) -> None:
    """Remove a review that was recorded by mistake; it can be restored.

    :raises CannotRecord: if the agreement is not executed.
    """
    review = _lock(review)
    if not review.is_archived:
        review.archived_at = at
        review.save(update_fields=["archived_at"])


@recorded
def restore_review(review: Review, *, by: User | None, at: datetime) -> None:
    """Restore a removed review.

    :raises CannotRecord: if the agreement is not executed, or another review of that day was recorded meanwhile.
    """
    review = _lock(review)
    if review.is_archived:
        review.archived_at = None
        _save(review)


def _lock(review: Review) -> Review:
    lock_executed(review.agreement)
    return Review.objects.get(pk=review.pk)


def _save(review: Review) -> None:
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as problem:
        words = _("A review of %(day)s is recorded already.") % {"day": shortday(review.held_on)}
        raise CannotRecord(words, field="on") from problem
