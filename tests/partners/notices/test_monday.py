"""On Monday morning the staff of an area are told by one mail what needs them this week."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from onestop.notices import planners, preferences
from onestop.notices.models import Cadence, DeliverySchedule, Notice, name_of
from partners import todo
from partners.models import LocalArea, Role
from partners.notices import monday
from tests import factories

Status = Notice.Status
EIGHT = datetime(2026, 11, 30, 13, tzinfo=UTC)  # Monday, 8:00 AM in Riverbend
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def run(at: datetime) -> int:
    planner = planners.planner_of(monday.CODE)
    assert planner
    return planners.run(planner, at=at)


@pytest.fixture
def needy(area, partner, cast) -> LocalArea:
    """An area in which something needs its staff: a partner without a voice, and services never confirmed."""
    for number in range(2):
        factories.make_service(partner, name=f"Class {number}")
    LocalArea.objects.exclude(pk=area.pk).update(archived_at=EIGHT)
    return area


def test_it_comes_at_eight_on_monday_once_a_week(needy, cast):
    assert [run(EIGHT - HOUR), run(EIGHT), run(EIGHT), run(EIGHT + DAY)] == [0, 1, 0, 0]
    assert Notice.objects.get().to == cast["staff"].email
    assert run(EIGHT + 7 * DAY) == 1


def test_a_late_run_tells_it_on_tuesday_and_not_on_wednesday(needy):
    assert [run(EIGHT - HOUR), run(EIGHT + DAY + 11 * HOUR)] == [0, 0]
    assert [run(EIGHT + 2 * DAY), run(EIGHT + 4 * DAY)] == [0, 0]
    assert run(EIGHT + DAY + 9 * HOUR) == 1


def test_the_mail_says_what_needs_them_and_leads_to_it(needy, neighbor_partner):
    factories.make_representative(neighbor_partner, name="Bea Norling")
    run(EIGHT)
    mail = Notice.objects.get()
    assert mail.subject.endswith("things need you this week in Riverbend")
    assert "- Millrace Adult Learning has not confirmed 2 services" in mail.text
    assert "Millrace Adult Learning has no main representative" in mail.text
    assert mail.text.index("Soon") < mail.text.index("Later")
    assert reverse("partners:service_list", args=[needy.slug]) in mail.text
    assert (mail.url, mail.scope) == (
        reverse("dashboards:home", args=[needy.slug]),
        f"partners.localarea:{needy.pk}",
    )
    assert "Get this in a weekly digest, or not at all" in mail.text


def test_it_tells_how_many_were_told_last_week_and_what_came_back(needy, cast):
    for number, status in enumerate((Status.SENT, Status.SENT, Status.FAILED)):
        Notice.objects.create(
            dedupe_key=f"k{number}", to=f"p{number}@partner.example", scope=name_of(needy), status=status,
            sent_at=EIGHT - DAY if status == Status.SENT else None, written_at=EIGHT - DAY, due_at=EIGHT - DAY,
        )  # fmt: skip
    run(EIGHT)
    told = Notice.objects.get(kind=monday.CODE).text
    assert "Last week the portal told 3 people something in your area's name; 1 could not be delivered." in told


def test_each_person_has_it_at_their_own_hour(needy, cast):
    DeliverySchedule.objects.create(user=cast["staff"], digest_at=time(11))
    colleague = factories.seat(Role.STAFF, needy, name="Priya Raman")
    run(EIGHT)
    assert Notice.objects.get().to == colleague.email
    assert run(EIGHT + 3 * HOUR) == 1


def test_the_hour_is_that_of_the_area(needy, cast):
    LocalArea.objects.filter(pk=needy.pk).update(time_zone="America/Los_Angeles")
    assert [run(EIGHT + 2 * HOUR), run(EIGHT + 3 * HOUR)] == [0, 1]


def test_where_nothing_needs_anybody_nothing_comes(area, cast, monkeypatch):
    monkeypatch.setattr(todo, "todo_of_staff", lambda area, at: [])
    assert run(EIGHT) == 0


def test_who_does_not_want_it_has_it_in_the_portal_only(needy, cast):
    preferences.save_preferences(
        cast["staff"], cadences={monday.CODE: Cadence.OFF}, delivery_schedule={}, at=EIGHT - DAY
    )
    run(EIGHT)
    assert Notice.objects.get().status == Status.IN_APP_ONLY


def test_it_takes_nothing_from_the_week_s_reminders(needy):
    run(EIGHT)
    assert Notice.objects.get().is_nudge is False


def test_closed_accounts_and_archived_areas_get_nothing(needy, cast):
    cast["staff"].is_active = False
    cast["staff"].save()
    assert run(EIGHT) == 0
    cast["staff"].is_active = True
    cast["staff"].save()
    LocalArea.objects.filter(pk=needy.pk).update(archived_at=EIGHT)
    assert run(EIGHT) == 0


def test_on_other_days_it_costs_one_query_and_in_an_area_the_same_for_all_its_staff(needy, queries_of):
    assert queries_of(lambda: list(monday.plan(EIGHT + 3 * DAY))) == 1
    one = queries_of(lambda: list(monday.plan(EIGHT)))
    for _ in range(9):
        factories.seat(Role.STAFF, needy)
    assert queries_of(lambda: list(monday.plan(EIGHT))) == one
    assert len(list(monday.plan(EIGHT))) == 10


def test_areas_are_looked_at_one_after_the_other_and_only_where_it_is_due(needy, cast, monkeypatch):
    seen = []
    real = todo.todo_of_staff

    def look(area, at):
        seen.append(area.slug)
        return real(area, at=at)

    monkeypatch.setattr(todo, "todo_of_staff", look)
    # The other area has staff, too; west of here it is still night.
    LocalArea.objects.exclude(pk=needy.pk).update(time_zone="Pacific/Honolulu", archived_at=None)
    plan = monday.plan(EIGHT)
    assert seen == []
    list(plan)
    assert seen == ["riverbend"]
    run(EIGHT)
    run(EIGHT)
    assert seen == ["riverbend"] * 2, "once told, nothing is computed"
