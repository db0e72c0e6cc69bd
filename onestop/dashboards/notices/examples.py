"""Invented partners and acts, never saved, with which the pages of notices show how a mail looks."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

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
    name = "Sam Sample"  # no translation: an invented person
    asked = ActCorrection(
        pk=1, partnership=partner(), act="attended:1", what=_("Partner team: Oct 13"), name=name,
        text=_("Our alternate came and is not on the roll."), at=datetime(2026, 10, 20, 9, tzinfo=UTC),
        answer=ActCorrection.Answer.EXCUSED, reason=_("The roll is corrected."),
    )  # fmt: skip
    return {"correction": asked, "partnership": asked.partnership, "name": name}


def nudge() -> Mapping[str, Any]:
    """Return the context of a nudge."""
    on, second = date(2026, 10, 13), "Alex Instance"  # no translation: an invented person
    following = _("If nothing changes by %(day)s, we will write to %(person)s, your alternate.")
    return {
        "partnership": partner(),
        "name": "Sam Sample",  # no translation: an invented person
        "lines": [(Act("attended", 1, 1, on, _("Partner team: Oct 13"), ""), _("Meetings attended"))],
        "more": 0,
        "number": 1,
        "asks": [_("Come to the next meeting, or send an alternate.")],
        "next": following % {"day": day(date(2026, 11, 10), "plain"), "person": second},
    }


def back() -> Mapping[str, Any]:
    """Return the context of a kind word."""
    name = "Sam Sample"  # no translation: an invented person
    return {"partnership": partner(), "name": name, "number": 4}
