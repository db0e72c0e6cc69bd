"""A partner in ten minutes: for a newcomer at the staff, at the partner or on the board.

What it says is the same for everybody who may read it: nothing of support teams, of drafts or of private questions.
"""

from datetime import date

from onestop.dashboards.papers.briefing import about, agreements, work
from onestop.dashboards.papers.section import Section
from partners.models import Partnership


def briefing_sections(partnership: Partnership, today: date) -> list[tuple[str, Section]]:
    """Return the sections of a partner on a day, with their codes; a fixed number of queries."""
    return [
        ("who", about.who(partnership, today)),
        ("words", about.words(partnership, today)),
        ("services", about.services(partnership, today)),
        ("people", about.people(partnership, today)),
        ("agreements", agreements.section(partnership, today)),
        ("decided", work.decided(partnership, today)),
        ("open", work.still_open(partnership, today)),
    ]
