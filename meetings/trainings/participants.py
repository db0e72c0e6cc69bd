"""Who took part in trainings: the roll, and how many staff of each partner the clerk counted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from meetings.groups.groups import demand_current
from meetings.models import Attendance, Meeting, Training, TrainingCount
from meetings.models.trainings import MOST_STAFF
from meetings.trainings.facts import CannotKeepTraining, is_of_group, lock_training
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import Partnership

COUNT_LINKS = ("counts",)


@dataclass(frozen=True)
class TookPart:
    """A partner at a training: how many of its people are on the roll, and how many the clerk counted."""

    partnership: Partnership
    on_roll: int
    counted: int | None

    @property
    def staff(self) -> int:
        """How many took part: as counted, or else those on the roll."""
        return self.on_roll if self.counted is None else self.counted


def participants_of(trainings: Collection[Training]) -> dict[int, list[TookPart]]:
    """Return the partners that took part in each training, by its id, in the order of their names; three queries."""
    by_meeting = {training.meeting_id: training.pk for training in trainings}
    came = Attendance.objects.there().filter(meeting__in=by_meeting, partnership__isnull=False).order_by()
    roll: dict[tuple[int, int], int] = {
        (by_meeting[meeting], partner): number
        for meeting, partner, number in came.values("meeting", "partnership")
        .annotate(number=Count("pk"))
        .values_list("meeting", "partnership", "number")
    }
    rows = TrainingCount.objects.filter(training__in=by_meeting.values())
    counted = {(row.training_id, row.partnership_id): row.staff for row in rows}
    partners = Partnership.objects.select_related("organization", "area").in_bulk(
        {partner for _training, partner in (*roll, *counted)}
    )
    found: dict[int, list[TookPart]] = defaultdict(list)
    for training, partner in {*roll, *counted}:
        key = (training, partner)
        took_part = TookPart(partners[partner], roll.get(key, 0), counted.get(key))
        if took_part.staff:
            found[training].append(took_part)
    for each in found.values():
        each.sort(key=lambda one: (one.partnership.organization.name.lower(), one.partnership.pk))
    return found


@recorded
def save_counts(
    meeting: Meeting,
    *,
    counts: Mapping[Partnership, int | None],
    version: str = "",
    by: User | None,
    at: datetime,
) -> Training:
    """Save how many staff of each partner took part; ``None`` means that the clerk did not count, 0 that none came.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepTraining: if the training was canceled or has not begun, a partner is not of the area, or a number
        makes no sense.
    """
    training = lock_training(meeting, COUNT_LINKS, version)
    demand_current(training.meeting.group)
    if training.is_off:
        raise CannotKeepTraining(_("This training was canceled. Nobody took part."))
    if not training.meeting.has_begun(at):
        raise CannotKeepTraining(_("This training has not begun. Enter who took part after it."))
    known = {row.partnership_id: row for row in training.counts.all()}
    for partner, staff in counts.items():
        _demand_sensible(training, partner, staff, is_known=partner.pk in known)
        _set_count(training, partner, staff, known.get(partner.pk))
    return training


def _set_count(training: Training, partner: Partnership, staff: int | None, row: TrainingCount | None) -> None:
    if staff is None:
        if row:
            row.delete()
    elif row is None:
        TrainingCount.objects.create(training=training, partnership=partner, staff=staff)
    elif row.staff != staff:
        row.staff = staff
        row.save(update_fields=["staff"])


def _demand_sensible(training: Training, partner: Partnership, staff: int | None, *, is_known: bool) -> None:
    field = field_of(partner)
    if not is_known and not is_of_group(partner, training.meeting.group):
        raise CannotKeepTraining(_("%(partner)s is not a partner of this area.") % {"partner": partner}, field=field)
    if staff is not None and not 0 <= staff <= MOST_STAFF:
        words = _("Enter a number from 0 to %(most)d, or leave it blank.") % {"most": MOST_STAFF}
        raise CannotKeepTraining(words, field=field)


def field_of(partner: Partnership) -> str:
    """Return the name of the field for the number of a partner."""
    return f"staff_{partner.pk}"


def total_of(participants: Iterable[TookPart]) -> int:
    """Return how many staff of all partners took part."""
    return sum(each.staff for each in participants)
