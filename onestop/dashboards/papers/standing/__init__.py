"""How a partner stands: what is asked of it, where it stands, and what others see of it."""

from datetime import date

from onestop.dashboards.papers.section import Section
from onestop.dashboards.papers.standing import asked, seen, stands
from partners.models import Partnership


def standing_sections(partnership: Partnership, today: date) -> list[tuple[str, Section]]:
    """Return the sections of the page of a partner on a day, with their codes; a fixed number of queries."""
    return [
        ("asked", asked.section(partnership, today)),
        ("stands", stands.section(partnership, today)),
        ("seen", seen.section(partnership, today)),
    ]
