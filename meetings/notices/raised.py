"""Notice types of raised issues."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import RaisedEntry, RaisedIssue
from meetings.raised.telling import CHANGED, RAISED, SAYS, SENT, context_of, why_of
from onestop.accounts.models import User
from onestop.notices import notice_types
from onestop.notices.notice_types import NoticeType, Reason
from partners.models import LocalArea
from partners.seats import seats_of

Kind = RaisedEntry.Kind


def raises_or_answers(user: Any) -> bool:
    """Whether a person can raise or answer issues: people of partners, the staff, the state."""
    seats = seats_of(user)
    return bool(seats.managed_partnership_ids or seats.staff_area_ids or seats.state_ids)


def _example(kind: str, code: str) -> Mapping[str, Any]:
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    sam = User(name="Sam Sample", email="sam@millrace.example")  # no translation: an invented person
    issue = RaisedIssue(
        pk=1, area=area, title=_("Two systems for one person"), text=_("Staff type everything twice."),
        raised_name=sam.name, raised_at=datetime(2027, 1, 12, 9, tzinfo=area.zone),
    )  # fmt: skip
    says = SAYS[Kind(kind)] % {"name": sam.name, "issue": issue.title, "area": area.name}
    quote = _("From July on, one form is enough.") if kind == Kind.ANSWER else issue.text
    own = {"action_url": settings.PUBLIC_URL, "why": why_of(code, issue)}
    return dict(context_of(issue, sam, says=says, quote=quote)) | own


def _type(code: str, kind: str, label: str | Promise, about: str | Promise, goes_to: str | Promise) -> NoticeType:
    return NoticeType(
        code, label, about, Reason.TRANSACTIONAL, template="raised_issue", goes_to=goes_to,
        is_for=raises_or_answers, example=partial(_example, kind, code),
    )  # fmt: skip


notice_types.declare(
    _type(
        RAISED, Kind.NOTE, gettext_lazy("Issues that partners raise"),
        gettext_lazy("A partner raised what it cannot solve in the area."), gettext_lazy("The One-Stop staff."),
    ),
    _type(
        SENT, Kind.SENT, gettext_lazy("Issues sent to the state"),
        gettext_lazy("An area sent an issue that the state or the federal level must solve."),
        gettext_lazy("The administrators of the state."),
    ),
    _type(
        CHANGED, Kind.ANSWER, gettext_lazy("What becomes of raised issues"),
        gettext_lazy("A raised issue was sent, passed on, answered, closed or reopened, or has a note."),
        gettext_lazy("Whoever raised it, the staff, and the state if it was sent there."),
    ),
)  # fmt: skip
