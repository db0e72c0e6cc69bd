"""Areas, centers, organizations, partnerships and their representatives."""

from datetime import datetime
from typing import Any

from onestop.ui.presentation import shortday
from partners.models import (
    Center,
    LocalArea,
    Location,
    Membership,
    Organization,
    Partnership,
    PartnershipProgram,
    Program,
    Representative,
)
from partners.sample import on_site, people
from partners.sample.past import Step
from partners.sample.story import Facts, Story, partner_files, phone, read

PLACE = ("name", "street", "hours", "accessibility", "directions")
ABOUT_PARTNERSHIP = ("status", "framework", "commitment", "counties_served", "notes")
ABOUT_ORGANIZATION = ("name", "short_name", "kind", "description")


def load_area(story: Story, folder: str) -> None:
    """Create an area; its centers and partners follow after its staff."""
    facts = read(f"{folder}/area.toml")
    named = {name: facts[name] for name in ("name", "slug", "board_name", "time_zone")}
    area = LocalArea.objects.create(state=story.state, **named)
    story.past.add(area, at=story.moment(facts["added"], area.slug), by=None)
    story.areas[area.slug] = area
    story.area_facts[area.slug] = facts | {"folder": folder}


def load_partners(story: Story) -> None:
    """Create the centers and partners of each area."""
    programs = {program.code: program for program in Program.objects.all()}
    for slug, area in story.areas.items():
        facts = story.area_facts[slug]
        _make_centers(story, area, facts)
        partners = partner_files(facts["folder"])
        for partner in partners:
            partner["added"] = _added(partner, facts["added"])
        _make_organizations(story, area, partners)
        _make_locations(story, area, partners)
        here = _make_partnerships(story, area, partners, programs)
        story.partners += here
        seats = [
            (person, Membership(role=person["seat"], partnership=partnership))
            for partnership, partner in here
            for person in partner.get("people", [])
            if person.get("seat")
        ]
        people.make_accounts(story, seats, facts["domain"])
    _make_representatives(story)
    # The author of a record must exist before its history.
    for partnership, partner in story.partners:
        _tell_past(story, partnership, partner)


def _added(partner: Facts, oldest: int) -> int:
    """Return how many days ago a partner was added: before any of its people and services."""
    if "added" in partner["partnership"]:
        return int(partner["partnership"]["added"])
    known = [row["since"] for row in partner.get("people", [])] + [row["added"] for row in partner.get("services", [])]
    return int(min(oldest, max(known, default=0) + 2))


def _make_centers(story: Story, area: LocalArea, facts: Facts) -> None:
    for center in facts["centers"]:
        row = Center.objects.create(
            area=area,
            **_place(story, center, facts),
            kind=center["kind"],
            email=center["email"],
            **on_site.days_of_reviews(story, center),
        )
        story.centers[area.pk, row.name] = row
        days = facts["added"] - 1
        by = story.coordinator(area, days, row.name)
        steps = [*_steps(story, row.name, center, area), *on_site.tell_reviews(story, row, center)]
        story.past.add(row, at=story.moment(days, row.name), by=by, steps=steps)


def _place(story: Story, place: Facts, area_facts: Facts) -> dict[str, Any]:
    return {name: place[name] for name in PLACE if name in place} | {
        "city": place.get("city", area_facts["city"]),
        "state_code": story.state.code,
        "postal_code": place.get("postal_code", area_facts["postal_code"]),
        "phone": phone(place["phone"]) if "phone" in place else "",
    }


def _steps(story: Story, about: str, facts: Facts, area: LocalArea) -> list[Step]:
    """Return the past changes of a record from its file."""
    return [
        Step(story.moment(step["days"], f"{about} {step['days']}", area.zone), story.users[step["by"]], step["was"])
        for step in facts.get("past", [])
    ]


def _make_organizations(story: Story, area: LocalArea, partners: list[Facts]) -> None:
    """Make the organizations that no area before has brought."""
    new = [facts for facts in partners if facts["name"] not in story.organizations]
    made = Organization.objects.bulk_create(_organization(story, area, facts) for facts in new)
    for facts, organization in zip(new, made, strict=True):
        facts["is_new"] = True
        story.organizations[organization.name] = organization


def _organization(story: Story, area: LocalArea, facts: Facts) -> Organization:
    domain = f"{facts['domain']}.{story.area_facts[area.slug]['domain']}"
    return Organization(
        state=story.state,
        **{name: facts[name] for name in ABOUT_ORGANIZATION if name in facts},
        website=f"https://{domain}",
        email=f"office@{domain}",
        phone=phone(facts["phone"]),
    )


