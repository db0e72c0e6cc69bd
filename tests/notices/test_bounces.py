"""Addresses that reach nobody: what a mail server said at once, or wrote back later (RFC 3464)."""

import io
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from onestop.notices import bounces
from onestop.notices.models import Bounce, Notice
from tests.notices.posting import NOON, Status, deliver_due, owe, state_of

pytestmark = pytest.mark.django_db

RETURNED = """\
From: MAILER-DAEMON@relay.example
To: portal@onestop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Tue, 10 Mar 2026 12:00:05 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mx.partner.example
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address
    rejected: User unknown

--B
Content-Type: {kind}

From: portal@onestop.example
To: {to}
Subject: Good day
Message-ID: {message_id}

--B--
"""


def returned(notice, *, to="", action="failed", kind="text/rfc822-headers", message_id=""):
    message_id = message_id or notice.message_id
    return RETURNED.format(to=to or notice.to, action=action, kind=kind, message_id=message_id).encode()


def sent(**fields):
    notice = owe(**fields)
    Notice.objects.filter(pk=notice.pk).update(status=Status.SENT, sent_at=NOON)
    return state_of(notice)


# ---------------------------------------------------------------- Said at once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("answer", "is_marked"),
    [
        ("550 5.1.1 No such person", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("550 No such person", True),
        ("550 5.7.1 Relaying denied", False),
        ("554 5.7.1 Blocked", False),
        ("451 4.7.1 Greylisted", False),
    ],
)
def test_only_what_a_server_says_of_the_address_marks_the_address(mail_server, answer, is_marked):
    mail_server.rcpt = answer
    notice = owe()
    deliver_due(at=NOON)
    assert Bounce.objects.filter(address=notice.to, said=answer, at=NOON).exists() == is_marked
    assert state_of(notice).last_error == answer


@pytest.mark.django_db(transaction=True)
def test_what_a_server_says_of_the_mail_does_not_mark_the_address(mail_server):
    mail_server.data = "554 5.6.0 Content refused"
    owe()
    deliver_due(at=NOON)
    assert not Bounce.objects.exists()


def test_an_address_is_marked_once_however_it_is_written():
    for address in ("ann@partner.example", "Ann@Partner.example"):
        bounces.note_bounce(address, said="550 No", at=NOON)
    assert Bounce.objects.count() == 1
    bounces.clear_bounces(Bounce.objects.all(), by=None, at=NOON)
    bounces.note_bounce("ann@partner.example", said="550 Again", at=NOON)
    assert Bounce.objects.filter(cleared_at=None).count() == 1


# ---------------------------------------------------------------- Written back later
@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_that_comes_back_later_is_marked_with_its_address(kind):
    notice = sent()
    (report,) = bounces.read_reports(returned(notice, kind=kind))
    assert report.said == "smtp; 550 5.1.1 <ann@partner.example>: Recipient address rejected: User unknown"
    assert bounces.take_report(report, at=NOON)
    assert (state_of(notice).status, notice.sent_at) == (Status.FAILED, NOON)
    assert notice.last_error.startswith("Bounced: smtp; 550 5.1.1")
    assert Bounce.objects.get().address == "ann@partner.example"
    assert not bounces.take_report(report, at=NOON)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_something_else_changes_nothing(action):
    assert bounces.read_reports(returned(sent(), action=action)) == []


def test_nobody_can_mark_an_address_by_a_report_that_is_none_of_ours():
    notice = sent()
    for forged in (
        returned(notice, message_id="<made-up@relay.example>"),
        returned(notice, to="bea@partner.example"),
    ):
        (report,) = bounces.read_reports(forged)
        assert not bounces.take_report(report, at=NOON)
    assert not Bounce.objects.exists()
    assert state_of(notice).status == Status.SENT


def test_any_other_mail_to_that_mailbox_is_left_alone():
    message = EmailMessage()
    message["Subject"] = "Out of office"
    message.set_content("Back on Monday.")
    assert bounces.read_reports(message.as_bytes()) == []
    assert bounces.read_reports(b"\xff\xfe not a mail at all") == []


def test_a_mail_server_pipes_it_into_a_command(monkeypatch):
    notice = sent()
    stdin = io.TextIOWrapper(io.BytesIO(returned(notice)))
    monkeypatch.setattr("sys.stdin", stdin)
    said = io.StringIO()
    call_command("take_bounce", stdout=said)
    assert said.getvalue() == "bounces.\n"
    assert state_of(notice).status == Status.FAILED
