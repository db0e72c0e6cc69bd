"""Two months after a training, ask each partner that took part: do your staff use it?"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from meetings.models import Series, Training, TrainingFollowUp, TrainingFollowUpLink
from meetings.trainings.facts import CannotKeepTraining, lock_training
from meetings.trainings.participants import participants_of
from meetings.trainings.recording import day_of
from onestop.accounts import signed_links
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _
from partners.models import Partnership, Representative

AFTER = timedelta(days=60)
LATEST = timedelta(days=120)  # after a training: later, nobody remembers it
OPEN = timedelta(days=90)
LATE = timedelta(days=28)  # without an answer, those who run the group are told
FACTS = ("uses", "comment")
Uses = TrainingFollowUp.Uses
Via = TrainingFollowUp.Via


# ---------------------------------------------------------------- Asking
def ask_all(*, at: datetime) -> int:
    """Ask the partners that took part in trainings about two months ago, each once; return how many."""
    rows = Training.objects.taken_place(at).filter(
        meeting__series__kind=Series.Kind.TRAINING, meeting__group__archived_at=None,
        meeting__ends_at__gt=at - LATEST, meeting__ends_at__lte=at - AFTER,
    )  # fmt: skip
    trainings = list(rows.with_place().order_by("pk"))
    took_part = participants_of(trainings)
    known = set(TrainingFollowUp.objects.filter(training__in=trainings).values_list("training", "partnership"))
    waiting = [
        training
        for training in trainings
        if any(
            (training.pk, each.partnership.pk) not in known
            for each in took_part.get(training.pk, ())
            if is_partner(each.partnership)
        )
    ]
    return sum(ask_partners(training, by=None, at=at) for training in waiting)


@recorded
def ask_partners(training: Training, *, by: User | None, at: datetime) -> int:
    """Ask each partner that took part in a training and was not asked yet, with a link for each representative.

    The reminder mails the links. Returns how many partners that are.
    """
    training = lock_training(training.meeting)
    if training.is_off:
        return 0
    known = set(training.follow_ups.values_list("partnership", flat=True))
    partners = [each.partnership for each in participants_of([training]).get(training.pk, ())]
    asked = [partner for partner in partners if partner.pk not in known and is_partner(partner)]
    today = training.meeting.series.local(at).date()
    rows = TrainingFollowUp.objects.bulk_create(
        TrainingFollowUp(training=training, partnership=partner, asked_on=today) for partner in asked
    )
    _make_links(rows, by, at)
    return len(rows)


def is_partner(partnership: Partnership) -> bool:
    """Return whether somebody is still a partner of the area."""
    return partnership.status == Partnership.Status.ACTIVE and not partnership.is_archived


def _make_links(rows: Collection[TrainingFollowUp], by: User | None, at: datetime) -> None:
    people: dict[int, list[Representative]] = defaultdict(list)
    speaking = Representative.objects.in_office().filter(partnership__in=[row.partnership_id for row in rows])
    for person in speaking.select_related("user").order_by("-kind", "pk"):
        people[person.partnership_id].append(person)
    links: dict[tuple[int, str], TrainingFollowUpLink] = {}
    for row in rows:
        for person in people[row.partnership_id]:
            email = (person.user.email if person.user else person.email).lower()
            if email:
                links.setdefault((row.pk, email), _new_link(row, person, email, by, at))
    TrainingFollowUpLink.objects.bulk_create(links.values())


def _new_link(
    row: TrainingFollowUp, person: Representative, email: str, by: User | None, at: datetime
) -> TrainingFollowUpLink:
    return TrainingFollowUpLink(
        follow_up=row, representative=person, user=person.user, name=person.name, email=email,
        nonce=signed_links.new_nonce(), asked_by=by, asked_at=at, expires_at=at + OPEN,
    )  # fmt: skip


# ---------------------------------------------------------------- Answering
@recorded
def answer_follow_up(
    follow_up: TrainingFollowUp, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> TrainingFollowUp:
    """Record whether the staff of a partner use what they learned, from somebody who signed in; the last answer counts.

    :raises CannotKeepTraining: if nothing was chosen, or the training was canceled.
    """
    return _record(follow_up, facts, name=by.name if by else "", by=by, via=Via.PAGE, at=at)


@recorded
def answer_by_link(
    link: TrainingFollowUpLink, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> TrainingFollowUp:
    """Record the same from a representative by their personal link.

    :raises LinkIsOver: if the link no longer works.
    :raises CannotKeepTraining: if nothing was chosen, or the training was canceled.
    """
    with signed_by_link(link):
        link = lock_open(link, at)
        row = _record(link.follow_up, facts, name=link.name, by=by, via=Via.LINK, at=at)
        note_answered(link, at)
    return row


def _record(
    follow_up: TrainingFollowUp, facts: Mapping[str, Any], *, name: str, by: User | None, via: str, at: datetime
) -> TrainingFollowUp:
    if facts.get("uses") not in Uses.values:
        raise CannotKeepTraining(_("Choose an answer."), field="uses")
    # Lock: of two people of one partner at once, the last answer counts as a whole.
    rows = TrainingFollowUp.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("training__meeting__series", "partnership__organization").get(pk=follow_up.pk)
    if row.training.is_off:
        raise CannotKeepTraining(_("This training was canceled. There is nothing to answer."))
    row.uses, row.comment = facts["uses"], facts.get("comment", "")
    row.answered_at, row.answered_name, row.answered_by, row.via = at, name, by, via
    row.save(update_fields=["uses", "comment", "answered_at", "answered_name", "answered_by", "via"])
    return row


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class FollowUps:
    """What partners answered two months after a training; ``due_on`` is when they are asked, if they were not yet."""

    rows: Sequence[tuple[TrainingFollowUp, tuple[str, str, str]]]
    due_on: date

    @property
    def answered(self) -> int:
        """How many partners have answered."""
        return sum(bool(row.uses) for row, _chip in self.rows)

    @property
    def words(self) -> list[tuple[str, int]]:
        """How many partners gave each answer."""
        counted = Counter(row.uses for row, _chip in self.rows)
        return [(str(each.label), counted[each.value]) for each in Uses]


def follow_ups_of(training: Training, *, today: date) -> FollowUps:
    """Return what partners answered after a training; one query."""
    rows = training.follow_ups.select_related("partnership__organization").order_by(
        "partnership__organization__name", "pk"
    )
    return FollowUps([(row, chip_of(row, today)) for row in rows], day_of(training) + AFTER)


def chip_of(row: TrainingFollowUp, today: date) -> tuple[str, str, str]:
    """Return the answer of a partner as kind, word and icon of a chip. Needs the partnership."""
    if row.uses:
        kind, icon = {
            Uses.YES: ("good", "check-circle-fill"), Uses.PARTLY: ("way", "circle-half"), Uses.NO: ("soon", "x-circle"),
        }[Uses(row.uses)]  # fmt: skip
        return kind, str(row.get_uses_display()), icon
    if not is_partner(row.partnership):
        return "rest", _("No longer a partner"), "slash-circle"
    if row.asked_on + LATE <= today:
        return "now", _("Overdue"), "clock"
    return "way", _("No answer yet"), "question-circle"
