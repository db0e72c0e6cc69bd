"""The field of rich text: its textarea, limits, and forms that two people save at once."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.template import engines
from lxml import html as lxml_html

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.rich_texts import RichTextField
from onestop.ui.word_differences import compare
from tests import hostile


class Form(ConflictForm):
    """A form of one rich text."""

    findings = RichTextField(label="Findings", max_length=40, merge_fields={"parties": "The parties"})


def page_of(form: Form) -> Any:
    html = engines["django"].from_string("{{ form.hidden_state }}{{ form.findings|as_crispy_field }}")
    return lxml_html.fragment_fromstring(html.render({"form": form}), create_parent="form")


def test_the_textarea_has_what_its_editor_needs():
    [area] = page_of(Form(initial={"findings": "**a**"})).xpath(".//textarea")
    assert area.text.strip() == "**a**"
    options = json.loads(area.get("data-op-rich"))
    assert options["script"].endswith(".js")
    assert options["fields"] == {"parties": "The parties"}
    assert set(options["icons"]) - {"sheet"} <= set(options["words"])
    assert area.get("maxlength") == "40"


def test_without_the_editor_the_help_says_how_to_format():
    [help_text] = page_of(Form()).xpath(".//p[@id='id_findings_helptext']")
    assert "At most 40 characters. Formatting: **bold**" in " ".join(help_text.text_content().split())


def test_the_limit_counts_the_signs_of_formatting():
    assert Form({"findings": "**" + "a" * 36 + "**"}).is_valid()
    form = Form({"findings": "**" + "a" * 37 + "**"})
    assert form.errors["findings"] == ["Findings has 41 characters, and the limit is 40. Leave out 1 character."]


def test_what_is_typed_stays_as_it_is():
    typed = "- a\r\n- **b**\r\n\r\n\\* <b>"
    form = Form({"findings": typed})
    assert form.is_valid()
    assert form.cleaned_data["findings"] == typed
    assert page_of(Form({"findings": ""})).xpath(".//*[@aria-invalid='true']")


def test_two_people_see_both_texts():
    sent = urlencode({"findings": "mine **b**", "initial-findings": "old", "version": "1"})
    form = Form(QueryDict(sent), initial={"findings": "theirs"})
    assert form.is_valid()
    [conflict] = form.reconcile({"findings": "their *c*"}, "2")
    assert (conflict.theirs, conflict.yours) == ("their *c*", "mine **b**")
    assert form["findings"].value() == "mine **b**"


def test_a_difference_shows_formatting_as_it_was_typed():
    changed = [piece for piece in compare("We met weekly.", "We met **weekly**.") if piece.kind != "kept"]
    assert [(piece.before, piece.after) for piece in changed] == [("weekly", "**weekly**")]


def test_hostile_text_is_kept_as_text():
    text = hostile.text(number=7)
    form = Form(initial={"findings": text})
    page = lxml_html.tostring(page_of(form), encoding="unicode")
    assert hostile.traces(page) == []
