"""The rules of reminders: what staff change for their area, and what the operator does for everywhere."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.notices import reminder_rules, reminders, rule_history
from onestop.notices.models import Rule, RuleStep, WeeklyLimit, name_of
from onestop.notices.reminder_rules import CannotKeepRule, RuleChangedMeanwhile
from onestop.notices.reminders import Step
from tests import factories

pytestmark = pytest.mark.django_db
BELL = factories.REMINDER
NOW = timezone.now()


@pytest.fixture(autouse=True)
def only_the_bell(monkeypatch):
    monkeypatch.setattr(reminders, "_reminders", {BELL.code: BELL})


@pytest.fixture
def here(area):
    return name_of(area)


@pytest.fixture
def dana(cast):
    return cast["staff"]


def change(scope, by, *steps, is_on=True, version=""):
    return reminder_rules.change_rule(
        BELL, scope, is_on=is_on, steps=[Step(*step) for step in steps], version=version, by=by, at=NOW
    )


def says(scope):
    return reminder_rules.summary_of(BELL, scope).says


# ---------------------------------------------------------------- What counts
def test_a_rule_is_a_plain_sentence(here):
    assert says(here) == "Day 0: main representative. Day 10: alternate. Day 21: One-Stop staff. Then reminders stop."


def test_an_area_s_rule_comes_before_everywhere_s_and_that_before_the_usual(here, dana):
    change("", dana, (5, "staff"))
    assert says(here) == says("") == "Day 5: One-Stop staff. Then reminders stop."
    change(here, dana, (7, "main"))
    chapter = reminder_rules.summary_of(BELL, here)
    assert (chapter.says, chapter.usually) == ("Day 7: main representative. Then reminders stop.", says(""))
    assert says("partners.localarea:0") == "Day 5: One-Stop staff. Then reminders stop."


def test_steps_go_in_the_order_of_their_days(here, dana):
    change(here, dana, (30, "staff"), (3, "main"))
    assert says(here) == "Day 3: main representative. Day 30: One-Stop staff. Then reminders stop."


def test_off_is_off_and_on_again_as_before(here, dana):
    change(here, dana, (3, "main"))
    change(here, dana, (3, "main"), is_on=False)
    assert says(here) == "Off. No reminders are sent."
    change(here, dana, (3, "main"))
    assert says(here) == "Day 3: main representative. Then reminders stop."


def test_back_to_the_usual(here, dana):
    change(here, dana, (3, "main"))
    assert reminder_rules.reset_rule(BELL, here, by=dana, at=NOW)
    assert not reminder_rules.reset_rule(BELL, here, by=dana, at=NOW)
    assert not reminder_rules.summary_of(BELL, here).is_own
    assert not RuleStep.objects.exists()


# ---------------------------------------------------------------- What makes no rule
@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "Add at least one step"),
        ([(1, "main"), (1, "staff")], "Day 1 is used twice"),
        ([(366, "main")], "Days must be from 0 to 365"),
        ([(-1, "main")], "Days must be from 0 to 365"),
        ([(1, "mayor")], "cannot be sent to mayor"),
        ([(day, "main") for day in range(9)], "at most 8 steps"),
    ],
)
def test_what_makes_no_rule_is_refused_in_words(here, dana, steps, words):
    with pytest.raises(CannotKeepRule, match=words):
        change(here, dana, *steps)
    assert not Rule.objects.exists()


@pytest.mark.parametrize("number", [-1, 21])
def test_so_is_a_weekly_limit_out_of_reason(here, dana, number):
    with pytest.raises(CannotKeepRule, match="0 to 20"):
        reminder_rules.set_weekly_limit(here, number, by=dana, at=NOW)


def test_the_database_refuses_two_steps_on_a_day(here, dana):
    rule = change(here, dana, (1, "main"))
    with pytest.raises(IntegrityError, match="reminder_has_one_step_a_day"):
        RuleStep.objects.create(rule=rule, after_days=1, whom="staff")


def test_the_database_refuses_a_weekly_limit_out_of_reason(here):
    with pytest.raises(IntegrityError, match="weekly_limit_of_reminders_is_within_reason"):
        WeeklyLimit.objects.create(scope=here, nudges_a_week=21)


# ---------------------------------------------------------------- Two at once
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_waits_and_is_told(here, dana):
    """Without the lock the second would find no rule yet either, and put its own in place of the first."""
    version, outcome = reminder_rules.summary_of(BELL, here).version, []

    def save_too():
        try:
            change(here, dana, (9, "staff"), version=version)
            outcome.append("saved")
        except RuleChangedMeanwhile as problem:
            outcome.append(str(problem))
        finally:
            connection.close()

    second = threading.Thread(target=save_too)
    with transaction.atomic():
        change(here, dana, (4, "main"), version=version)
        second.start()
        second.join(0.3)
        assert second.is_alive(), "the second did not wait for the first"
    second.join()
    assert outcome == [
        "Someone else changed this schedule. It is now: Day 4: main representative. Then reminders stop."
    ]
    assert says(here) == "Day 4: main representative. Then reminders stop."


# ---------------------------------------------------------------- History
@pytest.mark.django_db(transaction=True)
def test_history_says_who_changed_which_rule_and_what_it_said_before(here, dana):
    """Each act in a transaction of its own, as pages do: what one transaction wrote is one change."""
    change(here, dana, (3, "main"), (9, "staff"))
    change(here, dana, (3, "alternate"), (9, "staff"))
    reminder_rules.reset_rule(BELL, here, by=dana, at=NOW)
    reminder_rules.set_weekly_limit(here, 4, by=dana, at=NOW)
    told = [(one.who, one.what, one.before, one.after) for one in rule_history.history_of(here)]
    first = "Day 3: main representative. Day 9: One-Stop staff. Then reminders stop."
    second = "Day 3: alternate. Day 9: One-Stop staff. Then reminders stop."
    assert told == [
        ("Dana Whitcomb", rule_history.WEEKLY_LIMIT, "Default", "4"),
        ("Dana Whitcomb", "Wind the bell", second, "Default"),
        ("Dana Whitcomb", "Wind the bell", first, second),
        ("Dana Whitcomb", "Wind the bell", "Default", first),
    ]
    assert rule_history.history_of("") == []


# ---------------------------------------------------------------- The pages
@pytest.fixture
def edit_url(area):
    return reverse("partners:notice_rule_edit", args=[area.slug, BELL.code])


def typed(*rows, **more):
    given = {"is_on": "on", "rows": str(len(rows))}
    for row, (day, whom) in enumerate(rows):
        given |= {f"day-{row}": day, f"whom-{row}": whom}
    return given | more


def test_staff_change_a_rule_for_their_area(as_, here, edit_url, area):
    answer = as_("staff").post(edit_url, typed((14, "staff"), (2, "main"), ("", "")), follow=True)
    assert "Day 2: main representative. Day 14: One-Stop staff. Then reminders stop." in answer.content.decode()
    assert says(here).startswith("Day 2")
    assert says("") == reminder_rules.summary_of(BELL, "").usually


def test_looking_and_adding_a_step_save_nothing(as_, edit_url):
    looked = as_("staff").post(edit_url, typed((2, "main"), look="1")).content.decode()
    assert "Preview: <b>Day 2: main representative. Then reminders stop.</b>" in looked
    grown = as_("staff").post(edit_url, typed((2, "main"), more="1")).content.decode()
    assert 'name="day-1"' in grown
    assert 'value="2"' in grown
    assert not Rule.objects.exists()


def test_no_more_than_eight_rows(as_, edit_url):
    rows = [(day, "main") for day in range(8)]
    page = as_("staff").post(edit_url, typed(*rows, more="1")).content.decode()
    assert 'name="day-7"' in page
    assert 'name="day-8"' not in page
    assert "Add a step" not in page


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(2, "main"), (2, "staff")], "Day 2 is used twice"),
        ([("", "main")], "Enter the number of days."),
        ([("soon", "main")], "must be a number"),
        ([(400, "main")], "Days must be from 0 to 365."),
        ([("", "")], "Add at least one step, or turn the reminder off."),
        ([(2, "mayor")], "choose one of the options"),
    ],
)
def test_wrong_steps_are_told_beside_the_field_and_nothing_typed_is_lost(as_, edit_url, rows, words):
    page = as_("staff").post(edit_url, typed(*rows)).content.decode()
    assert words in page
    assert all(f'value="{day}"' in page for day, _ in rows if day != "")
    assert not Rule.objects.exists()


def test_who_saved_in_between_is_not_overwritten_unless_one_saves_again(as_, here, dana, edit_url):
    version = reminder_rules.summary_of(BELL, here).version
    change(here, dana, (4, "main"))
    page = as_("staff").post(edit_url, typed((9, "staff"), version=version))
    assert "Someone else changed this schedule." in page.content.decode()
    assert says(here).startswith("Day 4")
    again = page.context["form"].data["version"]
    as_("staff").post(edit_url, typed((9, "staff"), version=again))
    assert says(here).startswith("Day 9")


def test_the_operator_changes_the_rule_for_everywhere(client, here):
    client.force_login(factories.make_user("Olga Perez", is_superuser=True))
    client.post(reverse("notices:admin_rule_edit", args=[BELL.code]), typed((1, "staff")))
    assert says(here) == "Day 1: One-Stop staff. Then reminders stop."


def test_the_weekly_limit_is_set_and_given_back(as_, here, area):
    url = reverse("partners:notice_weekly_limit", args=[area.slug])
    as_("staff").post(url, {"weekly_limit": "5"})
    assert reminder_rules.weekly_limit_of(here) == 5
    wrong = as_("staff").post(url, {"weekly_limit": "50"}).content.decode()
    assert "The weekly limit must be from 0 to 20." in wrong
    assert 'value="50"' in wrong
    as_("staff").post(url, {"weekly_limit": ""})
    assert reminder_rules.weekly_limit_of(here) is None


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("manager", 403), ("state", 403), ("staff", 200)])
def test_only_staff_of_the_area_change_its_rules(as_, edit_url, who, status):
    assert as_(who).get(edit_url).status_code == status


def test_a_reminder_that_nobody_declares_is_not_there(as_, area):
    assert as_("staff").get(reverse("partners:notice_rule_edit", args=[area.slug, "gone"])).status_code == 404
