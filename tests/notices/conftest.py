"""Mail servers for the tests."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from onestop.notices import kinds
from onestop.notices.kinds import Cadence, Kind, Reason
from onestop.notices.models import Notice
from tests.notices.mail_server import MailServer


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real SMTP server, to which the outbox delivers."""
    server = MailServer()
    server.controller.start()
    settings.MAIL_TRANSPORT = server.transport
    yield server
    server.controller.stop()


@pytest.fixture
def dead_mail_server(settings: Settings) -> None:
    """An SMTP server that was switched off."""
    server = MailServer()
    server.controller.start()
    settings.MAIL_TRANSPORT = server.transport
    server.controller.stop()


@pytest.fixture(autouse=True)
def kinds_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind for each reason, and one for which somebody waits; all with the words of ``emails/told_*``."""
    for kind in (
        Kind("tests.law", "Law", "What must be known.", Reason.LEGAL, template="told"),
        Kind("tests.act", "Act", "What somebody did.", Reason.TRANSACTIONAL, template="told"),
        Kind("tests.nudge", "Nudge", "What waits.", Reason.NUDGE, template="told"),
        Kind("tests.daily", "News", "What is new.", Reason.TRANSACTIONAL, Cadence.DAILY, template="told"),
        Kind("tests.code", "Code", "A code.", Reason.TRANSACTIONAL, template="told", priority=Notice.Priority.URGENT),
    ):
        monkeypatch.setitem(kinds._kinds, kind.code, kind)
