"""The rows that make a figure of the board's dashboard: exactly those that it counts, and no other ones.

Agreements, shares and meetings are counted by rules of their own, so that no list of the portal shows the same rows.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.terms.standings import Standing
from meetings.models import Group, Meeting
from onestop.dashboards.board.dashboard import Late, late_of
from onestop.dashboards.board.figures import percent
from onestop.dashboards.board.reading import THERE, BoardData, read_board, rolls_in, shares_in
from onestop.dashboards.papers.section import Mark, Row, Section, Table
from onestop.ui.presentation import money, shortday
from partners.models import LocalArea

NUMBERS = frozenset({2, 3, 4})
ZERO = Decimal(0)


def figure_rows(area: LocalArea, code: str, *, at: datetime, user: Any) -> Section | None:
    """Return the rows behind a figure, as a user may see them; nothing for an unknown code."""
    make = SECTIONS.get(code)
    return make(area, at, user) if make else None


# ---------------------------------------------------------------- Agreements
def _agreements(area: LocalArea, at: datetime, user: Any) -> Section:
    data = _read(area, at)
    words = _("%(in_force)d of %(wanted)d are in force. The others have expired, are in review or out for signature.")
    none = _("No agreement is recorded.")
    return Section(
        _("Agreements in force"),
        [words % {"in_force": data.in_force, "wanted": data.wanted} if data.wanted else none],
        [
            _standings(_("Expired without a successor"), data.lapsed),
            _standings(_("In force, the first to end at the beginning"), data.holding),
            _standings(_("In review or out for signature"), data.under_way),
        ],
        why=_("Without one in force, money spent on shared work can be disallowed."),
        url=reverse("agreements:agreement_list", args=[area.slug]),
        source=_("All agreements, also amendments and earlier ones"),
    )


def _standings(caption: str, found: Sequence[tuple[Any, Standing]]) -> Table:
    rows = [
        Row(
            [
                each.title,
                str(each.get_kind_display()),
                Mark(standing.kind, standing.word, standing.icon),
                shortday(each.ends_on) if each.ends_on else _("No last day"),
            ],
            each.get_absolute_url(),
        )
        for each, standing in found
    ]
    return Table(f"{caption}: {len(rows)}", [_("Agreement"), _("Kind"), _("Standing"), _("Last day")], rows)


# ---------------------------------------------------------------- Cost shares
def _shares(area: LocalArea, at: datetime, user: Any) -> Section:
    rows = shares_in(area, at.astimezone(area.zone).date()).select_related("payer__partnership__organization")
    found = list(rows.order_by("due_on", "payer__partnership__organization__name", "pk"))
    due: Decimal = sum((each.amount for each in found), ZERO)
    still: Decimal = sum((max(each.left, ZERO) for each in found), ZERO)
    words = _("%(paid)s of %(due)s was paid: %(percent)d percent of what was due in the last 12 months.")
    said = words % {"paid": money(due - still), "due": money(due), "percent": percent(due - still, due)} if due else ""
    open_ones, paid = [each for each in found if each.left > 0], [each for each in found if each.left <= 0]
    return Section(
        _("Cost shares paid"),
        [said or _("No invoice was due in the last 12 months.")],
        [
            _invoices(_("Invoices that are not paid in full"), open_ones),
            _invoices(_("Invoices that are paid"), paid),
        ],
        why=_("Rent and equipment are paid together; a gap falls on the others."),
        url=reverse("agreements:cost_shares", args=[area.slug]),
        source=_("All budgets"),
    )


def _invoices(caption: str, found: Sequence[Any]) -> Table:
    rows = [
        Row(
            [
                f"{each.payer}, {each.number}",
                shortday(each.due_on),
                money(each.amount),
                money(each.paid),
                money(max(each.left, ZERO)),
            ],
            reverse("agreements:funding_invoice_detail", args=[each.pk]),
        )
        for each in found
    ]
    header = [_("Partner and invoice"), _("Due"), _("Amount"), _("Paid"), _("Left")]
    return Table(f"{caption}: {len(rows)}", header, rows, NUMBERS)


# ---------------------------------------------------------------- Meetings
def _meetings(area: LocalArea, at: datetime, user: Any) -> Section:
    counts = (
        rolls_in(area, at.astimezone(area.zone).date(), at).values("meeting").annotate(seats=Count("pk"), filled=THERE)
    )
    by_meeting = {row["meeting"]: row for row in counts}
    held = (
        Meeting.objects.filter(pk__in=by_meeting).select_related("group__area", "series").order_by("-starts_at", "pk")
    )
    seats = sum(row["seats"] for row in by_meeting.values())
    filled = sum(row["filled"] for row in by_meeting.values())
    words = ngettext(
        "In %(held)d meeting of the last 12 months, %(filled)d of %(seats)d seats of partners were filled: "
        "%(percent)d percent.",
        "In %(held)d meetings of the last 12 months, %(filled)d of %(seats)d seats of partners were filled: "
        "%(percent)d percent.",
        len(by_meeting),
    )
    facts = {"held": len(by_meeting), "filled": filled, "seats": seats, "percent": percent(filled, seats)}
    seen = set(Group.objects.visible_to(user).filter(area=area).values_list("pk", flat=True))
    rows = [
        Row(
            [
                each.group.name,
                shortday(each.local_start),
                str(by_meeting[each.pk]["seats"]),
                str(by_meeting[each.pk]["filled"]),
            ],
            reverse("meetings:group_attendance", args=[each.group_id]) if each.group_id in seen else "",
        )
        for each in held.order_by("-starts_at", "pk")
    ]
    header = [_("Group"), _("Meeting"), _("Seats of partners"), _("Filled")]
    return Section(
        _("Partners at meetings"),
        [words % facts if seats else _("No meeting of the last 12 months is recorded.")],
        [Table(_("Meetings that count"), header, rows, frozenset({2, 3}))],
        why=_("An organization counts when its main person or alternate came. Support teams are left out."),
        url=reverse("meetings:group_list", args=[area.slug]),
        source=_("All groups"),
    )


# ---------------------------------------------------------------- Clocks
def _late(area: LocalArea, at: datetime, user: Any) -> Section:
    found = late_of(_read(area, at))
    rows = [Row([_late_words(each), each.law], each.url) for each in found]
    words = ngettext("%(number)d clock is late.", "%(number)d clocks are late.", len(rows)) % {"number": len(rows)}
    return Section(
        _("Clocks that are late"),
        [words if rows else _("No review of an agreement or a center is overdue.")],
        [Table(_("Clocks that are late"), [_("What is late"), _("Rule")], rows)],
        why=_("Each is required by law; a monitor asks for it."),
    )


def _late_words(late: Late) -> str:
    return f"{late.text} ({_('due %(day)s') % {'day': shortday(late.due_on)}})" if late.due_on else late.text


def _read(area: LocalArea, at: datetime) -> BoardData:
    return read_board(area, day=at.astimezone(area.zone).date(), at=at)


SECTIONS: dict[str, Callable[[LocalArea, datetime, Any], Section]] = {
    "agreements": _agreements,
    "shares": _shares,
    "meetings": _meetings,
    "late": _late,
}
