"""Members suggest items; whoever runs the group accepts or declines them, and the member is told."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.agendas import suggestions
from meetings.agendas.locking import CannotChangeAgenda
from meetings.agendas.reading import agenda_of
from meetings.models import AgendaItem, Meeting
from partners.rules import may
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, Team, mails, make_team, page_words, words_of

FACTS = {"title": "Late referrals", "purpose": "discuss", "detail": "Two were lost in May."}


@pytest.fixture
def team(area, partner, cast) -> Team:
    return make_team(area, partner, cast)


@pytest.fixture
def suggestion(team: Team, cast: Any) -> AgendaItem:
    return suggestions.suggest_item(team.meetings[0], facts=FACTS, by=cast["manager"], at=NOW)


def accept(item: AgendaItem, team: Team, meeting: Meeting | None) -> AgendaItem:
    return suggestions.accept_suggestion(item, meeting=meeting, by=team.staff, at=NOW)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("staff", True), ("manager", True), ("colleague", True), ("neighbor", False), ("board", False), ("state", False)],
)
def test_members_and_people_of_partners_with_a_seat_suggest_items(cast, team, who, allowed):
    assert may(cast[who], "meetings.suggest_items", team.group) == allowed


def test_somebody_who_was_a_member_suggests_nothing(cast, team):
    member = factories.make_group_member(team.group, cast["neighbor"])
    assert may(cast["neighbor"], "meetings.suggest_items", team.group)
    member.ended_on = member.from_on
    member.save()
    assert not may(cast["neighbor"], "meetings.suggest_items", team.group)


def test_a_member_suggests_an_item_and_sees_that_it_waits(as_, team):
    url = reverse("meetings:suggestion_add", args=[team.meetings[0].pk])
    answer = as_("colleague").post(url, FACTS, follow=True)
    assert "Your suggestion is sent." in page_words(answer)
    assert "Late referrals Not answered yet" in page_words(answer)
    assert agenda_of(team.meetings[0]).items == []
    assert "Late referrals" not in page_words(as_("manager").get(team.meetings[0].get_absolute_url()))
    assert "Put on this agenda: Late referrals" in page_words(as_("staff").get(team.meetings[0].get_absolute_url()))


def test_an_accepted_suggestion_is_on_the_agenda_and_the_member_is_told_once(as_, cast, team, suggestion):
    url = reverse("meetings:suggestion_accept", args=[suggestion.pk])
    for _twice in range(2):
        as_("staff").post(url, {"place": team.meetings[0].pk})
    assert [each.item.title for each in agenda_of(team.meetings[0]).items] == ["Late referrals"]
    [told] = mails("suggestion")
    assert told.to == cast["manager"].email
    assert told.subject == "On the agenda: Late referrals"
    assert "is on the agenda of" in words_of(told)


def test_a_suggestion_goes_into_the_backlog(as_, team, suggestion):
    as_("staff").post(reverse("meetings:suggestion_accept", args=[suggestion.pk]), {"place": "backlog"})
    assert list(AgendaItem.objects.backlog()) == [suggestion]
    assert "waits for one of the next meetings" in words_of(mails("suggestion")[0])


def test_a_declined_suggestion_has_a_reason_that_the_member_reads(as_, team, suggestion):
    url = reverse("meetings:suggestion_decline", args=[suggestion.pk])
    assert as_("staff").post(url, {"reason": ""}).status_code == 200
    as_("staff").post(url, {"reason": "It belongs to the youth committee."})
    assert mails("suggestion")[0].subject == "Not on the agenda: Late referrals"
    assert "It belongs to the youth committee." in words_of(mails("suggestion")[0])
    assert "It belongs to the youth committee." in page_words(as_("manager").get(team.meetings[0].get_absolute_url()))
    with pytest.raises(CannotChangeAgenda, match="declined already"):
        accept(suggestion, team, None)


def test_nobody_but_the_member_withdraws_a_suggestion(as_, team, suggestion):
    url = reverse("meetings:suggestion_withdraw", args=[suggestion.pk])
    assert as_("staff").post(url).status_code == 403
    assert as_("colleague").post(url).status_code == 404
    as_("manager").post(url)
    with pytest.raises(CannotChangeAgenda, match="was withdrawn"):
        accept(suggestion, team, None)
    assert mails("suggestion") == []


def test_a_suggestion_for_a_meeting_of_another_series_is_refused(area, team, suggestion):
    other = factories.make_meeting(factories.make_series(team.group))
    with pytest.raises(CannotChangeAgenda, match="meeting of this series"):
        accept(suggestion, team, other)


def test_one_person_has_ten_open_suggestions_at_most(cast, team):
    for _number in range(10):
        suggestions.suggest_item(team.series, facts=FACTS, by=cast["manager"], at=NOW)
    with pytest.raises(CannotChangeAgenda, match="many open suggestions"):
        suggestions.suggest_item(team.series, facts=FACTS, by=cast["manager"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_a_suggestion_at_once_the_first_counts(team, suggestion):
    def decline() -> None:
        suggestions.decline_suggestion(suggestion, reason="Too late.", by=team.staff, at=NOW)

    refused = second_waits_for(lambda: accept(suggestion, team, team.meetings[0]), decline)
    assert "accepted already" in str(refused)
    suggestion.refresh_from_db()
    assert suggestion.state == "accepted"


def test_the_staff_see_on_their_home_page_that_suggestions_wait(as_, suggestion):
    assert "1 suggestion for the agenda of Partner team" in page_words(as_("staff").get("/", follow=True))


def test_a_member_without_an_account_suggests_an_item_by_link_and_is_told(client, as_, team):
    team.send()
    series = factories.make_series(team.group)
    link = factories.make_meeting_invitation(series, member=team.members[1], name="Ann Example")
    url = reverse("meetings:suggest_by_link", args=[link.token])
    assert client.get(url).status_code == 200
    assert client.post(url, FACTS).status_code == 302
    item = AgendaItem.objects.get()
    assert (item.suggested_by, item.led_by, item.series) == (None, "Ann Example", series)
    assert "Ann Example" in page_words(as_("staff").get(series.get_absolute_url()))
    suggestions.decline_suggestion(item, reason="Not now.", by=team.staff, at=NOW)
    assert [mail.to for mail in mails("suggestion")] == ["ann@chamber.example"]
