"""Pages for everyone are in Spanish for whoever reads Spanish; pages of signed-in work stay English."""

import re
from datetime import datetime, time
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone, translation

from meetings.recurrence import say_rule
from onestop.accounts.addresses import confirm_address
from onestop.ops.languages import is_in_languages
from onestop.ui.dates import clock_time
from partners.models import Proposal
from tests import factories
from tests.caching import assert_kept_from_caches
from tests.languages.texts import Missing
from tests.matrix import LINES, address
from tests.world import build_world

SPANISH: Any = {"HTTP_ACCEPT_LANGUAGE": "es-US,es;q=0.9,en;q=0.5"}
SWITCH = re.compile(r'<nav class="op-langs".*?</nav>', re.DOTALL)
HTML_LANG = re.compile(r'<html lang="([^"]+)"')
HREFLANG = re.compile(r'<link rel="alternate"\s+hreflang="([^"]+)"\s+href="([^"]+)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(area, partner, cast) -> Any:
    for user in cast.values():
        confirm_address(user)
    return build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])


@pytest.fixture
def directory(area) -> str:
    return reverse("partners:directory_area", args=[area.slug])


def found_by(pattern: re.Pattern[str], html: str) -> re.Match[str]:
    found = pattern.search(html)
    assert found
    return found


def language(response: Any) -> str:
    return found_by(HTML_LANG, response.content.decode())[1]


def pages(world: Any) -> list[tuple[str, bool]]:
    """Each page that the matrix shows to people without an account, and whether it is offered in languages."""
    found = []
    for line in LINES:
        if line.method == "GET" and line.answers["anonymous"] in ("ok", "--"):
            url = address(line, world)
            found.append((url, is_in_languages(resolve(url.partition("?")[0]).func, line.name)))
    return found


# ---------------------------------------------------------------- Every page
def test_no_page_in_spanish_has_an_english_text_of_ours(client: Client, world: Any):
    wrong, seen = {}, 0
    for url, offered in pages(world):
        with Missing() as missed:
            response = client.get(url, {"lang": "es"})
        if not offered or not response.get("Content-Type", "").startswith("text/html"):
            continue
        seen += 1
        html = response.content.decode()
        if missed.texts or language(response) != "es" or 'hreflang="en"' not in html:
            wrong[url] = (language(response), sorted(missed.texts))
        assert response["Content-Language"] == "es"
        assert "Accept-Language" in response["Vary"]
    assert wrong == {}
    assert seen > 20


def test_pages_that_are_not_translated_stay_english(client: Client, world: Any):
    for url, offered in pages(world):
        response = client.get(url, **SPANISH)
        if not offered and response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            found = HTML_LANG.search(response.content.decode())  # the pieces of pages have none
            assert not found or found[1] == "en-US", url


@pytest.mark.parametrize("name", ["home", "accounts:profile", "notices:inbox"])
def test_signed_in_work_is_english_in_a_spanish_browser(as_, name):
    response = as_("manager").get(reverse(name), {"lang": "es"}, follow=True, **SPANISH)
    assert language(response) == "en-US"
    assert "op-langs" not in response.content.decode()


def test_a_missing_page_is_spanish_for_a_visitor_and_english_within_the_frame(client: Client, as_, directory):
    for url in ("/nothing/here/", "/directory/services/999999/"):
        assert language(client.get(url, **SPANISH)) == "es", url
    assert "No se encontró la página" in client.get("/nothing/here/", **SPANISH).content.decode()
    signed_in = as_("manager")
    assert language(signed_in.get("/nothing/here/", **SPANISH)) == "en-US"


SEARCHES = (
    "q=ged",
    "q=zzzzqq",
    "q=ged&print=1",
    "q=weldng",
    "free=1&today=1",
    "q=trabajo",
    "page=9",
    "exactly=1&q=ged",
)


