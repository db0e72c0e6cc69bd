"""Parts of a mail: a calendar entry that mail programs show with buttons to answer, and attached files."""

import email
from datetime import timedelta
from email.policy import default
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from onestop.notices import digests, notify, outbox, parts, preferences
from onestop.notices.mime import build_message
from onestop.notices.models import Cadence, Notice, NoticePart, Preference
from onestop.notices.parts import CannotCarry, attachment_part, calendar_part
from tests import factories
from tests.notices.posting import NOON, Status, deliver_due, state_of

INVITE = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Größe\r\nEND:VCALENDAR\r\n".encode()
PDF = bytes(range(256)) * 40


def tell(key="1", to="ann@partner.example", kind="tests.act", **more):
    given: dict[str, Any] = {"parts": [calendar_part(INVITE)], "context": {"thing": "it"}, "at": NOON} | more
    return notify.notify(kind, key=key, to=to, **given)


def composed(carried, **fields):
    usual = {"subject": "Good day", "text": "Hello.\n", "html": "<p>Hello.</p>", "to": "ann@partner.example"}
    notice = Notice(written_at=NOON, sender="p@onestop.example", message_id="<0123456789@onestop.example>")
    vars(notice).update(usual | fields)
    notice.parts_to_send = [NoticePart(notice=notice, position=at, **vars(part)) for at, part in enumerate(carried)]
    raw = build_message(notice)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    return email.message_from_bytes(raw, policy=default)


def shape(message):
    if not message.is_multipart():
        return message.get_content_type()
    return [message.get_content_type(), *map(shape, message.iter_parts())]


# ---------------------------------------------------------------- As bytes
def test_a_calendar_entry_is_the_last_alternative_and_the_same_bytes_as_a_file():
    message = composed(
        [calendar_part(INVITE), attachment_part(PDF, filename="Agenda.pdf", media_type="application/pdf")]
    )
    alternatives = ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert shape(message) == ["multipart/mixed", alternatives, "application/ics", "application/pdf"]
    shown = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert (shown.get_param("method"), shown.get_param("charset")) == ("REQUEST", "utf-8")
    assert "=_" in message.get_boundary()
    files = list(message.iter_attachments())
    assert [part.get_filename() for part in files] == ["invite.ics", "Agenda.pdf"]
    assert [part.get_content_disposition() for part in files] == ["attachment", "attachment"]
    assert [part.get_payload(decode=True) for part in (shown, *files)] == [INVITE, INVITE, PDF]
    assert not any(part.defects for part in message.walk())


def test_a_file_alone_leaves_the_text_as_it_was():
    message = composed([attachment_part(PDF, filename="a.pdf", media_type="application/pdf")], html="")
    assert shape(message) == ["multipart/mixed", "text/plain", "application/pdf"]
    assert shape(composed([calendar_part(INVITE)], html="")) == [
        "multipart/mixed", ["multipart/alternative", "text/plain", "text/calendar"], "application/ics",
    ]  # fmt: skip


@given(name=st.text(max_size=200), content=st.binary(max_size=300))
def test_whatever_a_file_is_called_or_holds_it_stays_one_file(name, content):
    part = attachment_part(content, filename=name, media_type="application/octet-stream")
    file, *others = composed([part]).iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True), others) == (part.filename, content, [])
    assert not {"/", "\\", '"', "\r", "\n", "\x00"} & set(part.filename)


def test_a_long_name_keeps_its_suffix():
    name = attachment_part(b"", filename="x" * 200 + ".pdf", media_type="application/pdf").filename
    assert (len(name), name[-5:]) == (80, "x.pdf")


@pytest.mark.parametrize(
    "carried",
    [
        lambda: [calendar_part(INVITE), calendar_part(INVITE)],
        lambda: [calendar_part(INVITE, method="REQUEST\r\nBcc: x")],
        lambda: [attachment_part(b"", filename="a", media_type="text/html\r\nBcc: x")],
        lambda: [attachment_part(b"x" * parts.MOST_BYTES, filename="a", media_type="text/csv"), calendar_part(b"x")],
        lambda: [attachment_part(b"", filename="a", media_type="text/csv")] * (parts.MOST_PARTS + 1),
    ],
)
@pytest.mark.django_db
def test_what_a_mail_cannot_carry_is_refused_before_anything_is_written(carried):
    with pytest.raises(CannotCarry):
        tell(parts=carried())
    assert not Notice.objects.exists()


