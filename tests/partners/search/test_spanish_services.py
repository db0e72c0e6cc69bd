"""Services on public pages in Spanish: their Spanish texts, and English where there is none."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from partners.models import Partnership, Service
from partners.upkeep.service_texts import write_text
from partners.upkeep.services import pause_service, update_service
from tests import factories

SPANISH = {"name": "Clases de GED", "audience": "Adultos sin diploma", "documents": "Una identificación"}


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(
        partner, name="GED classes", audience="Adults without a diploma", documents="A photo ID",
        hours="Mon to Thu, 9 to 12", verified_on=date(2026, 11, 1),
    )  # fmt: skip


@pytest.fixture
def written(service: Service) -> Service:
    write_text(service, facts=SPANISH, by=None, at=timezone.now())
    return service


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def in_spanish(client, address: str, **query: str) -> str:
    with translation.override("es"):
        answer = client.get(address, query | {"lang": "es"}, headers={"accept-language": "es"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_service_is_shown_in_spanish_and_what_lacks_in_english(client, written):
    html = in_spanish(client, page("directory_service", written.pk))
    for words in (
        '<span lang="es">Clases de GED</span>', '<span lang="es">Adultos sin diploma</span>',
        '<span lang="es">Una identificación</span>', '<span lang="en">Mon to Thu, 9 to 12</span>',
    ):  # fmt: skip
        assert words in html, words
    assert "Adults without a diploma" not in html
    assert html.count('class="op-note op-small"') == 1  # says that some parts are in English


def test_a_service_without_a_spanish_text_is_shown_in_english_and_says_so(client, service):
    html = in_spanish(client, page("directory_service", service.pk))
    assert '<span lang="en">GED classes</span>' in html
    assert html.count('class="op-note op-small"') == 1


def test_words_that_changed_in_english_are_shown_in_both_languages(client, written):
    update_service(written, facts={"documents": "Two photo IDs"}, by=None, at=timezone.now())
    html = in_spanish(client, page("directory_service", written.pk))
    assert '<span lang="es">Una identificación</span><span class="op-changed">' in html
    assert '<span lang="en">Two photo IDs</span>' in html


def test_what_was_removed_in_english_is_no_longer_said_in_spanish(client, written):
    update_service(written, facts={"documents": ""}, by=None, at=timezone.now())
    assert "Una identificación" not in in_spanish(client, page("directory_service", written.pk))


def test_an_english_page_shows_no_spanish_but_leads_to_it(client, written, service):
    html = client.get(page("directory_service", written.pk)).content.decode()
    assert "Adultos sin diploma" not in html
    assert 'href="?lang=es"' in html
    written.texts.all().delete()
    assert 'href="?lang=es"' not in client.get(page("directory_service", written.pk)).content.decode()


@pytest.mark.parametrize("query", [{"q": "ged"}, {"q": "ged", "print": "1"}])
def test_results_are_shown_in_spanish(client, area, written, query):
    html = in_spanish(client, page("directory_area", area.slug), **query)
    assert "Clases de" in html
    assert '<span lang="es">Adultos sin diploma</span>' in html
    assert "Adults without a diploma" not in html


def test_the_paper_of_a_service_has_its_spanish_name(client, written):
    assert "Clases de GED" in in_spanish(client, page("directory_service_paper", written.pk))


def test_results_in_spanish_cost_the_same_queries_for_one_service_and_for_many(
    client, area, partner, written, queries_of
):
    address = page("directory_area", area.slug)
    in_spanish(client, address, q="ged")
    one = queries_of(lambda: in_spanish(client, address, q="ged"))
    for number in range(8):
        more = factories.make_service(partner, name=f"GED class {number}")
        write_text(more, facts=SPANISH, by=None, at=timezone.now())
    in_spanish(client, address, q="ged")  # the first search after a change reads what is new
    assert queries_of(lambda: in_spanish(client, address, q="ged")) == one


def test_hostile_words_are_shown_as_words(client, service):
    bad = "<script>alert(1)</script>"
    write_text(service, facts=SPANISH | {"name": bad, "audience": bad}, by=None, at=timezone.now())
    update_service(
        service, facts={"audience": bad + "2", "is_paused": True, "paused_note": bad}, by=None, at=timezone.now()
    )
    html = in_spanish(client, page("directory_service", service.pk))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("query", [{}, {"q": "ged"}, {"q": "ged", "print": "1"}])
def test_results_say_first_that_a_service_is_closed(client, area, service, query):
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    html = client.get(page("directory_area", area.slug), query or {"kind": ""}).content.decode()
    assert "Temporarily closed" in html
    assert "Until March 3" in html


def test_the_page_says_first_that_a_service_is_closed(client, service):
    html = client.get(page("directory_service", service.pk)).content.decode()
    assert "Temporarily closed" not in html
    pause_service(service, note="Until March 3", by=None, at=timezone.now())
    html = client.get(page("directory_service", service.pk)).content.decode()
    assert (
        html.index("<h1>")
        < html.index("Temporarily closed")
        < html.index(service.partnership.organization.name, html.index("<h1>"))
    )
    assert 'lang="en">Until March 3' in in_spanish(client, page("directory_service", service.pk))


def test_notes_for_colleagues_are_never_public(client, area, service):
    update_service(service, facts={"notes": "Ask Nell first."}, by=None, at=timezone.now())
    for address in (page("directory_service", service.pk), page("directory_area", area.slug) + "?q=ged"):
        assert "Ask Nell first." not in client.get(address).content.decode()
    assert "GED classes" not in client.get(page("directory_area", area.slug) + "?q=nell").content.decode()
