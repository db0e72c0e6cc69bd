"""The notice that brings a board packet to a member."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import packets
from onestop.notices import notice_types
from onestop.notices.notice_types import NoticeType, Reason
from partners.models import LocalArea
from partners.seats import seats_of


def serves_on_a_board(user: Any) -> bool:
    """Whether a person is a member of a board."""
    return bool(seats_of(user).board_area_ids)


def example() -> Mapping[str, Any]:
    """Return the context of an invented notice, never saved."""
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    packet = DashboardPdf(
        pk=1, area=area, kind=DashboardPdf.Kind.PACKET, title=_("Board packet, December 2026"), day=date(2026, 12, 1),
        pages=14, size=240_000,
    )  # fmt: skip
    name, email = "Sam Sample", "sam@millrace.example"  # no translation: an invented person
    link = PacketLink(pk=1, pdf=packet, name=name, email=email, nonce="example")
    return {
        "packet": packet, "area": area, "link": link, "action_url": settings.PUBLIC_URL,
        "why": _("You are a member of the %(board)s.") % {"board": area.board_name},
    }  # fmt: skip


notice_types.declare(
    NoticeType(
        packets.SENT,
        gettext_lazy("Board packets"),
        gettext_lazy("A board packet is ready for you to read before a meeting."),
        Reason.TRANSACTIONAL,
        template="packet_sent",
        goes_to=gettext_lazy("The members of the board whom the staff choose."),
        is_for=serves_on_a_board,
        example=example,
    )
)
