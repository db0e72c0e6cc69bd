"""Workers that are killed, stopped, frozen or cut off in the middle: nothing is lost, nothing silently repeated."""

import signal

import pytest
from django.db import connection, transaction

from onestop.notices import outbox
from onestop.notices.models import Notice
from tests.notices.crew import GROUP, Crew, Status, owe_many, wait_until
from tests.thorough import also, thorough

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("processes")]
CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"


@pytest.mark.parametrize("resend", [True, also(False)])
def test_workers_killed_in_the_middle_lose_nothing(crew: Crew, resend: bool, pytestconfig: pytest.Config):
    crew.settings["MAIL_RESEND_UNCERTAIN"] = resend
    workers = crew.start(workers=2)
    number, kills = (2000, (230, 560, 890, 1320)) if pytestconfig.getoption("all") else (1000, (230, 560))
    owe_many(number)
    for mark in kills:
        crew.wait_for_mail(mark)
        workers.pop(0).kill()
        workers.append(crew.worker())
        outbox.wake_workers(2000)
    crew.wait_for_rest()
    count = crew.count().tell(f"{len(kills)} workers killed, uncertain mail sent again: {'yes' if resend else 'no'}")
    assert (count.written, count.lost, count.repeated_beyond_doubt) == (number, 0, 0)
    assert count.doubted <= len(kills) * GROUP
    assert (count.uncertain if resend else count.repeated) == 0


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_begun_and_gives_back_the_rest(crew: Crew):
    (worker,) = crew.start(workers=1, beats=0)
    owe_many(2000)
    crew.wait_for_mail(300)
    wait_until(lambda: worker.said().count("received") >= outbox.MOST_WORKERS)  # nothing more waits in Redis
    worker.send(signal.SIGTERM)
    wait_until(lambda: not worker.runs())
    assert not Notice.objects.filter(status=Status.CLAIMED).exists()
    assert Notice.objects.filter(status=Status.QUEUED).count() > 1000
    crew.worker()  # finds a word that there is something to do, and needs no beat for it
    crew.wait_for_rest()
    count = crew.count().tell("A worker asked to stop")
    assert (count.written, count.lost, count.uncertain, count.doubted, count.repeated) == (2000, 0, 0, 0, 0)


@transaction.atomic
def nobody_can_take_any_more() -> bool:
    """Return whether nothing is owed or in hand; a worker that froze in the middle of a mark keeps its rows locked."""
    rest = Notice.objects.filter(status__in=[Status.QUEUED, Status.CLAIMED])
    return not rest.select_for_update(skip_locked=True).exists()


@thorough
@pytest.mark.parametrize("resend", [True, False])
def test_a_worker_that_wakes_from_a_long_sleep_sends_nothing_that_another_has_taken(crew: Crew, resend: bool):
    crew.settings["MAIL_RESEND_UNCERTAIN"] = resend
    (sleeper,) = crew.start(workers=1, beats=1)
    owe_many(1000)
    crew.wait_for_mail(250)
    sleeper.send(signal.SIGSTOP)
    held = Notice.objects.filter(status=Status.CLAIMED)
    assert held.filter(begun=False).exists()
    crew.worker().wait_until_ready()
    wait_until(nobody_can_take_any_more, seconds=40)
    sleeper.send(signal.SIGCONT)
    wait_until(sleeper.rests)
    crew.wait_for_rest()
    count = crew.count().tell(f"A worker asleep too long, uncertain mail sent again: {'yes' if resend else 'no'}")
    assert (count.written, count.lost, count.repeated_beyond_doubt) == (1000, 0, 0)
    assert count.repeated <= (GROUP if resend else 0)
    assert count.uncertain == 0  # it came back, and could tell


@thorough
def test_a_worker_whose_connections_to_the_database_are_cut_goes_on(crew: Crew):
    (worker,) = crew.start(workers=1, beats=1)
    owe_many(2000)
    cuts = (140, 530, 970)
    for mark in cuts:
        crew.wait_for_mail(mark)
        with connection.cursor() as cursor:
            cursor.execute(CUT_OFF, [worker.name])
            assert cursor.rowcount >= 1
    crew.wait_for_rest()
    assert worker.runs()
    count = crew.count().tell(f"{len(cuts)} times cut off from the database")
    assert (count.written, count.lost, count.uncertain, count.repeated) == (2000, 0, 0, 0)
