"""The weekly to-do list that the staff of an area get on Monday morning."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from onestop.notices import planners, preferences
from onestop.notices.models import Cadence, DeliverySchedule, Notice, name_of
from onestop.ui import todo
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
    """An area with to-do items: a partner without a representative, and services that were never confirmed."""
    for number in range(2):
        factories.make_service(partner, name=f"Class {number}")
    LocalArea.objects.exclude(pk=area.pk).update(archived_at=EIGHT)
    return area


def test_is_sent_once_a_week_on_monday_at_eight(needy, cast):
    assert [run(EIGHT - HOUR), run(EIGHT), run(EIGHT), run(EIGHT + DAY)] == [0, 1, 0, 0]
    assert Notice.objects.get().to == cast["staff"].email
    assert run(EIGHT + 7 * DAY) == 1


def test_a_late_run_sends_it_on_tuesday_but_not_on_wednesday(needy):
    assert [run(EIGHT - HOUR), run(EIGHT + DAY + 11 * HOUR)] == [0, 0]
    assert [run(EIGHT + 2 * DAY), run(EIGHT + 4 * DAY)] == [0, 0]
    assert run(EIGHT + DAY + 9 * HOUR) == 1


def test_mail_lists_the_to_do_items_with_links(needy, neighbor_partner):
    factories.make_representative(neighbor_partner, name="Bea Norling")
    run(EIGHT)
    mail = Notice.objects.get()
    assert mail.subject.endswith("to-do items this week in Riverbend")
    assert "- Millrace Adult Learning has not confirmed 2 services" in mail.text
    assert "Millrace Adult Learning has no main representative" in mail.text
    assert mail.text.index("Soon") < mail.text.index("Later")
    assert reverse("partners:service_list", args=[needy.slug]) in mail.text
    assert (mail.url, mail.scope) == (
        reverse("dashboards:home", args=[needy.slug]),
        f"partners.localarea:{needy.pk}",
    )
    assert "Get this in a weekly digest, or turn it off" in mail.text


def test_mail_has_the_delivery_statistics_of_last_week(needy, cast):
    for number, status in enumerate((Status.SENT, Status.SENT, Status.FAILED)):
        Notice.objects.create(
            dedupe_key=f"k{number}", to=f"p{number}@partner.example", scope=name_of(needy), status=status,
            sent_at=EIGHT - DAY if status == Status.SENT else None, written_at=EIGHT - DAY, due_at=EIGHT - DAY,
        )  # fmt: skip
    run(EIGHT)
    text = Notice.objects.get(kind=monday.CODE).text
    assert "Last week, we sent notifications to 3 people for your area. 1 could not be delivered." in text


def test_is_sent_at_the_digest_hour_of_each_person(needy, cast):
    DeliverySchedule.objects.create(user=cast["staff"], digest_at=time(11))
    colleague = factories.seat(Role.STAFF, needy, name="Priya Raman")
    run(EIGHT)
    assert Notice.objects.get().to == colleague.email
    assert run(EIGHT + 3 * HOUR) == 1


def test_hour_is_in_the_time_zone_of_the_area(needy, cast):
    LocalArea.objects.filter(pk=needy.pk).update(time_zone="America/Los_Angeles")
    assert [run(EIGHT + 2 * HOUR), run(EIGHT + 3 * HOUR)] == [0, 1]


def test_an_empty_to_do_list_is_not_sent(area, cast, monkeypatch):
    monkeypatch.setattr(todo, "todo_items", lambda roles, place: [])
    assert run(EIGHT) == 0


def test_turned_off_it_is_in_the_portal_only(needy, cast):
    preferences.save_preferences(
        cast["staff"], cadences={monday.CODE: Cadence.OFF}, delivery_schedule={}, at=EIGHT - DAY
    )
    run(EIGHT)
    assert Notice.objects.get().status == Status.IN_APP_ONLY


def test_does_not_count_as_a_reminder(needy):
    run(EIGHT)
    assert Notice.objects.get().is_nudge is False


def test_skips_closed_accounts_and_archived_areas(needy, cast):
    cast["staff"].is_active = False
    cast["staff"].save()
    assert run(EIGHT) == 0
    cast["staff"].is_active = True
    cast["staff"].save()
    LocalArea.objects.filter(pk=needy.pk).update(archived_at=EIGHT)
    assert run(EIGHT) == 0


def test_query_count_is_one_on_other_days_and_independent_of_the_number_of_staff(needy, queries_of):
    assert queries_of(lambda: list(monday.plan(EIGHT + 3 * DAY))) == 1
    one = queries_of(lambda: list(monday.plan(EIGHT)))
    for _ in range(9):
        factories.seat(Role.STAFF, needy)
    assert queries_of(lambda: list(monday.plan(EIGHT))) == one
    assert len(list(monday.plan(EIGHT))) == 10


def test_computes_to_do_lists_lazily_and_only_where_due(needy, cast, monkeypatch):
    areas = []
    real = todo.todo_items

    def todo_items(roles, place):
        areas.append(place.area.slug)
        return real(roles, place)

    monkeypatch.setattr(todo, "todo_items", todo_items)
    # The other area has staff, too; west of here it is still night.
    LocalArea.objects.exclude(pk=needy.pk).update(time_zone="Pacific/Honolulu", archived_at=None)
    plan = monday.plan(EIGHT)
    assert areas == []
    list(plan)
    assert areas == ["riverbend"]
    run(EIGHT)
    run(EIGHT)
    assert areas == ["riverbend"] * 2, "nothing is computed after it was sent"
