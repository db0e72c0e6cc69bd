"""Agendas: items in order, when each begins, whether they fit, and who changes them."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.agendas import items, moving, publishing
from meetings.agendas.locking import CannotChangeAgenda
from meetings.agendas.reading import agenda_of
from meetings.groups.groups import CannotKeepGroup
from meetings.models import AgendaItem, Meeting
from onestop.editing.versions import ChangedMeanwhile, version_of
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, Team, make_team, wall

FACTS = {"title": "Referral times", "purpose": "decide", "minutes": 20}


@pytest.fixture
def team(area, partner, cast) -> Team:
    return make_team(area, partner, cast)


@pytest.fixture
def meeting(team: Team) -> Meeting:
    return team.meetings[0]


def add(place: Any, team: Team, title: str, **more: Any) -> AgendaItem:
    position = more.pop("position", None)
    return items.add_item(place, facts=FACTS | {"title": title} | more, position=position, by=team.staff, at=NOW)


def titles(meeting: Meeting) -> list[str]:
    return [each.item.title for each in agenda_of(meeting).items]


def move(item: AgendaItem, team: Team, to: str) -> tuple[int, int]:
    return items.move_item(item, to=to, by=team.staff, at=NOW)


# ---------------------------------------------------------------- Times
def test_each_item_begins_when_the_one_before_ends(meeting, team):
    add(meeting, team, "Welcome", minutes=5, purpose="inform")
    add(meeting, team, "Referrals", minutes=40)
    add(meeting, team, "Next steps", minutes=None, purpose="discuss")
    agenda = agenda_of(meeting)
    assert [f"{each.starts_at:%H:%M}" for each in agenda.items] == ["09:00", "09:05", "09:45"]
    assert [each.number for each in agenda.items] == [1, 2, 3]
    assert (f"{agenda.ends_at:%H:%M}", agenda.minutes, agenda.minutes_left, agenda.untimed) == ("09:45", 45, 45, 1)
    assert agenda.counts == {"inform": 1, "discuss": 1, "decide": 1, "consent": 0}


def test_times_are_those_of_the_wall_clock_when_the_clocks_change(area, team):
    meeting = factories.make_meeting(team.series, wall(2026, 11, 1, 1, 30), minutes=120)
    ends_at = meeting.starts_at.astimezone(UTC) + timedelta(minutes=120)  # from 1:30 AM EDT to 2:30 AM EST
    Meeting.objects.filter(pk=meeting.pk).update(ends_at=ends_at)
    meeting = Meeting.objects.with_place().get(pk=meeting.pk)
    for title in ("One", "Two"):
        add(meeting, team, title, minutes=60)
    agenda = agenda_of(meeting)
    assert agenda.ends_at == meeting.local_end
    assert [f"{each.starts_at:%H:%M %Z}" for each in agenda.items] == ["01:30 EDT", "01:30 EST"]


def test_the_page_warns_when_the_items_take_longer_than_the_meeting(as_, meeting, team):
    add(meeting, team, "Long", minutes=95)
    page = as_("staff").get(meeting.get_absolute_url()).content.decode()
    assert "The items take 5 minutes more than the meeting has, which ends at 10:30 AM." in page
    items.update_item(AgendaItem.objects.get(), facts={"minutes": 90}, by=team.staff, at=NOW)
    assert "more than the meeting has" not in as_("staff").get(meeting.get_absolute_url()).content.decode()


def test_reading_an_agenda_costs_three_queries_however_long_it_is(meeting, team, queries_of):
    for number in range(12):
        item = add(meeting, team, f"Item {number}", owner=team.members[number % 2])
        factories.make_paper(item)
    assert queries_of(lambda: [each.led_by for each in agenda_of(meeting).items if each.papers[0].file]) == 3


def test_the_page_costs_the_same_for_one_item_and_for_ten(as_, meeting, team, queries_of):
    url = meeting.get_absolute_url()
    factories.make_paper(add(meeting, team, "First", owner=team.members[0]))
    as_("staff").get(url)
    one = queries_of(lambda: as_("staff").get(url))
    for number in range(9):
        factories.make_paper(add(meeting, team, f"Item {number}", owner=team.members[1]))
    assert queries_of(lambda: as_("staff").get(url)) == one


# ---------------------------------------------------------------- The order
def test_an_item_is_added_at_a_typed_place_or_at_the_end(meeting, team):
    for title in ("One", "Two", "Four"):
        add(meeting, team, title)
    add(meeting, team, "Three", position=3)
    add(meeting, team, "Last", position=90)
    assert titles(meeting) == ["One", "Two", "Three", "Four", "Last"]


def test_items_of_the_consent_agenda_stand_together(meeting, team):
    for title, purpose in [("Welcome", "inform"), ("Minutes", "consent"), ("Cost", "decide"), ("Report", "consent")]:
        add(meeting, team, title, purpose=purpose)
    assert titles(meeting) == ["Welcome", "Minutes", "Report", "Cost"]
    assert [(is_consent, len(rows)) for is_consent, rows in agenda_of(meeting).blocks] == [
        (False, 1), (True, 2), (False, 1),
    ]  # fmt: skip
    assert list(AgendaItem.objects.on_agenda().values_list("position", flat=True)) == [1, 2, 3, 4]


def test_an_item_moves_one_place_and_the_consent_agenda_moves_as_one(meeting, team):
    made = {
        title: add(meeting, team, title, purpose=purpose)
        for title, purpose in [("A", "inform"), ("M", "consent"), ("N", "consent"), ("Z", "decide")]
    }
    assert move(made["A"], team, "up") == (1, 4)
    assert move(made["N"], team, "up") == (2, 4)
    assert titles(meeting) == ["A", "N", "M", "Z"]
    assert move(made["Z"], team, "up") == (2, 4)
    assert titles(meeting) == ["A", "Z", "N", "M"]
    assert move(made["M"], team, "up") == (3, 4)
    assert move(made["M"], team, "up") == (2, 4)
    assert titles(meeting) == ["A", "M", "N", "Z"]
    assert move(made["Z"], team, "down") == (4, 4)


def test_the_button_that_moved_an_item_keeps_the_focus(as_, meeting, team):
    first, second = add(meeting, team, "First"), add(meeting, team, "Second")
    answer = as_("staff").post(reverse("meetings:item_move", args=[second.pk]), {"to": "up"}, follow=True)
    page = answer.content.decode()
    assert titles(meeting) == ["Second", "First"]
    assert page.count("autofocus") == 1
    button = page[: page.index("autofocus")].rpartition("<button")[2]
    assert 'value="up"' in button
    assert page[page.index("autofocus") :].index("Move up: Second") < page[page.index("autofocus") :].index(first.title)
    assert "“Second” is item 1 of 2." in page


def test_a_typed_place_in_the_form_moves_the_item_and_nothing_else_moves_it(as_, meeting, team):
    made = [add(meeting, team, title) for title in ("One", "Two", "Three")]
    url = reverse("meetings:item_edit", args=[made[2].pk])
    form = as_("staff").get(url).context["form"]
    sent = {"version": form.version, "title": "Three", "purpose": "decide", "minutes": "20", "initial-position": "3"}
    as_("staff").post(url, sent | {"position": "1"})
    assert titles(meeting) == ["Three", "One", "Two"]
    as_("staff").post(url, sent | {"version": "", "position": "", "title": "III", "initial-title": "Three"})
    assert titles(meeting) == ["III", "One", "Two"]


# ---------------------------------------------------------------- Removing
def test_a_removed_item_is_restored_at_its_place(as_, meeting, team):
    made = [add(meeting, team, title) for title in ("One", "Two", "Three")]
    answer = as_("staff").post(reverse("meetings:item_remove", args=[made[1].pk]), follow=True)
    assert titles(meeting) == ["One", "Three"]
    assert reverse("meetings:item_restore", args=[made[1].pk]) in answer.content.decode()
    as_("staff").post(reverse("meetings:item_restore", args=[made[1].pk]))
    assert titles(meeting) == ["One", "Two", "Three"]


def test_an_item_on_which_a_motion_was_made_stays(meeting, team):
    item = add(meeting, team, "Adopt the plan")
    factories.make_motion(meeting, item=item)
    for verb in (items.remove_item, moving.put_in_backlog):
        with pytest.raises(CannotChangeAgenda, match="stays on the agenda"):
            verb(item, by=team.staff, at=NOW)


# ---------------------------------------------------------------- Refusals
def test_an_agenda_of_a_meeting_that_was_held_or_canceled_does_not_change(meeting, team):
    item = add(meeting, team, "One")
    for status, words in [("held", "is over"), ("canceled", "was canceled")]:
        Meeting.objects.filter(pk=meeting.pk).update(status=status, reason="Snow" if status == "canceled" else "")
        with pytest.raises(CannotChangeAgenda, match=words):
            add(meeting, team, "Two")
        with pytest.raises(CannotChangeAgenda, match=words):
            items.update_item(item, facts={"title": "New"}, by=team.staff, at=NOW)


def test_an_agenda_of_a_closed_meeting_does_not_change(meeting, team):
    factories.make_record(meeting, closed_at=meeting.ends_at)
    with pytest.raises(CannotChangeAgenda, match="is over"):
        add(meeting, team, "One")


def test_an_item_is_led_by_a_member_of_the_group_or_by_somebody_else(area, meeting, team):
    other = factories.make_group_member(factories.make_group(area))
    for owner, name, field in [(other, "", "owner"), (team.members[0], "Pat Example", "owner_name")]:
        with pytest.raises(CannotChangeAgenda) as refused:
            add(meeting, team, "One", owner=owner, owner_name=name)
        assert refused.value.field == field
    assert add(meeting, team, "One", owner_name="Pat Example").led_by == "Pat Example"


def test_an_agenda_has_a_hundred_items_at_most(meeting, team):
    for _number in range(100):
        factories.make_agenda_item(meeting)
    with pytest.raises(CannotChangeAgenda, match="100 items at most"):
        add(meeting, team, "One more")


def test_the_agenda_of_a_support_team_names_no_customer(area, cast, partner):
    team = make_team(area, partner, cast)
    type(team.group).objects.filter(pk=team.group.pk).update(kind="support")
    with pytest.raises(CannotKeepGroup, match="number"):
        add(team.meetings[0], team, "Maria Lopez, 34, needs a ramp")


def test_who_saves_second_learns_what_the_first_has_changed(as_, meeting, team):
    item = add(meeting, team, "One")
    version = version_of(item)
    items.update_item(item, facts={"title": "Two"}, version=version, by=team.staff, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        items.update_item(item, facts={"title": "Three"}, version=version, by=team.staff, at=NOW)
    sent = {"version": version, "title": "Three", "purpose": "decide", "minutes": "20", "detail": "Typed with care."}
    initial = {"initial-title": "One", "initial-purpose": "decide", "initial-minutes": "20", "initial-detail": ""}
    answer = as_("staff").post(reverse("meetings:item_edit", args=[item.pk]), sent | initial)
    assert "Two" in answer.content.decode()
    assert "Typed with care." in answer.content.decode()
    assert AgendaItem.objects.get().title == "Two"


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_add_an_item_at_once_give_them_two_places(meeting, team):
    second_waits_for(lambda: add(meeting, team, "One"), lambda: add(meeting, team, "Two"))
    assert titles(meeting) == ["One", "Two"]
    assert list(AgendaItem.objects.on_agenda().values_list("position", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_move_items_at_once_lose_none(meeting, team):
    made = [add(meeting, team, title) for title in ("One", "Two", "Three")]
    second_waits_for(lambda: move(made[2], team, "up"), lambda: move(made[1], team, "up"))
    assert sorted(titles(meeting)) == ["One", "Three", "Two"]
    assert list(AgendaItem.objects.on_agenda().values_list("position", flat=True)) == [1, 2, 3]


# ---------------------------------------------------------------- Who sees it
@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("neighbor", 404), ("board", 404), ("manager", 404)])
def test_nobody_but_who_runs_the_group_opens_an_item_of_a_draft(as_, meeting, team, who, status):
    item = add(meeting, team, "Secret plan")
    assert as_(who).get(reverse("meetings:item_edit", args=[item.pk])).status_code == status
    assert "Secret plan" not in as_(who).get(meeting.get_absolute_url()).content.decode()


def test_members_see_that_an_agenda_comes_then_the_agenda_and_no_buttons(as_, meeting, team):
    item = add(meeting, team, "Referral times")
    before = as_("manager").get(meeting.get_absolute_url()).content.decode()
    assert "The agenda is not published yet." in before
    publishing.publish_agenda(meeting, by=team.staff, at=NOW)
    page = as_("manager").get(meeting.get_absolute_url()).content.decode()
    assert "Referral times" in page
    assert "9:00 AM" in page
    assert reverse("meetings:item_move", args=[item.pk]) not in page
    assert as_("manager").get(reverse("meetings:item_edit", args=[item.pk])).status_code == 403


def test_the_history_of_a_meeting_shows_items_to_those_who_run_the_group(as_, meeting, team):
    add(meeting, team, "Secret plan")
    url = reverse("meetings:meeting_history", args=[meeting.pk])
    assert "Secret plan" in as_("staff").get(url).content.decode()
    assert "Secret plan" not in as_("manager").get(url).content.decode()


def test_an_officer_of_the_group_edits_its_agenda(as_, cast, meeting, team):
    team.members[0].role = "secretary"
    team.members[0].save()
    url = reverse("meetings:item_add", args=[meeting.pk])
    answer = as_("manager").post(url, {"title": "By the secretary", "purpose": "discuss"})
    assert answer.status_code == 302
    assert titles(meeting) == ["By the secretary"]


def test_what_an_item_serves_is_shown_to_whoever_may_see_it(as_, area, meeting, team):
    agreement = factories.make_agreement(area, title="Memorandum of understanding")
    url = reverse("meetings:item_add", args=[meeting.pk])
    sent = {"title": "Renewal", "purpose": "decide", "serves": f"agreement:{agreement.pk}"}
    assert as_("staff").post(url, sent).status_code == 302
    assert AgendaItem.objects.get().serves == f"agreement:{agreement.pk}"
    assert agreement.get_absolute_url() in as_("staff").get(meeting.get_absolute_url()).content.decode()
    refused = as_("staff").post(url, sent | {"serves": "agreement:0"})
    assert refused.status_code == 200


# ---------------------------------------------------------------- The backlog
def test_an_item_of_the_backlog_goes_on_the_next_agenda_and_back(as_, team):
    one, two = add(team.series, team, "Later"), add(team.series, team, "Much later")
    page = as_("staff").get(team.series.get_absolute_url()).content.decode()
    assert page.index("Later") < page.index("Much later")
    meeting = moving.put_on_next_agenda(one, by=team.staff, at=NOW)
    assert meeting == team.meetings[0]
    assert titles(meeting) == ["Later"]
    two.refresh_from_db()
    assert two.position == 1
    moving.put_in_backlog(one, by=team.staff, at=NOW)
    assert titles(meeting) == []
    assert [item.title for item in AgendaItem.objects.backlog()] == ["Much later", "Later"]


def test_an_item_waits_in_the_backlog_when_its_series_continues_otherwise(team):
    item = add(team.series, team, "Later")
    Meeting.objects.filter(series=team.series).update(status="held")
    following = factories.make_series(team.group, continues=team.series, first_on=NOW.date() + timedelta(days=90))
    meeting = factories.make_meeting(following)
    assert moving.put_on_next_agenda(item, by=team.staff, at=NOW) == meeting
    item.refresh_from_db()
    assert (item.series, item.meeting) == (following, meeting)


def test_without_a_coming_meeting_the_backlog_says_so(team):
    item = add(team.series, team, "Later")
    Meeting.objects.filter(series=team.series).update(status="held")
    with pytest.raises(CannotChangeAgenda, match="No meeting of this series is to come"):
        moving.put_on_next_agenda(item, by=team.staff, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_put_the_same_item_on_the_next_agenda_put_it_there_once(team):
    item = add(team.series, team, "Later")

    def put() -> Meeting:
        return moving.put_on_next_agenda(AgendaItem.objects.get(pk=item.pk), by=team.staff, at=NOW)

    assert second_waits_for(put, put) == team.meetings[0]
    assert titles(team.meetings[0]) == ["Later"]


def test_pages_of_a_series_cost_the_same_for_one_waiting_item_and_for_ten(as_, team, queries_of):
    url = team.series.get_absolute_url()
    add(team.series, team, "One")
    as_("staff").get(url)
    one = queries_of(lambda: as_("staff").get(url))
    for number in range(9):
        add(team.series, team, f"Item {number}", owner=team.members[0])
        factories.make_agenda_item(team.series, state="suggested", suggested_at=now(), suggested_by=team.staff)
    assert queries_of(lambda: as_("staff").get(url)) == one
