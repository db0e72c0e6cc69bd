"""Redis only wakes workers: emptied, killed and started anew in the middle, it delays mail and loses none."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction
from kombu import pools
from redis import Redis as Client

from onestop import celery_app
from onestop.jobs import waking
from onestop.local.servers import Redis
from onestop.notices.models import Notice
from tests.notices.crew import Crew, owe_many, wait_until
from tests.notices.posting import Status, owe, state_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("processes")]


@pytest.fixture
def own_redis(tmp_path: Path, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis that no other test uses, through which the test wakes the crew's workers."""
    redis = Redis(tmp_path / "redis", {"appendonly": "no"})
    redis.start()
    crew.broker = f"redis+socket://{redis.socket}?virtual_host=0"
    pool = pools.producers[celery_app.connection_for_write(crew.broker)]
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", pool)
    yield redis
    pool.force_close_all()
    redis.stop()


def test_redis_emptied_and_killed_in_the_middle_delays_mail_and_loses_none(crew: Crew, own_redis: Redis, caplog):
    workers = crew.start(workers=2, beats=1)
    owe_many(1500)
    crew.wait_for_mail(130)
    Client(unix_socket_path=str(own_redis.socket)).flushall()
    crew.wait_for_mail(520)
    assert own_redis.process
    os.kill(own_redis.process.pid, signal.SIGKILL)
    own_redis.process.wait()
    with transaction.atomic():
        late = owe("written:while:redis:is:down", at=Notice.objects.latest("due_at").due_at)
    assert "Connection refused" in caplog.text  # nobody could be woken
    wait_until(lambda: all("Connection to broker lost" in worker.said() for worker in workers))
    own_redis.start()
    # Celery sometimes ends a worker that loses Redis while it connects to it; whoever started it starts another.
    wait_until(lambda: all(not worker.runs() or worker.said().count("Connected to redis") > 1 for worker in workers))
    for _ in [worker for worker in workers if not worker.runs()]:
        crew.worker()
    crew.wait_for_rest()
    later = owe("written:after:it", at=late.due_at)
    crew.wait_for_rest()
    assert {state_of(late).status, state_of(later).status} == {Status.SENT}
    count = crew.count().tell("Redis emptied once, killed once and started anew")
    assert (count.written, count.lost, count.uncertain, count.repeated) == (1502, 0, 0, 0)


def test_workers_are_woken_through_a_redis_that_was_emptied(crew: Crew, own_redis: Redis):
    crew.start(workers=1, beats=0)
    Client(unix_socket_path=str(own_redis.socket)).flushall()
    owe_many(10)
    wait_until(lambda: len(crew.taken()) == 10)


# ---------------------------------------------------------------- How often it is asked
class Regret(Exception):
    """Why a part of a transaction is undone."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many notices there were each time that a worker was to be woken."""
    asked: list[int] = []
    monkeypatch.setattr(waking, "send", lambda task: asked.append(Notice.objects.count()))
    return asked


def test_a_transaction_that_says_many_things_wakes_one_worker(asked):
    with transaction.atomic():
        for number in range(30):
            with transaction.atomic():
                owe(f"greeting:{number}")
        assert asked == []
    assert asked == [30]


def test_what_is_undone_in_part_takes_no_other_waking_with_it(asked):
    with transaction.atomic():
        with suppress(Regret), transaction.atomic():
            owe("undone:1")
            raise Regret
        owe("said")
        with suppress(Regret), transaction.atomic():
            owe("undone:2")
            raise Regret
    assert asked == [1]


def test_a_redis_that_hangs_is_waited_for_once(crew: Crew, own_redis: Redis, caplog):
    assert own_redis.process
    own_redis.process.send_signal(signal.SIGSTOP)
    with transaction.atomic():
        for number in range(30):
            owe(f"greeting:{number}")
    own_redis.process.send_signal(signal.SIGCONT)
    assert caplog.text.count("Error calling") == 1
    assert Notice.objects.count() == 30
