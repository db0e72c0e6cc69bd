"""The mailbox: a real IMAP server, workers that die or come together, and nothing is taken twice or lost."""

import imaplib
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from imap_tools import MailBoxUnencrypted

from onestop.notices import imap_poll, inbound
from onestop.notices.models import InboundMail, MailboxPoll
from onestop.notices.tasks import poll_mailbox
from onestop.ops.mailboxes import read_url
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server():
    """The port of an IMAP server with the account demouser."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pymap = Path(sys.executable).parent / "pymap"
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    with subprocess.Popen([pymap, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 20
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline, "the mail server does not start"
            time.sleep(0.05)
        yield port
        process.terminate()


@pytest.fixture
def mailbox(server, settings):
    """An empty mailbox that the portal reads."""
    settings.INBOUND_IMAP = read_url(f"imap://demouser:demopass@127.0.0.1:{server}/INBOX", encrypted=False)
    box = Mailbox(server)
    box.empty()
    return box


class Mailbox:
    """What somebody sees who opens the mailbox with a mail program."""

    def __init__(self, port):
        self.port = port

    def _open(self, folder="INBOX"):
        return MailBoxUnencrypted("127.0.0.1", self.port).login("demouser", "demopass", initial_folder=folder)

    def empty(self):
        with self._open() as box:
            for folder in ("INBOX", "Taken"):
                if box.folder.exists(folder):
                    box.folder.set(folder)
                    box.delete(box.uids())

    def put(self, *raws):
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login("demouser", "demopass")
        for raw in raws:
            client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)
        client.logout()

    def count(self, folder="INBOX"):
        with self._open() as box:
            if not box.folder.exists(folder):
                return 0
            box.folder.set(folder)
            return len(box.uids())


def poll():
    return imap_poll.poll_mailbox(clock=timezone.now)


def test_mail_is_taken_and_moved_away(mailbox, area):
    notice = factories.make_notice(area)
    raw = factories.make_reply(to=notice)
    mailbox.put(raw, factories.make_reply("Grüße"))
    assert poll() == 2
    assert (mailbox.count(), mailbox.count("Taken")) == (0, 2)
    row = InboundMail.objects.get(notice=notice)
    assert bytes(row.content).replace(b"\r\n", b"\n") == raw
    assert poll() == 0
    state = MailboxPoll.objects.get()
    assert (state.problem, state.lease) == ("", None)
    assert not state.is_late(timezone.now())


def test_a_worker_that_dies_between_the_commit_and_the_move_takes_it_once(mailbox, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*arguments):
        raise Killed

    mailbox.put(factories.make_reply())
    with monkeypatch.context() as patch:
        patch.setattr("imap_tools.MailBoxUnencrypted.move", die)
        with pytest.raises(Killed):
            poll()
    assert (InboundMail.objects.count(), mailbox.count()) == (1, 1)
    assert poll() == 0  # the lease of the dead worker still holds
    MailboxPoll.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert poll() == 1
    assert (InboundMail.objects.count(), mailbox.count()) == (1, 0)


def test_a_mail_that_cannot_be_taken_stays_and_does_not_block_the_others(mailbox, monkeypatch):
    take = inbound.take_mail

    def take_some(raw, **more):
        if b"broken" in raw:
            raise ValueError("x")
        return take(raw, **more)

    monkeypatch.setattr(imap_poll, "take_mail", take_some)
    mailbox.put(factories.make_reply("broken"), factories.make_reply("whole"))
    assert poll() == 1
    assert (mailbox.count(), InboundMail.objects.count()) == (1, 1)


def test_only_one_worker_polls_at_a_time_and_a_lost_lease_ends_it(mailbox, monkeypatch):
    mailbox.put(factories.make_reply(), factories.make_reply())
    seen = []
    take = inbound.take_mail

    def taken_over(raw, **more):
        seen.append(poll())  # another worker, while this one has the lease
        MailboxPoll.objects.update(lease="0" * 32)  # and one that took over, since this one was frozen
        return take(raw, **more)

    monkeypatch.setattr(imap_poll, "take_mail", taken_over)
    assert poll() == 1
    assert seen == [0]
    assert mailbox.count() == 1


@pytest.mark.parametrize(
    "url", ["imap://demouser:wrong-secret@127.0.0.1:{}/INBOX", "imap://a:wrong-secret@127.0.0.1:1/"]
)
def test_the_operator_sees_that_a_mailbox_cannot_be_read_and_no_password(server, settings, caplog, client, url):
    settings.INBOUND_IMAP = read_url(url.format(server), encrypted=False)
    poll_mailbox()
    state = MailboxPoll.objects.get()
    assert state.problem
    assert state.is_late(timezone.now())
    assert "wrong-secret" not in state.problem + caplog.text
    operator = factories.make_user("Olga Perez", is_superuser=True, is_staff=True)
    client.force_login(operator)
    assert "The mailbox could not be read" in client.get("/notices/desk/replies/").content.decode()


def test_no_transaction_is_open_while_the_server_is_asked(mailbox, monkeypatch):
    fetch = imap_poll._fetch

    def watched(box, uid):
        assert not connection.in_atomic_block
        return fetch(box, uid)

    monkeypatch.setattr(imap_poll, "_fetch", watched)
    mailbox.put(factories.make_reply())
    assert poll() == 1


def test_web_processes_do_not_load_the_library():
    code = "import django; django.setup(); import sys; sys.exit('imap_tools' in sys.modules)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "onestop.settings", "ONESTOP_MODE": "test", "SECRET_KEY": "x"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


# ---------------------------------------------------------------- Settings
def test_the_address_is_read_with_its_defaults():
    assert read_url("", encrypted=True) is None
    box = read_url("imaps://me%40agency.example:p%40ss@mail.example", encrypted=True)
    assert box == {
        "host": "mail.example", "port": 993, "ssl": True, "user": "me@agency.example", "password": "p@ss",
        "folder": "INBOX", "taken": "Taken",
    }  # fmt: skip
    other = read_url("imap://a:b@localhost:1143/Portal%20mail?taken=Old", encrypted=True)
    assert other
    assert (other["port"], other["folder"], other["taken"]) == (1143, "Portal mail", "Old")


@pytest.mark.parametrize(
    "url",
    [
        "pop3://a:hidden@mail.example", "imaps://mail.example", "imaps://a@mail.example", "imaps://:hidden@mail.example",
        "imaps://a:hidden@", "imaps://a:hidden@mail.example:port", "imap://a:hidden@mail.example", "mail.example",
        "imaps://a:hidden@mail.example/INBOX?taken=inbox",
    ],
)  # fmt: skip
def test_what_is_wrong_stops_the_portal_without_showing_the_password(url):
    with pytest.raises(ImproperlyConfigured) as problem:
        read_url(url, encrypted=True)
    assert "hidden" not in str(problem.value)
    assert "INBOUND_IMAP_URL" in str(problem.value)
