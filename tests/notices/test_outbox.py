"""The outbox: what is said is written with what causes it, once; and who is woken to send it."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu import pools

from onestop import celery_app
from onestop.jobs import waking
from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.tasks import deliver_mail, sweep_outbox
from tests.notices.posting import NOON, Status, deliver_due, owe, state_of

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert deliver_due(at=NOON) == 0
    assert mail_server.taken == []


def test_a_subject_cannot_smuggle_in_a_header(mail_server):
    owe(subject="Good day\nBcc: everybody@partner.example")
    deliver_due(at=NOON)
    assert mail_server.taken[0]["Bcc"] is None


def test_the_message_id_follows_from_the_key_alone():
    assert owe().message_id == Notice.message_id_for("greeting:1", django_settings.DEFAULT_FROM_EMAIL)


def test_the_database_refuses_a_sent_email_without_a_time():
    with pytest.raises(IntegrityError, match="notice_is_dated_when_sent"):
        Notice.objects.filter(pk=owe().pk).update(status=Status.SENT)


def test_the_database_refuses_an_email_in_hand_without_a_lease():
    with pytest.raises(IntegrityError, match="notice_being_sent_is_on_a_lease"):
        Notice.objects.filter(pk=owe().pk).update(status=Status.CLAIMED)


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
    monkeypatch.setattr(waking, "send", lambda task: woken.append(Notice.objects.count()))
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


# ---------------------------------------------------------------- Forgetting
def test_words_that_could_sign_somebody_in_are_blanked_a_day_after_they_went_out(mail_server):
    code, reminder = (
        owe("mail:1", text="Your code: 123456", kind="account"),
        owe("reminder:1", text="Confirm your services."),
    )
    unsent = owe("mail:2", text="Your code: 654321", at=NOON + timedelta(days=30), kind="account")
    deliver_due(at=NOON)
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
    deliver_due(at=timezone.now())
    assert outbox.forget_secrets(at=timezone.now() + timedelta(days=2)) == 1
