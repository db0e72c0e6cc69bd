"""Mail servers that refuse, hang, put off and hang up: each mail ends in the right state, with the reason and the time.

Whatever happens before the server has the whole mail is tried again by the written list; after that nobody can know.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from onestop.notices import delivery
from onestop.notices.models import Bounce, Notice
from onestop.notices.transport import SmtpTransport, TryLater
from tests.notices.crew import wait_until
from tests.notices.posting import NOON, Status, deliver_due, owe, state_of
from tests.notices.rude_server import RudeServer

pytestmark = pytest.mark.django_db
LATER = NOON + delivery.RETRY_AFTER[0]
Start = Callable[..., RudeServer]


@pytest.fixture
def rude(settings) -> Iterator[Start]:
    """Start a rude server: ``rude(silent_at="MAIL")``."""
    started: list[RudeServer] = []

    def start(**ways: Any) -> RudeServer:
        server = RudeServer(**ways)
        started.append(server)
        server.start()
        settings.MAIL_TRANSPORT = server.transport
        return server

    yield start
    for server in started:
        server.stop()


BEFORE = ["HELLO", "EHLO", "MAIL", "RCPT", "DATA"]


# ---------------------------------------------------------------- Not taken: tried again
@pytest.mark.parametrize(
    ("ways", "reason"),
    [
        *(({"silent_at": moment}, "timed out") for moment in BEFORE),
        *(({"cuts_at": moment}, "reset") for moment in BEFORE[2:]),
        ({"says": {"HELLO": ["421 too many of you"]}}, "too many of you"),
        *(({"says": {moment: ["451 not now"]}}, "451 not now") for moment in ["MAIL", "RCPT", "DATA", "END"]),
        *(({"says": {moment: ["421 going down"]}}, "421 going down") for moment in ["MAIL", "RCPT", "DATA", "END"]),
        ({"says": {"MAIL": ["550 not from you"]}}, "550 not from you"),
    ],
    ids=str,
)
def test_what_a_server_has_not_taken_goes_a_minute_later(rude: Start, ways: dict[str, Any], reason: str):
    server, notice = rude(**ways), owe()
    deliver_due(at=NOON)
    assert (state_of(notice).status, notice.attempts, notice.due_at) == (Status.QUEUED, 1, LATER)
    assert reason in notice.last_error
    assert server.taken == []
    server.silent_at = server.cuts_at = ""
    assert deliver_due(at=LATER - timedelta(seconds=1)) == 0
    deliver_due(at=LATER)
    assert (state_of(notice).status, notice.attempts, notice.last_error) == (Status.SENT, 2, "")
    assert server.taken == [notice.message_id]


def test_a_mail_that_was_cut_off_before_its_end_was_not_taken(rude: Start):
    server, notice = rude(cuts_at="BODY"), owe(text="So much to say.\n" * 400_000)
    deliver_due(at=NOON)
    assert (state_of(notice).status, notice.due_at, server.taken) == (Status.QUEUED, LATER, [])


def test_a_server_that_puts_off_is_asked_by_the_written_list_until_it_takes_it(rude: Start):
    server, notice, at = rude(says={"RCPT": ["450 busy"] * 3}), owe(), NOON
    for pause in delivery.RETRY_AFTER[:3]:
        deliver_due(at=at)
        at += pause
        assert (state_of(notice).status, notice.due_at) == (Status.QUEUED, at)
    deliver_due(at=at)
    assert (state_of(notice).status, notice.attempts, server.taken) == (Status.SENT, 4, [notice.message_id])


# ---------------------------------------------------------------- Perhaps taken: nobody can know
@pytest.mark.parametrize("ways", [{"silent_at": "END"}, {"cuts_at": "END"}, {"cuts_at": "BODY"}], ids=str)
@pytest.mark.parametrize("resend", [False, True])
def test_a_server_that_has_the_whole_mail_and_says_nothing_leaves_it_uncertain(rude: Start, settings, ways, resend):
    settings.MAIL_RESEND_UNCERTAIN = resend
    server, notice = rude(**ways), owe()
    deliver_due(at=NOON)
    expected = (Status.QUEUED, LATER) if resend else (Status.UNCERTAIN, NOON)
    assert (state_of(notice).status, notice.due_at) == expected
    assert "SMTPServerDisconnected" in notice.last_error
    server.silent_at = server.cuts_at = ""
    deliver_due(at=LATER)
    assert server.taken == ([notice.message_id] if resend else [])


# ---------------------------------------------------------------- Never taken
@pytest.mark.parametrize(
    ("says", "is_marked"),
    [
        ({"RCPT": ["550 5.1.1 no such person"]}, True),
        ({"RCPT": ["550 no such person"]}, True),
        ({"RCPT": ["550 5.7.1 we do not take mail from you"]}, False),
        ({"END": ["554 5.6.0 what is this"]}, False),
        ({"DATA": ["554 no"]}, False),
    ],
    ids=str,
)
def test_only_an_address_where_nobody_is_gets_marked(rude: Start, says: dict[str, list[str]], is_marked: bool):
    said = next(iter(says.values()))[0]
    server, notice = rude(says=says), owe()
    deliver_due(at=NOON)
    assert (state_of(notice).status, notice.last_error, notice.sent_at) == (Status.FAILED, said, None)
    assert list(Bounce.objects.values_list("address", "said")) == ([(notice.to, said)] if is_marked else [])
    assert deliver_due(at=NOON + timedelta(days=9)) == 0
    assert server.taken == []


# ---------------------------------------------------------------- Connections
def test_a_server_that_carries_only_so_many_mails_a_connection_gets_new_ones_at_once(rude: Start):
    server = rude(enough=3)
    notices = [owe(f"greeting:{number}") for number in range(10)]
    deliver_due(at=NOON)
    assert not Notice.objects.exclude(status=Status.SENT, attempts=1).exists()
    assert sorted(server.taken) == sorted(notice.message_id for notice in notices)
    assert server.met["HELLO"] == 4


def test_a_server_that_hung_up_on_an_idle_connection_gets_a_new_one_at_once(rude: Start):
    server = rude(idle=0.05)
    transport = SmtpTransport(server.transport)
    first, second = owe("greeting:1"), owe("greeting:2")
    transport.send(first)
    wait_until(server.hung_up.is_set)
    transport.send(second)
    transport.close()
    assert server.taken == [first.message_id, second.message_id]


def test_a_server_that_hangs_up_on_everybody_is_not_asked_for_ever(rude: Start):
    server = rude(says={"MAIL": ["250 ok", "421 no", "421 no", "421 no"]})
    transport = SmtpTransport(server.transport)
    transport.send(owe("greeting:1"))
    with suppress(TryLater):
        transport.send(owe("greeting:2"))
        pytest.fail("it was sent")
    assert server.met["MAIL"] == 3


def test_after_one_rude_answer_the_next_mail_goes_over_the_same_connection(rude: Start):
    server = rude(says={"RCPT": ["550 5.1.1 nobody", "451 later"], "END": ["554 no"]})
    notices = [owe(f"greeting:{number}") for number in range(4)]
    deliver_due(at=NOON)
    assert [state_of(notice).status for notice in notices] == [Status.FAILED, Status.QUEUED, Status.FAILED, Status.SENT]
    assert server.met["HELLO"] == 1
