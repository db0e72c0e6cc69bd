"""Imports and PDFs whose worker or database dies: shown on the page, continued, and never done twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils.timezone import now

from onestop.files.documents import Maker
from onestop.files.pdf import Pdf
from onestop.jobs import leases
from partners.importing import network_writers, runs
from partners.manual import paper, printing
from partners.manual.gathering import gather
from partners.models import ImportRun, LocalArea, ManualPrint
from tests.factories import make_partnership
from tests.partners.importing.files import asked, started

LAPSED = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of imports that were sent to workers; no worker runs."""
    ids: list[int] = []
    monkeypatch.setattr(runs, "wake", ids.append)
    return ids


def page(client: Any, run: ImportRun) -> str:
    return " ".join(client.get(reverse("partners:import_detail", args=[run.pk])).content.decode().split())


def progress_page(client: Any, run: ImportRun) -> str:
    return client.get(reverse("partners:import_progress", args=[run.pk])).content.decode()


def print_of_today(area: LocalArea) -> ManualPrint:
    return printing.ask_for_current(area, gather(area, today=now().date()), by=None, at=now())


def imported(area: LocalArea) -> int:
    return area.partnerships.filter(organization__name__startswith="House").count()


def lapse(job: leases.Job) -> None:
    """Let the lease of a killed worker expire."""
    type(job)._default_manager.filter(pk=job.pk).update(lease_until=now() - LAPSED)


# ---------------------------------------------------------------- The database dies in a commit
@pytest.fixture
def database_dies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[ImportRun, str], None]]:
    """Return a function that has PostgreSQL end our connection in the commit of an import, once.

    ``before`` it has written, or ``after`` that and before it could answer.
    """

    def arrange(run: ImportRun, when: str) -> None:
        wrapper: Any = connections["default"]
        cuts: list[int] = []
        commit = wrapper._commit

        def cut() -> None:
            cuts.append(wrapper.connection.info.backend_pid)
            terminator = threading.Thread(target=terminate, args=cuts)
            terminator.start()
            terminator.join()

        def commit_and_die() -> None:
            if cuts or not is_written(run):
                return commit()
            if when == "before":
                cut()
                return commit()
            commit()
            cut()
            with wrapper.connection.cursor() as cursor, wrapper.wrap_database_errors:
                cursor.execute("SELECT 1")
            raise AssertionError("The connection lives.")

        monkeypatch.setattr(wrapper, "_commit", commit_and_die)

    yield arrange
    monkeypatch.undo()
    connection.close()


def is_written(run: ImportRun) -> bool:
    return ImportRun.objects.filter(pk=run.pk, status="done").exists()


