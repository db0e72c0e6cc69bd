"""Unfinished items go on at the next meeting: once, whoever presses the button."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from meetings.agendas import items, moving
from meetings.agendas.locking import CannotChangeAgenda
from meetings.agendas.reading import agenda_of
from meetings.models import AgendaItem, Meeting
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, Team, make_team

AFTER = NOW + timedelta(days=2)


@pytest.fixture
def team(area, partner, cast) -> Team:
    team = make_team(area, partner, cast)
    for title in ("Done", "Not reached", "Half done"):
        factories.make_agenda_item(team.meetings[0], title=title, owner=team.members[0], purpose="decide")
    items.set_finished(AgendaItem.objects.get(title="Done"), is_finished=True, by=team.staff, at=AFTER)
    return team


def carry(team: Team) -> moving.Carried:
    return moving.carry_over(team.meetings[0], by=team.staff, at=AFTER)


def titles(meeting: Meeting) -> list[str]:
    return [each.item.title for each in agenda_of(meeting).items]


def test_unfinished_items_go_on_at_the_next_meeting_with_what_they_say(team):
    paper = factories.make_paper(AgendaItem.objects.get(title="Not reached"), title="The table")
    factories.make_agenda_item(team.meetings[1], title="Planned already")
    carried = carry(team)
    assert carried.meeting == team.meetings[1]
    assert titles(team.meetings[1]) == ["Planned already", "Not reached", "Half done"]
    new = AgendaItem.objects.get(title="Not reached", meeting=team.meetings[1])
    old = new.continues
    assert old
    assert (new.owner, new.purpose, new.minutes) == (old.owner, "decide", 10)
    assert [(each.title, each.file) for each in new.papers.all()] == [("The table", paper.file)]
    assert list(team.meetings[0].agenda_items.order_by("pk").values_list("outcome", flat=True)) == [
        "done", "carried", "carried",
    ]  # fmt: skip


def test_carrying_over_twice_carries_once(as_, team):
    assert len(carry(team).items) == 2
    assert len(carry(team).items) == 0
    assert titles(team.meetings[1]) == ["Not reached", "Half done"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_carry_over_at_once_one_does(team):
    second = second_waits_for(lambda: carry(team), lambda: carry(team))
    assert second.items == []
    assert titles(team.meetings[1]) == ["Not reached", "Half done"]


def test_before_the_end_of_the_meeting_nothing_is_carried_over(team):
    with pytest.raises(CannotChangeAgenda, match="not over yet"):
        moving.carry_over(team.meetings[0], by=team.staff, at=NOW)


def test_items_of_a_canceled_meeting_are_carried_over_at_once(team):
    Meeting.objects.filter(pk=team.meetings[0].pk).update(status="canceled", reason="Snow")
    moving.carry_over(Meeting.objects.with_place().get(pk=team.meetings[0].pk), by=team.staff, at=NOW)
    assert titles(team.meetings[1]) == ["Not reached", "Half done"]


def test_without_a_coming_meeting_they_wait_in_the_backlog(team):
    Meeting.objects.filter(pk__in=[each.pk for each in team.meetings[1:]]).update(status="canceled", reason="End")
    assert carry(team).meeting is None
    assert [item.title for item in AgendaItem.objects.backlog()] == ["Not reached", "Half done"]


def test_what_was_carried_over_is_taken_back_and_carried_over_again(team):
    carry(team)
    items.set_finished(
        AgendaItem.objects.get(title="Half done", meeting=team.meetings[1]), is_finished=True, by=team.staff, at=AFTER
    )
    assert moving.take_back(team.meetings[0], by=team.staff, at=AFTER) == 1
    assert titles(team.meetings[1]) == ["Half done"]
    assert AgendaItem.objects.get(title="Not reached", meeting=team.meetings[0]).outcome == ""
    assert len(carry(team).items) == 1
    assert titles(team.meetings[1]) == ["Half done", "Not reached"]
    assert AgendaItem.objects.filter(title="Not reached").count() == 2


def test_the_page_of_a_past_meeting_has_one_button_for_it(as_, area, cast, team):
    series = factories.make_series(team.group, rule="")
    past = factories.make_meeting(series, status="held")
    starts_at = past.starts_at - timedelta(days=1000)
    Meeting.objects.filter(pk=past.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90))
    item = factories.make_agenda_item(past, title="Open question")
    assert "Carry over unfinished items" in as_("staff").get(past.get_absolute_url()).content.decode()
    answer: Any = as_("staff").post(reverse("meetings:agenda_carry", args=[past.pk]), follow=True)
    assert "1 item is in the backlog, because no meeting is to come." in answer.content.decode()
    item.refresh_from_db()
    assert item.outcome == "carried"
    answer = as_("staff").post(reverse("meetings:agenda_take_back", args=[past.pk]), follow=True)
    assert "1 item is back here." in answer.content.decode()
    as_("staff").post(reverse("meetings:item_finish", args=[item.pk]), {"finished": "1"})
    item.refresh_from_db()
    assert item.outcome == "done"
    assert "Carry over unfinished items" not in as_("staff").get(past.get_absolute_url()).content.decode()


def test_a_carried_item_is_no_longer_marked_as_finished(team):
    carry(team)
    with pytest.raises(CannotChangeAgenda, match="carried over"):
        items.set_finished(
            AgendaItem.objects.get(title="Not reached", outcome="carried"), is_finished=True, by=team.staff, at=AFTER
        )
