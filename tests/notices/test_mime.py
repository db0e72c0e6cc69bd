"""An e-mail as it goes over the wire: Python's own email package reads from it exactly what was put in."""

import email
import string
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onestop.notices.mime import CannotCompose, build_message
from onestop.notices.models import Notice
from tests.notices.posting import NOON

LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)
WORDS = st.lists(LINE, max_size=8).map("\n".join)


def compose(**fields: object) -> bytes:
    usual = {"subject": "Good day", "text": "Hello.\n", "html": "<p>Hello.</p>", "to": "ann@partner.example"}
    sender, message_id = "The Portal <portal@onestop.example>", "<0123456789abcdef@onestop.example>"
    return build_message(Notice(written_at=NOON, sender=sender, message_id=message_id, **(usual | fields)))


def read(raw: bytes) -> EmailMessage:
    """Return an e-mail as a mail program has it, which ends lines in its own way."""
    return email.message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=default)


@given(subject=LINE, text=WORDS, html=WORDS.filter(bool))
def test_whatever_was_said_is_read_again_as_it_was(subject, text, html):
    subject = " ".join(subject.split())
    message = read(compose(subject=subject, text=text + "\n", html=html))
    assert " ".join(str(message["Subject"]).split()) == subject
    words = [part.get_content() for part in message.iter_parts()]
    assert [part.rstrip() for part in words] == [text.rstrip(), html.rstrip()]
    assert not message.defects


@given(text=WORDS)
def test_no_line_is_longer_than_mail_servers_take_and_all_is_ascii(text):
    raw = compose(text=text, html="<p>" + text + "</p>", subject=" ".join(text.split())[:500])
    assert raw.isascii()
    head, _, bodies = raw.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert max(len(line) for line in bodies.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_notice_is_the_same_bytes_at_every_attempt():
    assert compose() == compose()


def test_a_notice_without_html_is_plain_text():
    message = read(compose(html=""))
    assert (message.get_content_type(), message.get_content()) == ("text/plain", "Hello.\n")


def test_its_headers_say_what_it_is():
    message = read(compose(headers={"List-Unsubscribe": "<https://x.example/>"}))
    expected = {
        "From": "The Portal <portal@onestop.example>",
        "To": "ann@partner.example",
        "Date": "Tue, 10 Mar 2026 12:00:00 +0000",
        "Message-ID": "<0123456789abcdef@onestop.example>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://x.example/>",
    }
    assert {name: message[name] for name in expected} == expected


@pytest.mark.parametrize(
    "changes", [{"subject": "A\nBcc: b@x.example"}, {"headers": {"X-Kind": "a\r\nBcc: b@x.example"}}]
)
def test_no_line_break_gets_into_a_header(changes):
    with pytest.raises(CannotCompose):
        compose(**changes)


def test_a_long_subject_in_plain_letters_is_folded():
    subject = " ".join([string.ascii_lowercase] * 12)
    raw = compose(subject=subject)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert str(read(raw)["Subject"]) == subject


def test_a_person_whose_address_is_not_in_latin_letters_is_written_to_in_their_domains_ascii():
    message = read(compose(to="ann@bücher.example"))
    assert message["To"] == "ann@xn--bcher-kva.example"
