"""Reading of mail that came in: whatever anybody sends is read as far as it can be, and nothing of it does harm."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.notices.incoming import MOST_TEXT, read_mail
from tests import factories


def parsed(**headers):
    return read_mail(factories.make_reply(**headers))


def everything(mail):
    return (
        mail.message_id, mail.sender, mail.sender_name, mail.subject, mail.recipients, mail.answers, mail.is_automatic,
        mail.digest, mail.text, mail.attachments, mail.calendar_answers,
    )  # fmt: skip


def test_a_plain_mail_is_read():
    mail = parsed(References="<a@x.example> <b@x.example>", In_Reply_To="<c@x.example>", Cc="bea@partner.example")
    assert (mail.sender, mail.sender_name, mail.subject) == ("luz@millrace.example", "Luz Ferrand", "A question")
    assert mail.recipients == ["portal@onestop.example", "bea@partner.example"]
    assert mail.answers == ["<c@x.example>", "<b@x.example>", "<a@x.example>"]
    assert mail.text == "We moved to Main Street."
    assert not mail.is_automatic


def test_the_address_of_the_envelope_comes_first():
    mail = read_mail(factories.make_reply(), ["Portal+meet-ABC@onestop.example"])
    assert mail.recipients[0] == "portal+meet-abc@onestop.example"


@pytest.mark.parametrize(
    ("header", "value", "automatic"),
    [
        ("Auto_Submitted", "auto-replied; owner=x", True),
        ("Auto_Submitted", "auto-generated", True),
        ("Auto_Submitted", "No", False),
        ("Precedence", "bulk", True),
        ("Precedence", "first-class", False),
        ("X_Auto_Response_Suppress", "All", True),
        ("List_Id", "<list.example>", True),
        ("Return_Path", "<>", True),
    ],
)
def test_mail_that_a_machine_wrote_is_recognized(header, value, automatic):
    assert parsed(**{header: value}).is_automatic is automatic


def test_html_becomes_plain_text():
    message = EmailMessage()
    message.set_content(
        "<html><head><style>p{color:red}</style><title>x</title></head><body><p>Hello &amp; <b>good</b> day</p>"
        "<script>alert(1)</script><div>Second line</div><img src='https://spy.example/x.gif'></body>",
        subtype="html",
    )
    assert read_mail(message.as_bytes()).text == "Hello & good day\n\nSecond line"


def test_calendar_answers_are_found_once_with_their_method():
    entry = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
    message = EmailMessage()
    message.set_content("Accepted")
    message.add_alternative(entry, maintype="text", subtype="calendar", params={"method": "reply"})
    message.add_attachment(entry, maintype="application", subtype="ics", filename="invite.ics")
    mail = read_mail(message.as_bytes())
    assert [(answer.method, answer.content) for answer in mail.calendar_answers] == [("REPLY", entry)]
    assert mail.attachments == ["invite.ics"]


# ---------------------------------------------------------------- Hostile
def nested(depth):
    lines = [f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}' for i in range(depth)]
    return "\n".join([*lines, "Content-Type: text/plain\n\nDeep"]).encode()


HOSTILE = {
    "nothing": b"",
    "null bytes": b"From: a\x00@x.example\nSubject: a\x00b\n\nte\x00xt",
    "no headers": b"\n\nHello",
    "binary": bytes(range(256)) * 50,
    "broken boundary": b'Content-Type: multipart/mixed; boundary="x"\n\n--y\n\nHello',
    "no boundary": b"Content-Type: multipart/mixed\n\n--y\n\nHello",
    "unknown charset": b"Content-Type: text/plain; charset=klingon\n\nqapla\xff",
    "wrong charset": b"Content-Type: text/plain; charset=utf-8\n\n\xe4\xf6\xfc",
    "charset with a null byte": b'Content-Type: text/plain; charset="a\x00b"\n\nHello',
    "broken base64": b"Content-Transfer-Encoding: base64\n\n!!!!=====abc",
    "unknown encoding": b"Content-Transfer-Encoding: rot13\n\nUryyb",
    "broken encoded word": b"Subject: =?utf-8?b?////?= =?nope?q?x?= =?utf-8?b?A?=\nFrom: =?x?= <a@x.example>\n\nHello",
    "header injection": b"Subject: =?utf-8?q?Hi=0d=0aBcc:_x@y.example?=\nFrom: a@x.example\n\nHello",
    "many addresses": b"To: " + b"a@x.example, " * 20_000 + b"\n\nHello",
    "broken addresses": b"From: <<<>>>@@,;:\"\nTo: a@, @b, \"x\nIn-Reply-To: <<>> <a\n\nHello",
    "long header": b"Subject: " + b"x" * 2_000_000 + b"\n\nHello",
    "many headers": b"X-A: b\n" * 50_000 + b"\nHello",
    "many references": b"References: " + b"<a@b>" * 100_000 + b"\n\nHello",
    "brackets": b"References: " + b"<" * 500_000 + b"\n\nHello",
    "deep": nested(3000),
    "many parts": b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\nPart\n" * 20_000 + b"--x--",
    "html bomb": b"Content-Type: text/html\n\n" + b"<script" * 50_000,
    "html name": b"Content-Type: text/html\n\n<" + b"a" * 200_000,
    "html comments": b"Content-Type: text/html\n\n" + b"<!--" * 100_000,
    "html declarations": b"Content-Type: text/html\n\n" + b"<!" * 100_000,
    "25 MB": b"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + b"QUJD" * 6_250_000,
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_comes_is_read_in_good_time(what):
    started = time.process_time()
    mail = read_mail(HOSTILE[what])
    assert everything(mail)
    shown = "".join([mail.message_id, mail.sender, mail.sender_name, mail.subject, *mail.recipients, *mail.attachments])
    assert not {"\n", "\r", "\x00"} & set(shown)
    assert "\x00" not in mail.text
    assert len(mail.text) <= MOST_TEXT
    assert len(mail.recipients) <= 50
    assert time.process_time() - started < 10  # not of wall time; a mail that costs minutes would block the mailbox


@given(raw=st.binary(max_size=2000))
def test_no_bytes_are_too_strange(raw):
    assert everything(read_mail(raw))
    assert everything(read_mail(b"Content-Type: multipart/mixed; boundary=a\n" + raw))


def test_text_in_the_other_direction_cannot_disguise_a_sender():
    mail = parsed(From="=?utf-8?b?4oCuZ3Jv?= <ann@partner.example>")
    assert "\u202e" not in mail.sender_name


def test_the_digest_stays_the_same_on_another_way_and_differs_for_another_mail():
    raw = factories.make_reply()
    again = b"Received: from relay.example\r\n" + raw.replace(b"\n", b"\r\n")
    assert read_mail(raw).digest == read_mail(again).digest
    assert read_mail(raw).digest != read_mail(raw.replace(b"Main Street", b"Mill Street")).digest
    assert read_mail(raw).digest != read_mail(factories.make_reply()).digest
