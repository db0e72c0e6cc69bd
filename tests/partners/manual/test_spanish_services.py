"""Spanish texts of services, and services that are closed for a while, in the manual."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from partners.manual.contents import SAID, Manual
from partners.manual.differences import differences
from partners.manual.gathering import gather
from partners.models import Partnership, Service
from partners.upkeep.service_texts import write_text
from partners.upkeep.services import pause_service, update_service
from tests import factories


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", audience="Adults", documents="A photo ID")


def now(area) -> Manual:
    return gather(area, today=timezone.localdate())


def write(service: Service) -> None:
    facts = {"name": "Clases de GED", "audience": "Adultos"}
    write_text(service, facts=facts, by=None, at=timezone.now())


def test_the_manual_says_services_in_the_language_of_the_page(as_, area, service):
    write(service)
    update_service(service, facts={"audience": "Adults, 18 and older"}, by=None, at=timezone.now())
    client, address = as_("board"), reverse("partners:manual_partner", args=[service.partnership_id])
    english = client.get(address).content.decode()
    assert "Clases de GED" not in english
    with translation.override("es"):
        words = now(area).services[0].words
        answers = {lines[0].text: lines[0].lang for _, lines, kind in now(area).services[0].answers if kind == SAID}
    assert (words["name"].text, words["name"].lang) == ("Clases de GED", "es")
    assert (words["audience"].text, words["audience"].english) == ("Adultos", "Adults, 18 and older")
    assert answers == {"Adultos": "es", "A photo ID": "en"}
    assert SAID not in {kind for _, _, kind in now(area).services[0].answers}


def test_the_page_of_a_partner_is_in_spanish(as_, area, service):
    write(service)
    client, address = as_("board"), reverse("partners:manual_partner", args=[service.partnership_id])
    with translation.override("es"):
        html = client.get(address, {"lang": "es"}, headers={"accept-language": "es"}).content.decode()
    if 'lang="es"' in html:  # where the pages of the manual are offered in Spanish
        assert '<span lang="es">Clases de GED</span>' in html
        assert '<span lang="en">A photo ID</span>' in html


def test_editions_keep_texts_and_closings(area, service):
    write(service)
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    manual = now(area)
    assert Manual.read(manual.to_json()) == manual
    assert manual.services[0].paused == "Until March 3"
    assert manual.services[0].texts[0].name == "Clases de GED"


def test_a_manual_without_texts_and_closings_keeps_its_digest(area, service):
    digest, contents = now(area).digest(), now(area).to_json()
    assert "texts" not in str(contents)
    assert "paused" not in str(contents)
    write(service)
    assert now(area).digest() != digest


def test_a_closing_is_a_difference_and_a_text_is_none(area, service):
    before = now(area)
    write(service)
    assert differences(before, now(area)) == []
    pause_service(service, by=None, at=timezone.now())
    [found] = differences(before, now(area))
    assert found.fields == (("Temporarily closed", "", "Yes"),)


def test_the_manual_costs_the_same_queries_for_one_text_and_for_many(area, partner, service, queries_of):
    write(service)
    one = queries_of(lambda: now(area))
    for number in range(5):
        write(factories.make_service(partner, name=f"Class {number}"))
    assert queries_of(lambda: now(area)) == one
