"""Services of partners, and the history of their confirmations."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from partners.models import Partnership, Program, Service, ServiceCenter, ServiceLocation, ServiceProgram
from partners.sample.past import Step
from partners.sample.story import Facts, Story, dice, phone

CONFIRMED_EVERY = 150  # days, approximately
TOLD_APART = (
    "centers",
    "locations",
    "programs",
    "added",
    "confirmed",
    "archived",
    "past",
)  # all other keys are columns


class Offer(NamedTuple):
    """A service with its partner and the data from their file."""

    service: Service
    partnership: Partnership
    partner: Facts
    facts: Facts


def load(story: Story) -> None:
    """Create all services with their places and programs."""
    offers = [
        Offer(_service(story, partnership, partner, facts), partnership, partner, facts)
        for partnership, partner in story.partners
        for facts in partner.get("services", [])
    ]
    Service.objects.bulk_create(offer.service for offer in offers)
    programs = {program.code: program for program in Program.objects.all()}
    links = {offer.service.pk: list(_links(story, offer, programs)) for offer in offers}
    for kind in (ServiceProgram, ServiceCenter, ServiceLocation):
        rows: Any = [link for made in links.values() for link in made if isinstance(link, kind)]
        kind._default_manager.bulk_create(rows)
    for offer in offers:
        _tell_past(story, offer, links[offer.service.pk])


def _service(story: Story, partnership: Partnership, partner: Facts, facts: Facts) -> Service:
    service = Service(
        partnership=partnership,
        **{name: value for name, value in facts.items() if name not in TOLD_APART},
        phone=phone(partner["phone"]),
        website=f"{partnership.organization.website}/services",
    )
    if "archived" in facts:
        service.archived_at = story.moment(facts["archived"], f"archive {partnership.organization.name}")
    if "confirmed" in facts:
        service.verified_on = story.day(facts["confirmed"])
        service.verified_by = story.keeper(partnership, partner, facts["confirmed"], service.name)
    return service


def _links(story: Story, offer: Offer, programs: dict[str, Program]) -> Iterator[Any]:
    service, partnership, partner, facts = offer
    places = {place.name: place for place in partner["places"]}
    for code in facts.get("programs", partner["partnership"].get("programs", [])):
        yield ServiceProgram(service=service, program=programs[code])
    for name in facts.get("centers", []):
        yield ServiceCenter(service=service, center=story.centers[partnership.area_id, name])
    for name in facts.get("locations", []):
        yield ServiceLocation(service=service, location=places[name])


def _tell_past(story: Story, offer: Offer, links: list[Any]) -> None:
    service, partnership, partner, facts = offer
    about, zone, days = f"{partner['name']} {service.name}", partnership.area.zone, facts["added"]
    at, by = story.moment(days, about, zone), story.keeper(partnership, partner, days, about)
    steps = list(_confirmations(story, offer, about))
    for step in facts.get("past", []):
        moment = story.moment(step["days"], f"{about} {step['days']}", zone)
        more = {"proposed_by": step["proposed_by"]} if "proposed_by" in step else {}
        steps.append(Step(moment, story.users[step["by"]], step["was"], more))
    if service.archived_at:
        gone_by = story.coordinator(partnership.area, facts["archived"], partner["name"])
        steps.append(Step(service.archived_at, gone_by, {"archived_at": None}))
    story.past.add(service, at=at, by=by, steps=steps)
    for link in links:
        story.past.add(link, at=at, by=by)


def _confirmations(story: Story, offer: Offer, about: str) -> Iterator[Step]:
    """Yield the confirmations of a service, the latest first, each with the one before it."""
    partnership, partner, facts = offer.partnership, offer.partner, offer.facts
    days = facts.get("confirmed")
    while days is not None:
        before = days + CONFIRMED_EVERY - 25 + dice(f"{about} {days}", 50)
        earlier = before if before < facts["added"] - 20 else None
        by = story.keeper(partnership, partner, days, about)
        was = {
            "verified_on": None if earlier is None else story.day(earlier),
            "verified_by_id": None if earlier is None else story.keeper(partnership, partner, earlier, about).pk,
        }
        yield Step(story.moment(days, f"confirmed by {by.name} {days}", partnership.area.zone), by, was)
        days = earlier
