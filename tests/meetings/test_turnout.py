"""Attendance over time: shares, streaks, the attendance policy, quorums; the page, its file, panel and to-do items."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import Group, GroupMember, GroupSeat, Meeting, Series
from meetings.turnout import marks
from meetings.turnout.reading import Turnout, since_months, turnouts_of
from meetings.turnout.shares import shares_of
from onestop.ui.todo import For, TodoPlace, todo_items
from tests import factories

NOW = timezone.now()


@dataclass
class Council:
    """A group in which a partner and the chamber have seats, and the meetings that it held, newest last."""

    group: Group
    series: Series
    mill: GroupSeat
    chamber: GroupSeat
    members: list[GroupMember]

    def hold(self, months_ago: int, mill: str = "", chamber: str = "", **record: Any) -> Meeting:
        """Hold a meeting some months ago, with the presence of both seats; an empty one is not on the roll."""
        day = NOW - relativedelta(months=months_ago) - timedelta(days=1)
        local = day.astimezone(self.group.zone).replace(tzinfo=None, microsecond=0)
        meeting = factories.make_meeting(self.series, local, status="held")
        factories.make_record(meeting, **{"closed_at": meeting.ends_at} | record)
        for seat, presence in ((self.mill, mill), (self.chamber, chamber)):
            if presence:
                is_alternate = presence == "alternate"
                factories.make_attendance(
                    meeting, seat, presence="present" if is_alternate else presence, is_alternate=is_alternate
                )
        return meeting

    def turnout(self, months: int = 12) -> Turnout:
        """Return the turnout of the last months."""
        [found] = turnouts_of([self.group], since=since_months(months, at=NOW), at=NOW)
        return found


@pytest.fixture
def council(area: Any, partner: Any, cast: Any) -> Council:
    group = factories.make_group(area, name="Partner council", absences_allowed=2, quorum="majority")
    mill = factories.make_group_seat(group, partner)
    chamber = factories.make_group_seat(group, label="Chamber")
    began = (NOW - timedelta(days=800)).date()
    members = [
        factories.make_group_member(group, cast["manager"], seat=mill, from_on=began),
        factories.make_group_member(
            group, name="Ann Example", email="ann@chamber.example", seat=chamber, from_on=began
        ),
    ]
    return Council(group, factories.make_series(group), mill, chamber, members)


def todo(area: Any, whose: For = For.STAFF, user: Any = None) -> list[str]:
    items = todo_items([whose], TodoPlace(at=NOW, area=area, user=user))
    return [f"{item.what} ({item.why})" for item in items if item.url.endswith("/attendance/")]


# ---------------------------------------------------------------- Shares
def test_presence_online_and_an_alternate_count_as_coming_and_an_excuse_does_not(council):
    for months, presence in enumerate(["present", "online", "alternate", "excused", "absent"]):
        council.hold(months, mill=presence)
    [line] = council.turnout().partners
    counts = line.counts
    assert (counts.meetings, counts.came, counts.alternate, counts.excused, counts.absent) == (5, 3, 1, 1, 1)
    assert counts.share == 60


def test_a_canceled_meeting_and_one_that_is_not_closed_never_count(council):
    council.hold(1, mill="absent", closed_at=None)
    meeting = council.hold(2, mill="absent")
    Meeting.objects.filter(pk=meeting.pk).update(status="canceled", reason="Snow")
    assert council.turnout().days == []
    assert council.turnout().partners[0].streak.missed == 0


@pytest.mark.parametrize(("months", "meetings"), [(6, 2), (12, 3), (24, 4)])
def test_the_period_decides_which_meetings_are_counted(council, months, meetings):
    for ago in (1, 3, 10, 20):
        council.hold(ago, mill="present")
    assert council.turnout(months).partners[0].counts.meetings == meetings


def test_a_partner_is_there_if_anybody_came_for_it_also_as_a_guest(council, partner):
    second = factories.make_group_seat(council.group, partner, label="Adult education")
    meeting = council.hold(1, mill="absent")
    factories.make_attendance(meeting, second, presence="present", is_alternate=True)
    other = council.hold(2, mill="excused")
    factories.make_attendance(other, name="Gus Guest", partnership=partner)
    [line] = council.turnout().partners
    assert [mark for _meeting, mark in line.cells] == [marks.ALTERNATE, marks.PRESENT]
    assert council.turnout().days[1].guests == ["Gus Guest"]


def test_attendance_is_of_the_partner_of_the_day(council, neighbor_partner):
    council.hold(1, mill="present")
    GroupSeat.objects.filter(pk=council.mill.pk).update(partnership=neighbor_partner)
    [line] = council.turnout().partners
    assert line.name == "Crosswalk Legal Aid"
    assert line.counts.came == 0


# ---------------------------------------------------------------- In a row
def test_the_streak_counts_back_to_the_last_meeting_to_which_somebody_came(council):
    for ago, presence in ((1, "absent"), (2, "excused"), (3, "absent"), (4, "alternate"), (5, "absent")):
        council.hold(ago, mill=presence)
    [line] = council.turnout().partners
    assert (line.streak.missed, line.streak.excused) == (3, 1)
    assert line.streak.words == "3 in a row missed, 1 of them excused"
    assert line.last_came == council.group.meetings.order_by("-starts_at")[3]


def test_the_streak_looks_further_back_than_the_period(council):
    for ago in (5, 10, 15):
        council.hold(ago, mill="absent")
    [line] = council.turnout(6).partners
    assert line.counts.meetings == 1
    assert line.streak.missed == 3


def test_meetings_before_the_first_member_began_do_not_count(council, area):
    council.members[0].from_on = (NOW - timedelta(days=45)).date()
    council.members[0].save()
    for ago in (1, 2, 3):
        council.hold(ago, chamber="present")
    [line] = council.turnout().partners
    assert line.streak.missed == 1
    assert [mark is None for _meeting, mark in line.cells] == [False, True, True]
    assert todo(area) == []


def test_a_partner_of_whom_nobody_is_recorded_counts_from_its_first_roll(council, area):
    council.members[0].delete()
    for ago in (5, 6):
        council.hold(ago, chamber="present")
    for ago in (1, 2, 3):
        council.hold(ago, mill="absent", chamber="present")
    [line] = council.turnout().partners
    assert (line.streak.missed, line.counts.meetings) == (3, 3)
    assert todo(area)[0].startswith("Third meeting in a row without Millrace Adult Learning")


def test_who_is_new_in_a_seat_answers_only_for_meetings_since(council):
    for ago in (1, 2, 3):
        council.hold(ago, mill="present", chamber="absent")
    old = council.members[1]
    old.ended_on = (NOW - timedelta(days=50)).date()
    old.save()
    new = old.ended_on + timedelta(days=1)
    factories.make_group_member(council.group, name="New Person", seat=council.chamber, from_on=new)
    line = next(line for line in council.turnout().seats if line.name == "Chamber")
    assert (line.person, line.streak.missed, line.counts.absent) == ("New Person", 1, 3)
    assert not line.is_over


def test_a_seat_by_name_in_which_nobody_sat_is_not_counted(council):
    council.members[1].delete()
    council.hold(1, mill="present", chamber="absent")
    line = next(line for line in council.turnout().seats if line.name == "Chamber")
    assert line.counts.meetings == 0


# ---------------------------------------------------------------- Meetings
def test_each_meeting_says_whether_it_had_a_quorum(council):
    council.hold(1, mill="present", chamber="absent", voting_seats=2, seats_needed=2)
    council.hold(2, mill="present", chamber="online", voting_seats=2, seats_needed=2)
    council.hold(3, mill="present", voting_seats=2, seats_needed=0)
    turnout = council.turnout()
    assert [(day.voting, day.needed, day.has_quorum) for day in turnout.days] == [
        (1, 2, False), (2, 2, True), (1, 0, True),
    ]  # fmt: skip
    assert (turnout.quorums, len(turnout.with_rule)) == (1, 2)


def test_the_share_of_a_group_in_lists_is_that_of_the_rolls_of_a_year(council):
    council.hold(1, mill="present", chamber="absent")
    council.hold(2, mill="present", chamber="present")
    council.hold(20, mill="absent", chamber="absent")
    assert shares_of([council.group], at=NOW) == {council.group.pk: 75}


# ---------------------------------------------------------------- To-do items
def test_the_staff_are_told_of_the_third_meeting_in_a_row_without_a_partner(council, area):
    Group.objects.update(absences_allowed=3)
    for ago in (2, 3):
        council.hold(ago, mill="absent", chamber="present")
    assert todo(area) == []
    council.hold(1, mill="excused", chamber="present")
    reached = "Partner council. The attendance policy is reached: 3 in a row."
    assert todo(area) == [f"Third meeting in a row without Millrace Adult Learning ({reached})"]
    council.hold(0, mill="absent", chamber="present")
    assert todo(area)[0].startswith("4 meetings in a row without Millrace")


def test_a_partner_whose_alternate_came_is_not_missing(council, area):
    Group.objects.update(absences_allowed=None)
    for ago, presence in ((1, "absent"), (2, "absent"), (3, "alternate"), (4, "absent")):
        council.hold(ago, mill=presence, chamber="present")
    assert todo(area) == []


def test_the_staff_are_told_who_reached_the_attendance_policy(council, area):
    for ago, presence in ((1, "absent"), (2, "excused"), (3, "present")):
        council.hold(ago, mill="present", chamber=presence)
    reached = "Partner council. The attendance policy is reached: 2 in a row."
    assert todo(area) == [f"Ann Example missed 2 meetings in a row ({reached})"]
    [line] = council.turnout().over_policy
    assert line.person == "Ann Example"


def test_a_member_without_a_seat_reaches_the_policy_by_the_roll(council, area):
    member = factories.make_group_member(council.group, name="Fay Outside", email="fay@outside.example")
    for ago in (1, 2):
        meeting = council.hold(ago, mill="present", chamber="present")
        factories.make_attendance(meeting, member, presence="absent")
    assert [item.partition(" (")[0] for item in todo(area)] == ["Fay Outside missed 2 meetings in a row"]
    assert [line.name for line in council.turnout().over_policy] == ["Fay Outside"]


def test_without_a_policy_nobody_reaches_it(council, area):
    council.group.absences_allowed = None
    council.group.save()
    for ago in (1, 2, 3):
        council.hold(ago, mill="present", chamber="absent")
    assert todo(area) == []
    assert council.turnout().over_policy == []


def test_officers_are_told_of_their_groups_and_members_are_not(council, area, cast):
    for ago in (1, 2, 3):
        council.hold(ago, mill="present", chamber="absent")
    assert todo(area, For.MANAGER, cast["manager"]) == []
    council.members[0].role = "chair"
    council.members[0].save()
    assert len(todo(area, For.MANAGER, cast["manager"])) == 1
    assert todo(area, For.BOARD, cast["board"]) == []


def test_many_missing_partners_make_few_items(council, area):
    for number in range(5):
        partner = factories.make_partnership(area, name=f"Partner {number}")
        seat = factories.make_group_seat(council.group, partner)
        factories.make_group_member(council.group, seat=seat, from_on=date(2024, 1, 1))
    for ago in (1, 2, 3):
        council.hold(ago, mill="present", chamber="present")
    items = [item.what for item in todo_items([For.STAFF], TodoPlace(at=NOW, area=area))]
    assert sum("Third meeting in a row" in what for what in items) == 3
    assert "2 more partners missed three meetings in a row" in items


# ---------------------------------------------------------------- The page
def page(council: Council, query: str = "") -> str:
    return reverse("meetings:group_attendance", args=[council.group.pk]) + query


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("state", 200), ("manager", 200), ("board", 200), ("neighbor", 404), ("stranger", 404)],
)
def test_who_sees_the_group_sees_its_attendance(as_, council, who, status):
    assert as_(who).get(page(council)).status_code == status


def test_the_page_says_what_was_missed_in_words(as_, council):
    for ago in (1, 2, 3):
        council.hold(ago, mill="absent", chamber="online", voting_seats=2, seats_needed=2)
    text = as_("staff").get(page(council)).content.decode()
    for words in ("3 in a row missed", "No quorum", "Online", "Absent", "Turnout of each meeting"):
        assert words in text
    assert "There was a quorum at 0 of 3 meetings." in text


def test_a_group_without_meetings_says_what_to_do_first(as_, council):
    assert "No attendance in this period" in as_("staff").get(page(council)).content.decode()
    assert as_("staff").get(page(council, "?months=7")).status_code == 200


def test_the_file_has_a_row_for_each_seat_and_a_column_for_each_meeting(as_, council):
    council.hold(2, mill="excused", chamber="present")
    council.hold(1, mill="absent", chamber="alternate")
    sent = as_("staff").get(page(council, "?export=csv&months=6"))
    header, *rows = csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")))
    assert len(header) == 13
    assert [(row[0], row[1], row[-2], row[-1]) for row in rows] == [
        ("Partner", "Millrace Adult Learning", "Excused", "Absent"),
        ("Seat", "Chamber", "Came", "Alternate"),
        ("Seat", "Millrace Adult Learning", "Excused", "Absent"),
    ]
    assert as_("staff").get(page(council, "?export=xlsx"))["Content-Type"].endswith("sheet")


def test_the_page_costs_the_same_for_two_meetings_and_for_many_with_more_seats(as_, council, area):
    counted = []
    for meetings, seats in ((2, 0), (18, 8)):
        for number in range(seats):
            partner = factories.make_partnership(area, name=f"Partner {number}")
            seat = factories.make_group_seat(council.group, partner)
            factories.make_group_member(council.group, seat=seat, from_on=date(2024, 1, 1))
        for ago in range(meetings):
            council.hold(ago + meetings, mill="present", chamber="absent")
        client = as_("staff")
        client.get(page(council, "?months=24"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(council, "?months=24")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_page_of_a_partner_shows_its_attendance_in_the_groups_that_the_reader_sees(as_, council, partner):
    council.hold(1, mill="absent")
    council.hold(2, mill="present")
    address = reverse("partners:partnership_detail", args=[partner.pk])
    text = as_("staff").get(address).content.decode()
    assert "Attendance at meetings" in text
    assert "1 of 2" in text
    assert "1 of 2" not in as_("neighbor").get(address).content.decode()


def test_the_panel_costs_the_same_for_one_group_and_for_three(as_, council, partner, area):
    address = reverse("partners:partnership_detail", args=[partner.pk])
    client = as_("staff")
    council.hold(1, mill="absent")
    client.get(address)
    with CaptureQueriesContext(connection) as once:
        client.get(address)
    for number in range(2):
        group = factories.make_group(area, name=f"Council {number}")
        seat = factories.make_group_seat(group, partner)
        Council(group, factories.make_series(group), seat, seat, []).hold(1, mill="present")
    with CaptureQueriesContext(connection) as more:
        client.get(address)
    assert len(once) == len(more)


def test_the_list_of_groups_has_the_turnout_of_each(as_, council, area):
    council.hold(1, mill="present", chamber="absent")
    text = as_("staff").get(reverse("meetings:group_list", args=[area.slug])).content.decode()
    assert ">50 %</a>" in text


def test_dates_are_those_of_the_area(council):
    """A meeting at 11:30 PM local time is on that day, whatever the day is in UTC."""
    day = (NOW - relativedelta(months=1)).date()
    meeting = factories.make_meeting(council.series, datetime.combine(day, time(23, 30)), minutes=20, status="held")
    factories.make_record(meeting, closed_at=meeting.ends_at)
    council.members[0].from_on = day
    council.members[0].save()
    [line] = council.turnout().partners
    assert line.counts.absent == 1


def test_the_share_counts_seats_and_not_who_facilitates_from_outside(council):
    outside = factories.make_group_member(council.group, name="Fay Outside", role="facilitator")
    meeting = council.hold(1, mill="present", chamber="absent")
    factories.make_attendance(meeting, outside)
    turnout = council.turnout()
    assert turnout.share == 50
    assert [line.name for line in turnout.seats] == ["Chamber", "Millrace Adult Learning", "Fay Outside"]


def test_a_note_names_a_partner_and_the_person_in_its_seat_once(council):
    for ago in (1, 2, 3):
        council.hold(ago, mill="absent", chamber="present")
    turnout = council.turnout()
    assert [line.name for line in turnout.missing] == ["Millrace Adult Learning"]
    assert [line.person for line in turnout.over_policy] == ["Joel Abara"]
    assert turnout.others_over_policy == []
