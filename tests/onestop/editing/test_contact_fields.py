"""Phone numbers, websites and languages: what is accepted, how it is stored, and what a refusal says."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.editing.languages import find_language, language_like
from onestop.editing.phones import NotAPhoneNumber, PhoneField, read_phone
from onestop.editing.websites import NotAWebsite, read_website
from partners.models import Center, Location, Organization, Partnership, Presence, Representative, Service
from partners.upkeep.services import update_service
from tests import factories

EDIT = {"name": "GED classes", "version": ""}


@pytest.fixture
def service(partner):
    return factories.make_service(partner, name="GED classes")


def save(client, service, **typed):
    """Send the edit form of a service with some fields; return its errors."""
    shown = {name: getattr(service, name) for name in ("name", "phone", "website")}
    answer = client.post(reverse("partners:service_edit", args=[service.pk]), shown | typed)
    service.refresh_from_db()
    return {} if answer.status_code == 302 else answer.context["form"].errors


# ---------------------------------------------------------------- Phone numbers
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("5550100142", "(555) 010-0142"),
        ("+1 555.010.0142", "(555) 010-0142"),
        ("1-555-010-0142 x5", "(555) 010-0142 ext. 5"),
        ("(555) 010-0142 extension 1234", "(555) 010-0142 ext. 1234"),
        ("555-010-0142, ask for intake", "(555) 010-0142, ask for intake"),
        ("Voice 555 010 0142; TTY 711", "Voice (555) 010-0142; TTY 711"),
        ("711", "711"),
        ("Relay 711", "Relay 711"),
        ("211", "211"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("1-800-GOFEDEX", "1-800-GOFEDEX"),
    ],
)
def test_a_phone_number_is_stored_as_it_is_shown(typed, stored):
    assert read_phone(typed) == stored
    assert read_phone(stored) == stored


@pytest.mark.parametrize("typed", ["asdf", "call us", "12", "555-0142", "010-0142 ext. 5", "(055) 010-0142", "x" * 500])
def test_what_nobody_can_dial_is_refused(typed):
    with pytest.raises(NotAPhoneNumber, match=r"Write it like \(555\) 010-0142 ext. 5"):
        read_phone(typed)


def test_invented_numbers_are_accepted():
    """The library does not know (555) 010-01xx as numbers in use; they are kept for examples."""
    for last in range(100, 200):
        assert read_phone(f"555010{last:04}") == f"(555) 010-{last:04}"


def test_every_column_of_phone_numbers_is_checked():
    columns: list[tuple[Any, str]] = [
        (model, "phone") for model in (Center, Location, Organization, Presence, Representative, Service, User)
    ]
    for model, name in [*columns, (Partnership, "local_phone")]:
        field: Any = model._meta.get_field(name)
        assert isinstance(field.formfield(), PhoneField), model


def test_a_refusal_names_the_field_the_rule_and_a_way_out(as_, service):
    errors = save(as_("manager"), service, phone="555-0142")
    assert errors["phone"] == [
        "Phone needs a number with its area code. “555-0142” has no area code. Write it like (555) 010-0142 ext. 5."
    ]


def test_a_profile_has_a_phone_number_too(as_, cast):
    given = {"name": cast["staff"].name, "theme": "system", "language": "en", "job_title": ""}
    as_("staff").post(reverse("accounts:profile"), given | {"phone": "5550100142"})
    cast["staff"].refresh_from_db()
    assert cast["staff"].phone == "(555) 010-0142"


# ---------------------------------------------------------------- Websites
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.org", "https://example.org"),
        ("www.example.org/jobs?a=b", "https://www.example.org/jobs?a=b"),
        ("http://example.org", "http://example.org"),
        ("https://video.example/@riverbend", "https://video.example/@riverbend"),
    ],
)
def test_a_website_gets_https(typed, stored):
    assert read_website(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "info@example.org",
        "https://ann:secret@example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "example",
        "a b",
    ],
)
def test_what_is_no_website_is_refused(typed):
    with pytest.raises(NotAWebsite):
        read_website(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("info@example.org", "Website: A web address has no “@”. Enter an email address in the email field."),
        ("ftp://example.org", "Website: A web address starts with https:// or http://. Write it like"),
        ("example", "Website: This is not a web address. Write it like https://www.example.org."),
    ],
)
def test_a_refused_website_says_why(as_, service, typed, words):
    [said] = save(as_("manager"), service, website=typed)["website"]
    assert words in said


# ---------------------------------------------------------------- Languages
@pytest.mark.parametrize(
    ("typed", "name"),
    [("spanish", "Spanish"), ("NEPALI", "Nepali"), ("american sign language", "American Sign Language"), ("asl", "ASL"),
     ("Farsi", "Farsi"), ("haitian creole", "Haitian Creole"), ("mam", "Mam"), ("k'iche'", "K'iche'"), ("asdf", None)],
)  # fmt: skip
def test_languages_have_one_name(typed, name):
    assert find_language(typed) == name


@pytest.mark.parametrize(("typed", "near"), [("Spansh", "Spanish"), ("Vietnamise", "Vietnamese"), ("asdf", "")])
def test_a_language_that_is_written_much_alike_is_suggested(typed, near):
    assert language_like(typed) == near


def test_languages_are_checked_and_stored_by_their_names(as_, service):
    errors = save(as_("manager"), service, languages="spanish; asdf, Somalli")
    assert errors["languages"] == [
        "Languages: “asdf” is not a language. Write its name in English, such as Spanish.",
        "Languages: “Somalli” is not a language. Did you mean Somali?",
    ]
    assert save(as_("manager"), service, languages="spanish; SOMALI, Spanish") == {}
    assert service.languages == ["Spanish", "Somali"]


# ---------------------------------------------------------------- What is stored already
def test_stored_values_are_kept_when_untouched(as_, service, cast):
    old = {"phone": "call us", "website": "ftp://example.org", "languages": ["Signlish", "spanish"]}
    update_service(service, facts=old, by=cast["manager"], at=timezone.now())
    service.refresh_from_db()
    assert save(as_("manager"), service, cost="$5", languages="Signlish, spanish") == {}
    assert (service.cost, {name: getattr(service, name) for name in old}) == ("$5", old)


def test_an_unknown_language_that_is_stored_does_not_stop_another(as_, service, cast):
    update_service(service, facts={"languages": ["Signlish"]}, by=cast["manager"], at=timezone.now())
    assert save(as_("manager"), service, languages="Signlish, somali") == {}
    assert service.languages == ["Signlish", "Somali"]
