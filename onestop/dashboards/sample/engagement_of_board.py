"""What members of the sample's board are interested in, were offered, took on and did."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from meetings.models import Goal, Group, Meeting
from onestop.dashboards.models import BoardInterest, Offer, Opportunity
from partners.models import BoardTerm, Center
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

FILE = Path(__file__).parent / "riverbend" / "opportunities.toml"
Facts = dict[str, Any]
Status = Offer.Status


def load(story: AreaStory) -> None:
    """Add interests, opportunities and offers, with their history; a goal that is not there wants no sponsor."""
    told = tomllib.loads(FILE.read_text())
    terms = {term.name: term for term in BoardTerm.objects.of(story.area).on(story.today).order_by("pk")}
    interests = [
        BoardInterest(term=terms[facts["person"]], kind=kind, note=facts.get("note", ""))
        for facts in told["interests"]
        for kind in facts["kinds"]
    ]
    story.keep(interests, story.at(story.today - timedelta(days=told["asked"])))
    goals = {goal.name: goal for goal in Goal.objects.pursued().filter(plan__area=story.area)}
    centers = {center.name: center for center in Center.objects.filter(area=story.area)}
    known = [facts for facts in told["opportunities"] if "goal" not in facts or facts["goal"] in goals]
    pairs = [(_opportunity(story, facts, goals, centers), facts) for facts in known]
    Opportunity.objects.bulk_create([row for row, _facts in pairs])
    for row, _facts in pairs:
        steps = [Step(row.closed_at, story.staff, {"closed_at": None})] if row.closed_at else []
        story.past.add(row, at=row.created_at, by=story.staff, steps=steps)
    of_board = Meeting.objects.filter(group__area=story.area, group__kind=Group.Kind.BOARD)
    meetings = list(of_board.filter(status=Meeting.Status.HELD).order_by("starts_at"))
    offers = [
        (_offer(story, row, terms[one["person"]], one, meetings), one)
        for row, facts in pairs
        for one in facts.get("offers", ())
    ]
    Offer.objects.bulk_create([offer for offer, _facts in offers])
    for offer, facts in offers:
        _tell(story, offer, facts)


def _opportunity(
    story: AreaStory, facts: Facts, goals: Mapping[str, Goal], centers: Mapping[str, Center]
) -> Opportunity:
    def ago(days: int, hour: int = 10) -> datetime:
        return story.at(story.today - timedelta(days=days), hour)

    held = facts.get("in")
    on = story.today + timedelta(days=held) if held is not None else None
    return Opportunity(
        area=story.area, kind=facts["kind"], title=facts["title"], text=facts.get("text", ""), effort=facts["effort"],
        held_at=datetime.combine(on, facts["at"], story.area.zone) if on else None,
        until_on=story.today + timedelta(days=facts["until"]) if "until" in facts else on,
        places=facts.get("places", 1), goal=goals.get(facts.get("goal", "")), contact=facts.get("contact", ""),
        center=centers.get(facts.get("center", "")), created_at=ago(facts["added"]), created_by=story.staff,
        closed_at=ago(facts["closed"]) if "closed" in facts else None,
    )  # fmt: skip


def _offer(story: AreaStory, row: Opportunity, term: BoardTerm, facts: Facts, meetings: list[Meeting]) -> Offer:
    def ago(name: str) -> datetime | None:
        return story.at(story.today - timedelta(days=facts[name]), 14) if name in facts else None

    done_on = story.today - timedelta(days=facts["done"]) if "done" in facts else None
    reported = next((each for each in meetings if done_on and each.local_start.date() > done_on), None)
    return Offer(
        opportunity=row, term=term, status=facts["status"], offered_at=ago("offered"), taken_at=ago("taken"),
        done_on=done_on, changed=facts.get("changed", ""), meeting=reported,
        by=term.user or story.staff if facts["status"] != Status.OFFERED else story.staff,
    )  # fmt: skip


def _tell(story: AreaStory, offer: Offer, facts: Facts) -> None:
    """Tell how an offer came to be what it is."""
    steps, who = [], offer.by
    first = offer.offered_at or offer.taken_at
    assert first is not None
    if offer.status == Status.DONE and offer.done_on:
        at = story.at(offer.done_on, 16)
        steps.append(
            Step(at, who, {"status": Status.TAKEN, "done_on": None, "changed": "", "meeting_id": None})
        )  # fmt: skip
    if offer.offered_at and offer.taken_at:
        steps.append(Step(offer.taken_at, who, {"status": Status.OFFERED, "taken_at": None, "by_id": story.staff.pk}))
    if offer.status == Status.DECLINED and offer.offered_at:
        at = offer.offered_at + timedelta(days=facts.get("after", 3))
        steps.append(Step(at, who, {"status": Status.OFFERED, "by_id": story.staff.pk}))
    story.past.add(offer, at=first, by=story.staff if offer.offered_at else who, steps=steps)
