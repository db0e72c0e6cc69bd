"""The co-location schedule: the week, who is there now, its pages, and who may edit it."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from onestop.ui.presentation import shortday
from partners.manual.gathering import gather
from partners.models import Absence, Presence, Rhythm, Weekday
from partners.schedule import presences
from partners.schedule.closings import closed_on, closing_on
from partners.schedule.presences import CannotNoteAbsence, CannotSchedule
from partners.schedule.weeks import hours_in_words, monday_of, on_site_today, week_of
from tests import factories
from tests.partners.upkeep.test_services import count_queries, filled

NOW = timezone.now()
MONDAY = date(2026, 11, 23)
FOURTH_TUESDAY = date(2026, 11, 24)  # and the last one


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def text(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def today_there():
    """Return the date in Riverbend, which differs from that of UTC in the evening."""
    return timezone.now().astimezone(ZoneInfo("America/New_York")).date()


@pytest.fixture
def center(area):
    return factories.make_center(area, name="Center Street", phone="(555) 010-0100")


@pytest.fixture
def this_week():
    """The facts of hours today, whatever weekday it is."""
    return {"weekday": today_there().isoweekday()}


def add(partner, place, **facts):
    given = {"center": place, "starts_at": time(9), "ends_at": time(12)} | facts
    weekdays = given.pop("weekdays", [1])
    return presences.add_presences(partner, weekdays=weekdays, facts=given, by=None, at=NOW)


# ---------------------------------------------------------------- The week
def test_a_week_has_the_hours_of_each_day(area, partner, neighbor_partner, center):
    factories.make_presence(partner, center, starts_at=time(13), ends_at=time(16))
    factories.make_presence(neighbor_partner, center)
    week = week_of(area, FOURTH_TUESDAY, today=FOURTH_TUESDAY)
    [row] = week.by_center([center])
    assert [day.date.day for day in week.days] == [23, 24, 25, 26, 27]
    assert [day.is_today for day in week.days] == [False, True, False, False, False]
    assert [slot.presence.partnership for slot in row.cells[0].slots] == [neighbor_partner, partner]
    assert not any(cell.slots for cell in row.cells[1:])


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (Rhythm.WEEKLY, [3, 10, 17, 24]),
        (Rhythm.FIRST, [3]),
        (Rhythm.SECOND, [10]),
        (Rhythm.FOURTH, [24]),
        (Rhythm.LAST, [24]),
    ],
)
def test_monthly_hours_fall_on_their_week(area, partner, center, rhythm, days):
    factories.make_presence(partner, center, weekday=Weekday.TUESDAY, rhythm=rhythm)
    found = [day for day in range(1, 31) if on_site_today(area, date(2026, 11, day))]
    assert found == days
    weeks = [week_of(area, date(2026, 11, day), today=MONDAY) for day in (2, 9, 16, 23)]
    assert [slot.day.day for week in weeks for slot in week.slots] == days


def test_days_of_the_weekend_are_shown_only_with_hours(area, partner, center):
    factories.make_presence(partner, center, weekday=Weekday.SATURDAY)
    week = week_of(area, MONDAY, today=MONDAY)
    assert [day.date.isoweekday() for day in week.days] == [1, 2, 3, 4, 5, 6]


def test_hours_are_valid_from_their_first_to_their_last_day(area, partner, center):
    factories.make_presence(partner, center, begins_on=date(2026, 11, 17), ends_on=date(2026, 11, 30))
    found = [day for day in (16, 23, 30) if on_site_today(area, date(2026, 11, day))]
    assert found == [23, 30]
    assert not on_site_today(area, date(2026, 12, 7))


def test_absent_partners_are_not_on_site(area, partner, neighbor_partner, center):
    other = factories.make_center(area, name="Millpond")
    for where in (center, other):
        factories.make_presence(partner, where)
        factories.make_presence(neighbor_partner, where, starts_at=time(10))
    factories.make_absence(partner, center, first_on=MONDAY, last_on=MONDAY, reason="Training")
    week = week_of(area, MONDAY, today=MONDAY)
    away = [(slot.presence.partnership, slot.presence.center) for slot in week.slots if slot.is_away]
    assert away == [(partner, center)]
    there = {(one.partnership_id, one.center_id) for one in on_site_today(area, MONDAY)}
    assert there == {(partner.pk, other.pk), (neighbor_partner.pk, center.pk), (neighbor_partner.pk, other.pk)}
    factories.make_absence(partner, first_on=MONDAY, last_on=MONDAY)
    assert (partner.pk, other.pk) not in {(one.partnership_id, one.center_id) for one in on_site_today(area, MONDAY)}


def test_a_closed_center_has_no_partners(area, partner, center):
    factories.make_presence(partner, center)
    factories.make_absence(center=center, first_on=MONDAY, last_on=MONDAY + timedelta(days=2), reason="New floor")
    week = week_of(area, MONDAY, today=MONDAY)
    [row] = week.by_center([center])
    assert [bool(cell.closing) for cell in row.cells] == [True, True, True, False, False]
    assert on_site_today(area, MONDAY) == []


def test_whether_a_center_is_closed_on_a_day_and_why(area, center):
    factories.make_absence(center=center, first_on=MONDAY, last_on=MONDAY + timedelta(days=1), reason="New floor")
    factories.make_absence(center=factories.make_center(area), first_on=MONDAY, last_on=MONDAY + timedelta(days=5))
    first, after = closing_on(center, MONDAY), closing_on(center, MONDAY + timedelta(days=2))
    assert first is not None
    assert (first.reason, after) == ("New floor", None)
    assert closing_on(center, MONDAY - timedelta(days=1)) is None
    assert [(where, why.reason) for where, why in closed_on(area, MONDAY) if where == center] == [(center, "New floor")]


@pytest.fixture
def closed_today(partner, center, this_week):
    """A partner who would be in the center all day, on a day on which it is closed."""
    factories.make_presence(partner, center, starts_at=time(0), ends_at=time(23, 59), **this_week)
    return factories.make_absence(center=center, first_on=today_there(), last_on=today_there(), reason="Frozen pipes")


def test_nobody_is_here_now_in_a_closed_center(as_, area, closed_today):
    board = text(as_("board").get(page("presence_board", area.slug)))
    here = board[board.index("Here now") : board.index("The week")]
    assert "Closed today: Frozen pipes" in here
    assert "Millrace Adult Learning" not in here
    assert "No partner is here now." not in here


def test_home_shows_that_a_center_is_closed_today(as_, area, closed_today):
    home = text(as_("staff").get(reverse("dashboards:home", args=[area.slug])))
    on_site = home[home.index("On site today") :]
    assert "Closed today: Frozen pipes" in on_site[: on_site.index("</section>")]
    assert "Millrace Adult Learning" not in on_site[: on_site.index("</section>")]


def test_the_front_desk_page_shows_closed_days_and_no_hours_on_them(as_, area, closed_today, center):
    desk = text(as_("staff").get(page("presence_print", area.slug)))
    assert "Closed</small> <small>Frozen pipes" in desk
    assert "12 AM to 11:59 PM" not in desk
    factories.make_center(area, name="Second")
    factories.make_absence(center=area.centers.get(name="Second"), first_on=today_there(), last_on=today_there())
    sheet = text(as_("staff").get(page("presence_print", area.slug)))
    assert "Closed" in sheet[sheet.index(">Second<") :]


def test_the_public_page_shows_that_a_center_is_closed_today(client, area, closed_today):
    shown = text(client.get(page("directory_centers", area.slug)))
    assert "Closed today: Frozen pipes" in shown
    assert "On site today" not in shown[shown.index("Center Street") :]


def test_the_manual_lists_closed_days_that_are_not_over(area, center, closed_today):
    past = today_there() - timedelta(days=3)
    factories.make_absence(center=center, first_on=past, last_on=past, reason="Over")
    [shown] = gather(area, today=today_there()).centers
    assert shown.closed == (f"{shortday(today_there())}: Frozen pipes",)
    [answer] = [answer for answer in shown.answers if answer.label == "Closed"]
    assert answer.lines == shown.closed


def test_a_removed_absence_has_no_effect(area, partner, center):
    factories.make_presence(partner, center)
    absence = factories.make_absence(partner, first_on=MONDAY, last_on=MONDAY)
    presences.take_back_absence(absence, by=None, at=NOW)
    assert len(on_site_today(area, MONDAY)) == 1
    presences.restore_absence(absence, by=None, at=NOW)
    assert on_site_today(area, MONDAY) == []


@pytest.mark.parametrize(("at", "here", "listed"), [(8, False, 1), (9, True, 1), (11, True, 1), (12, False, 0)])
def test_partners_on_site_at_a_time(area, partner, center, at, here, listed):
    factories.make_presence(partner, center)
    found = on_site_today(area, MONDAY, time(at))
    assert len(found) == listed
    assert [one.is_there(time(at)) for one in found] == [here] * listed


def test_remote_partners_are_in_the_week_but_not_on_site(area, partner, center):
    factories.make_presence(partner, center, way=Presence.Way.LINKAGE)
    assert on_site_today(area, MONDAY) == []
    assert len(week_of(area, MONDAY, today=MONDAY).slots) == 1


def test_inactive_partners_and_archived_centers_are_left_out(area, partner, center):
    factories.make_presence(partner, center)
    for thing, field, value in (
        (partner, "status", "paused"),
        (partner, "archived_at", NOW),
        (center, "archived_at", NOW),
    ):
        before = getattr(thing, field)
        type(thing).objects.filter(pk=thing.pk).update(**{field: value})
        assert on_site_today(area, MONDAY) == []
        assert week_of(area, MONDAY, today=MONDAY).slots == []
        type(thing).objects.filter(pk=thing.pk).update(**{field: before})


def test_the_week_and_today_run_the_same_queries_for_one_and_for_many(area, partner, center, queries_of):
    def ask():
        week_of(area, MONDAY, today=MONDAY).by_center([center])
        on_site_today(area, MONDAY)

    factories.make_presence(partner, center)
    for_one = queries_of(ask)
    for _ in range(10):
        other = factories.make_partnership(area)
        factories.make_presence(other, factories.make_center(area))
        factories.make_absence(other, first_on=MONDAY, last_on=MONDAY)
    assert queries_of(ask) == for_one == 6


def test_hours_are_added_up_by_week_and_month(partner, center):
    def hours(*rows):
        return hours_in_words(Presence(starts_at=time(9), ends_at=end, **more) for end, more in rows)

    assert hours() == ""
    assert hours((time(17), {}), (time(17), {}), (time(17), {})) == "24 hours a week"
    assert hours((time(10), {}), (time(11, 30), {"rhythm": "last"})) == "1 hour a week, 2.5 hours a month"
    remote = {"way": "linkage"}
    assert hours((time(12), {}), (time(11), remote)) == "3 hours a week; 2 hours a week by video or phone"


# ---------------------------------------------------------------- Refusals
def test_hours_of_a_partner_in_a_center_do_not_overlap(partner, center):
    add(partner, center)
    with pytest.raises(CannotSchedule, match="is already at Center Street at this time: Monday, 9:00 AM to 12:00 PM"):
        add(partner, center, starts_at=time(11), ends_at=time(13))
    add(partner, center, starts_at=time(12), ends_at=time(13))
    add(partner, center, weekdays=[2])
    add(partner, factories.make_center(partner.area))
    assert Presence.objects.count() == 4


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [("weekly", "second", False), ("first", "second", True), ("fourth", "last", False), ("third", "last", True)],
)
def test_hours_overlap_only_if_their_rhythms_share_a_day(partner, center, first, second, fits):
    add(partner, center, rhythm=first)
    if fits:
        add(partner, center, rhythm=second)
    else:
        with pytest.raises(CannotSchedule):
            add(partner, center, rhythm=second)
        # What the verb refuses, the table refuses as well.
        with pytest.raises(IntegrityError, match="presences_of_a_partner_do_not_overlap"):
            factories.make_presence(partner, center, rhythm=second)


def test_hours_may_follow_ended_ones(partner, center):
    add(partner, center, ends_on=date(2026, 12, 31))
    add(partner, center, begins_on=date(2027, 1, 1))
    with pytest.raises(CannotSchedule):
        add(partner, center, begins_on=date(2026, 12, 31), ends_on=date(2026, 12, 31))


def test_invalid_hours_are_refused_with_a_message(partner, center, other_area):
    for facts, field, words in (
        ({"ends_at": time(9)}, "ends_at", "must be after the start"),
        ({"begins_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}, "ends_on", "before the first day"),
        ({"center": factories.make_center(other_area)}, "center", "own area"),
        ({"center": factories.make_center(partner.area, archived_at=NOW)}, "center", "is archived"),
        ({"weekdays": []}, "weekdays", "at least one day"),
    ):
        with pytest.raises(CannotSchedule, match=words) as refused:
            add(partner, center, **facts)
        assert refused.value.field == field
    partner.archived_at = NOW
    partner.save()
    with pytest.raises(CannotSchedule, match="archived"):
        add(partner, center)
    assert not Presence.objects.exists()


def test_archived_hours_are_restored_only_at_a_free_time(partner, center):
    [presence] = add(partner, center)
    presences.archive_presence(presence, by=None, at=NOW)
    with pytest.raises(CannotSchedule, match="archived"):
        presences.update_presence(presence, facts={"who": "A. Person"}, by=None, at=NOW)
    [other] = add(partner, center, starts_at=time(11), ends_at=time(13))
    with pytest.raises(CannotSchedule, match="already at Center Street at this time"):
        presences.restore_presence(presence, by=None, at=NOW)
    presences.archive_presence(other, by=None, at=NOW)
    presences.restore_presence(presence, by=None, at=NOW)
    assert [one.pk for one in Presence.objects.current()] == [presence.pk]


def test_invalid_absences_are_refused_with_a_message(partner, center, other_area):
    today = NOW.astimezone(partner.area.zone).date()
    days = {"first_on": today, "last_on": today}

    def note(**facts):
        return presences.note_absence(**{"partnership": partner, **days, **facts}, by=None, at=NOW)

    for facts, words in (
        ({"last_on": today - timedelta(days=1)}, "before the first day"),
        ({"first_on": today - timedelta(days=3), "last_on": today - timedelta(days=1)}, "in the past"),
        ({"center": factories.make_center(other_area)}, "own area"),
        ({"partnership": None}, "who is away"),
    ):
        with pytest.raises(CannotNoteAbsence, match=words):
            note(**facts)
    note()
    with pytest.raises(CannotNoteAbsence, match="Already recorded"):
        note()
    note(center=center)
    note(partnership=None, center=center)
    assert Absence.objects.count() == 3


@pytest.mark.parametrize(
    "fields", [{"starts_at": time(12)}, {"weekday": 8}, {"begins_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)}]
)
def test_constraints_of_a_presence(partner, center, fields):
    with pytest.raises(IntegrityError):
        factories.make_presence(partner, center, **fields)


# ---------------------------------------------------------------- The pages
def test_the_board_shows_partners_here_now_and_absences(as_, area, partner, neighbor_partner, center, this_week):
    day = today_there()
    factories.make_presence(partner, center, starts_at=time(0), ends_at=time(23, 59), who="T. Okafor", **this_week)
    factories.make_presence(neighbor_partner, center, starts_at=time(0), ends_at=time(23, 59), **this_week)
    factories.make_absence(neighbor_partner, first_on=day, last_on=day, reason="Training")
    board = text(as_("board").get(page("presence_board", area.slug)))
    here = board[board.index("Here now") : board.index("The week")]
    assert "Millrace Adult Learning" in here
    assert "Crosswalk Legal Aid" not in here
    assert "<s>Crosswalk Legal Aid</s>" in board
    assert "Away: Training" in board
    remove = page("absence_take_back", Absence.objects.get().pk)
    assert remove not in board
    assert "Add hours" not in board
    assert remove in text(as_("neighbor").get(page("presence_board", area.slug)))


def test_the_board_links_to_other_weeks(as_, area, partner, center):
    factories.make_presence(partner, center, begins_on=today_there() + timedelta(days=8))
    client, address = as_("staff"), page("presence_board", area.slug)
    assert "No partners are on site in this week." in text(client.get(address))
    later = monday_of(today_there()) + timedelta(days=14)
    there = text(client.get(f"{address}?week={later}&center={center.pk}"))
    assert "9:00 AM to 12:00 PM" in there
    assert "This week" in there
    assert f"week={later - timedelta(days=7)}&amp;center={center.pk}" in there or "week=" in there
    for nonsense in ("soon", "0000-00-00", "9999-12-31", "2026-13-01"):
        assert "No partners are on site in this week." in text(client.get(f"{address}?week={nonsense}"))


def test_the_board_is_filtered(as_, area, partner, neighbor_partner, center):
    program = factories.make_program(short_name="AEFLA")
    partner.programs.add(program)
    factories.make_presence(partner, center)
    factories.make_presence(neighbor_partner, center)
    client, address = as_("board"), page("presence_board", area.slug)
    for query in (f"partner={partner.pk}", f"program={program.code}"):
        week = client.get(f"{address}?{query}").context["week"]
        assert {slot.presence.partnership_id for slot in week.slots} == {partner.pk}
    other = factories.make_center(area)
    assert [row.thing for row in client.get(f"{address}?center={other.pk}").context["rows"]] == [other]


def test_the_board_of_an_area_without_centers_offers_to_add_one(as_, area):
    assert "Add a center" in text(as_("staff").get(page("presence_board", area.slug)))
    assert "One-Stop staff in this area can add centers." in text(as_("board").get(page("presence_board", area.slug)))


def test_the_pages_run_the_same_queries_for_one_and_for_many(as_, area, partner, center):
    client = as_("staff")
    factories.make_presence(partner, center)
    factories.make_absence(partner)
    addresses = [page(f"presence_{name}", area.slug) for name in ("board", "print", "list")]
    addresses += [page("partnership_detail", partner.pk), page("center_detail", center.pk)]
    for address in addresses:
        client.get(address)
    before = [count_queries(client, address) for address in addresses]
    for number in range(8):
        other = factories.make_partnership(area)
        factories.make_presence(other, center)
        factories.make_presence(partner, factories.make_center(area), weekday=number % 5 + 1)
        factories.make_absence(other)
    assert [count_queries(client, address) for address in addresses] == before


def test_the_front_desk_page_has_a_sheet_per_center_with_phones(as_, area, partner, center):
    partner.organization.phone = "(555) 010-0142"
    partner.organization.save()
    factories.make_presence(partner, center, who="T. Okafor", desk="Room 210")
    factories.make_presence(partner, center, weekday=Weekday.TUESDAY, phone="(555) 010-0199")
    desk = text(as_("colleague").get(page("presence_print", area.slug)))
    assert desk.count(f'aria-labelledby="desk-{center.pk}"') == 1
    for words in ("9 AM to 12 PM", "T. Okafor", "Room 210", "(555) 010-0142", "(555) 010-0199", "(555) 010-0100"):
        assert words in desk


def test_the_partner_page_shows_hours_on_site(as_, area, partner, center):
    partner.commitment = "presence"
    partner.save()
    assert "no hours in the schedule yet" in text(as_("board").get(page("partnership_detail", partner.pk)))
    factories.make_presence(partner, center, ends_at=time(17), who="T. Okafor")
    shown = text(as_("board").get(page("partnership_detail", partner.pk)))
    assert "8 hours a week" in shown
    assert "T. Okafor" in shown[shown.index("On site, week of") :]


def test_the_center_page_shows_partners_on_site_this_week(as_, partner, center):
    factories.make_presence(partner, center, who="T. Okafor")
    assert "T. Okafor" in text(as_("board").get(page("center_detail", center.pk)))


def test_the_export_has_the_filtered_hours(as_, area, partner, neighbor_partner, center):
    factories.make_presence(partner, center, who="T. Okafor")
    factories.make_presence(neighbor_partner, center)
    answer = as_("board").get(page("presence_list", area.slug) + f"?partner={partner.pk}&export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Monday,9:00 AM,12:00 PM,Every week,In person,T. Okafor" in lines[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=okafor+center", 1), ("q=nobody", 0), ("weekday=1", 1), ("weekday=2", 0), ("rhythm=weekly", 1),
     ("way=linkage", 0), ("valid=now", 1), ("valid=coming", 0), ("valid=over", 0), ("archived=yes", 0)],
)  # fmt: skip
def test_the_list_is_filtered(as_, area, partner, center, query, found):
    factories.make_presence(partner, center, who="T. Okafor")
    answer = as_("staff").get(f"{page('presence_list', area.slug)}?{query}")
    assert answer.context["table"].page.paginator.count == found


# ---------------------------------------------------------------- Editing
def test_a_manager_adds_the_same_hours_on_several_days(as_, area, partner, center):
    client, address = as_("manager"), page("presence_add", partner.pk)
    data = filled(client, address, center=center.pk, weekdays=["1", "3"], starts_at="08:30", ends_at="4 PM", who="A.")
    answer = client.post(address, data, follow=True)
    assert "Millrace Adult Learning is at Center Street on Monday and Wednesday." in text(answer)
    assert [(one.weekday, one.starts_at, one.ends_at) for one in Presence.objects.order_by("weekday")] == [
        (1, time(8, 30), time(16)),
        (3, time(8, 30), time(16)),
    ]


def test_invalid_input_is_kept_and_its_errors_are_shown(as_, partner, center):
    factories.make_presence(partner, center, weekday=Weekday.WEDNESDAY)
    client, address = as_("manager"), page("presence_add", partner.pk)
    data = filled(
        client, address, center=center.pk, weekdays=["1", "3"], starts_at="10:00", ends_at="11:00", who="Kept"
    )
    answer = client.post(address, data)
    assert "at this time: Wednesday, 9:00 AM to 12:00 PM" in text(answer)
    assert answer.context["form"]["who"].value() == "Kept"
    assert Presence.objects.count() == 1, "all of the days, or none"
    blank = text(client.post(address, {"who": ""}))
    for words in ("Center is missing", "Select at least one day", "From is missing", "Until is missing"):
        assert words in blank


def test_a_manager_edits_archives_and_restores_hours(as_, area, partner, center):
    presence = factories.make_presence(partner, center)
    client, address = as_("manager"), page("presence_edit", presence.pk)
    client.post(address, filled(client, address, center=center.pk, starts_at="10:00", desk="Desk 4"))
    presence.refresh_from_db()
    assert (presence.starts_at, presence.desk) == (time(10), "Desk 4")
    history = text(client.get(page("presence_history", presence.pk)))
    assert "Joel Abara" in history
    assert "[added: </span>10<" in history or "10:00 AM" in history
    gone = client.post(page("presence_archive", presence.pk), follow=True)
    assert page("presence_restore", presence.pk) in text(gone)
    assert not Presence.objects.current().exists()
    client.post(page("presence_restore", presence.pk))
    assert Presence.objects.current().exists()
    of_partner = text(client.get(page("partnership_history", partner.pk)))
    assert "Monday, 10:00 AM to 12:00 PM" in of_partner


def test_concurrent_edits_are_merged(as_, partner, center):
    presence = factories.make_presence(partner, center)
    client, address = as_("manager"), page("presence_edit", presence.pk)
    mine = filled(client, address, center=center.pk, who="Mine")
    Presence.objects.update(desk="Theirs")
    answer = client.post(address, mine)
    assert answer.status_code == 200
    assert answer.context["form"]["desk"].value() == "Theirs"
    assert answer.context["form"]["who"].value() == "Mine"


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("nobody", 404), ("board", 403), ("neighbor", 403), ("colleague", 403)]
)
def test_only_staff_and_the_managers_of_a_partner_edit_hours(as_, partner, center, who, status):
    presence = factories.make_presence(partner, center)
    absence = factories.make_absence(partner)
    client = as_(who)
    for name, thing in (
        ("presence_add", partner), ("absence_add", partner), ("presence_edit", presence),
        ("presence_archive", presence), ("presence_restore", presence), ("absence_take_back", absence),
    ):  # fmt: skip
        assert client.post(page(name, thing.pk)).status_code == status, name
    assert Presence.objects.current().count() == Absence.objects.current().count() == 1


def test_a_manager_records_and_removes_an_absence(as_, area, partner, center):
    client, day = as_("manager"), today_there() + timedelta(days=3)
    sent = {"first_on": day.isoformat(), "last_on": "", "center": center.pk, "reason": "Training"}
    noted = text(client.post(page("absence_add", partner.pk), sent, follow=True))
    absence = Absence.objects.get()
    assert (absence.first_on, absence.last_on, absence.center) == (day, day, center)
    assert "is away from Center Street" in noted
    again = text(client.post(page("absence_add", partner.pk), sent))
    assert "Already recorded" in again
    assert "Training" in again
    back = text(client.post(page("absence_take_back", absence.pk), follow=True))
    assert page("absence_restore", absence.pk) in back
    assert not Absence.objects.current().exists()


def test_only_staff_record_the_closing_of_a_center(as_, area, partner, center):
    day = today_there()
    sent = {"first_on": day.isoformat(), "reason": "New floor"}
    for who, status in (("manager", 403), ("board", 403), ("stranger", 404)):
        assert as_(who).post(page("absence_close", center.pk), sent).status_code == status
    closing = as_("staff").post(page("absence_close", center.pk), sent, follow=True)
    assert "Center Street is closed" in text(closing)
    absence = Absence.objects.get()
    assert absence.is_closing
    assert as_("manager").post(page("absence_take_back", absence.pk)).status_code == 403


def test_staff_choose_the_partner_and_a_manager_is_redirected(as_, area, partner, center):
    address = page("presence_choose", area.slug)
    assert "Millrace Adult Learning" in text(as_("staff").get(address))
    answer = as_("staff").get(f"{address}?partner={partner.pk}&center={center.pk}")
    assert answer.url == f"{page('presence_add', partner.pk)}?center={center.pk}"
    assert as_("manager").get(page("absence_choose", area.slug)).url == page("absence_add", partner.pk)
