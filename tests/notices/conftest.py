"""Mail servers for the tests."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

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
