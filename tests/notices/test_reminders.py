"""Reminders: they go from person to person, say so in advance, stop when it is done, and stop in any case."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from onestop.notices import outbox, planners, reminders
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, DeliverySchedule, Notice, PlannerRun, Rule, name_of
from onestop.notices.reminders import Reminder, ReminderSubject, Step
from tests import factories
from tests.at_once import second_goes_on_beside
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_person(name):
    person = factories.make_user(name)
    DeliverySchedule.objects.create(user=person, time_zone="America/New_York", weekly_limit=20)
    return person


class Waiting:
    """A thing that waits for an answer from day NOON on: main, then alternate after 10 days, then staff after 21."""

    def __init__(self):
        self.area = factories.make_area()
        self.main, self.alternate, self.staff = (make_person(name) for name in ("Main", "Alternate", "Staff"))
        self.is_open = True
        self.people = {"main": [self.main], "alternate": [self.alternate], "staff": [self.staff]}
        self.reminder = Reminder(
            "tests.answer", "Answer", "Somebody should answer.",
            circles={"main": "main representative", "alternate": "alternate", "staff": "staff"},
            steps=[Step(0, "main"), Step(10, "alternate"), Step(21, "staff")],
            open_matters=lambda at: [self.matter] if self.is_open else [],
            build=self.build,
        )  # fmt: skip

    @property
    def matter(self):
        return ReminderSubject("thing:1", since=NOON, about=[self.area], people=self.people, scope=self.area)

    def build(self, matter, step, person, following):
        return Message("tests.nudge", "", person, {"thing": "an answer", "next": following}, about=matter.about)

    def run(self, day):
        """Let the planner look on a day; return who was told."""
        before = set(Notice.objects.values_list("pk", flat=True))
        planners.run(self.reminder.planner(), at=NOON + day * DAY)
        fresh = Notice.objects.exclude(pk__in=before).order_by("pk")
        return list(fresh.values_list("recipient__name", flat=True))


@pytest.fixture
def waiting():
    return Waiting()


def test_it_goes_from_person_to_person_and_then_stops(waiting):
    assert [waiting.run(day) for day in (0, 9, 10, 20, 21, 22, 60, 400)] == [
        ["Main"], [], ["Alternate"], [], ["Staff"], [], [], [],
    ]  # fmt: skip


def test_each_mail_says_when_whom_we_ask_next(waiting):
    for day in (0, 10, 21):
        waiting.run(day)
    first, second, last = Notice.objects.order_by("step")
    assert "Then we ask alternate on Mar 20." in first.text
    assert "Then we ask staff on Mar 31." in second.text
    assert "Then we ask" not in last.text
    assert [notice.step for notice in (first, second, last)] == [1, 2, 3]
    assert {notice.scope for notice in (first, second, last)} == {name_of(waiting.area)}


def test_a_chooser_picks_both_whom_a_step_announces_and_whom_it_asks(waiting):
    """The same function decides, by who was asked before: here each circle asks whoever is left."""
    everybody = [waiting.main, make_person("Second"), waiting.staff]

    def choose(whom, asked):
        return [person for person in everybody if person.email not in asked][:1]

    def build(matter, step, person, following):
        announced.append([each.name for each in following.people] if following else [])
        return waiting.build(matter, step, person, following)

    announced: list[list[str]] = []
    subject = replace(waiting.matter, choose=choose)
    waiting.reminder = replace(waiting.reminder, open_matters=lambda at: [subject], build=build)
    assert [waiting.run(0), announced] == [["Main"], [["Second"]]]
    assert [waiting.run(10), announced[1:]] == [["Second"], [["Staff"]]]
    everybody[-1] = make_person("Third")
    assert [waiting.run(21), announced[2:]] == [["Third"], [[]]]


def test_a_run_that_is_doubled_tells_nobody_twice(waiting):
    assert [waiting.run(0), waiting.run(0), waiting.run(0.01)] == [["Main"], [], []]


def test_runs_that_were_skipped_take_the_next_step_and_keep_its_distance_to_the_one_after(waiting):
    assert waiting.run(40) == ["Main"]
    assert waiting.run(41) == []
    assert [waiting.run(49), waiting.run(50)] == [[], ["Alternate"]]
    assert [waiting.run(60), waiting.run(61)] == [[], ["Staff"]]


def test_it_is_withdrawn_the_moment_it_is_done(waiting):
    waiting.run(0)
    waiting.is_open = False
    assert outbox.withdraw(Notice.objects.filter(matter="tests.answer:thing:1"), why="It was answered.") == 1
    notice = Notice.objects.get()
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, "It was answered.")
    assert waiting.run(10) == []


def test_what_vanished_without_a_word_is_withdrawn_by_the_next_run(waiting):
    waiting.run(0)
    other = Notice.objects.create(
        dedupe_key="other", kind="tests.nudge", matter="tests.answers:thing:1", to="a@b.example", subject="x", text="x",
        written_at=NOON, due_at=NOON,
    )  # fmt: skip
    waiting.is_open = False
    waiting.run(1)
    assert Notice.objects.get(step=1).status == Status.WITHDRAWN
    other.refresh_from_db()
    assert other.status == Status.QUEUED


def test_a_done_task_keeps_its_sent_reminders(waiting):
    waiting.run(0)
    Notice.objects.update(status=Status.SENT, sent_at=NOON)
    waiting.is_open = False
    waiting.run(1)
    assert Notice.objects.get().status == Status.SENT


def test_a_circle_in_which_nobody_is_is_passed_over_and_not_announced(waiting):
    waiting.people["alternate"] = []
    assert [waiting.run(day) for day in (0, 10, 20, 21)] == [["Main"], [], [], ["Staff"]]
    assert "Then we ask staff on Mar 31." in Notice.objects.get(step=1).text


def test_where_no_mail_reaches_anybody_the_next_are_asked_at_once(waiting):
    Bounce.objects.create(address=waiting.main.email, said="550 5.1.1 No such person", at=NOON)
    assert waiting.run(0) == ["Main"]
    assert waiting.run(0.02) == ["Alternate"]
    assert waiting.run(1) == []


def test_what_waits_for_a_digest_gives_people_their_days_from_then_on(waiting):
    DeliverySchedule.objects.filter(user=waiting.main).update(weekly_limit=0)
    assert waiting.run(0) == ["Main"]
    assert Notice.objects.get().due_at == NOON + 6 * DAY
    assert [waiting.run(10), waiting.run(15), waiting.run(16)] == [[], [], ["Alternate"]]


def test_several_people_of_a_circle_are_told_together(waiting):
    waiting.people["main"] = [waiting.main, make_person("Second"), "office@partner.example"]
    planners.run(waiting.reminder.planner(), at=NOON)
    assert set(Notice.objects.values_list("to", flat=True)) == {
        waiting.main.email, Notice.objects.get(recipient__name="Second").to, "office@partner.example",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_runs_at_once_one_leaves_it_to_the_other():
    planner = Waiting().reminder.planner()
    numbers: list[int] = []

    def run() -> None:
        numbers.append(planners.run(planner, at=NOON))

    second_goes_on_beside(run, run)
    assert (numbers, Notice.objects.count()) == ([1, 0], 1)
    run()
    assert (numbers, Notice.objects.count()) == ([1, 0, 0], 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_frozen_while_it_records_a_run_holds_up_nobody():
    planner = Waiting().reminder.planner()
    for later in (NOON, NOON + timedelta(minutes=1)):  # the first record of a planner, and a further one

        def run(at: datetime = later) -> None:
            planners.run_noted(planner, at=at)

        assert second_goes_on_beside(run, run) is None
        assert PlannerRun.objects.get().began_at == later


def test_steps_that_keep_their_days_do_so_however_late_the_first_was_told(waiting):
    waiting.reminder = replace(waiting.reminder, keep_days=True)
    assert [waiting.run(day) for day in (5, 9, 10, 20, 21)] == [["Main"], [], ["Alternate"], [], ["Staff"]]
    assert "Then we ask alternate on Mar 20." in Notice.objects.get(step=1).text


def test_of_several_whose_day_has_passed_only_the_last_is_told(waiting):
    waiting.reminder = replace(waiting.reminder, keep_days=True)
    assert [waiting.run(day) for day in (15, 20, 21)] == [["Alternate"], [], ["Staff"]]


# ---------------------------------------------------------------- Rules that staff have changed
def write_rule(steps, *, scope="", is_on=True):
    rule = Rule.objects.create(code="tests.answer", scope=scope, is_on=is_on)
    for after_days, whom in steps:
        rule.steps.create(after_days=after_days, whom=whom)


def test_an_area_has_its_own_steps(waiting):
    write_rule([(0, "staff")])
    write_rule([(2, "alternate"), (5, "main")], scope=name_of(waiting.area))
    assert [waiting.run(day) for day in (0, 1, 2, 4, 5, 6, 40)] == [[], [], ["Alternate"], [], ["Main"], [], []]


def test_a_rule_for_everywhere_counts_where_an_area_has_none(waiting):
    write_rule([(0, "staff")])
    write_rule([(9, "main")], scope="partners.localarea:0")
    assert [waiting.run(day) for day in (0, 30)] == [["Staff"], []]


def test_a_reminder_that_is_off_reminds_nobody(waiting):
    write_rule([(0, "main")], scope=name_of(waiting.area), is_on=False)
    assert waiting.run(30) == []


def test_what_waits_of_a_reminder_that_is_switched_off_is_withdrawn(waiting):
    waiting.run(0)
    write_rule([(0, "main")], scope=name_of(waiting.area), is_on=False)
    waiting.run(1)
    assert Notice.objects.get().status == Status.WITHDRAWN


# ---------------------------------------------------------------- What is left to see
def test_its_standing_says_how_far_it_went(waiting):
    def standing():
        return reminders.progress_of(waiting.reminder, [waiting.matter])["thing:1"]

    assert (standing().steps_told, standing().is_exhausted) == (0, False)
    waiting.run(0)
    assert (standing().steps_told, standing().last_at, standing().is_exhausted) == (1, NOON, False)
    waiting.run(10)
    waiting.run(21)
    assert (standing().steps_told, standing().last_at, standing().is_exhausted) == (3, NOON + 21 * DAY, True)
