"""What the law wants the public to find of a board (20 CFR 679.390), and what of it is there."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from meetings.board_page.reading import open_meetings, readable_bylaws
from meetings.models import BoardPage, Meeting, Minutes
from onestop.ui.checklist import MET, MISSING, PART, Check
from partners.models import LocalArea

LAW = "20 CFR 679.390"  # no translation: a citation


def checks_of(page: BoardPage, area: LocalArea, *, at: datetime) -> list[Check]:
    """Return what the page of a board has and lacks; three queries."""
    return list(_checks(page, area, at))


def _checks(page: BoardPage, area: LocalArea, at: datetime) -> Iterator[Check]:
    has_contact = page.accommodation_email or page.accommodation_phone
    yield Check(MET if has_contact else MISSING, _("Whom to ask for accommodation"), "", "")
    yield Check(MET if page.shows_members else MISSING, _("Members and whom they represent"), "", LAW)
    where = _("waiting for the virus scan") if page.bylaws and not readable_bylaws(page) else ""
    yield Check(MET if readable_bylaws(page) else PART if page.bylaws else MISSING, _("By-laws"), where, LAW)
    coming = open_meetings(area).coming(at)
    yield Check(MET if coming.exists() else MISSING, _("Coming open meetings"), "", LAW)
    held = open_meetings(area).filter(status=Meeting.Status.HELD)
    public = held.filter(minutes_text__audience=Minutes.Audience.PUBLIC)
    yield Check(MET if public.exists() else MISSING, _("Minutes for everybody"), "", LAW)
