"""Spanish texts of services: most follow the English words, one is behind them."""

from partners.models import LocalArea, Service, ServiceText
from partners.models.service_texts import WORDS, fingerprint_of
from partners.sample.past import Step
from partners.sample.story import FOLDER, Facts, Story, read


def load(story: Story) -> None:
    """Create the Spanish texts of each area that has a file of them."""
    for slug, area in story.areas.items():
        path = f"{story.area_facts[slug]['folder']}/spanish.toml"
        if (FOLDER / path).exists():
            for facts in read(path)["texts"]:
                _write(story, area, facts)


def _write(story: Story, area: LocalArea, facts: Facts) -> None:
    partner = {"partnership__area": area, "partnership__organization__name": facts["partner"]}
    service, by = Service.objects.get(name=facts["service"], **partner), story.users[facts["by"]]
    text = ServiceText.objects.create(
        service=service,
        **{name: facts[name] for name in WORDS if name in facts},
        follows=_follows(service, facts.get("followed", {})),
        verified_on=story.day(facts["confirmed"]),
        verified_by=by,
    )
    about = f"Spanish text of {service.name}"
    steps = []
    if facts["confirmed"] != facts["written"]:
        at = story.moment(facts["confirmed"], about, area.zone)
        steps.append(Step(at, by, {"verified_on": story.day(facts["written"])}))
    story.past.add(text, at=story.moment(facts["written"], about, area.zone), by=by, steps=steps)


def _follows(service: Service, followed: Facts) -> str:
    """Return the fingerprint of the present English words of a service, but for those that have changed since."""
    then = Service(**{name: followed.get(name, getattr(service, name)) for name in WORDS})
    return fingerprint_of(then)
