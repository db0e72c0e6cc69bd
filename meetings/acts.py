"""What partners owe by meeting: answers and attendance, action items, trainings. Importing this module registers them.

What they owe by plans, goals and values is in ``meetings.goal_acts``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import ActionItem, Answer, Attendance, Meeting, MeetingInvitation, TrainingTeacher
from partners.models import LocalArea
from partners.network.acts import Act, ActKind, LocalDays, around, register_acts


def _attended(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    rows = Attendance.objects.filter(
        partnership__area__in=areas,
        meeting__status=Meeting.Status.HELD,
        meeting__record__closed_at__isnull=False,
        meeting__starts_at__date__range=around(first, last),
    ).order_by("meeting", "pk")
    by_partner: dict[tuple[int, int], list[tuple[bool, str]]] = defaultdict(list)
    for pk, partnership, seat, presence in rows.values_list("meeting", "partnership", "seat", "presence"):
        by_partner[pk, partnership or 0].append((seat is not None, presence))
    found = {pk for pk, _partnership in by_partner}
    meetings = Meeting.objects.select_related("series", "group").in_bulk(found)
    for (pk, partnership), roll in by_partner.items():
        meeting = meetings[pk]
        day = meeting.local_start.date()
        # Only who has a seat owes attendance; whoever came counts for it, also as a guest.
        if not first <= day <= last or not any(has_seat for has_seat, _presence in roll):
            continue
        came = any(presence in Attendance.THERE for _seat, presence in roll)
        sent_word = not came and any(presence == Attendance.Presence.EXCUSED for _seat, presence in roll)
        excused = _("Excused at the meeting") if sent_word else ""
        yield Act(
            "attended", pk, partnership, day, _name(meeting), meeting.get_absolute_url(), day if came else None, excused
        )


def _name(meeting: Meeting) -> str:
    title, group = str(meeting), str(meeting.group)
    return title if title.startswith(group) else f"{group}: {title}"


def _answered(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    invitations: dict[int, list[MeetingInvitation]] = defaultdict(list)
    told = MeetingInvitation.objects.filter(member__seat__partnership__area__in=areas, told_sequence__isnull=False)
    meetings = Meeting.objects.on_calendar().filter(series__invites=True, starts_at__date__range=around(first, last))
    rows = told.filter(series__in=meetings.order_by().values("series"))
    for row in rows.select_related("member__seat__partnership").order_by("pk"):
        invitations[row.series_id].append(row)
    if not invitations:
        return
    answers: dict[int, list[Answer]] = defaultdict(list)
    given = Answer.objects.filter(invitation__in=[row.pk for found in invitations.values() for row in found])
    for answer in given:
        answers[answer.invitation_id].append(answer)
    standing = [each.pk for found in answers.values() for each in found if each.meeting_id is None]
    began = _first_given(standing)
    came = Attendance.objects.there().filter(partnership__area__in=areas, meeting__in=meetings.order_by().values("pk"))
    present = set(came.order_by().values_list("meeting", "partnership"))
    days = LocalDays(areas)
    for meeting in meetings.filter(series__in=invitations).select_related("series", "group").order_by("pk"):
        day = meeting.local_start.date()
        if first <= day <= last:
            answered = _answers_to(meeting, invitations[meeting.series_id], answers, began, days)
            for pk, on in answered.items():
                done = on or (day if (meeting.pk, pk) in present else None)
                yield Act("answered", meeting.pk, pk, day, _name(meeting), meeting.get_absolute_url(), done)


def _answers_to(
    meeting: Meeting,
    invitations: Collection[MeetingInvitation],
    answers: dict[int, list[Answer]],
    began: dict[int, datetime],
    days: LocalDays,
) -> dict[int, date | None]:
    """Return the partners that were invited to a meeting, by id, with the day on which the first of them answered."""
    found: dict[int, date | None] = {}
    for invitation in invitations:
        if invitation.asked_at >= meeting.starts_at:
            continue
        if invitation.revoked_at is not None and invitation.revoked_at <= meeting.starts_at:
            continue
        partnership = invitation.member.seat.partnership  # type: ignore[union-attr]
        assert partnership is not None
        given = [
            days.day(partnership.area_id, min(answer.at, began.get(answer.pk, answer.at)))
            for answer in answers[invitation.pk]
            if answer.counts_for(meeting)
        ]
        before = found.get(partnership.pk)
        found[partnership.pk] = min([*given, *([before] if before else [])], default=None)
    return found


def _first_given(answers: Collection[int]) -> dict[int, datetime]:
    """Return when answers to whole series were first given, by their ids; the rows keep only the latest change."""
    events: Any = Answer.pgh_event_model.objects  # type: ignore[attr-defined]
    rows = events.filter(pgh_obj_id__in=answers).order_by().values_list("pgh_obj_id")
    return dict(rows.annotate(first=Min("pgh_created_at")))


def _actions(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = ActionItem.objects.current().filter(partnership__area__in=areas, due_on__range=(first, last))
    for row in rows.exclude(status=ActionItem.Status.DROPPED).select_related("partnership").order_by("pk"):
        assert row.partnership is not None
        done = days.day(row.partnership.area_id, row.closed_at) if row.closed_at else None
        yield Act("actions", row.pk, row.partnership.pk, row.due_on, row.text, row.get_absolute_url(), done)


def _taught(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    rows = TrainingTeacher.objects.filter(
        partnership__area__in=areas,
        training__meeting__in=Meeting.objects.on_calendar()
        .filter(starts_at__date__range=around(first, last))
        .order_by()
        .values("pk"),
    )
    for row in rows.select_related("training__meeting__series", "training__meeting__group").order_by("pk"):
        training = row.training
        day = training.meeting.local_start.date()
        if first <= day <= last:
            yield Act("taught", training.pk, row.partnership_id, day, training.topic, training.get_absolute_url(), day)


register_acts(
    ActKind(
        "answered",
        gettext_lazy("Invitations answered"),
        gettext_lazy("One of its people answered the invitation to a meeting by the day of the meeting, or came."),
        weight=1,
        read=_answered,
        position=30,
        ask=gettext_lazy("Answer the invitation to the next meeting: yes, no, or who comes for you."),
        open_late=False,
    )
)
register_acts(
    ActKind(
        "attended",
        gettext_lazy("Meetings attended"),
        gettext_lazy(
            "Somebody came to a meeting of a group in which it has a seat. Alternates and guests of the organization "
            "count. Excused meetings count neither for nor against it."
        ),
        weight=5,
        read=_attended,
        position=40,
        ask=gettext_lazy("Come to the next meeting, or send an alternate."),
        open_late=False,
    )
)
register_acts(
    ActKind(
        "actions",
        gettext_lazy("Action items done"),
        gettext_lazy("An action item of the organization is done by its day."),
        weight=4,
        read=_actions,
        position=50,
        ask=gettext_lazy("Report on your action items: done, progress, or another day."),
    )
)
register_acts(
    ActKind(
        "taught",
        gettext_lazy("Trainings taught"),
        gettext_lazy("The organization taught at a training for the partners."),
        weight=3,
        read=_taught,
        position=55,
        open_late=False,
    )
)
