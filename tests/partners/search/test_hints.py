"""Hints in a question: what is recognized, what is searched, and which services come first."""

import pytest
from django.db import connection

from partners.models import LocalArea, Service
from partners.search import queries
from partners.search.hint_words import hint_words
from partners.search.hints import Hints, hints_of
from partners.search.preferences import EVENING, WEEKEND
from partners.search.question import Question
from partners.search.thesaurus import BadWords
from tests.factories import make_center, make_location, make_partnership, make_service


def read(words: str, area: LocalArea | None, **kwargs) -> Hints:
    return hints_of(words, area, **kwargs)


def codes(words: str, area: LocalArea | None) -> set[str]:
    return {hint.code for hint in read(words, area).hints}


# ---------------------------------------------------------------- Recognizing
@pytest.mark.parametrize(
    ("typed", "expected", "left"),
    [
        ("GED class in Spanish", {"language:Spanish"}, "GED class"),
        ("clases de GED en español", {"language:Spanish"}, "clases de GED"),
        ("Somali speaking counselor", {"language:Somali"}, "counselor"),
        ("English class in the evening", {"hours:evening"}, "English class"),
        ("clases de inglés por la noche", {"hours:evening"}, "clases de inglés"),
        ("welding on Saturday", {"hours:weekend"}, "welding"),
        ("comida los sábados", {"hours:weekend"}, "comida"),
        ("free dental care", {"free:1"}, "dental care"),
        ("abogado gratis", {"free:1"}, "abogado gratis"),
        ("computer class online", {"remote:1"}, "computer class"),
        ("food pantry open today", {"today:1"}, "food pantry"),
        ("housing near me", {"here:"}, "housing"),
        ("free evening computer class in Spanish", {"free:1", "hours:evening", "language:Spanish"}, "computer class"),
        # Words of people stay: services say whom they are for.
        ("deaf", {"group:disability", "accommodation:asl"}, "deaf"),
        ("jobs for veterans", {"group:veterans"}, "jobs for veterans"),
        ("felon housing", {"group:returning"}, "felon housing"),
        ("jobs for 16 year olds", set(), "jobs for 16 year olds"),
        ("trabajo para jóvenes", {"group:youth"}, "trabajo para jóvenes"),
        ("help for seniors", {"group:older"}, "help for seniors"),
    ],
)
def test_what_a_question_says_besides_its_matter_is_recognized(area, typed, expected, left):
    assert codes(typed, area) == expected
    assert read(typed, area).words == left


@pytest.mark.parametrize(
    "typed",
    [
        "work from home", "night shift jobs", "online jobs", "drug free workplace", "join the army", "salvation army",
        "Spanish class", "learn Spanish", "clases de español", "Korean war", "high school senior", "hiring now",
        "trabajo desde casa", "welding", "English", "", "!!", "salvation army near the bridge",
    ],
)  # fmt: skip
def test_words_that_mean_something_else_are_no_hints(area, typed):
    assert codes(typed, area) == set()
    assert read(typed, area).words == typed


@pytest.mark.parametrize("typed", ['"free food"', "welding -free"])
def test_quotes_and_minus_mean_exactly_these_words(area, typed):
    assert read(typed, area) == Hints(typed)


@pytest.mark.parametrize("typed", ["evening classes", "free help", "Spanish services", "clases gratis"])
def test_words_stay_if_only_plain_words_would_be_left(area, typed):
    assert read(typed, area).words == typed
    assert read(typed, area).hints


def test_places_of_the_area_are_recognized_after_near_and_in(area, other_area, partner, django_assert_num_queries):
    make_center(area, name="Center Street", city="Millpond")
    make_location(partner.organization, name="Annex", city="Port Elsewhere").partnership = partner
    make_center(other_area, name="Far away", city="Farville")
    assert codes("housing near Millpond", area) == {"place:Millpond"}
    assert read("housing near Millpond", area).words == "housing"
    assert codes("vivienda en Millpond", area) == {"place:Millpond"}
    assert codes("class at Center Street", area) == {"place:Center Street"}
    assert codes("near Millpond", area) == {"place:Millpond"}
    assert read("near Millpond", area).words == "Millpond"
    assert codes("jobs in construction", area) == set()
    assert codes("housing near Farville", area) == set()
    assert codes("housing near Farville", None) == {"place:Farville"}
    with django_assert_num_queries(0):
        read("housing millpond", area)


