"""PDFs of dashboards: which one is requested, and how it is made (see ``onestop.files.documents``)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, TextField, Value, When
from django.utils.translation import gettext as _

from meetings.models import Meeting
from onestop.accounts.models import User
from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers import texts
from onestop.dashboards.papers.briefing import briefing_sections
from onestop.dashboards.papers.contents import PARTS
from onestop.editing.refusals import Refused
from onestop.files.document_notices import tell_of_document
from onestop.files.documents import Maker, Report
from onestop.files.pdf import MadePdf, make_pdf
from partners.models import LocalArea, Partnership

KEPT = timedelta(days=30)  # briefings; packets and guides stay
Kind, Status = DashboardPdf.Kind, DashboardPdf.Status


class CannotMakePaper(Refused):
    """A paper cannot be made like this."""


# ---------------------------------------------------------------- Requests
@transaction.atomic
def ask_for_packet(
    area: LocalArea, *, title: str, sections: Sequence[str], meeting: Meeting | None, by: User, at: datetime
) -> DashboardPdf:
    """Request a board packet with these sections, in this order, as they are now.

    :raises CannotMakePaper: if no section is chosen, one is unknown, or the meeting is of another area.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    if not sections:
        raise CannotMakePaper(_("Choose at least one section."))
    if not set(sections) <= PARTS.keys() or len(set(sections)) < len(sections):
        raise CannotMakePaper(_("Choose each section once."))
    if meeting and meeting.group.area_id != area.pk:
        raise CannotMakePaper(_("This meeting is of another area."), field="meeting")
    today = at.astimezone(area.zone).date()
    html = texts.packet_html(area, title, sections, meeting=meeting, today=today)
    facts = {"title": title, "sections": list(sections), "meeting": meeting}
    return _ask(area, Kind.PACKET, html, facts, by=by, at=at)


@transaction.atomic
def ask_for_guide(area: LocalArea, *, by: User, at: datetime) -> DashboardPdf:
    """Request the guide to engage board members as it is now, unless the same is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    today = at.astimezone(area.zone).date()
    title = _("Guide to engage board members")
    return _ask(area, Kind.GUIDE, texts.guide_html(area, title, today=today), {"title": title}, by=by, at=at)


@transaction.atomic
def ask_for_briefing(partnership: Partnership, *, by: User, at: datetime) -> DashboardPdf:
    """Request a partner in ten minutes as it is now, unless the same is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    today = at.astimezone(partnership.area.zone).date()
    title = (_("%(partner)s in ten minutes") % {"partner": partnership.organization.name})[:150]
    html = texts.briefing_html(partnership, title, briefing_sections(partnership, today), today=today)
    facts = {"title": title, "partnership": partnership}
    return _ask(partnership.area, Kind.BRIEFING, html, facts, by=by, at=at)


def _ask(area: LocalArea, kind: str, html: str, facts: dict[str, Any], *, by: User, at: datetime) -> DashboardPdf:
    _one_asks_at_a_time(area.pk, by)
    same = {"area": area, "kind": kind, "digest": texts.digest_of(html)}
    there = DashboardPdf.objects.filter(**same).first()
    if there:
        return there
    MAKER.demand_free(by)
    day = at.astimezone(area.zone).date()
    return MAKER.queue(DashboardPdf(**same, **facts, day=day, html=html), by=by, at=at)


@transaction.atomic
def try_again(failed: DashboardPdf, *, by: User, at: datetime) -> None:
    """Request a failed PDF again.

    :raises Refused: if it did not fail.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(failed.area_id, by)
    asked = DashboardPdf.objects.get(pk=failed.pk)
    if asked.status != Status.FAILED:
        raise Refused(_("This PDF is ready or already in progress."))
    MAKER.demand_free(by)
    MAKER.queue(asked, by=by, at=at)


def _one_asks_at_a_time(area: int, by: User) -> None:
    # Lock: of two requests by one person, or for one area, the second must find the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    LocalArea.objects.select_for_update(no_key=True).get(pk=area)


# ---------------------------------------------------------------- Work
def make(asked: DashboardPdf, report: Report) -> MadePdf:
    """Return the requested PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """

    def page_done(number: int) -> None:
        report(min(0.1 + 0.1 * number, 0.95), _("Laying out page %(number)s") % {"number": number})

    return make_pdf(asked.html, pages_done=page_done)


def tell(asked: DashboardPdf, at: datetime) -> None:
    """Tell the person who asked that a PDF is ready, or could not be made."""
    tell_of_document(asked, title=asked.title, scope=asked.area, at=at)


# Of a packet the text stays: the page of a link shows it. That of a guide or briefing is read by nobody any more.
KEPT_TEXT = Case(When(kind=Kind.PACKET, then=F("html")), default=Value(""), output_field=TextField())
MAKER = Maker(
    DashboardPdf,
    task="onestop.dashboards.tasks.make_dashboard_pdf",  # no translation: a name
    make=make,
    emptied={"html": KEPT_TEXT},
    tell=tell,
)


# ---------------------------------------------------------------- By the clock
def clean_up(*, at: datetime) -> int:
    """Delete old briefings, and old requests that failed; packets and guides stay. Return how many were deleted.

    What was sent to somebody stays in any case.
    """
    old = DashboardPdf.objects.filter(asked_at__lt=at - KEPT, links=None)
    return MAKER.delete_all(old.filter(Q(kind=Kind.BRIEFING) | ~Q(status=Status.READY)), at=at)
