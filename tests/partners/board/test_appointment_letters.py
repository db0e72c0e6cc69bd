"""Appointment letters: uploaded with a form, kept when it has an error, replaced, removed."""

import re
import tempfile
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.urls import reverse
from django.utils import timezone

from onestop.files.fields import Reference
from onestop.files.models import StoredFile
from onestop.files.storage import WholeFileStorage
from partners.board import offices
from partners.models import BoardTerm, Role, Tenure
from tests import factories
from tests.factories.files import upload

NOW = timezone.now()
FACTS = {"name": "Ann Lee", "from_on": "2026-01-05"}


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def deputy(cast, area):
    """A second person who may edit offices."""
    cast |= factories.seats({"deputy": ("Ola Brandt", Role.STAFF, area)})


@pytest.fixture
def office(area):
    return factories.make_office(area, title="Mayor of Millpond")


@pytest.fixture
def post(as_, office):
    """Return a function that sends the form of a new tenure, or of one that is edited."""

    def send(letter: Any = None, *, edited: Tenure | None = None, who: str = "staff", **more: Any) -> Any:
        name, pk = ("tenure_edit", edited.pk) if edited else ("tenure_add", office.pk)
        sent = FACTS | more | ({"proof_file-upload": letter} if letter else {})
        return as_(who).post(reverse(f"partners:{name}", args=[pk]), sent)

    return send


def letter_of(model: type[Tenure] | type[BoardTerm] = Tenure) -> StoredFile:
    """Return the letter of the only person on record."""
    file = model._default_manager.get().proof_file
    assert file is not None
    return file


def reference_in(response):
    return re.findall(r'name="proof_file" value="([^"]*)"', response.text)[0]


def hidden_in(response):
    """Return the hidden inputs by which an edited form knows what it has shown."""
    return dict(
        re.findall(r'<input type="hidden" name="(version|initial-\w+|proof_file)" value="([^"]*)"', response.text)
    )


# ---------------------------------------------------------------- Adding
def test_a_letter_is_shown_with_kind_and_size_and_can_be_downloaded(post, as_, office):
    assert post(upload(factories.make_pdf_file(), "C:\\My scans\\Oath of office.pdf")).status_code == 302
    file = letter_of()
    assert (file.name, file.pages, file.state) == ("Oath of office.pdf", 1, "clean")
    for who in ("staff", "board", "manager"):
        page = as_(who).get(office.get_absolute_url()).text
        assert "Appointment letter" in page
        assert "(PDF, 1 kB)" in page
        assert as_(who).get(reverse("files:download", args=[file.pk])).status_code == 200


def test_terms_on_the_board_have_letters_too(as_, area):
    seat = factories.make_board_seat(area)
    sent = FACTS | {"proof_file-upload": upload(factories.make_picture(), "letter.png")}
    assert as_("staff").post(reverse("partners:board_term_add", args=[seat.pk]), sent).status_code == 302
    assert letter_of(BoardTerm).kind == "png"
    assert "(PNG, 1 kB)" in as_("staff").get(seat.get_absolute_url()).text


def test_the_page_says_what_is_accepted(as_, office):
    page = as_("staff").get(reverse("partners:tenure_add", args=[office.pk])).text
    assert "PDF, PNG or JPEG, up to 10 MB." in page
    assert 'accept=".pdf,.png,.jpg,.jpeg,.jpe,.jfif"' in page
    assert 'enctype="multipart/form-data"' in page


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (upload(b"Dear Sir", "letter.txt"), "This kind of file is not accepted."),
        (upload(b"0" * 10_100_000, "letter.pdf"), "The file has 10.1 MB. The limit is 10 MB."),
        (upload(b"%PDF-1.4", "letter.pdf"), "The PDF is damaged or incomplete."),
        (upload(factories.make_pdf_file(), "letter.exe"), "Rename it to end in .pdf."),
    ],
)
def test_a_file_that_is_not_accepted_is_refused_at_the_field(post, letter, words):
    response = post(letter)
    assert words in response.text
    assert 'value="Ann Lee"' in response.text
    assert not StoredFile.objects.exists()
    assert not Tenure.objects.exists()


def test_an_empty_file_is_refused(post):
    assert "The file is empty." in post(upload(b"")).text


# ---------------------------------------------------------------- A form with another error
def test_a_chosen_file_is_kept_when_the_form_has_another_error(post):
    response = post(upload(), name="")
    assert "Enter the name, or choose an account." in response.text
    assert "letter.pdf" in response.text
    assert "Remove this file" in response.text
    assert post(proof_file=reference_in(response)).status_code == 302
    assert letter_of().name == "letter.pdf"
    assert StoredFile.objects.count() == 1


def test_a_file_that_the_verb_refuses_to_save_is_kept_too(post, office):
    factories.make_tenure(office)
    response = post(upload())
    assert "Change those dates first" in response.text
    assert reference_in(response) == Reference(StoredFile.objects.get())


def test_a_kept_file_can_be_removed_or_replaced(post):
    kept = reference_in(post(upload(), name=""))
    response = post(name="", proof_file=kept, **{"proof_file-remove": "on"})
    assert reference_in(response) == ""
    replaced = reference_in(post(upload(name="other.pdf"), name="", proof_file=kept))
    assert replaced not in ("", kept)
    assert post(proof_file=kept, **{"proof_file-remove": "on"}).status_code == 302
    assert Tenure.objects.get().proof_file is None


