"""Two who do the same at once: claims, withdrawals, planners, digests; and what a transaction has not yet written."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import delivery, digests, outbox, planners
from onestop.notices.messages import Message
from onestop.notices.models import DeliverySchedule, Notice, Resend
from onestop.notices.notify import notice_of
from onestop.notices.planners import Planner
from onestop.notices.transport import SmtpTransport, TryLater
from tests.at_once import wait_for_lock
from tests.factories import make_user
from tests.notices.crew import Crew, wait_until
from tests.notices.planning import NAME, WORD
from tests.notices.posting import NOON, Status, deliver_due, owe, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> None:
    """Do things in threads that begin together, and wait for all; who waits for a lock for ever fails."""
    start, problems = Barrier(len(acts)), []

    def do(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '10s'")
            act()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


# ---------------------------------------------------------------- Claims and withdrawals
def test_eight_who_claim_at_once_never_take_the_same(mail_server, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 7)
    notices = [owe(f"greeting:{number}", f"p{number}@partner.example") for number in range(160)]

    def work() -> None:
        while deliver_due(at=NOON):
            pass

    at_once(*[work] * 8)
    assert sorted(to for _, to in mail_server.envelopes) == sorted(notice.to for notice in notices)
    assert not Notice.objects.exclude(status=Status.SENT, attempts=1).exists()


class Slow:
    """Lets a test do things while the server has the first of some mails, before the next one is begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_first, self.may_go_on, self.sent = Event(), Event(), list[str]()
        monkeypatch.setattr(delivery, "GROUP", 1)
        monkeypatch.setattr("onestop.notices.transport.SmtpTransport.send", self.send)

    def send(self, notice: Notice) -> None:
        self.sent.append(notice.dedupe_key)
        self.has_first.set()
        assert self.may_go_on.wait(10)


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_is_being_withdrawn_is_not_begun_until_that_is_decided(mail_server, monkeypatch, withdrawn: bool):
    slow, first, second = Slow(monkeypatch), owe("first"), owe("second")

    def withdraw_while_it_is_claimed() -> None:
        assert slow.has_first.wait(10)
        assert outbox.withdraw(Notice.objects.filter(pk=first.pk), why="Done.") == 0  # a server has it
        with suppress(Regret), transaction.atomic():
            assert outbox.withdraw(Notice.objects.filter(pk=second.pk), why="Done.") == 1
            slow.may_go_on.set()
            wait_for_lock()
            if not withdrawn:
                raise Regret

    at_once(withdraw_while_it_is_claimed, lambda: deliver_due(at=NOON))
    assert slow.sent == ["first"] if withdrawn else ["first", "second"]
    assert state_of(first).status == Status.SENT
    assert state_of(second).status == (Status.WITHDRAWN if withdrawn else Status.SENT)


class Regret(Exception):
    """Why a transaction is undone."""


def test_what_is_being_withdrawn_is_not_claimed(mail_server):
    notice, other = owe("greeting:1"), owe("greeting:2")
    with transaction.atomic():
        outbox.withdraw(Notice.objects.filter(pk=notice.pk), why="Done.")
        at_once(lambda: deliver_due(at=NOON))
    assert deliver_due(at=NOON) == 0
    assert (state_of(notice).status, state_of(other).status) == (Status.WITHDRAWN, Status.SENT)


def test_two_who_send_the_same_again_are_one_decision():
    """The second would owe anew what the first had sent meanwhile."""
    notice = owe("greeting:1")
    Notice.objects.update(status=Status.FAILED)
    first_by, second_by = make_user(), make_user()
    numbers: list[int] = []

    def press_first() -> None:
        with transaction.atomic():
            numbers.append(outbox.send_again(Notice.objects.all(), by=first_by, at=NOON))
            pressed.set()
            wait_for_lock()
            Notice.objects.update(status=Status.SENT, sent_at=NOON)

    def press_second() -> None:
        assert pressed.wait(10)
        numbers.append(outbox.send_again(Notice.objects.all(), by=second_by, at=NOON))

    pressed = Event()
    at_once(press_first, press_second)
    assert (numbers, state_of(notice).status) == ([1, 0], Status.SENT)
    assert [resend.by for resend in Resend.objects.all()] == [first_by]


def test_a_worker_that_froze_in_the_middle_of_a_mark_does_not_keep_others_from_being_freed(mail_server):
    frozen, free = owe("greeting:1"), owe("greeting:2")
    Notice.objects.update(
        status=Status.CLAIMED, claim="00000000-0000-4000-8000-000000000000", lease_until=timezone.now() - timedelta(1)
    )
    with transaction.atomic():
        Notice.objects.select_for_update().get(pk=frozen.pk)
        at_once(delivery.free_stuck)
    assert (state_of(frozen).status, state_of(free).status) == (Status.CLAIMED, Status.QUEUED)
    assert delivery.free_stuck() == 1


