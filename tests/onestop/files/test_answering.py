"""Monitors see whether storage and scanner answer."""

import pytest
from django.utils.timezone import now

from onestop.files import answering
from tests import factories


@pytest.mark.django_db
def test_readiness_shows_the_last_answers_and_what_waits(client, scanner, private_files):
    assert client.get("/health/ready").json()["files"] == {"storage": "not checked yet", "scanner": "not checked yet"}
    answering.check_services()
    factories.make_file(state="waiting")
    ready = client.get("/health/ready").json()
    assert ready["files"] == {"storage": "ok", "scanner": "ok"}
    assert ready["queues"]["files"]["jobs"] == 1
    scanner.is_silent = True
    answering.check_services()
    assert answering.readiness(now()) == {"storage": "ok", "scanner": "does not answer"}
    assert [path for path in private_files.rglob("*") if path.is_file() and "probe" in str(path)] == []


def test_a_disk_that_cannot_be_written_is_told(monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.filesystem.FileSystemStorage.save", full)
    assert answering.check_services()["storage"] == "does not answer"
