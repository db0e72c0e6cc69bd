"""Delivery: nothing is lost, nothing is silently sent twice, whatever dies in between."""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from onestop.notices import delivery, outbox
from onestop.notices.models import Notice
from onestop.notices.tasks import sweep_outbox
from onestop.notices.transport import SmtpTransport
from tests import factories
from tests.notices.posting import NOON, Status, deliver_due, owe, state_of

pytestmark = pytest.mark.django_db(transaction=True)


# ---------------------------------------------------------------- Sending
def test_an_email_arrives_whole(mail_server):
    email = owe(subject="Grüße aus Ohio", text="Zeile für Zeile.", html="<p>Schön</p>", headers={"X-Kind": "test"})
    assert deliver_due(at=NOON) == 1
    (message,) = mail_server.taken
    assert message["Subject"] == "Grüße aus Ohio"
    assert message["To"] == "ann@partner.example"
    assert message["Message-ID"] == email.message_id
    assert message["X-Kind"] == "test"
    assert message.get_body(("plain",)).get_content().strip() == "Zeile für Zeile."
    assert message.get_body(("html",)).get_content().strip() == "<p>Schön</p>"
    assert (state_of(email).status, email.attempts, email.sent_at) == (Status.SENT, 1, NOON)


def test_an_email_is_not_sent_before_it_is_due(mail_server):
    owe(at=NOON + timedelta(hours=1))
    assert deliver_due(at=NOON) == 0


@pytest.mark.parametrize("answers", [{"rcpt": "451 Greylisted"}, {"data": "452 Mailbox full"}, {"rcpt": "421 Bye"}])
def test_a_server_that_asks_for_patience_gets_it(mail_server, answers):
    vars(mail_server).update(answers)
    email, other = owe(), owe("greeting:2")
    deliver_due(at=NOON)
    for row in (email, other):
        assert (state_of(row).status, row.attempts, row.due_at) == (Status.QUEUED, 1, NOON + timedelta(minutes=1))
    assert email.last_error == next(iter(answers.values()))
    mail_server.rcpt = mail_server.data = None
    deliver_due(at=NOON + timedelta(minutes=1))
    assert {state_of(email).status, state_of(other).status} == {Status.SENT}
    assert len(mail_server.taken) == 2


@pytest.mark.parametrize("answers", [{"rcpt": "550 No such person"}, {"data": "554 Not here"}])
def test_a_server_that_says_never_is_not_asked_again(mail_server, answers):
    vars(mail_server).update(answers)
    email = owe()
    deliver_due(at=NOON)
    assert (state_of(email).status, email.last_error) == (Status.FAILED, next(iter(answers.values())))
    assert deliver_due(at=NOON + timedelta(days=9)) == 0


def test_one_wrong_address_does_not_keep_back_the_others(mail_server):
    mail_server.refused_addresses = {"gone@partner.example": "550 No such person"}
    wrong, right = owe("greeting:1", "gone@partner.example"), owe("greeting:2")
    deliver_due(at=NOON)
    assert (state_of(wrong).status, state_of(right).status) == (Status.FAILED, Status.SENT)


def test_a_switched_off_server_is_tried_by_the_written_list_and_then_no_more(dead_mail_server):
    email, at = owe(), NOON
    for pause in delivery.RETRY_AFTER:
        deliver_due(at=at)
        assert (state_of(email).status, email.due_at) == (Status.QUEUED, at + pause)
        at = email.due_at
    deliver_due(at=at)
    assert state_of(email).status == Status.FAILED
    assert "refused" in email.last_error.lower()


def test_a_server_that_falls_silent_after_the_whole_email_leaves_it_uncertain(mail_server):
    mail_server.hang_up_after_data = True
    email = owe()
    deliver_due(at=NOON)
    assert state_of(email).status == Status.UNCERTAIN
    delivery.free_stuck()
    assert deliver_due(at=NOON + timedelta(days=9)) == 0
    assert len(mail_server.taken) == 1


def test_an_uncertain_email_goes_again_under_the_same_message_id_where_the_setting_says_so(mail_server, settings):
    settings.MAIL_RESEND_UNCERTAIN = True
    mail_server.hang_up_after_data = True
    owe()
    deliver_due(at=NOON)
    mail_server.hang_up_after_data = False
    deliver_due(at=NOON + timedelta(minutes=1))
    assert len({message["Message-ID"] for message in mail_server.taken}) == 1
    assert len(mail_server.taken) == 2


