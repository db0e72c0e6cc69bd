"""The outbox: nothing is lost, nothing is silently sent twice, and no page waits for a mail server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from kombu import pools

from onestop import celery_app
from onestop.notices import outbox
from onestop.notices.models import OutgoingEmail
from onestop.notices.tasks import deliver_mail, sweep_outbox

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
Status = OutgoingEmail.Status


def owe(key: str = "greeting:1", to: str = "ann@partner.example", **changes: object) -> OutgoingEmail:
    words = {"subject": "Good day", "text": "Hello.", "html": "<p>Hello.</p>", "at": NOON} | changes
    return outbox.enqueue_rendered(key=key, to=to, **words)  # type: ignore[arg-type]


def state_of(email: OutgoingEmail) -> OutgoingEmail:
    email.refresh_from_db()
    return email


# ---------------------------------------------------------------- Writing
def test_what_is_said_once_is_not_said_again():
    first, second = owe(), owe(text="Something else.")
    assert first.pk == second.pk
    assert second.text == "Hello.\n"


def test_a_transaction_that_is_rolled_back_says_nothing(mail_server):
    class Regret(Exception):
        pass

    def write_and_regret() -> None:
        with transaction.atomic():
            owe()
            raise Regret

    with pytest.raises(Regret):
        write_and_regret()
    assert outbox.deliver_due(at=NOON) == 0
    assert mail_server.taken == []


def test_a_subject_cannot_smuggle_in_a_header(mail_server):
    owe(subject="Good day\nBcc: everybody@partner.example")
    outbox.deliver_due(at=NOON)
    assert mail_server.taken[0]["Bcc"] is None


def test_the_message_id_follows_from_the_key_alone():
    assert owe().message_id == OutgoingEmail.message_id_for("greeting:1", django_settings.DEFAULT_FROM_EMAIL)


def test_the_database_refuses_a_sent_email_without_a_time():
    with pytest.raises(IntegrityError, match="email_is_dated_when_sent"):
        OutgoingEmail.objects.filter(pk=owe().pk).update(status=Status.SENT)


def test_the_database_refuses_an_email_in_hand_without_a_lease():
    with pytest.raises(IntegrityError, match="email_being_sent_is_on_a_lease"):
        OutgoingEmail.objects.filter(pk=owe().pk).update(status=Status.SENDING)


# ---------------------------------------------------------------- Sending
def test_an_email_arrives_whole(mail_server):
    email = owe(subject="Grüße aus Ohio", text="Zeile für Zeile.", html="<p>Schön</p>", headers={"X-Kind": "test"})
    assert outbox.deliver_due(at=NOON) == 1
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
    assert outbox.deliver_due(at=NOON) == 0


@pytest.mark.parametrize("answers", [{"rcpt": "451 Greylisted"}, {"data": "452 Mailbox full"}, {"rcpt": "421 Bye"}])
def test_a_server_that_asks_for_patience_gets_it(mail_server, answers):
    vars(mail_server).update(answers)
    email, other = owe(), owe("greeting:2")
    outbox.deliver_due(at=NOON)
    for row in (email, other):
        assert (state_of(row).status, row.attempts, row.due_at) == (Status.DUE, 1, NOON + timedelta(minutes=1))
    assert email.last_error == next(iter(answers.values()))
    mail_server.rcpt = mail_server.data = None
    outbox.deliver_due(at=NOON + timedelta(minutes=1))
    assert {state_of(email).status, state_of(other).status} == {Status.SENT}
    assert len(mail_server.taken) == 2


@pytest.mark.parametrize("answers", [{"rcpt": "550 No such person"}, {"data": "554 Not here"}])
def test_a_server_that_says_never_is_not_asked_again(mail_server, answers):
    vars(mail_server).update(answers)
    email = owe()
    outbox.deliver_due(at=NOON)
    assert (state_of(email).status, email.last_error) == (Status.FAILED, next(iter(answers.values())))
    assert outbox.deliver_due(at=NOON + timedelta(days=9)) == 0


def test_one_wrong_address_does_not_keep_back_the_others(mail_server):
    mail_server.refused_addresses = {"gone@partner.example": "550 No such person"}
    wrong, right = owe("greeting:1", "gone@partner.example"), owe("greeting:2")
    outbox.deliver_due(at=NOON)
    assert (state_of(wrong).status, state_of(right).status) == (Status.FAILED, Status.SENT)


def test_a_switched_off_server_is_tried_by_the_written_list_and_then_no_more(dead_mail_server):
    email, at = owe(), NOON
    for pause in outbox.RETRY_AFTER:
        outbox.deliver_due(at=at)
        assert (state_of(email).status, email.due_at) == (Status.DUE, at + pause)
        at = email.due_at
    outbox.deliver_due(at=at)
    assert state_of(email).status == Status.FAILED
    assert "refused" in email.last_error.lower()


def test_a_server_that_falls_silent_after_the_whole_email_leaves_it_uncertain(mail_server):
    mail_server.hang_up_after_data = True
    email = owe()
    outbox.deliver_due(at=NOON)
    assert state_of(email).status == Status.UNCERTAIN
    outbox.free_stuck()
    assert outbox.deliver_due(at=NOON + timedelta(days=9)) == 0
    assert len(mail_server.taken) == 1


def test_an_uncertain_email_goes_again_under_the_same_message_id_where_the_setting_says_so(mail_server, settings):
    settings.MAIL_RESEND_UNCERTAIN = True
    mail_server.hang_up_after_data = True
    owe()
    outbox.deliver_due(at=NOON)
    mail_server.hang_up_after_data = False
    outbox.deliver_due(at=NOON + timedelta(minutes=1))
    assert len({message["Message-ID"] for message in mail_server.taken}) == 1
    assert len(mail_server.taken) == 2


def test_no_transaction_is_open_while_a_mail_server_is_spoken_to(mail_server, monkeypatch):
    seen = []
    send = outbox.open_transport().send.__func__  # type: ignore[attr-defined]

    def look_and_send(self: object, email: OutgoingEmail) -> None:
        seen.append(connection.in_atomic_block)
        send(self, email)

    monkeypatch.setattr("onestop.notices.transport.SmtpTransport.send", look_and_send)
    owe()
    outbox.deliver_due(at=NOON)
    assert seen == [False]
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        outbox.deliver_due(at=NOON)


# ---------------------------------------------------------------- Two workers, and dead ones
def test_two_workers_never_send_the_same_email(mail_server):
    emails = [owe(f"greeting:{number}", f"p{number}@partner.example") for number in range(30)]
    start = Barrier(4)

    def work() -> None:
        start.wait()
        while outbox.deliver_due(at=NOON):
            pass
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(to for _, to in mail_server.envelopes) == sorted(email.to for email in emails)
    assert not OutgoingEmail.objects.exclude(status=Status.SENT, attempts=1).exists()


def stop_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die while it speaks to the server about the first e-mail of its batch."""

    class Killed(BaseException):
        pass

    def die(self: object, email: OutgoingEmail) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("onestop.notices.transport.SmtpTransport.send", die)
        with pytest.raises(Killed):
            outbox.deliver_due(at=NOON)
    OutgoingEmail.objects.filter(status=Status.SENDING).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_of_a_dead_workers_batch_only_the_one_in_flight_is_uncertain(mail_server, monkeypatch):
    emails = [owe(f"greeting:{number}") for number in range(3)]
    stop_in_the_middle(monkeypatch)
    sweep_outbox()
    assert [state_of(email).status for email in emails] == [Status.UNCERTAIN, Status.SENT, Status.SENT]


