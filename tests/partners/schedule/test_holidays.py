"""Holidays of an area, rooms, and what a closed day changes."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.notices import reminders
from onestop.notices.reminders import ReminderSubject
from partners.models import Holiday, Room, State
from partners.network import rooms, states
from partners.network.rooms import CannotKeepRoom
from partners.schedule import holidays, weeks
from partners.schedule.closings import closed_on, closing_on
from partners.schedule.holidays import CannotKeepHoliday
from tests import factories
from tests.at_once import second_waits_for

TODAY = timezone.localdate()
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def ohio(area):
    State.objects.filter(pk=area.state_id).update(code="OH")
    area.refresh_from_db()
    return area


# ---------------------------------------------------------------- The list of the state
def test_the_public_holidays_of_the_state_are_filled_and_stay_as_people_leave_them(ohio):
    assert holidays.fill_holidays(ohio, years=[2027], by=None, at=NOW) > 9
    fourth = Holiday.objects.get(area=ohio, day=date(2027, 7, 5))
    assert "Independence" in fourth.name, "on the day on which it is observed"
    assert fourth.closes_centers
    holidays.remove_holiday(fourth, by=None, at=NOW)
    holidays.update_holiday(
        Holiday.objects.get(area=ohio, day=date(2027, 1, 1)), facts={"closes_centers": False}, by=None, at=NOW
    )
    assert holidays.fill_holidays(ohio, years=[2027], by=None, at=NOW) == 0
    assert not Holiday.objects.current().filter(area=ohio, day=date(2027, 7, 5)).exists()


def test_an_unknown_state_has_the_federal_holidays(area):
    assert date(2027, 11, 25) in holidays.holidays_of("ZZ", [2027])
    assert date(2027, 4, 26) in holidays.holidays_of("MS", [2027]), "Confederate Memorial Day, of Mississippi only"
    assert date(2027, 4, 26) not in holidays.holidays_of("ZZ", [2027])


def test_every_area_is_filled_once_for_this_and_the_next_year(area, other_area):
    at = datetime(2026, 11, 29, 12, tzinfo=timezone.get_current_timezone())
    assert holidays.fill_all(at=at) == 4, "two areas, two years"
    assert holidays.fill_all(at=at) == 0
    assert set(Holiday.objects.values_list("day__year", flat=True)) == {2026, 2027}
    assert Holiday.objects.values("area").distinct().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_fill_at_once_add_each_day_once(area):
    def fill():
        return holidays.fill_holidays(area, years=[2027], by=None, at=NOW)

    assert second_waits_for(fill, fill) == 0
    assert Holiday.objects.count() == Holiday.objects.values("day").distinct().count()


def test_an_area_has_one_holiday_a_day(area):
    holiday = holidays.add_holiday(area, facts={"day": TODAY, "name": "One"}, by=None, at=NOW)
    with pytest.raises(CannotKeepHoliday):
        holidays.add_holiday(area, facts={"day": TODAY, "name": "Two"}, by=None, at=NOW)
    holidays.remove_holiday(holiday, by=None, at=NOW)
    holidays.add_holiday(area, facts={"day": TODAY, "name": "Two"}, by=None, at=NOW)
    with pytest.raises(CannotKeepHoliday):
        holidays.restore_holiday(holiday, by=None, at=NOW)


# ---------------------------------------------------------------- What is closed
def test_a_closed_day_closes_all_centers_of_its_area_and_no_other(area, other_area):
    center, other = factories.make_center(area), factories.make_center(other_area)
    factories.make_holiday(area, name="Founders Day")
    closing = closing_on(center, TODAY)
    assert closing
    assert closing.reason == "Founders Day"
    assert closing_on(center, TODAY + DAY) is None
    assert closing_on(other, TODAY) is None
    assert [one.name for one, _ in closed_on(area, TODAY)] == [center.name]


def test_a_holiday_on_which_centers_are_open_closes_nothing(area):
    factories.make_holiday(area, closes_centers=False)
    assert closing_on(factories.make_center(area), TODAY) is None


def test_nobody_is_on_site_on_a_closed_day(area, partner):
    presence = factories.make_presence(partner, weekday=TODAY.isoweekday())
    assert [one.presence for one in weeks.on_site_today(area, TODAY)] == [presence]
    factories.make_holiday(area)
    assert weeks.on_site_today(area, TODAY) == []
    week = weeks.week_of(area, TODAY, today=TODAY)
    assert [slot.is_away for slot in week.slots] == [True]
    closing = week.closings.on(presence.center_id, TODAY)
    assert closing
    assert closing.reason == "A holiday"


def test_the_first_page_names_a_coming_holiday_and_closed_centers(as_, area):
    center = factories.make_center(area, name="Center Street")
    factories.make_holiday(area, name="Founders Day")
    factories.make_holiday(area, name="Harvest Day", day=TODAY + 3 * DAY)
    page = as_("staff").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "Centers are closed: Harvest Day" in page
    assert center.name in page


def test_reminders_wait_where_it_is_a_holiday(area, other_area, monkeypatch):
    subjects = [
        ReminderSubject(str(one.pk), NOW - DAY, [one], {"main": ["ann@partner.example"]}, scope=one)
        for one in (area, other_area)
    ]
    reminder = factories.REMINDER
    monkeypatch.setattr(type(reminder), "open_matters", property(lambda self: lambda at: subjects), raising=False)
    factories.make_holiday(area, day=NOW.astimezone(area.zone).date())
    assert [message.scope for message in reminder._plan(NOW)] == [other_area]
    assert {message.scope for message in reminder._plan(NOW + DAY)} == {area, other_area}


def test_closed_scopes_are_found_in_the_time_zone_of_each_area(area, other_area):
    factories.make_holiday(area, day=date(2026, 11, 29))
    night = datetime.combine(date(2026, 11, 30), time(2), area.zone)
    assert holidays.closed_scopes([area, other_area], night) == set()
    assert holidays.closed_scopes([area, other_area], night - timedelta(hours=3)) == {f"partners.localarea:{area.pk}"}
    assert reminders._finders == [holidays.closed_scopes]


# ---------------------------------------------------------------- Rooms and the state
def test_rooms_are_named_once_in_a_building(area):
    center, other = factories.make_center(area), factories.make_center(area)
    room = rooms.add_room(center, facts={"name": "Willow", "seats": 12}, by=None, at=NOW)
    rooms.add_room(other, facts={"name": "Willow"}, by=None, at=NOW)
    with pytest.raises(CannotKeepRoom):
        rooms.add_room(center, facts={"name": "WILLOW"}, by=None, at=NOW)
    rooms.archive_room(room, by=None, at=NOW)
    rooms.add_room(center, facts={"name": "Willow"}, by=None, at=NOW)
    with pytest.raises(CannotKeepRoom):
        rooms.restore_room(room, by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.create(name="Nowhere")


def test_a_manager_keeps_the_rooms_of_the_own_location(as_, partner):
    location = factories.make_location(partner.organization, partnership=partner)
    answer = as_("manager").post(
        reverse("partners:location_room_add", args=[location.pk]), {"name": "River", "accessibility": ["loop"]}
    )
    assert answer.status_code == 302
    page = as_("manager").get(answer["Location"]).content.decode()
    assert "River" in page
    assert "Hearing loop" in page


def test_the_fiscal_year_of_a_state_is_kept_by_its_administrator(as_, area):
    address = reverse("partners:state_edit", args=[area.state.code])
    assert as_("state").post(address, {"agency_name": "", "fiscal_year_month": "10"}).status_code == 302
    assert State.objects.get(pk=area.state_id).fiscal_year_month == 10
    with pytest.raises(IntegrityError), transaction.atomic():
        states.update_state(area.state, facts={"fiscal_year_month": 13}, by=None, at=NOW)
