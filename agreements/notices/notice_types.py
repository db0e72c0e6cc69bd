"""Notice types of agreements."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.drafting.suggestions import DECIDED, MADE
from agreements.models import Agreement, Clause, Suggestion
from onestop.accounts.models import User
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.models import LocalArea
from partners.notices.audiences import is_staff
from partners.notices.notice_types import holds_a_seat


def _example(status: str) -> Mapping[str, Any]:
    """Return the context of an invented suggestion, never saved."""
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    dana = User(name="Dana Sample", email="dana@board.example")  # no translation: an invented name
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    agreement = Agreement(pk=1, area=area, number="MOU-27-01", title=_("Umbrella MOU 2027 to 2030"))
    clause = Clause(agreement=agreement, position=4, title=_("Referral between partners"))
    suggestion = Suggestion(
        clause=clause, by=ann, decided_by=dana, status=status, note=_("One business day is hard for us in July."),
        answer=_("We agreed on one day in the meeting.") if status == "declined" else "",
    )  # fmt: skip
    facts = {"suggestion": suggestion, "clause": clause, "agreement": agreement}
    return {"recipient": ann, "action_url": settings.PUBLIC_URL, **facts}


declare(
    NoticeType(
        MADE,
        gettext_lazy("Suggested wording"),
        gettext_lazy("Someone suggests another wording for a clause of an agreement."),
        Reason.TRANSACTIONAL,
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=lambda: _example("open"),
    ),
    NoticeType(
        DECIDED,
        gettext_lazy("Answers to wording that you suggested"),
        gettext_lazy("Someone accepted or declined wording that you suggested for an agreement."),
        Reason.TRANSACTIONAL,
        goes_to=gettext_lazy("The person who suggested it."),
        is_for=holds_a_seat,
        example=lambda: _example("declined"),
    ),
)