def test_no_transaction_is_open_while_a_mail_server_is_spoken_to(mail_server, monkeypatch):
    seen, send, ours = [], SmtpTransport.send, connections["default"]

    def look_and_send(self: SmtpTransport, notice: Notice) -> None:
        seen.append(ours.in_atomic_block)
        send(self, notice)

    monkeypatch.setattr(SmtpTransport, "send", look_and_send)
    owe()
    deliver_due(at=NOON)
    assert seen == [False]
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deliver_due(at=NOON)


# ---------------------------------------------------------------- Two workers, and dead ones
def test_two_workers_never_send_the_same_email(mail_server):
    emails = [owe(f"greeting:{number}", f"p{number}@partner.example") for number in range(30)]
    start = Barrier(4)

    def work() -> None:
        start.wait()
        while deliver_due(at=NOON):
            pass
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(to for _, to in mail_server.envelopes) == sorted(email.to for email in emails)
    assert not Notice.objects.exclude(status=Status.SENT, attempts=1).exists()


class Killed(BaseException):
    """What a test kills a worker with."""


def stop_at(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die while it speaks to the server about one notice, and its lease run out."""
    send = SmtpTransport.send

    def die(self: SmtpTransport, given: Notice) -> None:
        if given.pk == notice.pk:
            raise Killed
        send(self, given)

    with monkeypatch.context() as patch:
        patch.setattr(SmtpTransport, "send", die)
        with pytest.raises(Killed):
            deliver_due(at=NOON)
    Notice.objects.filter(status=Status.CLAIMED).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_of_a_dead_workers_batch_only_what_it_had_begun_is_uncertain(mail_server, monkeypatch):
    monkeypatch.setattr(delivery, "GROUP", 2)
    notices = [owe(f"greeting:{number}") for number in range(6)]
    stop_at(notices[2], monkeypatch)
    begun = Notice.objects.filter(status=Status.CLAIMED, begun=True).count()
    assert 1 <= begun <= 2
    sweep_outbox()
    told = [state_of(notice).status for notice in notices]
    assert (told.count(Status.UNCERTAIN), told.count(Status.SENT)) == (begun, 6 - begun)
    assert told[2] == Status.UNCERTAIN
    assert len({message["Message-ID"] for message in mail_server.taken}) == len(mail_server.taken)


def test_a_worker_that_was_given_up_does_not_send_what_was_taken_from_it(mail_server, monkeypatch):
    monkeypatch.setattr(delivery, "GROUP", 1)
    first, second = owe("greeting:1"), owe("greeting:2")
    send = SmtpTransport.send

    def be_slow(self: SmtpTransport, notice: Notice) -> None:
        send(self, notice)
        if notice.pk == first.pk:  # so slow that the lease runs out, and another worker sends the second
            Notice.objects.filter(status=Status.CLAIMED).update(lease_until=timezone.now() - timedelta(hours=1))
            delivery.free_stuck()
            deliver_due(at=NOON)
            connection.close()

    monkeypatch.setattr(SmtpTransport, "send", be_slow)
    deliver_due(at=NOON)
    assert len(mail_server.taken) == 2
    assert {state_of(first).status, state_of(second).status} == {Status.SENT}


def test_an_operator_may_send_again_what_failed(mail_server):
    failed, sent = owe("greeting:1", "gone@partner.example"), owe("greeting:2")
    mail_server.refused_addresses = {"gone@partner.example": "550 No such person"}
    deliver_due(at=NOON)
    mail_server.refused_addresses = {}
    assert outbox.send_again(Notice.objects.all(), by=factories.make_user(), at=NOON) == 1
    deliver_due(at=NOON)
    assert (state_of(failed).status, len(mail_server.taken)) == (Status.SENT, 2)
    assert state_of(sent).attempts == 1


def test_in_the_demo_mail_lies_in_a_folder_where_people_can_read_it(settings, tmp_path: Path):
    settings.MAIL_TRANSPORT = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }
    owe()
    deliver_due(at=NOON)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name.startswith("2026-03-10_120000_ann@partner.example")
    assert b"Hello." in file.read_bytes()
