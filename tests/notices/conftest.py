"""Mail servers for the tests, and workers that can be killed."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings
from redis import Redis

from onestop.local.child_process import die_with_parent
from onestop.notices import notice_types
from onestop.notices.models import Cadence, Notice
from onestop.notices.notice_types import NoticeType, Reason
from tests.conftest import environment_of_this_database
from tests.notices.crew import Crew
from tests.notices.mail_server import MailServer
from tests.servers import ROOT


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


@pytest.fixture(scope="session")
def nursery(django_db_setup: None) -> Iterator["subprocess.Popen[str]"]:
    """A process that has loaded the portal, and forks workers."""
    environment = environment_of_this_database() | {"DJANGO_SETTINGS_MODULE": "tests.notices.quick_settings"}
    command = [sys.executable, "-m", "tests.notices.nursery"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=die_with_parent(signal.SIGKILL),
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def crew(transactional_db: None, nursery: "subprocess.Popen[str]", tmp_path: Path) -> Iterator[Crew]:
    """Nobody yet but a mail server; a test starts workers and beats, and ends them as it likes."""
    Redis.from_url(settings.REDIS_URL).flushdb()
    crew = Crew(nursery, tmp_path)
    crew.sink().wait_until_ready()
    yield crew
    crew.end()


@pytest.fixture(autouse=True)
def kinds_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind for each reason, and one for which somebody waits; all with the words of ``emails/told_*``."""
    for kind in (
        NoticeType("tests.law", "Law", "What must be known.", Reason.LEGAL, template="told"),
        NoticeType("tests.act", "Act", "What somebody did.", Reason.TRANSACTIONAL, template="told"),
        NoticeType("tests.nudge", "Nudge", "What waits.", Reason.NUDGE, template="told"),
        NoticeType("tests.daily", "News", "What is new.", Reason.TRANSACTIONAL, Cadence.DAILY, template="told"),
        NoticeType(
            "tests.code", "Code", "A code.", Reason.TRANSACTIONAL, template="told", priority=Notice.Priority.URGENT
        ),
    ):
        monkeypatch.setitem(notice_types._kinds, kind.code, kind)
