"""Practices and findings of reviews as rich text: pages, lists, exports, searches, and texts from before."""

import random
import re
from importlib import import_module

import pytest
from django.urls import reverse

from onestop.ui.rich_text import plain, render
from partners.models import Practice
from tests import factories
from tests.onestop.ui.test_rich_text_grammar import documents
from tests.partners.glossary.test_terms import text_of
from tests.partners.practices.test_practices import page, sent

DID = "Two **steps**:\n\n1. Call *DRS*\n2. Read [the form](https://www.example.org/form)"
HTML = (
    "<p>Two <strong>steps</strong>:</p><ol><li><p>Call <em>DRS</em></p></li><li><p>Read "
    '<a href="https://www.example.org/form" rel="noopener">the form</a></p></li></ol>'
)


@pytest.fixture
def practice(area, partner, cast) -> Practice:
    return factories.make_practice(area, told_by=partner, situation="One\nby **one**", did=DID, result="**All** came.")


def test_a_practice_is_shown_with_its_formatting(as_, practice):
    answer = text_of(as_("board").get(page("practice_detail", practice.pk)))
    assert HTML in answer
    assert "One<br>by <strong>one</strong>" in answer


def test_terms_are_explained_within_formatting(as_, area, practice):
    factories.make_term(area, approved=True, name="steps")
    answer = text_of(as_("board").get(page("practice_detail", practice.pk)))
    assert re.search(r"<strong><button[^>]* popovertarget=[^>]*>steps</button>", answer)


def test_lists_searches_and_files_show_plain_text(as_, area, practice):
    client = as_("board")
    assert "All came." in text_of(client.get(page("practice_list", area.slug)))
    assert "One by one" in text_of(client.get(reverse("partners:search", args=[area.slug]), {"q": practice.title}))
    file = b"".join(client.get(page("practice_list", area.slug) + "?export=csv").streaming_content).decode()
    assert "1. Call DRS\n2. Read the form (https://www.example.org/form)" in file.replace("\r\n", "\n")
    assert "**" not in file
    assert "All came." in text_of(client.get(page("practice_list", area.slug), {"q": "steps"}))


def test_names_are_found_behind_formatting(as_, area):
    answer = text_of(as_("colleague").post(page("practice_add", area.slug), sent(did="Mrs. **Lopez** came.")))
    assert "“Mrs. Lopez” looks like a name" in answer


def test_a_form_with_an_error_keeps_the_formatting(as_, area):
    answer = as_("staff").post(page("practice_add", area.slug), sent(did=DID, vouched=""))
    assert answer.context["form"]["did"].value() == DID
    assert "data-op-rich=" in text_of(answer)


def test_findings_of_a_review_are_shown_with_their_formatting(as_, area):
    center = factories.make_center(area)
    factories.make_review(center, findings="# Front desk\n- a **loop**")
    answer = text_of(as_("board").get(page("center_detail", center.pk)))
    assert "<h4>Front desk</h4><ul><li><p>a <strong>loop</strong></p></li></ul>" in answer


# ---------------------------------------------------------------- Texts from before there was formatting
migration = import_module("partners.migrations.0010_escape_plain_texts")
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def lines_of(text: str) -> list[str]:
    """Return the lines that are not empty, with single spaces."""
    return [line for line in (" ".join(line.split()) for line in CONTROL.sub("", text).split("\n")) if line]


def test_texts_from_before_look_as_they_did():
    for text in documents(random.Random(5)):
        after = migration.escaped(text)
        assert lines_of(plain(after)) == lines_of(text.replace("\r\n", "\n"))
        assert not re.search(r"<(?!/?p>|br>)", render(after))


@pytest.mark.parametrize(
    "text", ["We met at 5 * 3 places, in snake_case, for $5,000 (20 %).\n\nIt was #1.", "C:\\temp"]
)
def test_texts_without_signs_of_formatting_do_not_change(text):
    assert migration.escaped(text) == text


def test_the_migration_can_be_taken_back():
    for text in ("- a\n* b\n1. c\n# d", "*e* _f_ [g](https://h.example) 5*3"):
        assert migration.ESCAPED.sub(r"\1", migration.escaped(text)) == text