def terminate(pid: int) -> None:
    """End a database connection and wait until it is closed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            assert cursor.fetchone() == (True,)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_import_is_shown_and_then_imported_once(as_, area, database_dies, woken):
    run = asked(area)
    woken.clear()
    database_dies(run, "before")
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.status, run.claim, imported(area)) == ("committing", None, 0)
    assert woken == [run.pk]
    client = as_("staff")
    for html in (page(client, run), progress_page(client, run)):
        assert "The import was interrupted" in html
        assert "It starts again within a minute." in html
    assert runs.work_on(run.pk, at=now())
    assert imported(area) == 20
    assert "interrupted" not in page(client, run)


@pytest.mark.django_db(transaction=True)
def test_an_import_committed_before_the_connection_was_lost_is_not_repeated(area, database_dies, woken):
    run = asked(area)
    woken.clear()
    database_dies(run, "after")
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.status, run.message, imported(area)) == ("done", "", 20)
    assert woken == []
    assert not runs.work_on(run.pk, at=now())
    assert run.rows.exclude(target_id=None).count() == 20


@pytest.mark.django_db(transaction=True)
def test_an_import_continues_after_a_database_outage(area, monkeypatch, woken):
    run = asked(area)
    woken.clear()
    monkeypatch.setattr(leases, "DATABASE_AWAY", (0, 0, 0))
    wrapper = connections["default"]
    connect, refused = wrapper.get_new_connection, [True, True]

    def refuse_twice(parameters: dict[str, Any]) -> Any:
        return connect(parameters | {"port": "1", "host": "127.0.0.1"} if refused and refused.pop() else parameters)

    def die(*args: Any, **signed: Any) -> None:
        monkeypatch.setattr(wrapper, "get_new_connection", refuse_twice)
        thread = threading.Thread(target=terminate, args=[wrapper.connection.info.backend_pid])
        thread.start()
        thread.join()
        ImportRun.objects.exists()

    monkeypatch.setattr(network_writers, "write_places", die)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.status, run.claim, refused) == ("committing", None, [])
    assert woken == [run.pk]


# ---------------------------------------------------------------- A worker dies
def test_an_import_is_shown_as_interrupted_when_the_lease_expires(as_, area):
    client, run = as_("staff"), started(area)
    assert "interrupted" not in page(client, run)  # it is queued and no worker has started
    assert leases.take(ImportRun.objects.at_work(), run.pk)
    assert "interrupted" not in page(client, run)
    lapse(run)
    assert "Reading the file was interrupted" in page(client, run)
    assert "It starts again within a minute." in progress_page(client, run)


def test_a_pdf_is_shown_as_interrupted_when_the_lease_expires(as_, area, partner):
    made, client = print_of_today(area), as_("board")
    url = reverse("partners:manual_print_progress", args=[made.pk])
    assert leases.take(ManualPrint.objects.startable(), made.pk, status="making")
    assert "Creating the PDF was interrupted" not in client.get(url).content.decode()
    lapse(made)
    assert "Creating the PDF was interrupted" in client.get(url).content.decode()
    assert (
        "Creating the PDF was interrupted" in client.get(reverse("partners:manual", args=[area.slug])).content.decode()
    )


def test_interrupted_work_starts_again_within_a_minute(settings):
    for name in ("sweep-imports", "sweep-manuals"):
        assert leases.LEASE.total_seconds() + settings.CELERY_BEAT_SCHEDULE[name]["schedule"] < 60
    assert leases.LEASE.total_seconds() > leases.RENEWED_EVERY * 3


def test_work_that_kills_its_workers_is_given_up(area, woken):
    run = asked(area)
    for _ in range(leases.MOST_TRIES):
        assert leases.take(ImportRun.objects.at_work(), run.pk)
        lapse(run)
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.status, run.claim, imported(area)) == ("failed", None, 0)
    assert "interrupted 5 times" in run.message


# ---------------------------------------------------------------- A worker that is only slow
@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_during_the_work(area, monkeypatch, wait_until):
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.01)
    run = leases.take(ImportRun.objects.at_work(), started(area).pk)
    assert run
    with leases.renewed(run):
        lapse(run)
        wait_until(lambda: ImportRun.objects.filter(pk=run.pk, lease_until__gt=now() + leases.LEASE / 2).exists())


@pytest.mark.django_db(transaction=True)
def test_an_import_in_a_transaction_longer_than_its_lease_is_not_interrupted(area, monkeypatch):
    run, begun, ended, results = asked(area), threading.Event(), threading.Event(), []
    write = network_writers.write_places

    def write_slowly(*args: Any, **signed: Any) -> Any:
        begun.set()
        assert ended.wait(30)
        return write(*args, **signed)

    def work() -> None:
        try:
            results.append(runs.work_on(run.pk, at=now()))
        finally:
            connection.close()

    monkeypatch.setattr(network_writers, "write_places", write_slowly)
    monkeypatch.setattr(leases, "LEASE", -LAPSED)
    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    run.refresh_from_db()
    assert run.lease_until
    assert run.lease_until < now()
    assert not runs.is_interrupted(run)
    assert not runs.work_on(run.pk, at=now())
    assert runs.sweep() == 0
    ended.set()
    thread.join(30)
    assert (results, is_written(run), imported(area)) == ([True], True, 20)


def test_a_delayed_worker_does_not_overwrite_a_newer_plan(area):
    run = started(area)
    sleeper = leases.take(ImportRun.objects.at_work(), run.pk)
    assert sleeper
    lapse(run)
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    runs.name_columns(run, [run.mapping[0], ""], {}, at=now())
    newer = leases.take(ImportRun.objects.at_work(), run.pk)
    runs.plan_run(sleeper, at=now())
    leases.fail(sleeper, "Too late.")
    run.refresh_from_db()
    assert newer
    assert (run.status, run.claim, run.message) == ("planning", newer.claim, "")


def test_a_delayed_worker_does_not_write(area):
    run = asked(area)
    sleeper = leases.take(ImportRun.objects.at_work(), run.pk)
    assert sleeper
    lapse(run)
    assert leases.take(ImportRun.objects.at_work(), run.pk)
    assert not runs.commit_run(sleeper, at=now())
    assert imported(area) == 0


@pytest.mark.django_db(transaction=True)
def test_a_pdf_is_stored_once_after_a_lost_connection(area, partner, monkeypatch):
    made, woken = print_of_today(area), list[int]()

    def make_and_die(html: str, **options: Any) -> Pdf:
        thread = threading.Thread(target=terminate, args=[connection.connection.info.backend_pid])
        thread.start()
        thread.join()
        monkeypatch.setattr(paper, "make_pdf", lambda html, **options: Pdf(b"%PDF-1.7", 1))
        return Pdf(b"%PDF-1.7", 1)

    monkeypatch.setattr(paper, "make_pdf", make_and_die)
    monkeypatch.setattr(Maker, "wake", lambda maker, pk: woken.append(pk))
    assert printing.MAKER.work_on(made.pk, at=now())
    made.refresh_from_db()
    assert (made.status, made.claim) == ("making", None)
    assert made.pk in woken
    assert printing.MAKER.work_on(made.pk, at=now())
    made.refresh_from_db()
    assert made.status == "ready"


# ---------------------------------------------------------------- Real workers
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("processes")
def test_imports_do_not_wait_for_queued_pdfs(area, settings, wait_until, monkeypatch):
    from django.conf import settings as plain

    from onestop.celery import app
    from tests.conftest import running_worker
    from tests.factories import make_area

    settings.MEDIA_ROOT = plain.DATA_DIR / "files"  # the worker's own
    app.control.purge()
    for _ in range(29):
        place = make_area(state=area.state)
        make_partnership(place)
        print_of_today(place)
    run = started(area)
    with running_worker("imports", "importer"):
        wait_until(lambda: ImportRun.objects.get(pk=run.pk).status == "planned", seconds=30)
        assert ManualPrint.objects.filter(status="waiting").count() == 29
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE partners_organization IN SHARE ROW EXCLUSIVE MODE")
            run.refresh_from_db()
            in_another_connection(lambda: runs.request_commit(run, by=None, digest=run.digest, at=now()))
            wait_until(lambda: cut_off("importer"), seconds=30)
        wait_until(lambda: is_written(run), seconds=30)
    assert imported(area) == 20
    run.refresh_from_db()
    assert run.tries == 2
    run.file.delete(save=False)


def cut_off(name: str) -> bool:
    """End the connections of a worker that wait for a lock; return whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees others as they were when it first looked
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database() AND wait_event_type = 'Lock'",
            [name],
        )
        return cursor.fetchone()[0] > 0


def in_another_connection(act: Callable[[], None]) -> None:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