def test_a_worker_that_was_given_up_does_not_send_what_was_taken_from_it(mail_server, monkeypatch):
    first, second = owe("greeting:1"), owe("greeting:2")
    send = outbox.open_transport().send.__func__  # type: ignore[attr-defined]

    def be_slow(self: object, email: OutgoingEmail) -> None:
        send(self, email)
        if email.pk == first.pk:  # so slow that the lease runs out, and another worker sends the second
            OutgoingEmail.objects.filter(status=Status.SENDING).update(lease_until=timezone.now() - timedelta(hours=1))
            outbox.free_stuck()
            outbox.deliver_due(at=NOON)

    monkeypatch.setattr("onestop.notices.transport.SmtpTransport.send", be_slow)
    outbox.deliver_due(at=NOON)
    assert len(mail_server.taken) == 2
    assert {state_of(first).status, state_of(second).status} == {Status.SENT}


def test_an_operator_may_send_again_what_failed(mail_server):
    failed, sent = owe("greeting:1", "gone@partner.example"), owe("greeting:2")
    mail_server.refused_addresses = {"gone@partner.example": "550 No such person"}
    outbox.deliver_due(at=NOON)
    mail_server.refused_addresses = {}
    assert outbox.send_again(OutgoingEmail.objects.all(), at=NOON) == 1
    outbox.deliver_due(at=NOON)
    assert (state_of(failed).status, len(mail_server.taken)) == (Status.SENT, 2)
    assert state_of(sent).attempts == 1


