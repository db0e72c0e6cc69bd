"""Spanish texts of services: write, confirm, withdraw, and what is behind the English."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.models import Partnership, Service, ServiceText, Usage
from partners.models.service_texts import WORDS, fingerprint_of, marks_in
from partners.upkeep.service_texts import (
    TEXT_LINKS,
    CannotKeepText,
    behind,
    beside,
    confirm_text,
    withdraw_text,
    write_text,
)
from partners.upkeep.services import archive_service, update_service
from tests import factories
from tests.at_once import second_waits_for

SPANISH = {"name": "Clases de GED", "audience": "Adultos sin diploma", "cost": "Gratis"}


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(
        partner, name="GED classes", audience="Adults without a diploma", cost="Free", hours="Mon to Thu, 9 to 12"
    )


@pytest.fixture
def text(service: Service, cast) -> ServiceText:
    return write_text(service, facts=SPANISH, confirm=True, by=cast["manager"], at=timezone.now())


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def change(service: Service, **facts: object) -> Service:
    update_service(service, facts=facts, by=None, at=timezone.now())
    return Service.objects.get(pk=service.pk)


def names(parts) -> list[str]:
    return [part.name for part in parts]


# ---------------------------------------------------------------- Verbs
def test_a_text_is_written_and_confirmed_apart_from_the_service(service, text, cast):
    assert (text.name, text.audience, text.description) == ("Clases de GED", "Adultos sin diploma", "")
    assert (text.verified_on, text.verified_by) == (timezone.localdate(), cast["manager"])
    service.refresh_from_db()
    assert service.verified_on is None


def test_writing_does_not_confirm(service, cast):
    text = write_text(service, facts=SPANISH, by=cast["manager"], at=timezone.now())
    assert text.verified_on is None
    assert text.follows == fingerprint_of(service)


def test_a_text_needs_a_name(service):
    with pytest.raises(CannotKeepText) as refusal:
        write_text(service, facts=SPANISH | {"name": ""}, by=None, at=timezone.now())
    assert refusal.value.field == "name"
    assert not service.texts.exists()


def test_the_fingerprint_has_a_mark_for_each_part_and_fits_into_its_column(service):
    assert len(fingerprint_of(service)) <= (ServiceText._meta.get_field("follows").max_length or 0)
    assert list(marks_in(fingerprint_of(service))) == list(WORDS)


def test_a_text_is_behind_in_the_parts_whose_english_changed(service, text):
    service = change(service, audience="Adults, 18 and older", hours="Mon to Fri")  # hours have no Spanish
    assert names(behind(text, service)) == ["audience"]
    [part] = behind(text, service)
    assert (part.english, part.english_then) == ("Adults, 18 and older", "Adults without a diploma")
    assert list(ServiceText.objects.behind()) == [text]


@pytest.mark.parametrize("words", ["Adults without a diploma", "Señoras y niños: «año» — 50 %\r\n\tend", "漢字 🙂"])
def test_the_database_makes_the_same_fingerprints(service, text, words):
    service = change(service, audience=words)
    assert bool(text.parts_behind(service)) is ServiceText.objects.behind().exists()
    confirm_text(text, by=None, at=timezone.now())
    assert not ServiceText.objects.behind().exists()


def test_a_part_follows_the_english_as_soon_as_it_is_written_anew(service, text):
    service = change(service, audience="Adults, 18 and older", cost="$20")
    write_text(service, facts=SPANISH | {"cost": "$20"}, by=None, at=timezone.now())
    text.refresh_from_db()
    assert text.parts_behind(service) == ("audience",)


def test_confirming_says_that_all_parts_follow_the_english(service, text):
    service = change(service, audience="Adults, 18 and older")
    confirm_text(text, by=None, at=timezone.now() + timedelta(days=30))
    text.refresh_from_db()
    assert text.parts_behind(service) == ()
    assert text.verified_on == timezone.localdate() + timedelta(days=30)


def test_a_text_of_unknown_origin_is_not_called_behind(service):
    text = factories.make_service_text(service, audience="Adultos")
    service = change(service, audience="Adults, 18 and older")
    assert text.parts_behind(service) == ()
    assert not ServiceText.objects.behind().exists()


def test_a_withdrawn_text_is_gone_but_its_history_stays(as_, service, text):
    withdraw_text(text, by=None, at=timezone.now())
    assert not ServiceText.objects.exists()
    history = as_("neighbor").get(page("service_spanish_history", service.pk)).content.decode()
    assert "Adultos sin diploma" in history
    with pytest.raises(CannotKeepText):
        withdraw_text(text, by=None, at=timezone.now())


def test_no_text_of_an_archived_service_is_written_or_confirmed(service, text):
    archive_service(service, by=None, at=timezone.now())
    with pytest.raises(CannotKeepText):
        write_text(service, facts=SPANISH, by=None, at=timezone.now())
    with pytest.raises(CannotKeepText):
        confirm_text(text, by=None, at=timezone.now())


def test_no_text_of_an_archived_partner_is_written(service, partner):
    Partnership.objects.filter(pk=partner.pk).update(archived_at=timezone.now())
    with pytest.raises(CannotKeepText):
        write_text(service, facts=SPANISH, by=None, at=timezone.now())


def test_what_was_changed_since_it_was_read_is_not_confirmed(service, text):
    with pytest.raises(CannotKeepText):
        confirm_text(text, seen="something else", by=None, at=timezone.now())


def test_writing_refuses_an_outdated_version_also_if_only_the_english_changed(service, text):
    version = version_of(service, TEXT_LINKS)
    service = change(service, cost="$20")
    with pytest.raises(ChangedMeanwhile):
        write_text(service, facts=SPANISH, version=version, by=None, at=timezone.now())


def test_beside_leaves_out_what_neither_language_says(service, text):
    assert names(beside(service, text)) == ["name", "audience", "cost", "hours"]
    assert names(part for part in beside(service, text) if part.is_missing) == ["hours"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_the_second_changes_the_text_of_the_first(service, cast):
    second = second_waits_for(
        lambda: write_text(service, facts=SPANISH, by=None, at=timezone.now()),
        lambda: write_text(service, facts={"cost": "Sin costo"}, by=None, at=timezone.now()),
    )
    assert isinstance(second, ServiceText), second
    assert (second.name, second.cost) == ("Clases de GED", "Sin costo")


@pytest.mark.django_db(transaction=True)
def test_a_text_is_not_confirmed_while_its_english_words_change(service, text):
    second_waits_for(
        lambda: update_service(service, facts={"cost": "$20"}, by=None, at=timezone.now()),
        lambda: confirm_text(text, by=None, at=timezone.now()),
    )
    text.refresh_from_db()
    assert text.follows == fingerprint_of(Service.objects.get(pk=service.pk))


# ---------------------------------------------------------------- Pages
def filled(client, address: str, **typed: object) -> dict[str, object]:
    """Return what a browser would send from the form at an address, with some fields changed."""
    form = client.get(address).context["form"]
    data: dict[str, object] = {"version": form.version}
    for bound in form:
        data[bound.html_initial_name] = data[bound.html_name] = bound.value() or ""
    return data | {"confirm": ""} | typed


def test_the_page_shows_both_languages_and_what_is_behind(as_, service, text):
    change(service, audience="Adults, 18 and older")
    html = as_("manager").get(page("service_spanish", service.pk)).content.decode()
    for words in (
        'lang="es">Adultos sin diploma', 'lang="en">Adults, 18 and older', "Adults without a diploma",
        "Behind the English", "1 part changed in English", "Edit", "Withdraw",
    ):  # fmt: skip
        assert words in html, words
    html = as_("neighbor").get(page("service_spanish", service.pk)).content.decode()
    assert "Withdraw" not in html


def test_a_text_is_added_by_the_form(as_, service):
    client, address = as_("manager"), page("service_spanish_edit", service.pk)
    html = client.get(address).content.decode()
    assert 'lang="es"' in html
    assert 'spellcheck="true"' in html
    assert 'name="description"' not in html  # there is none in English
    answer = client.post(address, filled(client, address, **SPANISH, confirm="on"), follow=True)
    assert "Saved and confirmed." in answer.content.decode()
    text = service.texts.get()
    assert (text.audience, text.verified_on) == ("Adultos sin diploma", timezone.localdate())


def test_a_name_is_asked_for_beside_its_field(as_, service):
    client, address = as_("staff"), page("service_spanish_edit", service.pk)
    answer = client.post(address, filled(client, address, cost="Gratis"))
    assert answer.context["form"].errors["name"]


def test_a_concurrent_edit_is_shown_and_nothing_typed_is_lost(as_, service, text):
    client, address = as_("manager"), page("service_spanish_edit", service.pk)
    typed = filled(client, address, cost="Sin costo")
    write_text(service, facts={"audience": "Personas adultas"}, by=None, at=timezone.now())
    answer = client.post(address, typed)
    html = answer.content.decode()
    assert "saved this while you were editing it" in html
    assert answer.context["form"]["cost"].value() == "Sin costo"
    assert answer.context["form"]["audience"].value() == "Personas adultas"


def test_a_text_is_confirmed_as_it_was_read(as_, service, text):
    ServiceText.objects.update(verified_on=None, verified_by=None)
    client, address = as_("manager"), page("service_spanish_verify", service.pk)
    look = client.get(page("service_spanish", service.pk)).context["look"]
    change(service, cost="$20")
    assert "Review it again" in client.post(address, {"seen": look}, follow=True).content.decode()
    look = client.get(page("service_spanish", service.pk)).context["look"]
    assert "is confirmed" in client.post(address, {"seen": look}, follow=True).content.decode()
    text.refresh_from_db()
    assert text.verified_on == timezone.localdate()


def test_a_text_is_withdrawn_after_a_question(as_, service, text):
    client, address = as_("manager"), page("service_spanish_withdraw", service.pk)
    assert "Spanish pages then show this service in English." in client.get(address).content.decode()
    assert service.texts.exists()
    assert "is withdrawn" in client.post(address, follow=True).content.decode()
    assert not service.texts.exists()
    assert client.get(address).status_code == 302


def test_the_agreed_spanish_wordings_of_terms_are_offered(as_, area, service):
    term = factories.make_term(area, name="GED", approved=True)
    Usage.objects.create(term=term, system="Spanish", wording="Diploma de equivalencia")
    html = as_("manager").get(page("service_spanish_edit", service.pk)).content.decode()
    assert '<b lang="es">Diploma de equivalencia</b>' in html


def test_the_service_page_says_whether_there_is_a_spanish_text(as_, service):
    address = page("service_detail", service.pk)
    assert "Add a Spanish text" in as_("manager").get(address).content.decode()
    assert "Add a Spanish text" not in as_("neighbor").get(address).content.decode()
    write_text(service, facts=SPANISH, by=None, at=timezone.now())
    assert "View the Spanish text" in as_("neighbor").get(address).content.decode()
    change(service, cost="$20")
    assert "Behind the English" in as_("neighbor").get(address).content.decode()
