"""What comes too late is withdrawn and not sent, however it was held."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.notices import delivery, digests, outbox
from onestop.notices.models import Cadence, Notice, Preference
from onestop.notices.notify import notify
from onestop.notices.smtp_pool import SmtpPool
from onestop.notices.tasks import sweep_outbox
from onestop.notices.transport import open_transport
from tests import factories
from tests.notices.posting import NOON, Status, deliver_due, state_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TOO_LATE = "Not sent: it would have come too late."


@pytest.fixture
def ann():
    return factories.make_user("Ann Example", email="ann@partner.example")


def tell(to, key="1", kind="tests.act", at=NOON, after=HOUR, **more):
    return notify(kind, key=key, to=to, at=at, context={"thing": "it"}, expires_at=at + after, **more)


def assert_late(notice):
    assert (state_of(notice).status, notice.withdrawn_why, notice.sent_at) == (Status.WITHDRAWN, TOO_LATE, None)


def held_by_a_digest(ann):
    Preference.objects.create(user=ann, kind="tests.act", cadence=Cadence.WEEKLY)
    return tell(ann)


def held_by_quiet_hours(ann):
    return tell(ann, at=NOON + 16 * HOUR)


def held_by_the_weekly_limit(ann):
    for number in range(2):
        notify("tests.nudge", key=f"earlier:{number}", to=ann, at=NOON, context={"thing": "it"})
    return tell(ann, kind="tests.nudge")


def held_by_a_server_that_asks_for_patience(ann):
    notice = tell(ann)
    Notice.objects.filter(pk=notice.pk).update(attempts=3, due_at=NOON + timedelta(days=1), last_error="451 Greylisted")
    return notice


@pytest.mark.parametrize(
    "held", [held_by_a_digest, held_by_quiet_hours, held_by_the_weekly_limit, held_by_a_server_that_asks_for_patience]
)
def test_whatever_held_it_it_is_withdrawn_when_it_is_too_late(ann, held):
    notice = held(ann)
    before = notice.status
    assert outbox.withdraw_expired(at=notice.expires_at - timedelta(seconds=1)) == 0
    assert state_of(notice).status == before != Status.WITHDRAWN
    assert outbox.withdraw_expired(at=notice.expires_at) == 1
    assert_late(notice)


def test_what_has_expired_before_it_is_written_is_kept_as_not_sent(ann):
    assert_late(tell(ann, after=-HOUR))
    assert_late(tell("bea@partner.example", key="2", after=timedelta(0)))


def test_a_digest_is_written_without_what_is_too_late(ann):
    Preference.objects.create(user=ann, kind="tests.act", cadence=Cadence.DAILY)
    late, lasting = tell(ann), notify("tests.act", key="2", to=ann, at=NOON, context={"thing": "it"})
    digests.send_digests(at=NOON + timedelta(days=2))
    assert (state_of(late).status, state_of(lasting).status) == (Status.DIGEST_PENDING, Status.DIGESTED)
    outbox.withdraw_expired(at=NOON + timedelta(days=2))
    assert_late(late)


@pytest.mark.django_db(transaction=True)
def test_a_worker_claims_nothing_that_is_too_late(mail_server, ann):
    late = tell(ann)
    assert deliver_due(at=late.expires_at) == 0
    assert deliver_due(at=late.expires_at - timedelta(minutes=1)) == 1
    assert state_of(late).status == Status.SENT
    outbox.withdraw_expired(at=NOON + timedelta(days=9))
    assert state_of(late).status == Status.SENT


@pytest.mark.django_db(transaction=True)
def test_what_expires_between_the_claim_and_its_turn_is_not_sent(mail_server, ann, monkeypatch):
    late = tell(ann)
    lasting = notify("tests.act", key="2", to=ann, at=NOON, context={"thing": "it"})
    claim = delivery._claim

    def slowly(at):
        batch = claim(at)
        batch.claimed -= 2 * HOUR.total_seconds()  # as if so much time had passed since
        return batch

    monkeypatch.setattr(delivery, "_claim", slowly)
    assert deliver_due(at=NOON) == 2
    assert_late(late)
    assert state_of(lasting).status == Status.SENT
    assert [message["Message-ID"] for message in mail_server.taken] == [lasting.message_id]


@pytest.mark.django_db(transaction=True)
def test_what_is_withdrawn_while_a_worker_has_it_is_not_sent(mail_server, ann):
    late = tell(ann)
    batch = delivery._claim(NOON)
    outbox.withdraw_expired(at=late.expires_at)
    with SmtpPool(open_transport, fewest=1):
        assert delivery._record(batch, [], batch.notices, NOON) == []
    assert_late(late)
    assert mail_server.taken == []


@pytest.mark.django_db(transaction=True)
def test_what_may_have_been_sent_is_never_said_to_be_not_sent(ann, settings):
    settings.MAIL_RESEND_UNCERTAIN = True
    late, lasting = tell(ann), notify("tests.act", key="2", to=ann, at=NOON, context={"thing": "it"})
    past = timezone.now() - HOUR
    batch = delivery._claim(NOON)
    Notice.objects.filter(claim=batch.claim).update(begun=True, lease_until=past)
    delivery.free_stuck()
    outbox.withdraw_expired(at=timezone.now())
    assert (state_of(late).status, state_of(lasting).status) == (Status.UNCERTAIN, Status.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_withdraws_it(dead_mail_server, ann):
    late = tell(ann)
    sweep_outbox()
    assert_late(late)


def test_what_failed_and_is_too_late_is_not_sent_again(ann, cast):
    late = tell(ann)
    Notice.objects.filter(pk=late.pk).update(status=Status.FAILED)
    again = {"by": cast["staff"], "at": late.expires_at}
    assert outbox.send_again(Notice.objects.filter(pk=late.pk), **again) == 0
    assert outbox.send_again(Notice.objects.filter(pk=late.pk), **again | {"at": NOON}) == 1


def test_staff_read_why_it_was_not_sent(as_, area, ann):
    now = timezone.now()
    late = tell(ann, at=now, scope=area)
    page = reverse("partners:notice_detail", args=[area.slug, late.pk])
    assert "Will be withdrawn" in as_("staff").get(page).content.decode()
    outbox.withdraw_expired(at=late.expires_at)
    shown = as_("staff").get(page).content.decode()
    assert TOO_LATE in shown
    assert "Will be withdrawn" not in shown
