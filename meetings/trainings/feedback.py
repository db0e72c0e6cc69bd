"""Two questions to everyone who took part: was it useful, and what will you do differently? By link, once.

Nothing connects an answer with a person, unless they give their name. Few answers are not shown in detail: whoever
knows who was there could tell whose they are.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from meetings.models import Meeting, Series, Training, TrainingFeedback, TrainingFeedbackLink
from meetings.trainings.addresses import Attendee, attendees_of
from meetings.trainings.facts import CannotKeepTraining, lock_training
from onestop.accounts import signed_links
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.people import contacts

ASKED = "meetings.training_feedback"
FACTS = ("useful", "different", "signs")
MORNING = time(8)  # of the day after
LATEST = timedelta(days=14)  # after a training: whoever is put on the roll later is not asked any more
OPEN = timedelta(days=30)
FEWEST = 3  # answers that are shown in detail
Useful = TrainingFeedback.Useful


# ---------------------------------------------------------------- Asking
def ask_all(*, at: datetime) -> int:
    """Ask everyone who took part in a training that was held yesterday or in the two weeks before, once each."""
    rows = Meeting.objects.on_calendar().filter(
        series__kind=Series.Kind.TRAINING, ends_at__lte=at, ends_at__gt=at - LATEST, group__archived_at=None
    )
    due = [meeting for meeting in rows.with_place().order_by("pk") if _is_due(meeting, at)]
    missing = set(_with_somebody_to_ask(due))
    return sum(ask_for_feedback(meeting, by=None, at=at) for meeting in due if meeting.pk in missing)


def _is_due(meeting: Meeting, at: datetime) -> bool:
    morning = datetime.combine(meeting.local_end.date() + timedelta(days=1), MORNING, meeting.series.zone_info)
    return morning <= at


def _with_somebody_to_ask(meetings: Collection[Meeting]) -> Iterator[int]:
    """Yield those of these meetings where somebody was who was not asked; five queries."""
    asked: dict[int, set[str]] = {}
    for meeting, email in TrainingFeedbackLink.objects.filter(training__meeting__in=meetings).values_list(
        "training__meeting", "email"
    ):
        asked.setdefault(meeting, set()).add(email)
    for pk, attendees in attendees_of(meetings).items():
        if any(each.email not in asked.get(pk, ()) for each in attendees):
            yield pk


@recorded
def ask_for_feedback(meeting: Meeting, *, by: User | None, at: datetime) -> int:
    """Ask everyone who took part and was not asked yet, and return how many that are.

    :raises CannotKeepTraining: if the meeting is not a training.
    """
    training = lock_training(meeting)
    if training.is_off:
        return 0
    asked = set(training.feedback_links.values_list("email", flat=True))
    attendees = attendees_of([training.meeting]).get(meeting.pk, [])
    links = [_new_link(training, each, by, at) for each in attendees if each.email not in asked]
    TrainingFeedbackLink.objects.bulk_create(links)
    notify_many([_message(link, training) for link in links], at=at)
    return len(links)


def _new_link(training: Training, attendee: Attendee, by: User | None, at: datetime) -> TrainingFeedbackLink:
    return TrainingFeedbackLink(
        training=training, user=attendee.user, name=attendee.name, email=attendee.email,
        nonce=signed_links.new_nonce(), asked_by=by, asked_at=at, expires_at=at + OPEN,
    )  # fmt: skip


def _message(link: TrainingFeedbackLink, training: Training) -> Message:
    group = training.meeting.group
    return Message(
        kind=ASKED,
        key=f"{ASKED}:{training.pk}:{link.email}",
        to=contacts.person_at(link.email, link.user),
        about=[training, training.meeting],
        scope=group.area,
        why=_("You took part in a training of %(group)s.") % {"group": group.name},
        path=link.address.removeprefix(settings.PUBLIC_URL),
        zone=training.meeting.series.zone_info,
        context={"training": training, "meeting": training.meeting, "group": group, "link": link},
        expires_at=link.expires_at,
    )


# ---------------------------------------------------------------- Answering
@recorded
def give_feedback(
    link: TrainingFeedbackLink, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> TrainingFeedback:
    """Record what somebody says of a training, once; ``signs`` gives their name beside it.

    :raises LinkIsOver: if the link no longer works, or was used.
    :raises CannotKeepTraining: if the first question is not answered.
    """
    if facts.get("useful") not in Useful.values:
        raise CannotKeepTraining(_("Choose an answer."), field="useful")
    with signed_by_link(link):
        link = lock_open(link, at)
        note_answered(link, at)
    return TrainingFeedback.objects.create(
        training=link.training,
        useful=facts["useful"],
        different=facts.get("different", ""),
        name=link.name if facts.get("signs") else "",
    )


# ---------------------------------------------------------------- Reading
@dataclass(frozen=True)
class Feedback:
    """What was said of a training: how many were asked and answered; by answer, and in words, if these are enough."""

    asked: int
    answered: int
    shares: Sequence[tuple[str, int]]
    texts: Sequence[TrainingFeedback]

    @property
    def is_hidden(self) -> bool:
        """Whether there are answers, and too few to show them in detail."""
        return 0 < self.answered < FEWEST

    @property
    def useful(self) -> int:
        """How many found it useful or very useful."""
        good = {str(Useful.VERY.label), str(Useful.USEFUL.label)}
        return sum(number for word, number in self.shares if word in good)


def feedback_on(training: Training) -> Feedback:
    """Return what was said of a training; two queries. Texts are in the order of their words, not of their time."""
    asked = training.feedback_links.count()
    rows = list(training.feedback.all())
    counted = Counter(row.useful for row in rows)
    is_enough = len(rows) >= FEWEST
    # Who gave their name wants it read, however few have answered.
    texts = [row for row in rows if row.different and (is_enough or row.name)]
    texts.sort(key=lambda row: (row.different.casefold(), row.pk))
    shares = [(str(each.label), counted[each.value]) for each in Useful] if is_enough else []
    return Feedback(asked, len(rows), shares, texts)


def asked_on(training: Training) -> date | None:
    """Return the day on which people were asked first, by the clock of the series; one query."""
    first = training.feedback_links.order_by("asked_at").first()
    return training.meeting.series.local(first.asked_at).date() if first else None
