"""The notice about the right to approve money: that it was given to a person, or withdrawn."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.approvers import telling
from agreements.models import MoneyApprover
from onestop.accounts.models import User
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.models import LocalArea
from partners.seats import seats_of


def may_hold_the_right(user: Any) -> bool:
    """Whether a person can be given the right: staff of an area, and managers of a partner."""
    seats = seats_of(user)
    return bool(seats.staff_area_ids or seats.managed_partnership_ids)


def _example() -> Mapping[str, Any]:
    """Return the context of an invented right, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    ann = User(name="Ann Example", email="ann@board.example")  # no translation: an invented name
    dana = User(name="Dana Sample", email="dana@board.example")  # no translation: an invented name
    right = MoneyApprover(pk=1, area=area, user=ann, given_by=dana)
    facts = {"action_url": settings.PUBLIC_URL, "why": _("The right to approve money is given to you by name.")}
    return {**telling.facts_of(right, telling.GIVEN, dana), **facts}


declare(
    NoticeType(
        telling.RIGHT,
        gettext_lazy("The right to approve money"),
        gettext_lazy("Someone gave you the right to approve money, or withdrew it."),
        Reason.TRANSACTIONAL,
        template="money_right",
        goes_to=gettext_lazy("The person who has the right, or had it."),
        is_for=may_hold_the_right,
        example=_example,
    ),
)
