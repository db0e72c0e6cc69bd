"""Every queue has a worker, imports have their own, and monitors get the age of the oldest job."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from agreements import tasks as agreement_tasks
from onestop.celery import app
from onestop.dashboards import tasks as dashboard_tasks
from onestop.local.supervisor import Portal
from partners import tasks
from partners.manual import printing
from partners.manual.gathering import gather
from partners.models import ImportRun, ManualPrint
from tests import factories
from tests.partners.importing.files import started
from tests.servers import ROOT


def queue_of(task):
    return app.amqp.router.route({}, task)["queue"].name


def queues_of(command):
    return set(command.partition("-Q ")[2].split()[0].split(","))


def workers():
    """Return the queues of each worker: in the demo, in the units for deployments, and in the guide for operators."""
    demo = [" ".join(each.command) for each in Portal("demo", ROOT / "var", "", 0)._background(ROOT)]
    units = [path.read_text() for path in sorted((ROOT / "deploy").glob("*.service"))]
    table = [line for line in (ROOT / "docs" / "operations.md").read_text().splitlines() if line.startswith("| ")]
    return {
        name: [queues_of(line) for line in lines if "-Q " in line]
        for name, lines in {"demo": demo, "units": units, "guide": table}.items()
    }


def test_long_work_has_its_own_queues_and_sweeps_do_not_wait_for_it():
    assert queue_of(tasks.work_on_import.name) == "imports"
    assert queue_of(tasks.print_manual.name) == "documents"
    assert queue_of(agreement_tasks.make_agreement_pdf.name) == "documents"
    assert queue_of(dashboard_tasks.make_dashboard_pdf.name) == "documents"
    assert queue_of(dashboard_tasks.sweep_dashboard_pdfs.name) == "default"
    for task in (
        tasks.sweep_imports, tasks.clean_up_imports, tasks.sweep_manual_prints, tasks.clean_up_manual_prints,
        agreement_tasks.sweep_agreement_pdfs, agreement_tasks.clean_up_agreement_pdfs,
    ):  # fmt: skip
        assert queue_of(task.name) == "default"


@pytest.mark.parametrize("place", ["demo", "units", "guide"])
def test_every_queue_has_a_worker_and_imports_have_their_own(place):
    app.loader.import_default_modules()
    needed = {queue_of(name) for name in app.tasks if not name.startswith("celery.")}
    served = workers()[place]
    assert needed <= set().union(*served)
    assert {"imports"} in served
    assert sum("imports" in queues for queues in served) == 1


def test_monitors_get_the_age_of_the_oldest_job_in_each_queue(client, area, partner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get("/health/ready").json()["queues"]["imports"] == {"jobs": 0, "oldest_seconds": 0}
    started(area)
    ImportRun.objects.update(asked_at=now() - timedelta(seconds=90))
    started(area)
    printing.ask_for_current(area, gather(area, today=now().date()), by=None, at=now())
    ManualPrint.objects.update(asked_at=now() - timedelta(seconds=600))
    factories.make_notice(area, due_at=now() - timedelta(seconds=30), written_at=now() - timedelta(seconds=30))
    queues = client.get("/health/ready").json()["queues"]
    assert {name: queue["jobs"] for name, queue in queues.items()} == {
        "imports": 2, "documents": 1, "notices": 1, "files": 0,
    }  # fmt: skip
    figures = client.get("/health/metrics").content.decode()
    for name, seconds in {"imports": 90, "documents": 600, "notices": 30}.items():
        assert seconds <= queues[name]["oldest_seconds"] < seconds + 20
        _, _, age = figures.partition(f'\nonestop_queue_oldest_seconds{{queue="{name}"}} ')
        assert seconds <= float(age.split()[0]) < seconds + 20
        assert f'onestop_queue_jobs{{queue="{name}"}} {queues[name]["jobs"]}.0' in figures
