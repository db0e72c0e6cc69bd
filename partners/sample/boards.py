"""Seats of the boards, who serves in them, and offices."""

from datetime import timedelta
from typing import Any

from django.core.files import File
from django.utils.text import slugify

from onestop.files.inspection import Inspected
from onestop.files.models import StoredFile
from onestop.files.storing import store_file
from onestop.files.uses import use_of
from partners.models import BoardSeat, BoardTerm, LocalArea, Office, Tenure
from partners.sample.story import FOLDER, Facts, Story, read


def load(story: Story) -> None:
    """Create the seats and offices of each area, with everybody who held them."""
    for slug, area in story.areas.items():
        facts = read(f"{story.area_facts[slug]['folder']}/board.toml")
        seats = BoardSeat.objects.bulk_create(
            BoardSeat(area=area, **_only(seat, "category", "label", "nominated_by", "appointed_by"))
            for seat in facts["seats"]
        )
        terms = [
            (term, BoardTerm(seat=seat, **_only(term, "position", "reason"), **_held(story, area, term)))
            for seat, known in zip(seats, facts["seats"], strict=True)
            for term in known.get("terms", [])
        ]
        offices = Office.objects.bulk_create(
            Office(area=area, **_only(office, "kind", "title", "jurisdiction")) for office in facts["offices"]
        )
        tenures = [
            (holder, Tenure(office=office, **_only(holder, "proof"), **_held(story, area, holder)))
            for office, known in zip(offices, facts["offices"], strict=True)
            for holder in known["holders"]
        ]
        for use, rows in (("partners.board_term_proof", terms), ("partners.tenure_proof", tenures)):
            for holder, held in rows:
                if "letter" in holder:
                    held.proof_file = _letter(story, area, holder, use, min(facts["recorded"], holder["from"]))
        BoardTerm.objects.bulk_create(term for _, term in terms)
        Tenure.objects.bulk_create(tenure for _, tenure in tenures)
        for row in (*seats, *offices):
            _tell(story, area, row, facts["recorded"])
        for held, row in (*terms, *tenures):
            _tell(story, area, row, min(facts["recorded"], held["from"]))


def _only(facts: Facts, *names: str) -> Facts:
    return {name: facts[name] for name in names if name in facts}


def _held(story: Story, area: LocalArea, facts: Facts) -> dict[str, Any]:
    name = facts["person"]
    user = story.users.get(name)
    domain = story.area_facts[area.slug]["domain"]
    return {
        "user": user,
        "name": name,
        "email": user.email if user else f"{slugify(name).replace('-', '.')}@{domain}",
        "from_on": story.today - timedelta(days=facts["from"]),
        "until_on": story.today + timedelta(days=facts["to"]) if "to" in facts else None,
        "ended_on": story.today + timedelta(days=facts["ended"]) if "ended" in facts else None,
    }


def _letter(story: Story, area: LocalArea, facts: Facts, use: str, days: int) -> StoredFile:
    """Store the letter that a person of the sample brings along."""
    path = FOLDER / story.area_facts[area.slug]["folder"] / facts["letter"]
    at = story.moment(days, f"letter {area.slug} {facts['person']}", area.zone)
    by = story.coordinator(area, days, facts["person"])
    with path.open("rb") as contents:
        name = path.name.replace("_", " ").capitalize()
        file = store_file(File(contents), use_of(use), Inspected(name, StoredFile.Kind.PDF, 1), by=by, at=at)
    story.past.add(file, at=at, by=by)
    return file


def _tell(story: Story, area: LocalArea, row: Any, days: int) -> None:
    about = f"{type(row).__name__} {area.slug} {row}"
    story.past.add(row, at=story.moment(days, about, area.zone), by=story.coordinator(area, days, about))
