"""What the modules of the sample share: the day, the facts as written, and who and what has been made so far."""

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
        """The state, as its file says it."""
        return read("state.toml")

    def day(self, days_ago: int) -> date:
        """Return the working day that lies so many days back: a weekend's is the Friday before."""
        day = self.today - timedelta(days=days_ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def monday(self, weeks: int) -> date:
        """Return the Monday of the week that lies so many weeks ahead of this one."""
        return self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=weeks)

    def moment(self, days_ago: int, about: str, zone: ZoneInfo = EASTERN) -> datetime:
        """Return a moment in the office hours of a past day, always the same for the same thing."""
        minutes = 8 * 60 + 20 + dice(about, 460)
        return datetime.combine(self.day(max(1, days_ago)), time(minutes // 60, minutes % 60, dice(about, 60)), zone)

    def coordinator(self, area: LocalArea, days_ago: int, about: str) -> User:
        """Return the One-Stop staff who kept the area's records on a past day."""
        known = [user for user, facts in self.staff_of(area) if was_there(facts, days_ago)]
        oldest = self.staff_of(area)[0][0]
        return known[dice(about, len(known))] if known else oldest

    def staff_of(self, area: LocalArea) -> list[tuple[User, Facts]]:
        """Return the area's staff who write into the portal, those who have left too."""
        staff = [facts for facts in self.area_facts[area.slug]["staff"] if "oordinator" in facts["job_title"]]
        return [(self.users[facts["name"]], facts) for facts in staff]

    def keeper(self, partnership: Partnership, facts: Facts, days_ago: int, about: str) -> User:
        """Return who kept a partner's facts on a past day: one of its own people with an account, else staff."""
        own = [
            self.users[person["name"]]
            for person in facts.get("people", [])
            if person.get("seat") and was_there(person, days_ago)
        ]
        return own[0] if own else self.coordinator(partnership.area, days_ago, about)


def read(path: str) -> Facts:
    """Return the facts of a file."""
    return tomllib.loads((FOLDER / path).read_text(encoding="utf-8"))


def partner_files(folder: str) -> list[Facts]:
    """Return the facts of all partners of an area, by the names of their files."""
    return [read(str(path.relative_to(FOLDER))) for path in sorted((FOLDER / folder / "partners").glob("*.toml"))]


def dice(about: str, sides: int) -> int:
    """Return a number below ``sides`` that looks random and is always the same for the same thing."""
    return int.from_bytes(hashlib.blake2s(about.encode(), digest_size=6).digest()) % sides


def was_there(person: Facts, days_ago: int) -> bool:
    """Return whether a person was in their office on a past day."""
    return bool(person["since"] >= days_ago >= person.get("left", 0))


def phone(number: str, extension: str = "") -> str:
    """Return a phone number of those kept for fiction (555-0100 to 555-0199)."""
    return f"(555) 555-{number}" + (f" ext. {extension}" if extension else "")