def test_a_hint_that_is_declined_is_searched_as_words(area):
    hints = read("free GED class in Spanish", area, declined=["free:1"])
    assert ({hint.code for hint in hints.hints}, hints.words) == ({"language:Spanish"}, "free GED class")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('facet = "group"\nvalue = "martians"\nenglish = "x"', "facet “group” has no value “martians”"),
        ('facet = "colour"\nvalue = "red"\nenglish = "x"', "facet “colour” has no value “red”"),
        ('facet = "free"\nvalue = "1"\nspanish = "x"', "needs English wordings"),
        ('facet = "free"\nvalue = "1"\nwords = "x"', "unknown key “words”"),
    ],
)
def test_a_wrong_file_of_hints_is_refused(tmp_path, row, said):
    (tmp_path / "hints.toml").write_text(f"[[hint]]\n{row}\n")
    with pytest.raises(BadWords, match=said):
        hint_words.__wrapped__(tmp_path / "hints.toml")


# ---------------------------------------------------------------- Putting first
def names(words: str, area: LocalArea | None, **kwargs) -> list[str]:
    found = queries.find_services(Question(words, area=area, **kwargs))
    by_pk = Service.objects.in_bulk(found.service_ids)
    return [by_pk[pk].name for pk in found.service_ids]


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("welding in Spanish", {"languages": ["English", "Spanish"]}),
        ("welding at night", {"hours": "Tue and Thu, 6:00 to 9:00 PM"}),
        ("welding on Saturday", {"hours": "Sat 9 to 12"}),
        ("free welding", {"cost": "Free"}),
        ("welding online", {"modes": ["online"]}),
        ("welding for veterans", {"groups": ["veterans"]}),
    ],
)
def test_services_that_fit_come_first_and_the_others_stay(area, partner, typed, facts):
    for number in range(4):
        make_service(partner, name=f"Welding {number}", description="For veterans.")
    make_service(partner, name="Trades", description="Welding, for veterans.", **facts)
    for where in (area, None):
        found = names(typed, where)
        assert (found[0], len(found)) == ("Trades", 5)


def test_a_much_better_match_stays_before_one_that_fits(area, partner):
    for number in range(20):
        make_service(partner, name=f"Welding {number}")
    make_service(partner, name="Everything", description="Some welding.", languages=["Spanish"])
    assert names("welding in Spanish", area)[0].startswith("Welding")


def test_only_a_condition_filters_if_services_fit(area, partner):
    make_service(partner, name="Free lunch", cost="Free")
    make_service(partner, name="Costly", cost="$5")
    found = queries.find_services(Question("gratis", area=area))
    assert ([hint.code for hint in found.hints.hints], found.counts.total) == (["free:1"], 1)
    assert names("gratis", area) == ["Free lunch"]
    Service.objects.filter(name="Free lunch").update(cost="")
    assert queries.find_services(Question("gratis", area=area)).hints.hints == ()


def test_only_hours_list_all_services_those_that_fit_first(area, partner):
    make_service(partner, name="Alpha")
    make_service(partner, name="Beta", hours="Saturday 10 to 2")
    assert names("on weekends", area) == ["Beta", "Alpha"]


def test_hints_never_make_a_page_empty(area, partner):
    make_service(partner, name="Spanish guitar")
    assert names("Spanish guitar", area) == ["Spanish guitar"]
    make_service(partner, name="Evening star")
    assert names("evening star", area) == ["Evening star"]
    assert names("evening unicorns", area) == ["Evening star"]


