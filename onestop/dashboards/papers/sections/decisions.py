"""What the board and its committees are asked to decide at their next meetings, and what they have put off."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import AgendaItem, Group, Motion
from onestop.dashboards.board.reading import DECIDED
from onestop.dashboards.board.times import end_of
from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.presentation import shortday
from partners.models import LocalArea

LABEL = gettext_lazy("Decisions awaited")
HELP = gettext_lazy("What the board and its committees decide at their next meetings, and what was put off.")
AHEAD = timedelta(days=120)
BACK = timedelta(days=365)


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; two queries."""
    at = end_of(area, today - timedelta(days=1))
    rows = AgendaItem.objects.on_agenda().filter(
        Q(meeting__record__agenda_published_at__isnull=False) | Q(meeting__record__opened_at__isnull=False),
        meeting__group__area=area, meeting__group__kind__in=Group.OF_BOARD, meeting__group__archived_at=None,
        meeting__status="planned", meeting__series__archived_at=None, purpose__in=DECIDED,
        meeting__starts_at__gt=at, meeting__starts_at__lt=at + AHEAD,
    )  # fmt: skip
    items: list[Any] = list(
        rows.select_related("meeting__group", "meeting__series").order_by("meeting__starts_at", "position")
    )
    tabled = Motion.objects.filter(
        meeting__group__area=area, meeting__group__kind__in=Group.OF_BOARD, meeting__group__archived_at=None,
        state=Motion.State.TABLED, decided_at__gt=at - BACK,
    )  # fmt: skip
    put_off = list(tabled.select_related("meeting__group", "meeting__series").order_by("-decided_at", "-pk"))
    return Section(
        str(_("Decisions awaited")),
        [_in_words(len(items))],
        [
            Table(
                _("For decision on published agendas"),
                [_("Item"), _("Group"), _("Meeting")],
                [
                    Row(
                        [item.title, item.meeting.group.name, shortday(item.meeting.starts_at.astimezone(area.zone))],
                        reverse("meetings:meeting_detail", args=[item.meeting_id]),
                    )
                    for item in items
                ],
            ),
            Table(
                _("Motions that were tabled in the last 12 months"),
                [_("Motion"), _("Group"), _("Tabled")],
                [
                    Row(
                        [
                            motion.text,
                            motion.meeting.group.name,
                            shortday(motion.meeting.starts_at.astimezone(area.zone)),
                        ],
                        reverse("meetings:meeting_detail", args=[motion.meeting_id]),
                    )
                    for motion in put_off
                ],
            ),
        ],
        why=_("What waits for the board. Members who read it before the meeting decide, and do not only review."),
        url=reverse("meetings:calendar", args=[area.slug]),
        source=_("The calendar of meetings"),
    )


def _in_words(number: int) -> str:
    if not number:
        return _("No published agenda of the board or its committees has an item for decision.")
    words = ngettext(
        "%(number)d item is for decision at the next meetings.",
        "%(number)d items are for decision at the next meetings.",
        number,
    )
    return words % {"number": number}
