"""The download of stored files: for whom, and as what."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from onestop.files.models import StoredFile
from onestop.files.s3 import StorageDoesNotAnswer
from tests import factories

ROLES = {"staff": 200, "manager": 200, "board": 200, "state": 200, "stranger": 404, "outsider": 404, "nobody": 404}


@pytest.fixture
def tenure(area):
    return factories.make_tenure(factories.make_office(area), proof_file=factories.make_file())


def address(file):
    return reverse("files:download", args=[file.pk])


@pytest.mark.parametrize("who", ROLES)
def test_whoever_sees_the_owner_may_download(as_, tenure, who):
    assert as_(who).get(address(tenure.proof_file)).status_code == ROLES[who]


def test_signed_out_people_are_asked_to_sign_in(client, tenure):
    assert client.get(address(tenure.proof_file))["Location"].startswith("/account/login/?next=/files/")


def test_nobody_downloads_a_file_that_belongs_to_nothing(as_, cast):
    for file in (factories.make_file(by=cast["staff"]), factories.make_file(use="gone.use")):
        assert as_("staff").get(address(file)).status_code == 404


def test_the_file_comes_as_an_attachment_that_browsers_run_nothing_of(as_, tenure):
    response = as_("staff").get(address(tenure.proof_file))
    assert response.getvalue() == b"%PDF-1.7 letter"
    assert dict(response.headers) | {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="letter.pdf"',
        "Content-Length": "15",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    } == dict(response.headers)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Résumé.pdf", "attachment; filename*=utf-8''R%C3%A9sum%C3%A9.pdf"),
        ('a"; filename="x.html', 'attachment; filename="a\\"; filename=\\"x.html"'),
        ("a\r\nSet-Cookie: x=1.pdf", "attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1.pdf"),
    ],
)
def test_a_name_cannot_add_to_the_headers(as_, tenure, name, said):
    """Names are cleaned when files are stored; these were not."""
    StoredFile.objects.update(name=name)
    response = as_("staff").get(address(tenure.proof_file))
    assert response["Content-Disposition"] == said
    assert "Set-Cookie" not in response.headers


# ---------------------------------------------------------------- Files that are not given out
def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("state", "message", "words"),
    [
        ("waiting", "", "“letter.pdf” is waiting for the virus scan. You can download it after that."),
        ("waiting", "The virus scanner does not respond.", "after that. The virus scanner does not respond."),
        ("refused", "The virus scanner found X in it.", "“letter.pdf” was refused: The virus scanner found X in it."),
    ],
)
def test_files_that_wait_or_are_refused_are_not_given_out(as_, area, state, message, words):
    file = factories.make_file(state=state, message=message)
    factories.make_tenure(factories.make_office(area), proof_file=file)
    response = as_("staff").get(address(file), follow=True)
    assert words in said(response)[0]
    assert "Waiting for the virus scan" in response.text or "Refused" in response.text


def test_a_file_that_is_missing_leads_back_and_says_so(as_, tenure):
    default_storage.delete(tenure.proof_file.file.name)
    assert said(as_("staff").get(address(tenure.proof_file), follow=True)) == [
        "The file is missing. The operator can restore it from a backup."
    ]


def test_a_storage_that_does_not_respond_leads_back_and_says_so(as_, tenure, monkeypatch):
    def away(*args, **kwargs):
        raise StorageDoesNotAnswer("timeout")

    monkeypatch.setattr("onestop.files.storage.WholeFileStorage._open", away)
    [words] = said(as_("staff").get(address(tenure.proof_file), follow=True))
    assert words == "The storage of files does not respond. Try again later."
