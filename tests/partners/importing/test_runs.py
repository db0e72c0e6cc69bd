"""Imports are written once and completely, whatever happens to their workers."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils.timezone import now

from onestop.accounts.models import User
from onestop.jobs import leases
from partners.importing import network_writers, runs
from partners.models import ImportRow, ImportRun, LocalArea
from partners.network import partnerships
from tests.factories import make_area, make_organization, make_partnership
from tests.partners.importing.files import TWENTY, asked, planned, started


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def at_once(act: Callable[[], Any], times: int) -> list[Any]:
    """Call a function in several threads with their own connections; return the results."""
    gate, results = threading.Barrier(times), []

    def run() -> None:
        gate.wait(10)
        try:
            results.append(act())
        except Exception as problem:
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def real_area(transactional_db: None) -> LocalArea:
    return make_area()


def test_only_one_of_several_commits_is_accepted(real_area: LocalArea) -> None:
    run = planned(real_area)
    results = at_once(lambda: runs.request_commit(run, by=None, digest=run.digest, at=now()), 4)
    assert sum(1 for result in results if result is None) == 1
    assert sum(isinstance(result, runs.CannotImport) for result in results) == 3


def test_only_one_of_four_workers_takes_the_lease(real_area: LocalArea) -> None:
    run = asked(real_area)
    at = now()
    assert sorted(at_once(lambda: runs.work_on(run.pk, at=at), 4)) == [False, False, False, True]
    assert real_area.partnerships.count() == 20


def test_workers_without_a_lease_write_once(real_area: LocalArea) -> None:
    run = asked(real_area)
    waiting = ImportRun.objects.select_related("area__state").get(pk=run.pk)
    results = at_once(lambda: runs.commit_run(waiting, at=now()), 4)
    assert sorted(results) == [False, False, False, True], results
    assert real_area.partnerships.count() == 20


def test_two_imports_of_the_same_partners_create_them_once(real_area: LocalArea) -> None:
    neighbor = make_area(state=real_area.state)
    waiting = [asked(real_area), asked(neighbor)]
    order = iter(waiting)
    lock = threading.Lock()

    def work() -> bool:
        with lock:
            run = next(order)
        return runs.work_on(run.pk, at=now())

    assert at_once(work, 2) == [True, True]
    statuses = {ImportRun.objects.get(pk=run.pk).status for run in waiting}
    assert statuses <= {"done", "planned"}
    assert "done" in statuses
    assert real_area.state.organizations.count() == 20
    for run in waiting:
        run.refresh_from_db()
        if run.status == "planned":  # the other one came first: the plan is new, with a message
            assert "changed since you reviewed this import" in run.message
            runs.request_commit(run, by=None, digest=run.digest, at=now())
            runs.work_on(run.pk, at=now())
    assert neighbor.partnerships.count() == real_area.partnerships.count() == 20
    assert real_area.state.organizations.count() == 20


def test_a_failed_import_writes_nothing(real_area: LocalArea, monkeypatch: Any) -> None:
    run = asked(real_area)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a wire was cut")

    monkeypatch.setattr(network_writers, "write_places", fail)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "failed"
    assert "Nothing was saved" in run.message
    assert not real_area.partnerships.exists()
    assert not real_area.state.organizations.exists()


@pytest.mark.django_db
def test_another_worker_continues_after_a_killed_one(area: LocalArea) -> None:
    run = asked(area)
    assert leases.take(ImportRun.objects.at_work(), run.pk)  # and killed
    assert not runs.work_on(run.pk, at=now())
    assert runs.sweep() == 0
    ImportRun.objects.filter(pk=run.pk).update(lease_until=now() - timedelta(seconds=1))
    assert runs.sweep() == 1
    assert runs.work_on(run.pk, at=now())
    assert area.partnerships.count() == 20


@pytest.mark.django_db
def test_the_sweep_finds_imports_without_a_worker(area: LocalArea) -> None:
    started(area)
    assert runs.sweep() == 1


@pytest.mark.django_db
def test_a_commit_needs_the_hash_of_the_plan(area: LocalArea) -> None:
    run = planned(area)
    with pytest.raises(runs.CannotImport):
        runs.request_commit(run, by=None, digest="another", at=now())


@pytest.mark.django_db
def test_a_change_after_the_plan_gives_a_new_plan(area: LocalArea) -> None:
    run = asked(area)
    make_partnership(area, organization=make_organization(state=area.state, name="HOUSE 3"))
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.status, area.partnerships.count()) == ("planned", 1)
    assert run.rows.get(line=5).outcome == "change"


@pytest.mark.django_db
def test_a_deleted_file_is_reported(area: LocalArea) -> None:
    run = started(area)
    run.file.storage.delete(str(run.file.name))
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert "The file was deleted" in run.message


@pytest.mark.django_db
def test_old_files_are_deleted_and_records_of_imports_are_kept(area: LocalArea, settings: Any) -> None:
    run = asked(area)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    path = run.file.path
    assert runs.clean_up(at=now() + timedelta(days=settings.IMPORT_KEEP_DAYS - 1)) == 0
    assert runs.clean_up(at=now() + timedelta(days=settings.IMPORT_KEEP_DAYS + 1)) == 1
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115
    run.refresh_from_db()
    assert run.counts["add"] == 20
    assert not ImportRow.objects.filter(run=run).exists()


@pytest.mark.django_db
def test_paths_of_files_do_not_depend_on_their_names(area: LocalArea) -> None:
    run = runs.start_import(
        area, "partners", ContentFile(TWENTY.encode(), name="../../etc/pass\u202ewd.csv"), by=None, at=now()
    )
    assert run.name == "passwd.csv"
    assert "passwd" not in str(run.file.name)
    assert isinstance(run.by, User | None)


@pytest.mark.django_db
def test_a_rule_that_stops_an_import_is_told(area: LocalArea, monkeypatch: Any) -> None:
    run = asked(area)

    def refuse(*args: Any, **signed: Any) -> None:
        raise partnerships.AlreadyPartner(make_partnership(area, name="House 99"))

    monkeypatch.setattr(partnerships, "add_partners", refuse)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "failed"
    assert "House 99 is already a partner in Riverbend" in run.message
