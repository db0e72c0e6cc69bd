"""Shared values, the resource map, and raised issues of the sample."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from meetings.models import Affirmation, Goal, Need, NeedMet, RaisedEntry, RaisedIssue, ValuesStatement
from meetings.sample.actions import People
from meetings.sample.told import Facts, Told, keep_all, read
from partners.models import Membership, Program, Role
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

YEAR = timedelta(days=365)
BEGUN = 430  # days ago: when the resource map was written
Kind, Status = RaisedEntry.Kind, RaisedIssue.Status
BECOMES = {
    Kind.SENT: Status.SENT, Kind.FEDERAL: Status.FEDERAL, Kind.ANSWER: Status.ANSWERED, Kind.CLOSED: Status.CLOSED,
}  # fmt: skip


def load(groups: Sequence[Told], people: People, goals: dict[str, Goal]) -> None:
    """Load the values with who affirmed them, the needs with who meets them, and the raised issues."""
    facts, story = read("plans"), groups[0].story
    _load_values(story, facts["values"], groups, people)
    _load_needs(story, facts["needs"], people)
    _load_raised(story, facts["raised"], people, goals)


def _day(story: AreaStory, days: int) -> date:
    return story.today - timedelta(days=days)


def _load_values(story: AreaStory, facts: Facts, groups: Sequence[Told], people: People) -> None:
    group = next(told.series.group for told in groups if told.plan.name == facts["group"])
    written = story.at(_day(story, facts["adopted"] + 30))
    statement = ValuesStatement(
        area=story.area, vision=facts["vision"], values=facts["values"].strip(),
        adopted_on=_day(story, facts["adopted"]), group=group, created_at=written, created_by=story.staff,
    )  # fmt: skip
    adopted = Step(story.at(_day(story, facts["adopted"])), story.staff, {"adopted_on": None, "group_id": None})
    keep_all(story, [(statement, written)], {id(statement): [adopted]})
    rows = []
    for one in facts["affirmed"]:
        user, _address, partner = people.by_name[one["by"]]
        day = _day(story, one["at"])
        at = story.at(day, 15)
        rows.append((
            Affirmation(
                statement=statement, partnership=partner, affirmed_on=day, lasts_until=day + YEAR,
                text=one.get("text", ""), name=one["by"], by=user, at=at,
            ), at,
        ))  # fmt: skip
    keep_all(story, rows)


def _load_needs(story: AreaStory, told: Sequence[Facts], people: People) -> None:
    programs = {program.code: program for program in Program.objects.all()}
    at = story.at(_day(story, BEGUN))
    needs = [
        Need(
            area=story.area, kind=one["kind"], name=one["name"], groups_served=one.get("groups", ""),
            note=one.get("note", ""),
        )
        for one in told
    ]  # fmt: skip
    keep_all(story, [(need, at) for need in needs])
    met = [
        NeedMet(
            need=need, partnership=people.partners[each["partner"]], extent=each.get("extent", NeedMet.Extent.PARTLY),
            program=programs.get(each.get("program", "")), source=each.get("source", ""), note=each.get("note", ""),
        )
        for need, one in zip(needs, told, strict=True)
        for each in one["met"]
    ]  # fmt: skip
    keep_all(story, [(row, at) for row in met])


def _load_raised(story: AreaStory, told: Sequence[Facts], people: People, goals: dict[str, Goal]) -> None:
    seats = Membership.objects.current().filter(role=Role.STATE, state=story.area.state).select_related("user")
    seat = seats.order_by("since", "pk").first()
    state = seat.user if seat else None
    issues: list[tuple[Any, datetime]] = []
    entries: list[RaisedEntry] = []
    steps: dict[int, list[Step]] = {}
    for facts in told:
        user, _address, partner = people.by_name[facts["by"]]
        at = story.at(_day(story, facts["at"]), 9)
        issue = RaisedIssue(
            area=story.area, goal=goals.get(facts.get("goal", "")), partnership=partner, title=facts["title"],
            text=facts["text"], raised_name=facts["by"], raised_by=user, raised_at=at,
        )  # fmt: skip
        issues.append((issue, at))
        for one in facts["entries"]:
            by = state if one["by"] == "state" else story.staff
            when = story.at(_day(story, one["at"]), 16)
            entries.append(
                RaisedEntry(
                    issue=issue, kind=one["kind"], text=one["text"], name=by.name if by else "State", by=by, at=when
                )
            )
            steps.setdefault(id(issue), []).append(_move(issue, one["kind"], by, when))
    keep_all(story, issues, steps)
    RaisedEntry.objects.bulk_create(entries)


def _move(issue: RaisedIssue, kind: str, by: Any, at: datetime) -> Step:
    """Let an issue become what an entry says; return the step."""
    was: dict[str, Any] = {"status": issue.status}
    issue.status = BECOMES[Kind(kind)]
    if kind == Kind.SENT:
        was["sent_at"], issue.sent_at = issue.sent_at, at
    if kind == Kind.ANSWER:
        was["answered_at"], issue.answered_at = issue.answered_at, at
    return Step(at, by, was)