# ---------------------------------------------------------------- The way in, and who is woken
@pytest.fixture
def outbox_backend(settings):
    settings.EMAIL_BACKEND = "onestop.notices.backend.OutboxBackend"


def test_djangos_own_mail_goes_through_the_outbox(outbox_backend, mail_server):
    message = mail.EmailMultiAlternatives(
        "Your code", "123", to=["Ann <ann@partner.example>"], cc=["bob@partner.example"], reply_to=["desk@x.example"]
    )
    message.attach_alternative("<p>123</p>", "text/html")
    assert message.send() == 1
    assert mail_server.taken == []
    deliver_mail()
    assert sorted(to for _, to in mail_server.envelopes) == ["ann@partner.example", "bob@partner.example"]
    assert {message["Reply-To"] for message in mail_server.taken} == {"desk@x.example"}


def test_the_outbox_says_so_if_it_cannot_carry_something(outbox_backend):
    message = mail.EmailMessage("Packet", "See there.", to=["ann@partner.example"])
    message.attach("packet.pdf", b"%PDF", "application/pdf")
    with pytest.raises(NotImplementedError, match="attachments"):
        message.send()


def test_a_worker_is_woken_after_the_transaction_and_not_before(monkeypatch):
    woken = []
    monkeypatch.setattr(deliver_mail, "delay", lambda: woken.append(OutgoingEmail.objects.count()))
    with transaction.atomic():
        owe()
        assert woken == []
    assert woken == [1]


def test_without_redis_nothing_fails_and_the_sweep_sends_it(mail_server, monkeypatch, caplog):
    nowhere = celery_app.connection_for_write("redis://127.0.0.1:1/0")
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", pools.producers[nowhere])
    with transaction.atomic():
        email = owe()
    assert "Connection refused" in caplog.text
    sweep_outbox()
    assert state_of(email).status == Status.SENT


def test_in_the_demo_mail_lies_in_a_folder_where_people_can_read_it(settings, tmp_path: Path):
    settings.MAIL_TRANSPORT = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }
    owe()
    outbox.deliver_due(at=NOON)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name.startswith("2026-03-10_120000_ann@partner.example")
    assert b"Hello." in file.read_bytes()


# ---------------------------------------------------------------- Forgetting
def test_words_that_could_sign_somebody_in_are_blanked_a_day_after_they_went_out(mail_server):
    code, reminder = owe("mail:1", text="Your code: 123456"), owe("reminder:1", text="Confirm your services.")
    unsent = owe("mail:2", text="Your code: 654321", at=NOON + timedelta(days=30))
    outbox.deliver_due(at=NOON)
    assert outbox.forget_secrets(at=NOON + timedelta(hours=23)) == 0
    assert outbox.forget_secrets(at=NOON + timedelta(hours=25)) == 1
    assert outbox.forget_secrets(at=NOON + timedelta(hours=25)) == 0
    assert "123456" not in state_of(code).text + state_of(code).html
    assert (state_of(code).status, state_of(code).sent_at) == (Status.SENT, NOON)
    assert "Confirm" in state_of(reminder).text
    assert "654321" in state_of(unsent).text


def test_django_s_own_mails_are_of_the_kind_that_is_blanked(mail_server, settings):
    settings.EMAIL_BACKEND = "onestop.notices.backend.OutboxBackend"
    mail.send_mail("Sign in", "Your code: 123456", None, ["ann@partner.example"])
    outbox.deliver_due(at=timezone.now())
    assert outbox.forget_secrets(at=timezone.now() + timedelta(days=2)) == 1
