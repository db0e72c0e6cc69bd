"""Every form asks in the same way: label, help, error, input; a summary of errors on top."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from onestop.ui.form_fields import explain_choices, problems


class Asking(forms.Form):
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
    return Template(source).render(Context({"form": form}))


def test_label_help_error_and_input_stand_in_that_order():
    html = html_of(Asking({"kind": "a"}))
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


def test_help_and_error_are_tied_to_the_input():
    html = html_of(Asking({"kind": "a"}))
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


@pytest.mark.parametrize("source", ["{{ form|crispy }}", "{% crispy form %}", "{{ form.title|as_crispy_field }}"])
def test_every_way_to_render_gives_the_same_field(source: str):
    assert '<div id="div_id_title" class="op-field">' in html_of(Asking(), source)


def test_the_summary_links_to_the_fields():
    html = html_of(Asking({"title": "T", "kind": "none", "seats": "many"}))
    assert "Correct 2 errors" in html
    assert '<a href="#id_kind_0">Kind: choose one of the options.</a>' in html
    assert '<a href="#id_seats">Seats must be a number.</a>' in html
    assert 'id="id_kind_0"' in html


def test_each_kind_of_field_says_by_name_that_it_is_missing():
    form = Asking({})
    assert problems(form["kind"]) == ["Kind is missing."]
    form.fields["seats"].required = form.fields["ends_on"].required = True
    form.full_clean()
    assert problems(form["seats"]) == ["Seats is missing."]
    assert problems(form["ends_on"]) == ["End is missing."]


def test_a_form_without_errors_has_no_summary():
    assert "op-errsum" not in html_of(Asking())


def test_a_forms_own_words_are_left_alone():
    form = Asking({"title": "T", "kind": "a"})
    form.is_valid()
    form.add_error("ends_on", "The end lies before the beginning.")
    form.add_error(None, "These two do not go together.")
    html = " ".join(html_of(form).split())
    assert problems(form["ends_on"]) == ["The end lies before the beginning."]
    assert "<li> These two do not go together. </li>" in html
    assert 'href="#id_ends_on">The end lies before the beginning.' in html


def test_dates_use_the_browsers_calendar():
    assert '<input type="date" name="ends_on"' in html_of(Asking())
    assert 'value="2026-12-08"' in html_of(Asking(initial={"ends_on": date(2026, 12, 8)}))


def test_what_was_typed_wrongly_is_still_there_to_be_corrected():
    html = html_of(Asking({"title": "T", "kind": "a", "ends_on": "Dec 38", "seats": "many"}))
    assert '<input type="text" name="ends_on" value="Dec 38"' in html
    assert '<input type="text" name="seats" value="many"' in html
    assert "End is not a valid date. Write it like 12/08/2026." in html


def test_a_day_typed_in_another_shape_stays_when_another_field_is_wrong():
    # A browser's own calendar shows nothing for a value that is not 2026-12-08.
    html = html_of(Asking({"ends_on": "12/08/2026", "kind": "a"}))
    assert '<input type="text" name="ends_on" value="12/08/2026"' in html
    assert '<input type="date" name="ends_on" value="2026-12-08"' in html_of(Asking({"ends_on": "2026-12-08"}))


def test_choices_stand_in_a_fieldset_with_their_own_ids():
    html = html_of(Asking({"title": "T", "kind": "b", "tags": ["y"]}))
    assert "<legend>Kind</legend>" in html
    assert '<input class="form-check-input" type="radio" name="kind" value="b" id="id_kind_1" checked' in html
    assert '<input class="form-check-input" type="checkbox" name="tags" value="y" id="id_tags_1" checked' in html
    assert "<select" not in html


class Choosing(forms.Form):
    must = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")])
    may = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")], required=False)
    row = forms.ChoiceField(choices=[("", "---------"), ("a", "Apple")], required=False, widget=forms.RadioSelect)
    said = forms.ChoiceField(choices=[("", "Any program"), ("a", "Apple")], required=False)


def test_no_choice_is_said_in_words():
    html = html_of(Choosing())
    assert "----" not in html
    assert '<option value="" selected>Choose one</option>' in html
    assert html.count("Not provided") == 2
    assert "Any program" in html
    assert ">Any<" in html_of(Choosing(), '{{ form.may|asked:"Any" }}')


def test_a_choice_can_say_what_it_means():
    form = Asking()
    explain_choices(form.fields["kind"], {"a": "Grows on trees"})
    assert "Apple<small>Grows on trees</small>" in html_of(form)


def test_what_need_not_be_answered_says_so():
    html = html_of(Asking())
    assert html.count("(optional)") == 5
    assert "Title</label>" in html


def test_hidden_fields_have_no_frame():
    html = html_of(Asking())
    assert '<input type="hidden" name="secret"' in html
    assert "div_id_secret" not in html


def test_a_formset_renders_each_form_once():
    formset = forms.formset_factory(Asking, extra=2)(prefix="part")
    html = html_of(formset)
    assert html.count('class="op-fieldset"') == 2
    assert 'name="part-1-title"' in html
    assert 'name="part-TOTAL_FORMS"' in html


def test_several_may_be_chosen_where_several_are_asked_for():
    """Django makes CheckboxSelectMultiple a kind of RadioSelect; radio buttons would lose all answers but one."""

    class Several(forms.Form):
        programs = forms.MultipleChoiceField(
            choices=[("x", "Ex"), ("y", "Why")], widget=forms.CheckboxSelectMultiple, initial=["x", "y"]
        )

    html = html_of(Several())
    assert html.count('type="checkbox"') == 2
    assert html.count(" checked") == 2
    assert 'type="radio"' not in html