def test_results_refusals_and_errors_in_forms_are_spanish(client: Client, world: Any, directory):
    asked = [f"{url}?{search}&lang=es" for url in (directory, reverse("partners:directory")) for search in SEARCHES]
    forms = {
        address(line, world)
        for line in LINES
        if line.method == "POST" and is_in_languages(resolve(address(line, world)).func, line.name)
    }
    wrong = {}
    for url, data in [*((url, None) for url in asked), *((url, {}) for url in forms), *((url, ODD) for url in forms)]:
        with Missing() as missed:
            response = client.get(url) if data is None else client.post(url, data, QUERY_STRING="lang=es")
        if missed.texts:
            wrong[url] = (response.status_code, sorted(missed.texts))
    assert wrong == {}


ODD = {
    "email": "nobody", "password": "x", "code": "1", "name": "", "wrong": "phone", "phone": "12", "details": "a" * 9000,
    "login": "nobody@example", "password1": "short", "kind": "phone", "how": "password",
}  # fmt: skip


# ---------------------------------------------------------------- How it is chosen
@pytest.mark.parametrize(
    ("asked", "cookie", "header", "shown"),
    [
        ("", "", "", "en-US"),
        ("", "", "es-MX,es;q=0.8", "es"),
        ("", "", "fr,de;q=0.8", "en-US"),
        ("", "", "en-US,es;q=0.5", "en-US"),
        ("", "es", "en-US", "es"),
        ("", "en", "es", "en-US"),
        ("es", "en", "en", "es"),
        ("en", "es", "es", "en-US"),
        ("xx", "", "es", "es"),
        ("", "xx", "", "en-US"),
    ],
)
def test_the_address_comes_before_the_cookie_and_that_before_the_browser(
    client, directory, asked, cookie, header, shown
):
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    response = client.get(directory, {"lang": asked} if asked else {}, HTTP_ACCEPT_LANGUAGE=header)
    assert language(response) == shown
    assert response.cookies == {} or asked


def test_a_chosen_language_is_kept_in_a_cookie_only_if_it_differs(client: Client, directory):
    first = client.get(directory, {"lang": "es"})
    [cookie] = first.cookies.values()
    assert (cookie.key, cookie.value, cookie["samesite"], cookie["httponly"]) == ("language", "es", "Lax", True)
    assert_kept_from_caches(first, is_signed_in=False)
    assert "no-store" in first["Cache-Control"]
    again = client.get(directory, {"lang": "es"})
    assert again.cookies == {}
    assert "public" in again["Cache-Control"]
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in again["Vary"].split(",")}
    assert language(client.get(reverse("accessibility"))) == "es"
    assert Client().get(directory, {"lang": "es"}, **SPANISH).cookies == {}


def test_the_language_does_not_outlive_the_request(client: Client, directory):
    assert language(client.get(directory, **SPANISH)) == "es"
    assert language(client.get(directory)) == "en-US"


# ---------------------------------------------------------------- For people and search engines
def test_the_switch_leads_to_the_same_page_with_its_search(client: Client, directory):
    html = client.get(directory, {"q": "ged & más", "lang": "es"}).content.decode()
    switch = found_by(SWITCH, html)[0]
    assert re.findall(r'href="([^"]+)"\s+lang="(\w+)"', switch) == [
        (f"{directory}?q=ged+%26+m%C3%A1s&amp;lang=en", "en"),
        (f"{directory}?q=ged+%26+m%C3%A1s&amp;lang=es", "es"),
    ]
    assert "Español" in switch
    assert re.search(r'hreflang="es"\s+rel="nofollow"\s+aria-current="true"', switch)


def test_search_engines_list_each_language_under_its_address(client: Client, directory, settings):
    settings.PUBLIC_URL = "https://portal.example"
    here = f"https://portal.example{directory}"
    for asked, canonical in (("", here), ("es", f"{here}?lang=es"), ("en", here)):
        html = Client().get(directory, {"lang": asked} if asked else {}).content.decode()
        assert found_by(CANONICAL, html)[1] == canonical
        assert HREFLANG.findall(html) == [("en", here), ("es", f"{here}?lang=es"), ("x-default", here)]


