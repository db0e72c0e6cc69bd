"""Agendas of the sample: items with who leads them, papers, what waits and what was suggested, and a template."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string

from meetings.models import (
    AgendaItem,
    AgendaPaper,
    AgendaTemplate,
    AgendaTemplateItem,
    Meeting,
    MeetingRecord,
    Purpose,
)
from meetings.sample.told import FOLDER, IN_FULL, Facts, Held, Told, keep_all
from onestop.files.models import StoredFile
from onestop.files.pdf import make_pdf, why_no_pdf
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

WRITTEN = timedelta(days=12)  # before a meeting
AHEAD = timedelta(days=21)  # within which an agenda is published
NOTICE = timedelta(days=8)  # before a meeting, or yesterday
OPENING = {"title": "Call to order and roll call", "purpose": Purpose.INFORM, "minutes": 5}
APPROVAL = {"title": "Minutes of the last meeting", "purpose": Purpose.DECIDE, "minutes": 5}
PUBLIC = {"title": "Public comment", "purpose": Purpose.DISCUSS, "minutes": 5}
SILENCE = "Nobody asked to speak."
PAPERS = {
    "shares": "Shares of the infrastructure costs: three bases",
    "hours": "Hours on site, promised and in the schedule",
    "bylaws": "By-laws of the Riverbend Workforce Board",
}
OPEN, CARRIED = AgendaItem.Outcome.DONE, AgendaItem.Outcome.CARRIED


def load(groups: Sequence[Told]) -> None:
    """Add the items of all agendas, and what belongs to them."""
    story = groups[0].story
    rows: list[tuple[AgendaItem, datetime]] = []
    steps, papers = {}, list[tuple[AgendaItem, str]]()
    for told in groups:
        for held in told.held[:IN_FULL]:
            held.items = list(_held_items(held))
            for item, _facts in held.items:
                rows.append((item, held.meeting.starts_at - WRITTEN))
                steps[id(item)] = [Step(held.meeting.ends_at, story.staff, {"outcome": ""})]
        for meeting, items in _coming_items(told):
            rows += [(item, min(meeting.starts_at - WRITTEN, told.now - timedelta(days=2))) for item, _facts in items]
            told.coming_items += items
            papers += [(item, facts["paper"]) for item, facts in items if "paper" in facts]
        waiting = [*_backlog(told), *_suggested(told)]
        rows += waiting
        steps |= {id(item): [_declined(story, item, at)] for item, at in waiting if item.reason}
    AgendaItem.objects.bulk_create([item for item, _at in rows], batch_size=500)
    _continue(groups)
    for item, at in rows:
        story.past.add(item, at=at, by=item.suggested_by or story.staff, steps=steps.get(id(item), ()))
    _publish(groups)
    _keep_papers(story, papers)
    _keep_templates(groups)


# ---------------------------------------------------------------- Items
def _held_items(held: Held) -> Iterator[tuple[AgendaItem, Facts]]:
    """Yield the items of a meeting that was held, with what is told of them."""
    told = held.of
    all_facts: list[Facts] = []
    if held.facts.get("items") and told.series.kind != "training":
        all_facts += [OPENING, *([APPROVAL] if held.number + 1 < IN_FULL else [])]
    all_facts += held.facts.get("items", [])
    if told.plan.is_open and held.facts.get("items"):
        all_facts.append(PUBLIC | {"note": held.facts.get("public", SILENCE)})
    for position, facts in enumerate(all_facts, start=1):
        outcome = CARRIED if facts.get("carried") else OPEN
        yield _item(told, held.meeting, position, facts, outcome=outcome), facts


def _coming_items(told: Told) -> Iterator[tuple[Meeting, list[tuple[AgendaItem, Facts]]]]:
    for meeting, facts in zip(told.coming, told.facts.get("coming", ()), strict=False):
        own = facts["items"]
        all_facts = own if told.series.kind == "training" else [OPENING, APPROVAL, *own]
        all_facts = [*all_facts, PUBLIC] if told.plan.is_open else all_facts
        yield meeting, [(_item(told, meeting, number, one), one) for number, one in enumerate(all_facts, start=1)]


def _item(told: Told, meeting: Meeting | None, position: int, facts: Facts, **more: object) -> AgendaItem:
    name = facts.get("owner", "")
    owner = told.by_name.get(name)
    day = meeting.local_start.date() if meeting else told.story.today
    if owner and owner not in told.on(day):
        owner = None
    return AgendaItem(
        series=told.series, meeting=meeting, position=position, owner=owner, owner_name="" if owner else name,
        serves=told.serves(facts.get("serves", "")), detail=facts.get("detail", ""),
        **{name: facts[name] for name in ("title", "purpose", "minutes")}, **more,
    )  # fmt: skip


def _backlog(told: Told) -> Iterator[tuple[AgendaItem, datetime]]:
    for position, facts in enumerate(told.facts.get("backlog", ()), start=1):
        yield _item(told, None, position, facts), told.story.at(told.story.today - timedelta(days=20 * position))


def _suggested(told: Told) -> Iterator[tuple[AgendaItem, datetime]]:
    states = AgendaItem.State
    for position, facts in enumerate(told.facts.get("suggested", ()), start=50):
        at = told.story.at(told.story.today - timedelta(days=facts["days"]), 13)
        reason = facts.get("reason", "")
        yield _item(
            told, None, position, facts, state=states.DECLINED if reason else states.SUGGESTED, reason=reason,
            suggested_at=at, suggested_by=told.by_name[facts["by"]].user,
        ), at  # fmt: skip


def _declined(story: AreaStory, item: AgendaItem, at: datetime) -> Step:
    return Step(at + timedelta(days=6), story.staff, {"state": AgendaItem.State.SUGGESTED, "reason": ""})


def _continue(groups: Sequence[Told]) -> None:
    """Let items continue those that were carried over before, of the same title if nothing else is told."""
    changed = []
    for told in groups:
        waiting: dict[str, AgendaItem] = {}
        held = [each for meeting in reversed(told.held) for each in meeting.items]
        for item, facts in [*held, *told.coming_items]:
            if earlier := waiting.pop(facts.get("continues", item.title), None):
                item.continues = earlier
                changed.append(item)
            if item.outcome == CARRIED:
                waiting[item.title] = item
    AgendaItem.objects.bulk_update(changed, ["continues"])


def _publish(groups: Sequence[Told]) -> None:
    """Publish the agendas of the meetings that are near."""
    story = groups[0].story
    rows = []
    for told in groups:
        for meeting in told.coming[: len(told.facts.get("coming", ()))]:
            if meeting.starts_at - told.now < AHEAD:
                at = min(meeting.starts_at - NOTICE, told.now - timedelta(days=1))
                record = MeetingRecord(
                    meeting=meeting, agenda_published_at=at, check_in_token=get_random_string(40)
                )  # fmt: skip
                rows.append((record, at))
    keep_all(story, rows)


# ---------------------------------------------------------------- Papers and templates
def _keep_papers(story: AreaStory, papers: Sequence[tuple[AgendaItem, str]]) -> None:
    if why_no_pdf() is not None:
        return
    rows = []
    at = story.at(story.today - timedelta(days=2), 15)
    for item, name in papers:
        file = stored_pdf(story, name, "meetings.paper", at)
        paper = AgendaPaper(item=item, file=file, title=PAPERS[name], is_public=name == "shares", position=1)
        rows.append((paper, at))
    keep_all(story, rows)


def stored_pdf(story: AreaStory, name: str, use: str, at: datetime) -> StoredFile:
    """Store a paper of the sample as a PDF, made of the page of that name."""
    data, pages = _pdf(name)
    file = StoredFile(
        use=use, name=f"{PAPERS[name].replace(':', ',')}.pdf", kind=StoredFile.Kind.PDF, pages=pages, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), state=StoredFile.State.CLEAN, at=at, asked_at=at, by=story.staff,
    )  # fmt: skip
    file.file.save(file.name, ContentFile(data), save=False)
    keep_all(story, [(file, at)])
    return file


@cache
def _pdf(name: str) -> tuple[bytes, int]:
    made = make_pdf((FOLDER / f"{name}.html").read_text(encoding="utf-8"))
    return made.data, made.pages


def _keep_templates(groups: Sequence[Told]) -> None:
    for told in groups:
        topics = told.facts.get("template")
        if not topics:
            continue
        at = told.story.at(told.story.today - timedelta(days=400))
        template = AgendaTemplate(group=told.series.group, name="Regular meeting")
        keep_all(told.story, [(template, at)])
        rows = [AgendaTemplateItem(template=template, position=number, **facts) for number, facts in enumerate(topics)]
        keep_all(told.story, [(row, at) for row in rows])
