"""The co-location schedule, absences, and reviews of centers."""

from datetime import time, timedelta
from typing import Any

from partners.models import Absence, Center, CenterReview, LocalArea, Partnership, Presence
from partners.sample.past import Step
from partners.sample.story import Facts, Story, phone, read

DAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
ABOUT = ("rhythm", "way", "who", "desk", "note")


def load(story: Story) -> None:
    """Create the schedule of each area, and absences around today."""
    for area in story.areas.values():
        facts = read(f"{story.area_facts[area.slug]['folder']}/on_site.toml")
        known = {partner.organization.name: (partner, told) for partner, told in story.partners if partner.area == area}
        _make_hours(story, area, known, facts["hours"])
        for absence in facts["away"]:
            _make_absence(story, area, known.get(absence.get("partner", "")), absence)


def _make_hours(story: Story, area: LocalArea, known: dict[str, tuple[Partnership, Facts]], hours: list[Facts]) -> None:
    told = [
        (_presence(story, area, *known[facts["partner"]], facts, day), facts)
        for facts in hours
        for day in facts["days"]
    ]
    Presence.objects.bulk_create(row for row, _ in told)
    for row, facts in told:
        _, partner = known[facts["partner"]]
        about, days = f"{partner['name']} {facts['center']} on site", facts["added"]
        by = story.keeper(row.partnership, partner, days, about)
        steps = [_step(story, area, step) for step in facts.get("past", [])]
        if row.archived_at:
            steps.append(Step(row.archived_at, by, {"archived_at": None}))
        story.past.add(row, at=story.moment(days, about, area.zone), by=by, steps=steps)


def _presence(
    story: Story, area: LocalArea, partnership: Partnership, partner: Facts, facts: Facts, day: str
) -> Presence:
    return Presence(
        partnership=partnership,
        center=story.centers[area.pk, facts["center"]],
        weekday=DAYS[day],
        starts_at=time.fromisoformat(facts["from"]),
        ends_at=time.fromisoformat(facts["until"]),
        begins_on=story.monday(facts["begins"]) if "begins" in facts else None,
        phone=phone(partner["phone"], facts["extension"]) if "extension" in facts else "",
        archived_at=story.moment(facts["archived"], f"{partner['name']} {day}") if "archived" in facts else None,
        **{name: facts[name] for name in ABOUT if name in facts},
    )


def _step(story: Story, area: LocalArea, step: Facts) -> Step:
    was = {name: time.fromisoformat(value) if name.endswith("_at") else value for name, value in step["was"].items()}
    return Step(story.moment(step["days"], f"on site {step['days']}", area.zone), story.users[step["by"]], was)


def _make_absence(story: Story, area: LocalArea, partner: tuple[Partnership, Facts] | None, facts: Facts) -> None:
    first_on = story.monday(facts["week"]) + timedelta(days=DAYS[facts["day"]] - 1)
    row = Absence.objects.create(
        partnership=partner[0] if partner else None,
        center=story.centers[area.pk, facts["center"]] if "center" in facts else None,
        first_on=first_on,
        last_on=first_on + timedelta(days=facts.get("for", 1) - 1),
        reason=facts["reason"],
    )
    about = f"{facts['reason']} {area.slug}"
    by = story.keeper(*partner, facts["added"], about) if partner else story.coordinator(area, facts["added"], about)
    story.past.add(row, at=story.moment(facts["added"], about, area.zone), by=by)


# ---------------------------------------------------------------- Reviews of centers
def days_of_reviews(story: Story, facts: Facts) -> dict[str, Any]:
    """Return the dates of the last reviews that are stored on a center."""
    days: dict[str, Any] = {"certified_on": None, "accessibility_reviewed_on": None}
    for review in sorted(facts.get("reviews", []), key=lambda review: -review["days"]):
        days[_column(review)] = story.day(review["days"])
    return days


def tell_reviews(story: Story, center: Center, facts: Facts) -> list[Step]:
    """Create the reviews of a center; return the changes of the center that they caused."""
    steps: list[Step] = []
    said: dict[str, Any] = {"certified_on": None, "accessibility_reviewed_on": None}
    for review in sorted(facts.get("reviews", []), key=lambda review: -review["days"]):
        held_on, told = story.day(review["days"]), max(1, review["days"] - 3)
        row = CenterReview.objects.create(
            center=center,
            kind=review["kind"],
            held_on=held_on,
            outcome=review.get("outcome", "met"),
            findings=review.get("findings", ""),
        )
        about = f"{center.name} {review['kind']} {review['days']}"
        # Reviews from before the portal were recorded when the center was added.
        told = min(told, story.area_facts[center.area.slug]["added"] - 2)
        at, by = story.moment(told, about, center.area.zone), story.coordinator(center.area, told, about)
        story.past.add(row, at=at, by=by)
        steps.append(Step(at, by, {_column(review): said[_column(review)]}))
        said[_column(review)] = held_on
    return steps


def _column(review: Facts) -> str:
    return "certified_on" if review["kind"] == "certification" else "accessibility_reviewed_on"
