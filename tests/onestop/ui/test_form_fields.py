"""Every form renders in the same way: label, help, error, input; a summary of errors on top."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.template import Context, Template
from django.test.signals import template_rendered
from django.utils.datastructures import MultiValueDict

from onestop.ui.form_fields import explain_choices, field_errors
from tests.servers import ROOT


class AllFields(forms.Form):
    title = forms.CharField(help_text="As on the first page.")
    ends_on = forms.DateField(label="End", required=False)
    kind = forms.ChoiceField(choices=[("a", "Apple"), ("b", "Bean")], widget=forms.RadioSelect)
    tags = forms.MultipleChoiceField(choices=[("x", "Ex"), ("y", "Why")], required=False)
    seats = forms.IntegerField(required=False)
    agreed = forms.BooleanField(label="I agree", required=False)
    file = forms.FileField(required=False)
    story = forms.CharField(widget=forms.Textarea, required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def html_of(form: forms.BaseForm | Any, source: str = "{{ form|crispy }}") -> str:
    """Return the HTML of a form, with single spaces, and none before an end tag."""
    html = " ".join(Template(source).render(Context({"form": form})).split())
    return re.sub(r"(?<=[^>]) (?=</)", "", html)


def test_label_help_error_and_input_are_in_that_order():
    html = html_of(AllFields({"kind": "a"}))
    places = [
        html.index(part)
        for part in (
            "Title</label>",
            "As on the first page.",
            "Title is missing.</span>",
            '<input type="text" name="title"',
        )
    ]
    assert places == sorted(places)


def test_help_and_error_describe_the_input():
    html = html_of(AllFields({"kind": "a"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


@pytest.mark.parametrize("source", ["{{ form|crispy }}", "{{ form.title|as_crispy_field }}"])
def test_a_field_renders_the_same_alone_and_in_its_form(source: str):
    assert '<div id="div_id_title" class="op-field"> <label for="id_title">Title</label>' in html_of(
        AllFields(), source
    )


def test_all_templates_of_forms_are_ours_or_djangos():
    """The template pack is complete: no form needs a template of a package."""
    assert not apps.is_installed("crispy_bootstrap5")
    of_django = Path(str(forms.__file__)).parent / "templates"
    used: dict[str, Path] = {}

    def note(sender: Any, template: Any, **_: Any) -> None:
        if template.name:  # the source that the test renders has none
            used[template.name] = Path(template.origin.name)

    template_rendered.connect(note)
    try:
        html_of(AllFields())
        files = MultiValueDict[str, UploadedFile]({"file": [SimpleUploadedFile("a.txt", b"a")]})
        html_of(AllFields({"kind": "none", "seats": "many", "ends_on": "x"}, files))
    finally:
        template_rendered.disconnect(note)
    loaded = {"onestop/uni_form.html", "onestop/field.html"}
    assert loaded < set(used)
    strange = {
        name for name, file in used.items() if ROOT / "templates" not in file.parents and of_django not in file.parents
    }
    assert strange == set()
    # Templates with an underscore are parts of these.
    assert {f"onestop/{file.name}" for file in (ROOT / "templates" / "onestop").glob("[!_]*")} == loaded


def test_pages_render_forms_only_through_the_templates_that_the_pack_has():
    texts = {file: file.read_text() for file in (ROOT / "templates").rglob("*.html")}
    assert [file for file, text in texts.items() if re.search(r"\{% crispy |as_crispy_errors", text)] == []


def test_the_summary_links_to_the_fields():
    html = html_of(AllFields({"title": "T", "kind": "none", "seats": "many"}))
    assert "Correct 2 errors" in html
    assert '<a href="#id_kind_0">Kind: choose one of the options.</a>' in html
    assert '<a href="#id_seats">Seats must be a number.</a>' in html
    assert 'id="id_kind_0"' in html


def test_the_error_of_a_missing_value_names_the_field():
    form = AllFields({})
    assert field_errors(form["kind"]) == ["Kind is missing."]
    form.fields["seats"].required = form.fields["ends_on"].required = True
    form.full_clean()
    assert field_errors(form["seats"]) == ["Seats is missing."]
    assert field_errors(form["ends_on"]) == ["End is missing."]


def test_a_form_without_errors_has_no_summary():
    assert "op-errsum" not in html_of(AllFields())


def test_the_messages_of_a_form_are_not_replaced():
    form = AllFields({"title": "T", "kind": "a"})
    form.is_valid()
    form.add_error("ends_on", "The end is before the start.")
    form.add_error(None, "These two exclude each other.")
    html = html_of(form)
    assert field_errors(form["ends_on"]) == ["The end is before the start."]
    assert "<li> These two exclude each other.</li>" in html
    assert 'href="#id_ends_on">The end is before the start.' in html


def test_dates_use_the_browsers_calendar():
    assert '<input type="date" name="ends_on"' in html_of(AllFields())
    assert 'value="2026-12-08"' in html_of(AllFields(initial={"ends_on": date(2026, 12, 8)}))


def test_invalid_input_is_kept_for_correction():
    html = html_of(AllFields({"title": "T", "kind": "a", "ends_on": "Dec 38", "seats": "many"}))
    assert '<input type="text" name="ends_on" value="Dec 38"' in html
    assert '<input type="text" name="seats" value="many"' in html
    assert "End is not a valid date. Enter it like 12/08/2026." in html


def test_a_date_in_another_format_is_kept_when_another_field_is_wrong():
    # A date input shows nothing for a value in another format than 2026-12-08.
    html = html_of(AllFields({"ends_on": "12/08/2026", "kind": "a"}))
    assert '<input type="text" name="ends_on" value="12/08/2026"' in html
    assert '<input type="date" name="ends_on" value="2026-12-08"' in html_of(AllFields({"ends_on": "2026-12-08"}))


def test_choices_are_in_a_fieldset_with_their_own_ids():
    html = html_of(AllFields({"title": "T", "kind": "b", "tags": ["y"]}))
    assert "<legend>Kind</legend>" in html
    assert '<input class="form-check-input" type="radio" name="kind" value="b" id="id_kind_1" checked' in html
    assert '<input class="form-check-input" type="checkbox" name="tags" value="y" id="id_tags_1" checked' in html
    assert "<select" not in html


class Choices(forms.Form):
    must = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")])
    may = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")], required=False)
    row = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")], required=False, widget=forms.RadioSelect)
    said = forms.ChoiceField(choices=[("", "Any program"), ("a", "Apple")], required=False)


def test_the_empty_choice_has_a_label_instead_of_dashes():
    html = html_of(Choices())
    assert "----" not in html
    assert '<option value="" selected>Choose one</option>' in html
    assert html.count("Not provided") == 2
    assert "Any program" in html
    assert ">Any<" in html_of(Choices(), '{{ form.may|render_input:"Any" }}')


def test_a_choice_can_have_a_help_text():
    form = AllFields()
    explain_choices(form.fields["kind"], {"a": "Grows on trees"})
    assert "Apple<small>Grows on trees</small>" in html_of(form)


def test_only_optional_fields_are_marked():
    html = html_of(AllFields())
    assert html.count("(optional)") == 5
    assert "Title</label>" in html


def test_hidden_fields_have_no_label():
    html = html_of(AllFields())
    assert '<input type="hidden" name="secret"' in html
    assert "div_id_secret" not in html


def test_multiple_choices_are_checkboxes():
    """In Django, CheckboxSelectMultiple is a subclass of RadioSelect; radio buttons would lose all choices but one."""

    class Several(forms.Form):
        programs = forms.MultipleChoiceField(
            choices=[("x", "Ex"), ("y", "Why")], widget=forms.CheckboxSelectMultiple, initial=["x", "y"]
        )

    html = html_of(Several())
    assert html.count('type="checkbox"') == 2
    assert html.count(" checked") == 2
    assert 'type="radio"' not in html


def test_a_text_that_is_too_long_is_refused_by_name_and_numbers():
    class Short(forms.Form):
        title = forms.CharField(label="Title", max_length=1000)

    form = Short({"title": "x" * 1200})
    assert field_errors(form["title"]) == ["Title has 1,200 characters, and the limit is 1,000."]
