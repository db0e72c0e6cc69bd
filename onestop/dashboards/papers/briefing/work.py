"""What groups with a seat for a partner decided lately, and what is open at it."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import ActionItem, Decision, Group, GroupSeat, Meeting, Question
from onestop.dashboards.board.times import end_of
from onestop.dashboards.papers.section import Mark, Row, Section, Table
from onestop.ui.presentation import shortday
from partners.models import Partnership, Proposal

BACK = timedelta(days=365)
AHEAD = timedelta(days=60)
MOST = 15


def groups_of(partnership: Partnership) -> Any:
    """Return the groups of its area with a seat for it whose work everybody who reads of it may see.

    Support teams speak about customers, and groups of another area or of the state are not for the board of this one.
    """
    seats = GroupSeat.objects.current().filter(partnership=partnership)
    rows = Group.objects.current().filter(pk__in=seats.values("group"), area=partnership.area_id)
    return rows.exclude(kind=Group.Kind.SUPPORT)


def decided(partnership: Partnership, today: date) -> Section:
    """Return what its groups decided in 12 months, the newest first; one query."""
    at = end_of(partnership.area, today)
    rows = Decision.objects.current().filter(meeting__group__in=groups_of(partnership).values("pk"), at__gt=at - BACK)
    latest = list(rows.select_related("meeting__group").order_by("-at", "-pk")[:MOST])
    return Section(
        str(_("What was decided")),
        [] if latest else [_("No group with a seat for this partner has recorded a decision in the last 12 months.")],
        [
            Table(
                _("Decisions of groups with a seat for this partner, 12 months"),
                [_("Decision"), _("Group"), _("Decided")],
                [
                    Row(
                        [each.text, each.meeting.group.name, shortday(each.at.astimezone(partnership.area.zone))],
                        reverse("meetings:meeting_detail", args=[each.meeting_id]),
                    )
                    for each in latest
                ],
            )
        ],
    )


def open_actions(partnership: Partnership) -> list[ActionItem]:
    """Return its open action items, the first due first; one query."""
    rows = ActionItem.objects.open().filter(partnership=partnership).exclude(group__kind=Group.Kind.SUPPORT)
    return list(rows.select_related("group").order_by("due_on", "pk"))


def open_questions(partnership: Partnership, *, private: bool = False) -> list[Question]:
    """Return the questions that wait for its answer, the first due first, with private ones on request; one query."""
    rows = Question.objects.filter(to_partnership=partnership, status=Question.Status.WAITING)
    rows = rows if private else rows.filter(is_private=False)
    return list(rows.select_related("asker__organization").order_by("due_on", "pk"))


def open_proposals(partnership: Partnership) -> list[Proposal]:
    """Return the proposed changes to its services that nobody has decided; one query."""
    rows = Proposal.objects.filter(service__partnership=partnership, service__archived_at=None).open()
    return list(rows.select_related("service").order_by("pk"))


def coming_meetings(partnership: Partnership, today: date) -> list[Meeting]:
    """Return the meetings of its groups in the next 60 days; one query."""
    at = end_of(partnership.area, today - timedelta(days=1))
    rows = Meeting.objects.coming(at).filter(group__in=groups_of(partnership).values("pk"), starts_at__lt=at + AHEAD)
    return list(rows.select_related("group", "series"))


def still_open(partnership: Partnership, today: date) -> Section:
    """Return what is open at it; three queries. Action items of groups that its board does not see are left out."""
    zone = partnership.area.zone
    actions = [each for each in open_actions(partnership) if _is_shown(each.group, partnership)]
    questions = open_questions(partnership)
    overdue = sum(each.due_on < today for each in actions)
    words = ngettext("%(number)d action item is open", "%(number)d action items are open", len(actions))
    sentence = _("%(open)s, %(overdue)d overdue. Questions to answer: %(questions)d.") % {
        "open": words % {"number": len(actions)},
        "overdue": overdue,
        "questions": len(questions),
    }
    return Section(
        str(_("What is open")),
        [sentence],
        [
            Table(
                _("Open action items"),
                [_("What"), _("Group"), _("Due")],
                [
                    Row(
                        [each.text, each.group.name, due_in_words(each.due_on, today)],
                        reverse("meetings:action_detail", args=[each.pk]),
                    )
                    for each in actions
                ],
            ),
            Table(
                _("Questions to answer"),
                [_("Question"), _("Asked by"), _("Answer by")],
                [
                    Row(
                        [
                            each.subject,
                            each.asker.organization.name if each.asker else _("One-Stop staff"),
                            due_in_words(each.due_on, today),
                        ],
                        reverse("meetings:question_detail", args=[each.pk]),
                    )
                    for each in questions
                ],
            ),
            Table(
                _("Meetings in the next 60 days"),
                [_("Meeting"), _("Group"), _("Day")],
                [
                    Row(
                        [each.title, each.group.name, shortday(each.starts_at.astimezone(zone))],
                        reverse("meetings:meeting_detail", args=[each.pk]),
                    )
                    for each in coming_meetings(partnership, today)
                ],
            ),
        ],
    )


def _is_shown(group: Group, partnership: Partnership) -> bool:
    return group.area_id == partnership.area_id and not group.is_archived


def due_in_words(due_on: date, today: date) -> str | Mark:
    """Return a due day; an overdue one as a mark."""
    if due_on < today:
        return Mark("now", _("%(day)s, overdue") % {"day": shortday(due_on)})
    return str(shortday(due_on))
