"""Texts have limits: said in the help, checked on the server, and no obstacle to a longer text that is stored."""

import pytest
from django import forms
from django.urls import reverse

from onestop.editing.long_texts import LongTextField
from tests import factories


class NoteForm(forms.Form):
    note = LongTextField(max_length=20, help_text="A few words.", label="Note", required=False)


def test_the_limit_is_said_and_given_to_the_browser():
    field = NoteForm()["note"]
    assert str(field.help_text) == "A few words. At most 20 characters."
    assert 'maxlength="20"' in str(field)


@pytest.mark.parametrize(("length", "error"), [
    (20, None),
    (21, "Note has 21 characters, and the limit is 20. Leave out 1 character."),
    (1_500, "Note has 1,500 characters, and the limit is 20. Leave out 1,480 characters."),
])  # fmt: skip
def test_the_server_checks_the_limit(length, error):
    form = NoteForm({"note": "x" * length})
    assert form.errors.get("note", [None]) == [error]


def test_a_line_end_counts_once_as_in_a_browser():
    assert NoteForm({"note": "123456789\r\n1234567890"}).is_valid()


@pytest.mark.parametrize(
    ("typed", "is_valid"), [("x" * 60, True), ("y" * 60, True), ("y" * 45, True), ("y" * 61, False)]
)
def test_a_longer_stored_text_can_be_edited_but_not_grow(typed, is_valid):
    form = NoteForm({"note": typed}, initial={"note": "x" * 60})
    assert form.is_valid() == is_valid


def test_every_long_text_of_a_service_has_a_limit(as_, partner):
    service = factories.make_service(partner, description="word " * 1_400)
    address = reverse("partners:service_edit", args=[service.pk])
    form = as_("manager").get(address).context["form"]
    areas = [bound for bound in form if isinstance(bound.field.widget, forms.Textarea)]
    assert len(areas) >= 5
    assert all("At most 5,000 characters." in str(bound.help_text) for bound in areas)
    sent = {"name": service.name, "version": form.version, "description": service.description, "cost": "$5"}
    assert as_("manager").post(address, sent).status_code == 302
    service.refresh_from_db()
    assert (service.description, service.cost) == ("word " * 1_400, "$5")