# ---------------------------------------------------------------- Written and sent
@pytest.mark.django_db
def test_parts_are_written_once_with_their_notice():
    for _again in range(2):
        notice = tell(parts=[calendar_part(INVITE), attachment_part(PDF, filename="a.pdf", media_type="text/csv")])
    assert notice.has_parts
    assert list(notice.parts.order_by("position").values_list("kind", "filename", "method")) == [
        ("calendar", "invite.ics", "REQUEST"),
        ("attachment", "a.pdf", ""),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.parts.create(position=9, kind="calendar", filename="b", media_type="text/calendar", method="ADD")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_the_same_notice_only_one_writes_its_parts():
    ready = Barrier(2)

    def write(content):
        ready.wait()
        tell(parts=[attachment_part(content, filename="a", media_type="text/csv")] * (2 if content == b"2" else 1))
        connection.close()

    writers = [Thread(target=write, args=[content]) for content in (b"1", b"2")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    [contents] = {tuple(bytes(part.content) for part in Notice.objects.get().parts.all())}
    assert contents in {(b"1",), (b"2", b"2")}


@pytest.mark.django_db(transaction=True)
def test_a_mail_arrives_with_its_parts_also_at_a_second_attempt(mail_server):
    mail_server.data = "452 Mailbox full"
    notice, plain = tell(), tell("2", parts=[])
    deliver_due(at=NOON)
    assert state_of(notice).status == Status.QUEUED
    mail_server.data = None
    deliver_due(at=NOON + timedelta(minutes=1))
    by_id = {message["Message-ID"]: message for message in mail_server.taken}
    assert [part.get_filename() for part in by_id[notice.message_id].iter_attachments()] == ["invite.ics"]
    assert by_id[plain.message_id].get_content_type() == "multipart/alternative"


@pytest.mark.django_db(transaction=True)
def test_parts_cost_one_query_for_a_group_and_none_where_there_are_none(mail_server):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            deliver_due(at=NOON)
        return sum("notices_noticepart" in one["sql"] for one in asked)

    for number in range(3):
        tell(f"plain:{number}", parts=[])
    assert queries() == 0
    for number in range(3):
        tell(f"with:{number}")
    assert queries() == 1


# ---------------------------------------------------------------- Never in a digest
@pytest.mark.django_db
@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY])
def test_a_mail_with_parts_never_goes_into_a_digest(cadence):
    ann = factories.make_user("Ann Example")
    Preference.objects.create(user=ann, kind="tests.act", cadence=cadence)
    assert tell("with", to=ann).status == Status.QUEUED
    assert tell("without", to=ann, parts=[]).status == Status.DIGEST_PENDING
    preferences.save_preferences(ann, cadences={"tests.act": Cadence.WEEKLY}, delivery_schedule={}, at=NOON)
    digests.send_digests(at=NOON + timedelta(days=8))
    assert Notice.objects.get(dedupe_key="with").status == Status.QUEUED
    assert Notice.objects.get(dedupe_key="without").status == Status.DIGESTED


@pytest.mark.django_db
def test_a_mail_with_parts_that_waits_stays_out_of_the_digest_when_settings_change():
    ann = factories.make_user("Ann Example")
    night = NOON + timedelta(hours=12)
    waiting = tell(to=ann, at=night)
    assert (waiting.status, waiting.due_at > night) == (Status.QUEUED, True)
    preferences.save_preferences(ann, cadences={"tests.act": Cadence.DAILY}, delivery_schedule={}, at=night)
    assert state_of(waiting).status == Status.QUEUED


@pytest.mark.django_db
def test_who_turned_a_type_off_gets_no_mail_with_parts_either():
    ann = factories.make_user("Ann Example")
    Preference.objects.create(user=ann, kind="tests.act", cadence=Cadence.OFF)
    assert tell(to=ann).status == Status.IN_APP_ONLY


# ---------------------------------------------------------------- Shown and forgotten
@pytest.mark.django_db
def test_staff_see_which_parts_a_mail_had_and_not_what_is_in_them(as_, area):
    notice = tell(scope=area, parts=[calendar_part(INVITE)])
    page = as_("staff").get(reverse("partners:notice_detail", args=[area.slug, notice.pk])).content.decode()
    assert "invite.ics (Calendar entry," in " ".join(page.split())
    assert "VCALENDAR" not in page


@pytest.mark.django_db
def test_parts_of_secret_mails_are_deleted_with_their_text():
    notice = tell()
    Notice.objects.filter(pk=notice.pk).update(kind=outbox.DJANGOS_OWN, status=Status.SENT, sent_at=NOON)
    assert outbox.forget_secrets(at=NOON + timedelta(days=2)) == 1
    assert not NoticePart.objects.exists()
    assert not state_of(notice).has_parts
