"""The virus scan of stored files: waiting, then clean or refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.timezone import now

from onestop.files import scanning, storing, uses
from onestop.files.inspection import Inspected
from onestop.files.models import StoredFile
from onestop.jobs import leases, waking
from onestop.notices.models import Notice
from partners.models import Tenure
from tests import factories
from tests.clamd_server import VIRUS

AT = now()


@pytest.fixture
def woken(monkeypatch):
    tasks: list[Any] = []
    monkeypatch.setattr(waking, "wake", lambda task, *args: tasks.append((task, *args)))
    return tasks


def infected(**fields):
    return factories.make_file(b"%PDF- " + VIRUS, state="waiting", **fields)


def state_of(file):
    file.refresh_from_db()
    return file.state


# ---------------------------------------------------------------- At upload
@pytest.mark.django_db
@pytest.mark.parametrize(("url", "state"), [("", "clean"), ("tcp://127.0.0.1:1", "waiting")])
def test_a_new_file_waits_only_if_there_is_a_scanner(settings, woken, url, state):
    settings.CLAMAV_URL = url
    use = uses.use_of("partners.tenure_proof")
    stored = storing.store_file(factories.upload(), use, Inspected("letter.pdf", "pdf", 1), by=None, at=AT)
    assert stored.state == state
    assert woken == ([("onestop.files.tasks.scan_file", stored.pk)] if url else [])


# ---------------------------------------------------------------- The verdict
@pytest.mark.django_db
def test_a_file_without_a_virus_becomes_clean(scanner):
    file = factories.make_file(state="waiting")
    assert scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "clean"
    assert not scanning.scan_file(file.pk, at=AT)


def test_an_infected_file_is_refused_and_deleted_and_who_uploaded_it_is_told(
    scanner, cast, area, django_capture_on_commit_callbacks
):
    office = factories.make_office(area)
    file = infected(by=cast["staff"], name="letter.pdf")
    factories.make_tenure(office, proof_file=file)
    path = file.file.path
    with django_capture_on_commit_callbacks(execute=True):
        scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "refused"
    assert not file.file
    with pytest.raises(FileNotFoundError), open(path):  # noqa: PTH123
        pass
    [notice] = Notice.objects.filter(kind="files.refused")
    assert (notice.recipient, notice.url) == (cast["staff"], office.get_absolute_url())
    assert notice.subject == "File refused: letter.pdf"
    assert "The virus scanner found Test-Virus in it, so it was deleted." in notice.text


@pytest.mark.parametrize("who", ["former", "import"])
def test_nobody_is_told_who_cannot_act(scanner, cast, who):
    cast["staff"].is_active = False
    cast["staff"].save()
    file = infected(by=cast["staff"] if who == "former" else None)
    scanning.scan_file(file.pk, at=AT)
    assert (state_of(file), Notice.objects.count()) == ("refused", 0)


def test_the_mail_names_no_page_that_the_person_no_longer_sees(scanner, cast, other_area):
    file = infected(by=cast["staff"])
    factories.make_tenure(factories.make_office(other_area), proof_file=file)
    scanning.scan_file(file.pk, at=AT)
    assert Notice.objects.get().url == ""


@pytest.mark.django_db
def test_a_file_that_the_scanner_finds_too_large_is_refused(scanner):
    scanner.stream_max = 10
    file = factories.make_file(b"%PDF" * 100, state="waiting")
    scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "refused"
    assert file.message.startswith("It is larger than the virus scanner accepts")


@pytest.mark.django_db
def test_a_file_that_is_missing_is_refused(scanner):
    file = factories.make_file(state="waiting")
    default_storage.delete(str(file.file.name))
    scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "refused"


# ---------------------------------------------------------------- It fails closed
@pytest.mark.django_db
@pytest.mark.parametrize("answer", [b"Can't allocate memory ERROR\0", b"\0"])
def test_a_file_waits_while_the_scanner_does_not_answer(scanner, woken, answer):
    scanner.answer = answer
    file = infected()
    for _ in range(leases.MOST_TRIES + 2):
        assert not scanning.scan_file(file.pk, at=AT)
    assert (state_of(file), file.message) == ("waiting", "The virus scanner does not respond.")
    scanner.answer = None
    assert scanning.sweep() == 1
    assert woken == [("onestop.files.tasks.scan_file", file.pk)]
    scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "refused"


@pytest.mark.django_db
def test_the_sweep_wakes_nobody_while_the_scanner_does_not_answer(settings, woken):
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    factories.make_file(state="waiting")
    assert (scanning.sweep(), woken) == (0, [])


@pytest.mark.django_db
def test_the_sweep_asks_no_scanner_if_nothing_waits(settings, woken):
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    factories.make_file()
    assert (scanning.sweep(), woken) == (0, [])


@pytest.mark.django_db
def test_files_that_waited_are_released_when_the_scanner_is_no_longer_used(settings, woken):
    settings.CLAMAV_URL = ""
    file = factories.make_file(state="waiting")
    assert scanning.sweep() == 1
    scanning.scan_file(file.pk, at=AT)
    assert state_of(file) == "clean"


# ---------------------------------------------------------------- Two workers
@pytest.mark.django_db
def test_two_workers_do_not_scan_the_same_file(scanner, monkeypatch):
    file = infected()
    leases.take(StoredFile.objects.waiting(), file.pk)
    assert not scanning.scan_file(file.pk, at=AT)
    assert scanner.scanned == []


def test_the_first_verdict_counts(scanner, cast):
    file = infected(by=cast["staff"])
    assert scanning.settle(file, "It has a virus.", by=None, at=AT)
    assert not scanning.settle(file, "", by=None, at=AT + timedelta(seconds=1))
    assert state_of(file) == "refused"
    assert Notice.objects.count() == 1


# ---------------------------------------------------------------- The row
@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"state": "refused"}, {"state": "refused", "file": ""}, {"file": ""}, {"size": 0}]
)  # fmt: skip
def test_the_database_refuses(changes):
    file = factories.make_file()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**changes)


@pytest.mark.django_db
def test_a_file_in_use_cannot_be_deleted():
    file = factories.make_file()
    factories.make_tenure(proof_file=file)
    with pytest.raises(ProtectedError):
        file.delete()
    assert Tenure.objects.filter(proof_file__isnull=False).exists()
