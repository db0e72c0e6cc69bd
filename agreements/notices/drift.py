"""The notice type about promises that are no longer kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Drift, Party, Promise
from agreements.responsibilities.drift import Judgment, State
from agreements.responsibilities.watching import TOLD, context_of
from onestop.accounts.models import User
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.models import Center, LocalArea, Organization, Partnership
from partners.notices.audiences import is_staff


def _example() -> Mapping[str, Any]:
    """Return the context of invented promises, never saved."""
    dana = User(name="Dana Sample", email="dana@board.example")  # no translation: an invented name
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    agreement = Agreement(pk=1, area=area, number="MOU-27-01", title=_("Umbrella MOU 2027 to 2030"))
    partner = Partnership(area=area, organization=Organization(name=_("Millrace Adult Learning")))
    party = Party(agreement=agreement, kind=Party.Kind.PARTNER, partnership=partner)
    center = Center(area=area, name=_("Center Street"))
    hours = Promise(
        pk=1, agreement=agreement, party=party, kind=Promise.Kind.HOURS, center=center, quantity=Decimal(20)
    )
    judgment = Judgment(State.BROKEN, _("12 of 20 hours a week in the schedule"), Drift.Reason.HOURS)
    facts = {"recipient": dana, "action_url": settings.PUBLIC_URL}
    return {**facts, **context_of(area, [(hours, judgment)])}


declare(
    NoticeType(
        TOLD,
        gettext_lazy("Promises that are not kept"),
        gettext_lazy(
            "The directory, the schedule or the evidence no longer has what a partner promised in an agreement."
        ),
        Reason.TRANSACTIONAL,
        goes_to=gettext_lazy("The One-Stop staff of the area, once for each promise."),
        is_for=is_staff,
        example=_example,
    )
)
