"""Planners: what they would say can be looked at; one that fails keeps back no other; many messages go in pieces."""

import pytest

from onestop.notices import notify, planners, routing
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, DeliverySchedule, Notice
from onestop.notices.planners import Planner
from tests import factories
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    users = [factories.make_user(f"Person {i}") for i in range(3)]
    DeliverySchedule.objects.bulk_create(
        [DeliverySchedule(user=user, quiet_from=None, quiet_until=None) for user in users]
    )
    return users


def planner_for(people, code="tests.news"):
    def plan(at):
        return (Message("tests.nudge", f"{code}:{one.pk}", one, {"thing": "it"}) for one in people)

    return Planner(code, "News", "Tells what is new.", plan)


@pytest.fixture
def registry(monkeypatch):
    known: dict[str, Planner] = {}
    monkeypatch.setattr(planners, "_planners", known)
    return known


def test_a_planner_tells_what_is_due_once(people):
    assert [planners.run(planner_for(people), at=NOON) for _run in range(2)] == [3, 0]


def test_one_that_fails_keeps_back_no_other(people, registry, caplog):
    def fail(at):
        raise ZeroDivisionError

    planners.register(Planner("a", "A", "", fail), planner_for(people))
    assert planners.run_all(at=NOON) == 3
    assert "Planner a failed" in caplog.text


def test_many_messages_are_written_in_pieces(people, monkeypatch):
    monkeypatch.setattr(planners, "TOGETHER", 2)
    assert planners.run(planner_for(people), at=NOON) == 3
    assert Notice.objects.count() == 3


def test_a_dry_run_says_whom_and_how_and_writes_nothing(people):
    Bounce.objects.create(address=people[2].email, said="550 No", at=NOON)
    planner = planner_for(people)
    planners.run(planner_for(people[:1]), at=NOON)
    routes = routing.routes_of(notify.not_yet_notified(planner.plan(NOON)), at=NOON)
    assert [(message.to, route.status) for message, route in routes] == [
        (people[1], Status.QUEUED), (people[2], Status.FAILED),
    ]  # fmt: skip
    assert Notice.objects.count() == 1