def test_a_worker_that_comes_back_late_and_failed_does_not_undo_what_another_has_done(
    mail_server, monkeypatch, settings
):
    settings.MAIL_RESEND_UNCERTAIN = True
    notice, send, calls = owe(), SmtpTransport.send, []

    def be_late(self: SmtpTransport, given: Notice) -> None:
        calls.append(given)
        if len(calls) > 1:
            send(self, given)
            return
        wait_until(lambda: bool(Notice.objects.filter(begun=True)))
        Notice.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert delivery.free_stuck() == 1
        at_once(lambda: deliver_due(at=NOON))
        connection.close()
        raise TryLater("It never answered.")

    monkeypatch.setattr(SmtpTransport, "send", be_late)
    deliver_due(at=NOON)
    assert (state_of(notice).status, notice.attempts, notice.last_error) == (Status.SENT, 2, "")
    assert deliver_due(at=NOON + timedelta(days=1)) == 0
    assert len(mail_server.taken) == 1


# ---------------------------------------------------------------- What is not yet written
def test_a_worker_woken_before_the_commit_sees_nothing_and_the_mail_still_goes(mail_server):
    with transaction.atomic():
        notice = owe()
        at_once(lambda: deliver_due(at=NOON))
        assert mail_server.taken == []
    deliver_due(at=NOON)
    assert state_of(notice).status == Status.SENT


def test_what_a_part_of_a_transaction_says_is_undone_with_it(mail_server):
    with transaction.atomic():
        kept = owe("kept")
        with suppress(Regret), transaction.atomic():
            owe("undone")
            with transaction.atomic():
                owe("undone:within")
            raise Regret
    deliver_due(at=NOON)
    assert [message["Message-ID"] for message in mail_server.taken] == [kept.message_id]
    assert Notice.objects.count() == 1


# ---------------------------------------------------------------- Planners and digests
@pytest.fixture
def people(db: None) -> list[User]:
    """Fifty people to whom the tests' own planner has something to tell."""
    people = User.objects.bulk_create([User(name=NAME, email=f"p{i}@partner.example", password="!") for i in range(50)])
    DeliverySchedule.objects.bulk_create(
        [DeliverySchedule(user=user, quiet_from=None, quiet_until=None) for user in people]
    )
    return people


def hold(user: User, number: int, at: datetime = NOON) -> None:
    """Have some notices wait for the person's next digest."""
    held = [
        notice_of(
            Message("notices.digest", f"held:{user.pk}:{each}", user, {"notices": [], "number": 0}),
            status=Status.DIGEST_PENDING,
            due_at=at,
            at=at,
        )
        for each in range(number)
    ]
    Notice.objects.bulk_create(held)


def test_each_person_gets_one_digest_of_everything_from_eight_who_write_at_once():
    people = [make_user(f"Person {number}") for number in range(30)]
    for user in people:
        hold(user, 12)
    at_once(*[lambda: digests.send_digests(at=NOON)] * 8)
    carriers = Notice.objects.filter(kind=digests.DIGEST.code, status=Status.QUEUED)
    assert carriers.count() == len(people)
    assert sorted(carriers.values_list("recipient", flat=True)) == sorted(user.pk for user in people)
    assert Notice.objects.filter(status=Status.DIGESTED).count() == 12 * len(people)


@pytest.mark.xdist_group("processes")
def test_two_beats_and_two_workers_tell_everybody_once_and_write_one_digest(crew: Crew, people: list[User]):
    crew.start(workers=2, beats=2)
    for user in people[:20]:
        hold(user, 5, timezone.now())
    wait_until(lambda: len(crew.taken()) >= 70, seconds=20)
    rounds = [sum(worker.said().count("plan_notices") for worker in crew.processes)]
    wait_until(lambda: sum(worker.said().count("plan_notices") for worker in crew.processes) >= rounds[0] + 8)
    crew.wait_for_rest()
    count = crew.count().tell("Two beats, two workers: 50 told by a planner, 20 digests")
    assert (count.written, count.lost, count.uncertain, count.repeated) == (70, 0, 0, 0)
    assert Notice.objects.filter(kind=WORD).count() == 50
    assert Notice.objects.filter(kind=digests.DIGEST.code, status=Status.SENT).count() == 20


# ---------------------------------------------------------------- Connections that are shared
def test_nothing_outlives_its_transaction_in_a_session_that_others_share(mail_server):
    """Behind PgBouncer in transaction mode the next transaction may run in another session."""
    person = make_user("Ann")
    hold(person, 2)
    word = Message("notices.digest", "word", person, {"notices": [], "number": 0})
    with CaptureQueriesContext(connection) as queries:
        planners.run(Planner("word", "A word", "Only here.", lambda at: [word]), at=NOON)
        digests.send_digests(at=NOON)
        deliver_due(at=NOON)
        delivery.free_stuck()
    said = " ".join(query["sql"].upper() for query in queries)
    assert "PG_TRY_ADVISORY_XACT_LOCK" in said
    for left_behind in ("PG_ADVISORY_LOCK", "PG_TRY_ADVISORY_LOCK", "LISTEN ", "PREPARE ", "TEMPORARY ", "WITH HOLD"):
        assert left_behind not in said
    assert not any(query["sql"].upper().startswith(("SET ", "SET\t", "DECLARE ")) for query in queries)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
    assert django_settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]
