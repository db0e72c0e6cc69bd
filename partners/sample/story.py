"""What the modules of the sample share: its day, the data of its files, and the records created so far."""

import hashlib
import tomllib
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from onestop.accounts.models import User
from partners.models import Center, LocalArea, Organization, Partnership, State
from partners.sample.past import Past

FOLDER = Path(__file__).parent
EASTERN = ZoneInfo("America/New_York")
Facts = dict[str, Any]


class Story:
    """One load of the sample."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.past = Past()
        self.state: State
        self.areas: dict[str, LocalArea] = {}
        self.area_facts: dict[str, Facts] = {}
        self.centers: dict[tuple[int, str], Center] = {}
        self.organizations: dict[str, Organization] = {}
        self.partners: list[tuple[Partnership, Facts]] = []
        self.users: dict[str, User] = {}

    @cached_property
    def state_facts(self) -> Facts:
        """The data of the state."""
        return read("state.toml")

    def day(self, days_ago: int) -> date:
        """Return the day so many days ago, or the Friday before if it is on a weekend."""
        day = self.today - timedelta(days=days_ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def monday(self, weeks: int) -> date:
        """Return the Monday of the week so many weeks from now."""
        return self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks)

    def moment(self, days_ago: int, about: str, zone: ZoneInfo = EASTERN) -> datetime:
        """Return a moment in the office hours of a past day, always the same for the same ``about``."""
        minutes = 8 * 60 + 20 + dice(about, 460)
        return datetime.combine(self.day(max(1, days_ago)), time(minutes // 60, minutes % 60, dice(about, 60)), zone)

    def coordinator(self, area: LocalArea, days_ago: int, about: str) -> User:
        """Return the One-Stop staff member who edited the area's records on a past day."""
        known = [user for user, facts in self.staff_of(area) if was_there(facts, days_ago)]
        oldest = self.staff_of(area)[0][0]
        return known[dice(about, len(known))] if known else oldest

    def staff_of(self, area: LocalArea) -> list[tuple[User, Facts]]:
        """Return the area's coordinators, including those who have left."""
        staff = [facts for facts in self.area_facts[area.slug]["staff"] if "oordinator" in facts["job_title"]]
        return [(self.users[facts["name"]], facts) for facts in staff]

    def keeper(self, partnership: Partnership, facts: Facts, days_ago: int, about: str) -> User:
        """Return who edited a partner on a past day: one of its own people with an account, else staff."""
        own = [
            self.users[person["name"]]
            for person in facts.get("people", [])
            if person.get("seat") and was_there(person, days_ago)
        ]
        return own[0] if own else self.coordinator(partnership.area, days_ago, about)


def read(path: str) -> Facts:
    """Return the data of a file."""
    return tomllib.loads((FOLDER / path).read_text(encoding="utf-8"))


def partner_files(folder: str) -> list[Facts]:
    """Return the data of all partners of an area, by file name."""
    return [read(str(path.relative_to(FOLDER))) for path in sorted((FOLDER / folder / "partners").glob("*.toml"))]


def dice(about: str, sides: int) -> int:
    """Return a pseudorandom number below ``sides``, always the same for the same ``about``."""
    return int.from_bytes(hashlib.blake2s(about.encode(), digest_size=6).digest()) % sides


def was_there(person: Facts, days_ago: int) -> bool:
    """Return whether a person held their position on a past day."""
    return bool(person["since"] >= days_ago >= person.get("left", 0))


def phone(number: str, extension: str = "") -> str:
    """Return a phone number from the range reserved for fiction (555-0100 to 555-0199)."""
    return f"(555) 555-{number}" + (f" ext. {extension}" if extension else "")