def test_services_near_a_place_come_first(area, partner):
    near = make_center(area, name="Annex", city="Millpond")
    make_service(partner, name="Welding for beginners")
    make_service(partner, name="Welding class").centers.add(near)
    assert names("welding near Millpond", area) == ["Welding class", "Welding for beginners"]


def test_who_is_on_site_today_comes_first(area, partner):
    center = make_center(area, name="Annex")
    other = make_partnership(area)
    make_service(partner, name="Welding one").centers.add(center)
    make_service(other, name="Welding two").centers.add(center)
    found = queries.find_services(Question("welding today", area=area), [(other.pk, center.pk)])
    assert Service.objects.get(pk=found.service_ids[0]).name == "Welding two"


@pytest.mark.parametrize(
    ("hours", "evening", "weekend"),
    [
        ("Mon to Fri, 8:00 AM to 5:00 PM", False, False),
        ("Tuesdays 5:30 to 8:30 PM", True, False),
        ("Mo-Fr 09:00-18:30", True, False),
        ("Weekdays until 7pm", True, False),
        ("Evenings by appointment", True, False),
        ("Saturdays 9-12", False, True),
        ("Sat and Sun", False, True),
        ("lunes a sábado", False, True),
        ("24/7", False, True),
        ("Every day 9 to 4", False, True),
        ("9 AM to 4 PM", False, False),
    ],
)
def test_hours_as_people_type_them_are_understood(db, hours, evening, weekend):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s ~* %s, %s ~* %s", [hours, EVENING, hours, WEEKEND])
        assert cursor.fetchone() == (evening, weekend)


# ---------------------------------------------------------------- The page
def test_the_page_shows_hints_each_can_be_removed_and_the_words_be_searched_as_typed(client, area, partner):
    make_service(partner, name="Welding", languages=["Spanish"])
    page = client.get(f"/directory/{area.slug}/", {"q": "free welding in Spanish"}).content.decode()
    assert "Shown first:" in page
    assert f'href="/directory/{area.slug}/?q=free+welding+in+Spanish&amp;typed=free%3A1"' in page
    assert "Search these words as typed instead" in page
    page = client.get(
        f"/directory/{area.slug}/", {"q": "free welding in Spanish", "typed": ["free:1", "language:Spanish"]}
    ).content.decode()
    assert "Shown first:" not in page
    page = client.get(f"/directory/{area.slug}/", {"q": "welding"}).content.decode()
    assert "Shown first:" not in page


def test_a_hint_that_no_service_fits_is_not_said_to_be_shown_first(client, area, partner):
    make_service(partner, name="Welding", cost="Free", hours="Mon to Fri, 9 AM to 4 PM")
    found = queries.find_services(Question("free welding in the evening", area=area))
    assert found.unmet == {"hours:evening"}
    page = client.get(f"/directory/{area.slug}/", {"q": "free welding in the evening"})
    assert [[hint.label for hint in page.context[name]] for name in ("recognized", "unmet")] == [
        ["Free"],
        ["In the evening"],
    ]
    assert "No service here says:" in page.content.decode()
    page = client.get(f"/directory/{area.slug}/", {"q": "free welding"})
    assert "No service here says:" not in page.content.decode()


def test_hints_say_languages_in_the_language_of_the_page(client, area, partner):
    make_service(partner, name="Welding", languages=["Chinese", "Haitian Creole"])
    page = client.get(f"/directory/{area.slug}/", {"q": "welding in Chinese", "lang": "es"}, follow=True)
    text = page.content.decode()
    assert "Se muestran primero:" in text
    assert [hint.label for hint in page.context["recognized"]] == ["Chino"]
    assert "Criollo haitiano" in text
    assert "Haitian Creole" not in text.split("<form")[0] + text.split('id="found"')[1].split("<footer")[0]


@pytest.mark.parametrize("typed", ["x" * 500, "free:1", "\x01", "language:'\"", ""])
def test_nonsense_in_the_address_is_harmless(client, area, partner, typed):
    make_service(partner, name="Welding")
    answer = client.get(f"/directory/{area.slug}/", {"q": "free welding", "typed": typed})
    assert answer.status_code == 200
