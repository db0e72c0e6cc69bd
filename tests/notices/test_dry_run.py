"""Rehearsing a planner: whom it would tell what, which way; and that nobody is told and nothing is written."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection
from django.urls import reverse
from django.utils import timezone

from onestop.notices import notice_types, planners
from onestop.notices.dry_run import MOST_SHOWN, dry_run
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, Cadence, DeliverySchedule, Notice, PlannerRun, Preference
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.planners import Planner
from onestop.notices.tasks import run_planner
from partners.views.notices import notice_admin_of
from tests import factories

pytestmark = pytest.mark.django_db
HELLO = NoticeType("tests.hello", "Hello", "A greeting.", Reason.TRANSACTIONAL, template="digest")
WORDS = {"notices": [], "number": 1}


@pytest.fixture(autouse=True)
def hello(monkeypatch):
    monkeypatch.setattr(notice_types, "_kinds", {**notice_types._kinds, HELLO.code: HELLO})
    monkeypatch.setattr(planners, "_planners", {})


def greet(*people, scope=None, key="hello", **more):
    """Return a planner that greets people."""
    planner = Planner(
        "tests.hello",
        "Greetings",
        "Greets people.",
        lambda at: (Message(HELLO.code, f"{key}:{number}", to, WORDS, scope=scope) for number, to in enumerate(people)),
        **more,
    )
    planners.register(planner)
    return planner


def rows_of_all_tables():
    counted = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted


def test_each_person_with_the_way_that_it_would_go(area, cast):
    always_quiet = {"quiet_from": "00:00", "quiet_until": "23:59"}
    awake = {"quiet_from": None, "quiet_until": None}
    people = {name: cast[name] for name in ("manager", "colleague", "board", "neighbor", "staff")}
    for name, user in people.items():
        DeliverySchedule.objects.create(user=user, **(always_quiet if name == "board" else awake))
    Preference.objects.create(user=cast["colleague"], kind=HELLO.code, cadence=Cadence.WEEKLY)
    Preference.objects.create(user=cast["neighbor"], kind=HELLO.code, cadence=Cadence.OFF)
    Bounce.objects.create(address=cast["staff"].email, said="550 Nobody", at=timezone.now())
    rehearsal = dry_run(greet(*people.values(), scope=area), notice_admin_of(area, cast["staff"]), at=timezone.now())
    ways = {line.name: line.way for line in rehearsal.lines}
    assert ways["Joel Abara"] == "Immediately"
    assert ways["Terrence Okafor"].startswith("In the digest of Mon, ")
    assert ways["Ruth Kimani"].startswith("Scheduled for ")
    assert ways["Bea Norling"] == "In the portal only, as the person chose"
    assert ways["Dana Whitcomb"] == "Not sent. Email to this address bounced: 550 Nobody"
    assert {line.subject for line in rehearsal.lines} == {"1 notification for you"}


def test_it_writes_nothing(as_, area, cast):
    waiting = factories.make_notice(area)
    greet(cast["manager"], scope=area, vanished=lambda at: Notice.objects.filter(pk=waiting.pk))
    page = reverse("partners:notice_planner_detail", args=[area.slug, "tests.hello"])
    as_("staff").get(page)
    before = rows_of_all_tables()
    shown = as_("staff").get(page).content.decode()
    assert rows_of_all_tables() == before
    assert "Joel Abara" in shown
    assert "Notifications to withdraw now" in shown
    waiting.refresh_from_db()
    assert waiting.status == Notice.Status.QUEUED


def test_it_cannot_write_whatever_the_planner_does(area, cast):
    def plan(at):
        factories.make_user()
        yield from ()

    with pytest.raises(InternalError, match="read-only transaction"):
        dry_run(Planner("tests.bad", "Bad", "", plan), notice_admin_of(area, cast["staff"]), at=timezone.now())


def test_staff_see_what_concerns_their_area_alone(as_, area, other_area):
    planner = greet("ann@partner.example", scope=other_area)
    page = reverse("partners:notice_planner_detail", args=[area.slug, planner.code])
    assert "No notifications to send now" in as_("staff").get(page).content.decode()


def test_what_was_told_already_is_not_in_it(area, cast):
    planner, now = greet("ann@partner.example", scope=area), timezone.now()
    planners.run(planner, at=now)
    assert dry_run(planner, notice_admin_of(area, cast["staff"]), at=now).lines == []


def test_of_very_many_the_first_are_shown(area, cast):
    planner = greet(*(f"ann{number}@partner.example" for number in range(MOST_SHOWN + 5)), scope=area)
    rehearsal = dry_run(planner, notice_admin_of(area, cast["staff"]), at=timezone.now())
    assert (len(rehearsal.lines), rehearsal.is_cut) == (MOST_SHOWN, True)


# ---------------------------------------------------------------- Runs
def test_each_run_is_noted_and_one_that_fails_keeps_back_no_other():
    def fail(at):
        raise LookupError("The bell is gone.")

    planners.register(Planner("tests.a", "A", "", fail))
    greet("ann@partner.example")
    now = timezone.now()
    assert planners.run_all(at=now) == 1
    assert planners.run_all(at=now + timedelta(minutes=15)) == 0
    noted = {run.code: (run.written, run.problem, run.began_at) for run in PlannerRun.objects.all()}
    later = now + timedelta(minutes=15)
    assert noted == {"tests.a": (0, "LookupError: The bell is gone.", later), "tests.hello": (0, "", later)}


def test_the_operator_has_it_run_by_a_worker(client, cast, monkeypatch, django_capture_on_commit_callbacks):
    greet("ann@partner.example")
    asked: list[str] = []
    monkeypatch.setattr(run_planner, "delay", asked.append)
    client.force_login(factories.make_user("Olga Perez", is_superuser=True))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("notices:admin_planner_run", args=["tests.hello"]))
    assert asked == ["tests.hello"]
    run_planner("tests.hello")
    run_planner("tests.gone")
    assert Notice.objects.filter(kind=HELLO.code).count() == 1
    page = client.get(reverse("notices:admin_planner_list")).content.decode()
    assert "Succeeded" in page


def test_staff_do_not_read_why_a_planner_failed(as_, area):
    PlannerRun.objects.create(code="tests.hello", began_at=timezone.now(), seconds=1, problem="KeyError: secret")
    greet("ann@partner.example")
    page = as_("staff").get(reverse("partners:notice_planner_list", args=[area.slug])).content.decode()
    assert "Failed" in page
    assert "secret" not in page
