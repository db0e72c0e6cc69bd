"""Invented agreements, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Agreement, Delegation, Party, Sending, SignatureRequest, SigningLink
from partners.models import LocalArea


def signing(**more: Any) -> Mapping[str, Any]:
    """Return the context of a mail about a signature."""
    now = timezone.now()
    area = LocalArea(name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    title = _("Umbrella MOU 2027 to 2030")
    agreement = Agreement(
        pk=1, area=area, number="MOU-27-01", title=title, effective_on=date(2027, 7, 1), executed_on=now.date()
    )
    sending = Sending(agreement=agreement, number=1, sign_by=_day(now, 21), void_reason=_("The hours have changed."))
    request = SignatureRequest(
        agreement=agreement,
        sending=sending,
        party=Party(agreement=agreement, kind=Party.Kind.OFFICIAL, name=_("Mayor of Millpond")),
        title=_("Mayor of Millpond"),
        decline_reason=_("The county board has not approved it yet."),
    )
    name, email = "Sam Sample", "mayor@millpond.example"  # no translation: an invented person
    link = SigningLink(request=request, agreement=agreement, name=name, email=email, expires_at=now + timedelta(60))
    delegation = Delegation(
        agreement=agreement,
        request=request,
        name="Alex Instance",  # no translation: an invented person
        email="deputy@millpond.example",
        authority=_("Resolution 2026-14 of the city council"),
        asked_by=name,
    )
    facts = {"agreement": agreement, "sending": sending, "request": request, "link": link, "delegation": delegation}
    people = {"name": name, "person": name, "opened_on": _day(now, -21), "next": ""}
    return {"action_url": settings.PUBLIC_URL, **facts, **people, **more}


def _day(now: datetime, days: int) -> date:
    return (now + timedelta(days=days)).date()