def test_a_refused_file_leaves_the_kept_one(post):
    kept = reference_in(post(upload(), name=""))
    assert reference_in(post(upload(b"Dear Sir"), proof_file=kept)) == kept


@pytest.mark.parametrize("forged", ["1", "1:xyz", "x", "9999999"])
def test_a_forged_reference_is_refused(post, forged):
    factories.make_file()
    response = post(proof_file=forged)
    assert "This file is no longer stored. Choose it again." in response.text


def test_a_file_that_somebody_else_has_uploaded_is_refused(post):
    kept = reference_in(post(upload(), name=""))
    assert "This file is no longer stored. Choose it again." in post(proof_file=kept, who="deputy").text


def test_the_same_form_sent_twice_stores_one_file(post):
    for _ in range(2):
        assert post(upload(factories.make_pdf_file()), idempotency_key="k" * 22).status_code == 302
    assert (Tenure.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_the_same_contents_are_two_files(post, office):
    contents = factories.make_pdf_file()
    post(upload(contents), until_on="2026-02-01")
    post(upload(contents), from_on="2026-02-02")
    assert len({file.file.name for file in StoredFile.objects.all()}) == 2
    assert len({file.sha256 for file in StoredFile.objects.all()}) == 1


# ---------------------------------------------------------------- Storage
@pytest.mark.parametrize("full_while", ["inspecting", "storing"])
def test_a_full_disk_is_an_error_at_the_field(post, monkeypatch, full_while):
    def full(*args):
        raise OSError(28, "No space left on device")

    places: Any = {"inspecting": (tempfile, "TemporaryFile"), "storing": (WholeFileStorage, "_save")}
    monkeypatch.setattr(*places[full_while], full)
    response = post(upload())
    assert response.status_code == 503
    assert "disk is full" in response.text
    assert 'value="Ann Lee"' in response.text


def test_a_disk_that_is_full_while_the_file_comes_is_an_error_at_the_field(post, settings, monkeypatch):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", full)
    response = post(upload())
    assert (response.status_code, "disk is full" in response.text) == (503, True)


def test_a_file_larger_than_any_upload_is_told(post, settings):
    settings.UPLOAD_MAX_MB = 1
    response = post(upload(b"%PDF" + b"0" * 1_200_000))
    assert "The file is too large. The limit is 10 MB." in response.text


# ---------------------------------------------------------------- Editing
@pytest.fixture
def tenure(post):
    post(upload())
    return Tenure.objects.select_related("proof_file").get()


@pytest.fixture
def opened(as_, tenure):
    """What a form that edits the tenure holds when it is opened."""
    return hidden_in(as_("staff").get(reverse("partners:tenure_edit", args=[tenure.pk])))


def test_an_edited_form_keeps_the_file(post, tenure, opened):
    assert post(edited=tenure, **opened | {"name": "Ann Leigh"}).status_code == 302
    assert letter_of() == tenure.proof_file


def test_somebody_else_may_keep_the_file(post, tenure, opened):
    assert post(edited=tenure, who="deputy", **opened | {"name": "Ann Leigh"}).status_code == 302
    assert letter_of() == tenure.proof_file


def test_a_file_is_replaced_or_removed_and_history_names_both(post, as_, tenure, opened, office):
    post(upload(name="second.pdf"), edited=tenure, **opened)
    assert letter_of().name == "second.pdf"
    opened = hidden_in(as_("staff").get(reverse("partners:tenure_edit", args=[tenure.pk])))
    assert post(edited=tenure, **opened | {"proof_file-remove": "on"}).status_code == 302
    assert Tenure.objects.get().proof_file is None
    history = as_("staff").get(reverse("partners:office_history", args=[office.pk])).text
    assert "letter.pdf" in history
    assert "second.pdf" in history


def test_two_who_edit_at_once_see_both_files_by_name(post, tenure, opened, cast):
    other = factories.make_file(name="theirs.pdf", by=cast["deputy"])
    offices.update_tenure(tenure, facts={"proof_file": other}, by=cast["deputy"], at=NOW)
    response = post(upload(name="mine.pdf"), edited=tenure, **opened)
    assert "saved this while you were editing it" in response.text
    assert "theirs.pdf" in response.text
    assert "mine.pdf" in response.text
    post(edited=tenure, **hidden_in(response))
    assert letter_of().name == "mine.pdf"


def test_an_untouched_file_gives_way_to_what_somebody_else_has_saved(post, tenure, opened, cast):
    other = factories.make_file(name="theirs.pdf", by=cast["deputy"])
    offices.update_tenure(tenure, facts={"proof_file": other}, by=cast["deputy"], at=NOW)
    response = post(edited=tenure, **opened | {"name": "Ann Leigh"})
    assert reference_in(response) == Reference(other)
    assert "both versions" not in response.text
    post(edited=tenure, **hidden_in(response) | {"name": "Ann Leigh"})
    assert letter_of() == other


def test_a_page_of_offices_costs_the_same_queries_with_ten_letters(as_, office, queries_of):
    client = as_("staff")

    def count():
        return queries_of(lambda: client.get(office.get_absolute_url()))

    def add(year):
        file = factories.make_file()
        factories.make_tenure(office, proof_file=file, from_on=f"{year}-01-01", until_on=f"{year}-12-31")

    add(2000)
    client.get(office.get_absolute_url())
    first = count()
    for year in range(2001, 2011):
        add(year)
    assert count() == first
