"""Spanish texts in a real browser: written beside the English, read on a phone, and a service that is closed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from partners.models import Service
from partners.upkeep.service_texts import write_text
from partners.upkeep.services import update_service
from tests import factories
from tests.browser.test_pages import SIDEWAYS
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Electroencefalografista-desindustrialización-" * 6


@pytest.fixture
def service(partner, cast) -> Service:
    for user in cast.values():
        confirm_address(user)
    return factories.make_service(
        partner, name="GED classes", audience="Adults without a diploma", documents="A photo ID", cost="Free"
    )


def page_of(name: str, service: Service) -> str:
    return reverse(f"partners:{name}", args=[service.pk])


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), also(1280, "light")])
def test_a_text_is_written_confirmed_and_withdrawn(open_page: OpenPage, axe: Any, cast, service, width, theme):
    page = open_page(cast["manager"], width=width, theme=theme)
    page.goto(page_of("service_detail", service))
    page.get_by_role("link", name="Add a Spanish text").click()
    axe(page)
    assert page.evaluate(SIDEWAYS) == []
    page.get_by_label("Name, in Spanish").fill("Clases de GED")
    audience = page.get_by_label("Who it serves, in Spanish")
    expect(audience).to_have_attribute("lang", "es")
    expect(audience).to_have_attribute("spellcheck", "true")
    audience.fill(LONG)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2 parts have no Spanish. Spanish pages show them in English.")).to_be_visible()
    axe(page)
    assert page.evaluate(SIDEWAYS) == []
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The Spanish text of GED classes is confirmed.")).to_be_visible()
    update_service(service, facts={"audience": "Adults, 18 and older"}, by=None, at=timezone.now())
    page.reload()
    expect(page.get_by_text("Behind the English")).to_be_visible()
    page.get_by_text("English at that time").click()
    expect(page.get_by_text("Adults without a diploma")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw the Spanish text").click()
    expect(page.get_by_text("The Spanish text of GED classes is withdrawn.")).to_be_visible()


def test_a_service_is_closed_for_a_while_and_the_public_reads_it_first(open_page: OpenPage, axe: Any, cast, service):
    page = open_page(cast["manager"], width=360)
    page.goto(page_of("service_detail", service))
    page.get_by_text("More", exact=True).first.click()
    page.get_by_role("link", name="Close for a while").click()
    page.get_by_label("Until when, or why").fill("Until March 3")
    page.get_by_role("button", name="Close for a while").click()
    expect(page.get_by_text("GED classes is temporarily closed.")).to_be_visible()
    axe(page)
    public = open_page(None, width=360)
    public.goto(page_of("directory_service", service))
    expect(public.get_by_text("Temporarily closed")).to_be_visible()
    axe(public)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_public_page_fits_a_phone(open_page: OpenPage, axe: Any, service, language):
    facts = {"name": "Clases de GED", "audience": LONG, "documents": "Una identificación"}
    write_text(service, facts=facts, by=None, at=timezone.now())
    update_service(service, facts={"documents": "Two photo IDs"}, by=None, at=timezone.now())
    page = open_page(None, width=360)
    page.goto(f"{page_of('directory_service', service)}?lang={language}")
    axe(page)
    assert page.evaluate(SIDEWAYS) == []
