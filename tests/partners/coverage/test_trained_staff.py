"""A training sets when the staff of partners were last trained about a program."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from partners.coverage.trained_staff import CannotRecordTraining, record_training
from partners.models import LocalArea, Partnership, Program, ProgramAccess
from tests import factories
from tests.at_once import second_waits_for

AT = datetime(2026, 11, 24, 15, 0, tzinfo=LocalArea().zone)
DAY = date(2026, 11, 24)


@pytest.fixture
def program() -> Program:
    return factories.make_program()


@pytest.fixture
def host(area) -> Partnership:
    return factories.make_partnership(area)


@pytest.fixture
def access(partner, program, host) -> ProgramAccess:
    return factories.make_access(partner, program, mode="trained", host=host, who="The front desk")


def train(program: Program, *hosts: Partnership, on: date = DAY, by: Any = None) -> list[ProgramAccess]:
    return record_training(programs=[program], hosts=hosts, on=on, by=by, at=AT)


def test_the_staff_who_came_were_last_trained_on_that_day(access, program, host, cast):
    assert train(program, host, by=cast["staff"]) == [access]
    access.refresh_from_db()
    assert access.trained_on == DAY
    event = ProgramAccess.pgh_event_model.objects.filter(pgh_obj=access.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert (event.pgh_label, event.pgh_context["user"]) == ("update", cast["staff"].pk)


def test_an_earlier_training_changes_nothing_and_a_later_one_does(access, program, host):
    train(program, host)
    assert train(program, host, on=DAY - timedelta(days=1)) == []
    assert train(program, host) == []
    access.refresh_from_db()
    assert access.trained_on == DAY
    ProgramAccess.objects.update(trained_on=DAY - timedelta(days=30))
    assert train(program, host) == [access]


def test_only_current_access_to_the_program_through_staff_of_who_came_counts(partner, program, host, access):
    others = [
        factories.make_access(partner, factories.make_program(), mode="trained", host=host, who="Desk"),
        factories.make_access(
            partner, program, mode="trained", host=factories.make_partnership(partner.area), who="Desk"
        ),
        factories.make_access(partner, program, mode="trained", host=host, who="Desk", archived_at=AT),
        factories.make_access(partner, program),
    ]
    assert train(program, host) == [access]
    assert not ProgramAccess.objects.filter(pk__in=[other.pk for other in others], trained_on__isnull=False).exists()


def test_nobody_was_trained_tomorrow(access, program, host):
    with pytest.raises(CannotRecordTraining, match="future"):
        train(program, host, on=DAY + timedelta(days=1))
    access.refresh_from_db()
    assert access.trained_on is None


@pytest.mark.django_db(transaction=True)
def test_of_two_trainings_recorded_at_once_the_later_day_stays(access, program, host):
    second_waits_for(lambda: train(program, host), lambda: train(program, host, on=DAY - timedelta(days=7)))
    access.refresh_from_db()
    assert access.trained_on == DAY
