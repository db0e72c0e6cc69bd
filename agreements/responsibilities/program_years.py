"""The program years of an area, by which persons served are counted."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from partners.models import LocalArea


@dataclass(frozen=True)
class ProgramYear:
    """Twelve months from the first of a month; named by the calendar year in which it begins."""

    first: date

    @property
    def last(self) -> date:
        """The last day."""
        return self.first.replace(year=self.first.year + 1) - timedelta(days=1)

    @property
    def before(self) -> "ProgramYear":
        """The program year before."""
        return ProgramYear(self.first.replace(year=self.first.year - 1))

    def __contains__(self, day: date) -> bool:
        """Return whether a day is in it."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        """Return its name: "program year 2026"."""
        return _("program year %(year)s") % {"year": self.first.year}


def program_year_of(area: LocalArea, day: date) -> ProgramYear:
    """Return the program year of an area that contains a day."""
    first = date(day.year, area.program_year_month, 1)
    return ProgramYear(first) if first <= day else ProgramYear(first).before