# ---------------------------------------------------------------- What is written
def test_days_hours_and_numbers_are_written_in_spanish(client: Client, area, directory):
    center = factories.make_center(area, name="Center Street", hours="Mon to Fri, 8 to 5")
    partner = factories.make_partnership(area, name="Millrace Adult Learning")
    factories.make_presence(partner, center, starts_at=time(9), ends_at=time(16), desk="Desk 4")
    html = client.get(reverse("partners:directory_centers", args=[area.slug]), **SPANISH).content.decode()
    assert "Centros y horarios en" in html
    on_site = 'Millrace Adult Learning, de 9:00\xa0a.\xa0m. a 4:00\xa0p.\xa0m. (<span lang="en">Desk 4</span>)'
    assert on_site in html or "Millrace" not in html


def test_languages_are_named_in_spanish_and_what_people_wrote_is_marked_as_english(client: Client, area, directory):
    partner = factories.make_partnership(area, name="Millrace Adult Learning")
    center = factories.make_center(area, name="Center Street", hours="Mon to Fri, 8 to 5", directions="Take bus 4")
    service = factories.make_service(partner, name="GED classes", languages=["English", "Haitian Creole", "Zapotec"])
    service.centers.add(center)
    html = client.get(reverse("partners:directory_service", args=[service.pk]), **SPANISH).content.decode()
    assert "Inglés, Criollo haitiano, Zapoteca" in html
    assert '<span lang="en">Mon to Fri, 8 to 5</span>' in html
    assert '<span lang="en">Take bus 4</span>' in html
    panel = client.get(directory, **SPANISH).content.decode()
    assert "Criollo haitiano" in panel
    assert 'value="Haitian Creole"' in panel
    english = client.get(reverse("partners:directory_service", args=[service.pk])).content.decode()
    assert "English, Haitian Creole, Zapotec" in english
    assert '<span lang="en">' not in english


@pytest.mark.parametrize(("code", "marked"), [("es", '<span lang="en">{}</span>'), ("en", "{}")])
def test_english_words_in_spanish_sentences_are_marked(client: Client, area, code, marked):
    center = factories.make_center(area, name="Center Street")
    factories.make_absence(partnership=None, center=center, first_on=timezone.localdate(), reason="Staff <day>")
    html = client.get(reverse("partners:directory_centers", args=[area.slug]), {"lang": code}).content.decode()
    assert f"{'Cerrado hoy' if code == 'es' else 'Closed today'}: {marked.format('Staff &lt;day&gt;')}" in html
    presence = factories.make_presence(
        factories.make_partnership(area), center, starts_at=time(9), ends_at=time(16), desk="Desk <4>"
    )
    with translation.override(code):
        shown = render_to_string("partners/search/_directory_presence.html", {"presence": presence, "partner": "Mill"})
    assert f"({marked.format('Desk &lt;4&gt;')})" in shown


def test_a_report_in_spanish_says_in_english_to_staff_what_is_wrong(client: Client, area):
    service = factories.make_service(factories.make_partnership(area, name="Millrace"), name="GED classes")
    url = reverse("partners:directory_report", args=[service.pk])
    assert "Correo electrónico" in client.get(url, **SPANISH).content.decode()
    client.post(url, {"what": "email", "note": "No contestan"}, **SPANISH)
    assert Proposal.objects.get().note == "Email\nNo contestan"


def test_no_line_breaks_within_a_time_of_day():
    with translation.override("es"):
        assert clock_time(time(9)) == "9:00\xa0a.\xa0m."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "Segundo martes de cada dos meses"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "Primer y tercer lunes de cada mes"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "Día 15 de cada tres meses"),
        ("FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=-1", "Último día de cada 18 meses"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Cada dos semanas, el lunes"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH", "Cada tres semanas: lunes y jueves"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "De lunes a viernes"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1FR", "Último viernes de marzo, cada dos años"),
    ],
)
def test_rules_of_meetings_are_said_in_spanish(rule, words):
    with translation.override("es"):
        said = say_rule(rule, datetime(2026, 11, 2, 9, tzinfo=timezone.get_current_timezone()), 90)
    assert said == f"{words}, de 9:00\xa0a.\xa0m. a 10:30\xa0a.\xa0m."
