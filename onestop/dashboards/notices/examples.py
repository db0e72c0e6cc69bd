"""Invented partners and acts, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.dashboards.models import ActCorrection
from onestop.ui.presentation import day
from partners.models import LocalArea, Organization, Partnership
from partners.network.acts import Act


def partner() -> Partnership:
    """Return an invented partner."""
    area = LocalArea(pk=1, slug="riverbend", name=_("Riverbend"), board_name=_("Riverbend Workforce Board"))
    return Partnership(pk=1, area=area, organization=Organization(name=_("Millrace Adult School")))


def correction() -> Mapping[str, Any]:
    """Return the context of a mail about a correction."""
    asked = ActCorrection(
        pk=1, partnership=partner(), act="attended:1", what=_("Partner team: Oct 13"), name="Sam Sample",
        text=_("Our alternate came and is not on the roll."), at=timezone.now(), answer=ActCorrection.Answer.EXCUSED,
        reason=_("The roll is corrected."),
    )  # fmt: skip
    return {"correction": asked, "partnership": asked.partnership, "name": "Sam Sample"}


def nudge() -> Mapping[str, Any]:
    """Return the context of a nudge."""
    on = date(2026, 10, 13)
    following = _("If nothing changes by %(day)s, we will write to %(person)s, your alternate.")
    return {
        "partnership": partner(),
        "name": "Sam Sample",
        "lines": [(Act("attended", 1, 1, on, _("Partner team: Oct 13"), ""), _("Meetings attended"))],
        "more": 0,
        "number": 1,
        "asks": [_("Come to the next meeting, or send an alternate.")],
        "next": following % {"day": day(date(2026, 11, 10), "plain"), "person": "Alex Instance"},
    }


def back() -> Mapping[str, Any]:
    """Return the context of a kind word."""
    return {"partnership": partner(), "name": "Sam Sample", "number": 4}
