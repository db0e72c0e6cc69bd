"""Loading the sample network: once, reproducibly, on any day, and not into production."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from onestop.local.demo import PASSWORD
from onestop.local.sample import load_sample
from partners.models import LocalArea, Program, Service, State
from partners.network.summary import summary_of
from tests.thorough import also, thorough

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_app_config("partners").get_models()}


@pytest.mark.long
def test_the_command_takes_few_statements_and_prints_who_can_sign_in_and_a_second_load_changes_nothing(
    db, django_assert_max_num_queries, settings, capsys
):
    settings.PRODUCTION = True
    with django_assert_max_num_queries(2200):  # the first start of the demo waits for it
        call_command("sample_network", "--force", "--today", TODAY.isoformat())
    said = capsys.readouterr().out
    assert "The sample network is loaded." in said
    assert PASSWORD in said
    assert "staff@riverbend.example" in said
    assert Program.objects.count() == 25
    before = counts()
    with django_assert_max_num_queries(20):  # five of each app
        assert load_sample(today=TODAY + timedelta(days=30)) == []
    assert counts() == before


@thorough
def test_two_loads_create_the_same_history(db):
    event: Any = Service.pgh_event_model  # type: ignore[attr-defined]

    def told():
        rows = event.objects.order_by("pgh_created_at", "name", "pgh_id")
        return list(rows.values_list("pgh_created_at", "pgh_label", "name", "hours", "verified_on"))

    results = []
    for _ in range(2):
        with transaction.atomic():
            load_sample(today=TODAY)
            results.append(told())
            transaction.set_rollback(True)
    assert results[0] == results[1]


@pytest.mark.long
@pytest.mark.parametrize(
    "day", [date(2028, 2, 29), *map(also, (date(2026, 2, 28), date(2027, 1, 1), date(2026, 3, 8)))]
)
def test_it_can_be_loaded_on_any_day(db, day):
    load_sample(today=day)
    area = LocalArea.objects.get(slug="riverbend")
    assert summary_of(area, today=day).fresh == 61


def test_production_refuses_it_unless_forced(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production mode"):
        call_command("sample_network", verbosity=0)
    assert not State.objects.exists()


def test_a_real_state_with_its_code_is_left_alone(db):
    State.objects.create(code="ZZ", name="Zealand")
    with pytest.raises(CommandError, match="Zealand"):
        call_command("sample_network", verbosity=0)
    assert not LocalArea.objects.exists()
