"""The projects of the sample: one of each framework, with partners, practices, agreements, and two years of counts."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from meetings.models import (
    Goal,
    Project,
    ProjectCount,
    ProjectOutcome,
    ProjectPartner,
    ProjectPractice,
    ProjectTie,
)
from meetings.sample.told import Facts, keep_all, read
from partners.models import Partnership, Practice
from partners.network.served_things import served_choices
from partners.sample.area_story import AreaStory
from partners.sample.past import Step


def load(story: AreaStory) -> None:
    """Add the projects of the sample area."""
    told = read("projects")["projects"]
    partners = _by_name(story)
    goals = list(Goal.objects.current().filter(plan__area=story.area).order_by("pk"))
    projects = [(_project(story, facts, partners, goals), facts) for facts in told]
    steps = {id(row): list(_ending(story, row, facts)) for row, facts in projects}
    keep_all(story, [(row, _at(story, facts["first"])) for row, facts in projects], steps)
    links = [
        (
            ProjectPartner(
                project=row, partnership=partners[link["partner"]], commitment=link["commitment"],
                until_on=_day(story, link.get("until")), part=link["part"],
            ),
            _at(story, facts["first"] - 2),
        )
        for row, facts in projects
        for link in facts["partners"]
    ]  # fmt: skip
    keep_all(story, links)
    practices = {row.title: row for row in Practice.objects.filter(area=story.area)}
    used = [
        (ProjectPractice(project=row, practice=practices[facts["practice"]]), _at(story, facts["first"] - 2))
        for row, facts in projects
        if facts.get("practice") in practices
    ]
    keep_all(story, used)
    keep_all(story, list(_ties(story, projects)))
    _count(story, projects)


def _project(story: AreaStory, facts: Facts, partners: Mapping[str, Partnership], goals: list[Goal]) -> Project:
    return Project(
        area=story.area,
        name=facts["name"],
        purpose=facts["purpose"].strip(),
        framework=facts["framework"],
        lead=partners[facts["lead"]],
        goal=next((goal for goal in goals if goal.name.startswith(facts["goal"])), None),
        first_on=story.today - timedelta(days=facts["first"]),
        last_on=_day(story, facts.get("last")),
        status=facts["status"],
        outcome=facts.get("outcome", "").strip(),
    )


def _ending(story: AreaStory, row: Project, facts: Facts) -> Iterator[Step]:
    """Yield the steps by which a project became what it is: begun as planned, and done at its end."""
    yield Step(_at(story, facts["first"] - 1), story.staff, {"status": "planned"})
    if row.status == Project.Status.DONE:
        was = {"status": "running", "outcome": "", "last_on": None}
        yield Step(_at(story, facts["last"] - 3), story.staff, was)


def _ties(story: AreaStory, projects: list[tuple[Project, Facts]]) -> Iterator[tuple[Any, datetime]]:
    choices = [choice for _label, found in served_choices(story.area, story.staff) for choice in found]
    known = [(text, name) for text, name in choices if text.startswith("agreement:")]
    for row, facts in projects:
        words = facts.get("agreement", "")
        if thing := next((text for text, name in known if words and words in name), ""):
            yield ProjectTie(project=row, thing=thing), _at(story, facts["first"] - 2)


def _count(story: AreaStory, projects: list[tuple[Project, Facts]]) -> None:
    outcomes = [
        (ProjectOutcome(project=row, position=number, name=each["name"], target=each["target"]), each, facts)
        for row, facts in projects
        for number, each in enumerate(facts["outcomes"], start=1)
    ]
    keep_all(story, [(row, _at(story, facts["first"] - 3)) for row, _each, facts in outcomes])
    counts = []
    for row, each, _facts in outcomes:
        for days, number, *note in each["counts"]:
            at = _at(story, days)
            counted = ProjectCount(
                outcome=row, as_of=at.date(), number=number, note="".join(note), by=story.staff, at=at
            )
            counts.append((counted, at))
    keep_all(story, counts)


def _by_name(story: AreaStory) -> dict[str, Partnership]:
    """Return the partners by the short names and the names of their organizations."""
    found = {partner.organization.name: partner for partner in story.partners}
    return found | {partner.organization.short_name: partner for partner in story.partners}


def _day(story: AreaStory, days: int | None) -> date | None:
    return None if days is None else story.today - timedelta(days=days)


def _at(story: AreaStory, days: int) -> datetime:
    return story.at(story.today - timedelta(days=days))
