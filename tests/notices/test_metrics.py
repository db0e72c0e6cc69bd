"""What monitors are told: by /health/ready, and by /health/metrics for Prometheus."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from onestop.notices import outbox_stats
from onestop.notices.models import Notice, PlannerRun
from onestop.ops import health
from onestop.tasks import pulse
from tests import factories

pytestmark = pytest.mark.django_db
Status = Notice.Status


@pytest.fixture
def told(cast):
    """One of each that is not done with, and one that went out."""
    now = timezone.now()
    factories.make_notice(due_at=now - timedelta(hours=2))
    factories.make_notice(due_at=now + timedelta(hours=2))
    lease = now + timedelta(minutes=5)
    factories.make_notice(status=Status.CLAIMED, claim="0" * 32, lease_until=lease)
    factories.make_notice(status=Status.DIGEST_PENDING, to=cast["manager"])
    factories.make_notice(status=Status.FAILED)
    factories.make_notice(status=Status.FAILED, written_at=now - timedelta(days=3))
    factories.make_notice(status=Status.UNCERTAIN)
    factories.make_notice(status=Status.SENT, sent_at=now)
    factories.make_notice(status=Status.SENT, sent_at=now - timedelta(days=2), written_at=now - timedelta(days=2))


def samples(client, **headers):
    answer = client.get("/health/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


# ---------------------------------------------------------------- Ready
def test_ready_tells_how_mail_stands(client, told):
    pulse()
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    said = answer.json()["notices"]
    assert 7190 < said.pop("oldest_queued_seconds") < 7260
    assert said == {"queued": 2, "failed_last_day": 1, "uncertain": 1}


def test_the_portal_is_ready_whatever_became_of_mail(client, monkeypatch):
    def fail(**_):
        raise OperationalError("the statement took too long")

    monkeypatch.setattr(outbox_stats, "readiness", fail)
    pulse()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["notices"]) == (200, {"problem": "OperationalError"})


def test_without_a_database_no_more_is_asked_of_it(client, monkeypatch):
    def fail():
        raise health.NotReady("gone")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    assert "notices" not in client.get("/health/ready").json()


# ---------------------------------------------------------------- Prometheus
def test_prometheus_reads_how_the_outbox_stands(client, told):
    pulse()
    PlannerRun.objects.create(code="tests.bell", began_at=timezone.now(), seconds=1.5, problem="KeyError: 'x'")
    said = samples(client)
    assert said["onestop_notices", "due"] == 2
    assert said["onestop_notices", "due_later"] == 1
    assert said["onestop_notices", "digest_pending"] == 1
    assert said["onestop_notices", "failed"] == 2
    assert said["onestop_notices", "uncertain"] == 1
    assert 7190 < said["onestop_notices_oldest_due_seconds",] < 7260
    assert said["onestop_notices_last_hour", "partners.confirm_services", "sent"] == 1
    assert said["onestop_notices_last_hour", "failed", "partners.confirm_services"] == 1
    assert said["onestop_pulse_age_seconds",] < 60
    assert said["onestop_planner_last_run_seconds", "tests.bell"] == 1.5
    assert said["onestop_planner_last_run_failed", "tests.bell"] == 1


def test_an_empty_outbox_has_no_oldest(client):
    assert samples(client)["onestop_notices_oldest_due_seconds",] == 0


def test_with_a_token_only_who_brings_it_gets_in(client, settings):
    settings.METRICS_TOKEN = "open sesame"
    assert client.get("/health/metrics").status_code == 401
    assert client.get("/health/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert samples(client, Authorization="Bearer open sesame")


def test_in_production_nobody_gets_in_without_a_token(client, settings):
    settings.PRODUCTION = True
    assert client.get("/health/metrics").status_code == 404
    settings.METRICS_TOKEN = "open sesame"
    assert client.get("/health/metrics", headers={"Authorization": "Bearer open sesame"}).status_code == 200


def test_metrics_cost_the_same_however_much_was_told(client, queries_of):
    client.get("/health/metrics")
    few = queries_of(lambda: client.get("/health/metrics"))
    for number in range(10):
        factories.make_notice(kind=f"kind {number}", status=Status.SENT, sent_at=timezone.now())
    assert queries_of(lambda: client.get("/health/metrics")) == few


# ---------------------------------------------------------------- Figures
def test_the_last_day_hour_by_hour():
    now = timezone.now()
    factories.make_notice(status=Status.SENT, sent_at=now)
    factories.make_notice(status=Status.SENT, sent_at=now - timedelta(hours=5))
    factories.make_notice(status=Status.SENT, sent_at=now - timedelta(hours=30))
    hours = outbox_stats.sent_by_hour(Notice.objects.all(), at=now)
    assert len(hours) == 24
    assert (hours[-1][1], hours[-6][1], sum(number for _, number in hours)) == (1, 1, 2)


@pytest.mark.parametrize(
    ("age", "kind"), [(timedelta(minutes=14), ""), (timedelta(minutes=16), "soon"), (timedelta(minutes=61), "now")]
)
def test_what_waits_too_long_stands_out(as_, area, age, kind):
    factories.make_notice(area, due_at=timezone.now() - age)
    waiting = as_("staff").get(f"/areas/{area.slug}/notices/").context["figures"][0]
    assert (waiting["value"], waiting["trend_kind"]) == ("1", kind)
