"""Mails are in the language that their recipient chose: subject, text, HTML and the reason at their foot."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from onestop.accounts.adapter import AccountAdapter
from onestop.accounts.models import User
from onestop.notices import digests
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notice_types import all_notice_types
from onestop.notices.notify import notify
from onestop.notices.rendering import render
from onestop.notices.unsubscribe import links_for
from onestop.ui.sentences import Retold, retold, say_again
from tests.languages.texts import Missing, catalog, reasons, translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(cast) -> User:
    """A manager who reads mails in Spanish."""
    cast["manager"].language = User.Language.SPANISH
    cast["manager"].save()
    return cast["manager"]


def test_no_mail_in_spanish_has_an_english_text_of_ours(reader: User):
    wrong = {}
    for kind in all_notice_types():
        if not kind.example:
            continue
        # What an example invents, such as the name of a partner, is not translated.
        context = {name: str(value) if isinstance(value, Retold) else value for name, value in kind.example().items()}
        with Missing() as missed:
            _subject, _text, html = render(
                Message(kind.code, "example", reader, context), kind, links_for(reader, kind)
            )
        if missed.texts or '<html lang="es"' not in html:
            wrong[kind.code] = missed.texts
    assert wrong == {}


def test_reasons_of_mails_are_translated():
    have = translated(catalog())
    assert [text.message for text in reasons() if text.key not in have] == []


def test_a_notice_is_kept_in_the_language_of_its_recipient(reader: User, cast, area):
    for person in (reader, cast["colleague"]):
        with translation.override("es" if person == cast["colleague"] else "en"):
            notify(
                "files.refused",
                key=f"refused:{person.pk}",
                to=person,
                at=timezone.now(),
                context={"name": "roster.xlsx", "label": "", "words": "x"},
                why=retold("You uploaded this file."),
            )
    spanish, english = (Notice.objects.get(recipient=person) for person in (reader, cast["colleague"]))
    assert (spanish.subject, spanish.why) == ("Archivo rechazado: roster.xlsx", "Usted subió este archivo.")
    assert (english.subject, english.why) == ("File refused: roster.xlsx", "You uploaded this file.")


def test_a_digest_is_in_the_language_of_its_recipient(reader: User):
    assert digests.DIGEST.example
    context = digests.DIGEST.example()
    subject, text, _html = render(Message("notices.digest", "d", to=reader, context=context), digests.DIGEST, {})
    assert "2 notificaciones para usted" in subject
    assert "Estas son las notificaciones de su resumen" in text


@pytest.mark.parametrize(("language", "words"), [("es", "Su código para iniciar sesión"), ("en", "Your sign-in code")])
def test_mails_about_the_account_are_in_the_language_of_the_person(reader: User, language, words, rf):
    reader.language = language
    reader.save()
    with translation.override("es" if language == "en" else "en"):
        mail = AccountAdapter().render_mail("account/email/login_code", reader.email, {"code": "1", "code_minutes": 10})
    assert mail.subject == words
    assert f'<html lang="{"es" if language == "es" else "en-US"}"' in str(mail.alternatives[0][0])  # type: ignore[attr-defined]


def test_people_choose_the_language_of_their_mails(as_, cast):
    client = as_("manager")
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "Language of emails" in page
    assert '<span lang="es">Español</span>' in page
    client.post(
        reverse("accounts:profile"), {"name": "Ann", "phone": "", "job_title": "", "theme": "dark", "language": "es"}
    )
    cast["manager"].refresh_from_db()
    assert cast["manager"].language == "es"


# ---------------------------------------------------------------- Saying again
def test_a_text_is_said_again_with_its_values():
    words: Any = retold("You uploaded this file.")
    assert type(words % {}) is Retold
    with translation.override("es"):
        assert say_again(words) == "Usted subió este archivo."
        inner = retold("You are One-Stop staff of %(area)s.") % {"area": words}
        assert "Usted subió este archivo." in say_again(inner)
    assert say_again(3) == 3
    assert type(str(words)) is str
