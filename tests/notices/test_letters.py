"""Every mail of the portal: complete in text and HTML, accessible, in the light and the dark theme."""

import re

import pytest
from django.template import Engine

from onestop.notices.models import Notice
from onestop.notices.notice_types import NoticeType
from tests.markup import unpaired_tags
from tests.notices import letters
from tests.notices.letters import Letter

KINDS = letters.kinds_with_examples()


@pytest.fixture(params=KINDS, ids=lambda kind: kind.code)
def kind(request) -> NoticeType:
    return request.param


@pytest.fixture
def letter(kind: NoticeType, monkeypatch) -> Letter:
    """The example mail of the type; missing variables render as "(nothing)", and the database is not available."""
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "(nothing)")
    return letters.example_of(kind)


def test_each_type_has_a_label_a_description_and_recipients(kind):
    for words in (kind.about, kind.goes_to):
        assert words.endswith("."), f"{kind.code}: {words!r} is not a sentence"
    assert kind.label
    assert not kind.label.endswith(".")


def test_no_variable_is_missing(kind, letter):
    for part in letter:
        assert "(nothing)" not in part
        assert "None" not in part
        assert "{" not in re.sub(r"<style>.*?</style>", "", part, flags=re.DOTALL)
    assert not re.search(r" {2}\S|\s[.,]|\(\)", letter.text.replace("\n  ", "\n")), letter.text
    assert "\n\n\n" not in letter.text


def test_subject_is_one_short_line(kind, letter):
    assert letter.subject
    assert "\n" not in letter.subject
    assert len(letter.subject) <= 100


def test_html_is_well_formed_and_accessible(kind, letter):
    assert unpaired_tags(letter.html) == []
    assert '<html lang="en-US"' in letter.html
    assert re.search(r"<title>[^<]{5,}</title>", letter.html)
    assert len(re.findall(r"<h1\b", letter.html)) == 1
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", letter.html))
    assert "<img" not in letter.html
    assert 'content="light dark"' in letter.html


def test_links_have_a_meaningful_text(kind, letter):
    for address, words in letters.links_of(letter.html):
        assert words, address
        assert words.lower() not in ("here", "click here", "more", "link")
        assert address.startswith(("http", "mailto:")), address


def test_text_part_has_every_link_of_the_html_part(kind, letter):
    text = " ".join(letter.text.split())
    for address, _words in letters.links_of(letter.html):
        assert address.removeprefix("mailto:") in letter.text, f"{address} is missing in the text part"
    for _address, words in letters.links_of(letter.html):
        assert words in text, f"{words!r} is missing in the text part"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_has_enough_contrast(kind, letter, dark):
    seen = letters.read(letter.html, dark=dark)
    assert len(seen) > 5
    faint = [each for each in seen if letters.contrast(each.colour, each.behind) < 4.5]
    assert faint == []
    assert {each.behind for each in seen} & ({"#1b2224"} if dark else {"#ffffff"})


def test_foot_has_the_reason_and_the_settings(kind, letter):
    assert "Why you received this:" in letter.html
    assert "Why you received this:" in letter.text
    for part in (letter.text, letter.html):
        assert ("Get this in a weekly digest" in part) == ("/notices/stop/" in part)
        assert ("Notification settings" in part) == ("/notices/preferences/" in part)


def test_text_has_no_filler_words(kind, letter):
    assert "!" not in letter.text
    assert "!" not in letter.subject
    assert not re.search(r"\bplease\b|\bsuccessful|click", letter.text, re.IGNORECASE)


def test_outlook_dark_mode_has_the_same_colors():
    html = letters.account_letter()
    assert letters.dark_rules(html) == letters.outlook_rules(html)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_account_mails_are_well_formed_and_have_enough_contrast(dark):
    html = letters.account_letter()
    assert unpaired_tags(html) == []
    assert [each for each in letters.read(html, dark=dark) if letters.contrast(each.colour, each.behind) < 4.5] == []


@pytest.mark.django_db
def test_rendering_examples_sends_nothing():
    for kind in KINDS:
        letters.example_of(kind)
    assert not Notice.objects.exists()
