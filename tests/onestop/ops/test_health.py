"""Liveness and readiness."""

import logging

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor

from onestop.ops import health
from onestop.tasks import pulse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.delete(health.PULSE)
    health._migrations_applied.cache_clear()


def test_live_needs_no_account_and_no_session(client):
    answer = client.get("/health/live")
    assert answer.json() == {"status": "live"}
    assert not answer.cookies


def test_ready_when_a_worker_has_responded(client):
    pulse()
    answer = client.get("/health/ready")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["status"] == "ready"
    assert "no-store" in answer["Cache-Control"]


def test_ready_needs_few_queries_after_the_first_request(client, django_assert_max_num_queries):
    client.get("/health/ready")
    with django_assert_max_num_queries(22):
        client.get("/health/ready")


def test_not_ready_before_a_worker_responds(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["worker"] == {"ok": False, "problem": "No worker has responded yet."}


def test_not_ready_when_workers_stop_responding(client, monkeypatch):
    monkeypatch.setattr(health, "PULSE_MISSED_AFTER", -1)
    pulse()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "No worker has responded for" in answer.json()["worker"]["problem"]


def test_not_ready_while_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("one", False)])
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "migrate" in answer.json()["migrations"]["problem"]


def test_not_ready_without_redis(client, settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis.sock?db=0"},
    }
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["redis"]["ok"] is False
    assert answer.json()["database"]["ok"] is True


def test_not_ready_without_a_database_and_no_secrets_shown(client, monkeypatch):
    def refuse():
        raise OperationalError("password authentication failed for user onestop")

    monkeypatch.setitem(health.CHECKS, "database", refuse)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "problem": "OperationalError"}


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_the_portal_ready(client, celery_worker, wait_until):
    wait_until(lambda: client.get("/health/ready").status_code == 200)


def test_health_checks_are_not_logged(client, caplog):
    with caplog.at_level(logging.INFO, "onestop.ops.requests"):
        client.get("/health/live")
    assert not caplog.records