def _make_locations(story: Story, area: LocalArea, partners: list[Facts]) -> None:
    for facts in partners:
        organization, number = story.organizations[facts["name"]], {"phone": phone(facts["phone"])}
        places = [_place(story, place, story.area_facts[area.slug]) | number for place in facts.get("locations", [])]
        facts["places"] = [Location(organization=organization, **place) for place in places]
    Location.objects.bulk_create(place for facts in partners for place in facts["places"])


def _make_partnerships(
    story: Story, area: LocalArea, partners: list[Facts], programs: dict[str, Program]
) -> list[tuple[Partnership, Facts]]:
    """Make the partnerships of an area, with the programs that they carry."""
    made = Partnership.objects.bulk_create(_partnership(story, area, facts) for facts in partners)
    here = list(zip(made, partners, strict=True))
    for partnership, facts in here:
        codes = facts["partnership"].get("programs", [])
        facts["links"] = [PartnershipProgram(partnership=partnership, program=programs[code]) for code in codes]
    PartnershipProgram.objects.bulk_create(link for facts in partners for link in facts["links"])
    return here


def _partnership(story: Story, area: LocalArea, facts: Facts) -> Partnership:
    terms, organization = facts["partnership"], story.organizations[facts["name"]]
    return Partnership(
        area=area,
        organization=organization,
        **{name: terms[name] for name in ABOUT_PARTNERSHIP if name in terms},
        since=story.day(terms["since"]) if "since" in terms else None,
        ended_on=story.day(terms["ended"]) if "ended" in terms else None,
        archived_at=story.moment(terms["archived"], f"archive {organization.name}") if "archived" in terms else None,
        **_approval(story, area, terms),
    )


def _approval(story: Story, area: LocalArea, terms: Facts) -> dict[str, Any]:
    """Return when the board, and a week later the chief elected official, approved an additional partner."""
    if "approved" not in terms:
        return {}
    on, official = story.day(terms["approved"]), story.area_facts[area.slug]["official"]
    source = f"Minutes of the board, {shortday(on)}"
    return {
        "board_approved_on": on,
        "official_approved_on": story.day(terms["approved"] - 7),
        "official": official,
        "approval_source": source,
    }


def _make_representatives(story: Story) -> None:
    rows = []
    for partnership, facts in story.partners:
        for number, person in enumerate(facts.get("people", [])):
            if "speaks" not in person:
                continue
            user = story.users.get(person["name"]) if person.get("seat") else None
            row = Representative(
                partnership=partnership,
                user=user,
                name=person["name"],
                job_title=person["job_title"],
                email=user.email if user else people.email_of(person, partnership.organization.email.split("@")[1]),
                phone=phone(facts["phone"], str(20 + 3 * number)),
                kind=person["speaks"],
                is_signatory=person.get("signs", False),
                archived_at=_left_at(story, person) if "left" in person else None,
            )
            person["row"] = row
            rows.append(row)
    Representative.objects.bulk_create(rows)


def _left_at(story: Story, person: Facts) -> datetime:
    return story.moment(person["left"], f"left {person['name']}")


def _tell_past(story: Story, partnership: Partnership, facts: Facts) -> None:
    days, area, name = facts["added"], partnership.area, facts["name"]
    at, by = story.moment(days, name, area.zone), story.coordinator(area, days, name)
    steps = _steps(story, name, facts["partnership"], area)
    if partnership.archived_at:
        was = {"archived_at": None, "status": Partnership.Status.ACTIVE, "ended_on": None}
        gone = facts["partnership"]["archived"]
        steps.append(Step(partnership.archived_at, story.coordinator(area, gone, name), was))
    story.past.add(partnership, at=at, by=by, steps=steps)
    made = [*([partnership.organization] if facts.get("is_new") else []), *facts["places"], *facts["links"]]
    for row in made:
        story.past.add(row, at=at, by=by)
    for person in facts.get("people", []):
        if row := person.get("row"):
            since = min(person["since"], days - 1)
            by = story.keeper(partnership, facts, since, row.name)
            by = story.coordinator(area, since, row.name) if row.user_id == by.pk else by
            gone_by = story.coordinator(area, person.get("left", 0), row.name)
            left = [Step(row.archived_at, gone_by, {"archived_at": None})] if row.archived_at else []
            story.past.add(row, at=story.moment(since, row.name, area.zone), by=by, steps=left)
