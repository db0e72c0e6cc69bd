"""Notice types of points of engagement."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.board.telling import ANSWERED, OFFERED, context_of
from onestop.dashboards.models import Opportunity
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.models import LocalArea
from partners.seats import seats_of


def serves_on_a_board(user: Any) -> bool:
    """Whether somebody is a member of a board."""
    return bool(seats_of(user).board_area_ids)


def is_staff(user: Any) -> bool:
    """Whether somebody is One-Stop staff of an area."""
    return bool(seats_of(user).staff_area_ids)


def _example() -> Mapping[str, Any]:
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    wanted = Opportunity(pk=1, area=area, kind="mentor", title=_("Mock interviews"), effort=_("One afternoon"))
    ann = "Ann Example"  # no translation: an invented person
    says = _("Something for you to take on: %(title)s") % {"title": wanted.title}
    context = context_of(wanted, ann, says=says, quote=_("Four business people, eight job seekers."))
    return context | {"action_url": settings.PUBLIC_URL, "why": _("You serve on the board.")}


declare(
    NoticeType(
        OFFERED, gettext_lazy("Something to take on"),
        gettext_lazy("As a member of the board you are asked whether you take something on."), Reason.TRANSACTIONAL,
        template="board_offer", is_for=serves_on_a_board, example=_example,
        goes_to=gettext_lazy("Members of the board; those without an account at the address of their term."),
    ),
    NoticeType(
        ANSWERED, gettext_lazy("What members of the board take on"),
        gettext_lazy("A member of the board takes something on, declines it, or says what it changed."),
        Reason.TRANSACTIONAL, template="board_offer", goes_to=gettext_lazy("Whoever added the point of engagement."),
        is_for=is_staff, example=_example,
    ),
)  # fmt: skip
