"""The HTML of board packets, guides and briefings, from which their PDFs are made."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from meetings.models import Meeting
from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers.contents import sections_of
from onestop.dashboards.papers.guide import guide_sections
from onestop.dashboards.papers.section import Section
from onestop.ui.markup import frozen_html
from partners.models import LocalArea, Partnership
from partners.people import contacts

BEGIN, END = "<!-- sections -->", "<!-- end of sections -->"
Sections = Iterable[tuple[str, Section]]


def packet_html(area: LocalArea, title: str, codes: Iterable[str], *, meeting: Meeting | None, today: date) -> str:
    """Return a board packet as a whole page: the chosen sections in their order."""
    facts = [(_("Board"), area.board_name), (_("Figures of"), today)]
    if meeting:
        facts[1:1] = [(_("For the meeting"), meeting.title), (_("Held on"), meeting.local_start.date())]
    return paper_html(area, title, _("Board packet"), sections_of(area, codes, today=today), facts=facts)


def guide_html(area: LocalArea, title: str, *, today: date) -> str:
    """Return the guide to engage board members as a whole page."""
    facts = [(_("Board"), area.board_name), (_("As of"), today)]
    return paper_html(area, title, _("Guide to engage board members"), guide_sections(area, today), facts=facts)


def briefing_html(partnership: Partnership, title: str, sections: Sections, *, today: date) -> str:
    """Return a partner in ten minutes as a whole page."""
    facts = [(_("Partner"), partnership.organization.name), (_("As of"), today)]
    return paper_html(partnership.area, title, _("A partner in ten minutes"), sections, facts=facts)


def paper_html(area: LocalArea, title: str, kind: str, sections: Sections, *, facts: Any) -> str:
    """Return sections as a whole page with contents; dates and times are those of the area."""
    context: Mapping[str, Any] = {
        "area": area,
        "title": title,
        "kind": kind,
        "facts": facts,
        "sections": list(sections),
        "contact": contacts.contact_in(area),
        "base_url": settings.PUBLIC_URL,
    }
    with timezone.override(area.zone):
        return render_to_string("dashboards/papers/paper.html", dict(context))


def file_name(made: DashboardPdf) -> str:
    """Return "riverbend-board-packet-december-2026-12-08.pdf"."""
    return f"{slugify(f'{made.area.slug} {made.title[:80]} {made.day.isoformat()}')}.pdf"


def digest_of(html: str) -> str:
    """Return the hash of the contents of a paper."""
    return hashlib.sha256(html.encode()).hexdigest()


def shown_part(made: DashboardPdf) -> SafeString:
    """Return the sections of a paper as a part of a page: what lies between the marks of its template.

    :raises NotFrozen: if the stored text is not the one that was rendered.
    """
    part = frozen_html(made.html, made.digest).partition(BEGIN)[2].partition(END)[0]
    return frozen_html(part, digest_of(part))
