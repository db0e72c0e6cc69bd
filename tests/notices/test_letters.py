"""Every mail of the portal: whole in text and in HTML, plain, readable by everybody, in the light and the dark."""

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
    """The kind's example; a name that the template does not find stands out, and nothing is asked of the database."""
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "(nothing)")
    return letters.example_of(kind)


def test_each_kind_says_what_it_tells_and_to_whom(kind):
    for words in (kind.about, kind.goes_to):
        assert words.endswith("."), f"{kind.code}: {words!r} is no sentence"
    assert kind.label
    assert not kind.label.endswith(".")


def test_no_place_is_left_empty(kind, letter):
    for part in letter:
        assert "(nothing)" not in part
        assert "None" not in part
        assert "{" not in re.sub(r"<style>.*?</style>", "", part, flags=re.DOTALL)
    assert not re.search(r" {2}\S|\s[.,]|\(\)", letter.text.replace("\n  ", "\n")), letter.text
    assert "\n\n\n" not in letter.text


def test_the_subject_is_one_line_that_fits(kind, letter):
    assert letter.subject
    assert "\n" not in letter.subject
    assert len(letter.subject) <= 100


def test_the_html_is_well_formed_and_made_for_every_reader(kind, letter):
    assert unpaired_tags(letter.html) == []
    assert '<html lang="en-US"' in letter.html
    assert re.search(r"<title>[^<]{5,}</title>", letter.html)
    assert len(re.findall(r"<h1\b", letter.html)) == 1
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", letter.html))
    assert "<img" not in letter.html
    assert 'content="light dark"' in letter.html


def test_links_say_where_they_lead(kind, letter):
    for address, words in letters.links_of(letter.html):
        assert words, address
        assert words.lower() not in ("here", "click here", "more", "link")
        assert address.startswith(("http", "mailto:")), address


def test_the_text_part_has_every_link_and_word_that_the_html_has(kind, letter):
    told = " ".join(letter.text.split())
    for address, _words in letters.links_of(letter.html):
        assert address.removeprefix("mailto:") in letter.text, f"{address} is missing in the text part"
    for _address, words in letters.links_of(letter.html):
        assert words in told, f"{words!r} is missing in the text part"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_stands_out_from_what_lies_behind_it(kind, letter, dark):
    seen = letters.read(letter.html, dark=dark)
    assert len(seen) > 5
    faint = [each for each in seen if letters.contrast(each.colour, each.behind) < 4.5]
    assert faint == []
    assert {each.behind for each in seen} & ({"#1b2224"} if dark else {"#ffffff"})


def test_the_foot_says_why_it_came_and_what_can_be_changed(kind, letter):
    assert "Why you get this:" in letter.html
    assert "Why you get this:" in letter.text
    for part in (letter.text, letter.html):
        assert ("Get this in a weekly digest" in part) == ("/notices/stop/" in part)
        assert ("When and how you are told" in part) == ("/notices/preferences/" in part)


def test_words_are_plain(kind, letter):
    assert "!" not in letter.text
    assert "!" not in letter.subject
    assert not re.search(r"\bplease\b|\bsuccessful|click", letter.text, re.IGNORECASE)


def test_outlook_s_own_dark_mode_gets_the_same_colours():
    html = letters.account_letter()
    assert letters.dark_rules(html) == letters.outlook_rules(html)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_mails_about_an_account_look_the_same(dark):
    html = letters.account_letter()
    assert unpaired_tags(html) == []
    assert [each for each in letters.read(html, dark=dark) if letters.contrast(each.colour, each.behind) < 4.5] == []


@pytest.mark.django_db
def test_looking_at_examples_tells_nobody():
    for kind in KINDS:
        letters.example_of(kind)
    assert not Notice.objects.exists()
