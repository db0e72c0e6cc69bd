"""Agendas are published: who sees them, who gets them by mail, in time or late, with their papers."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.agendas import items, papers, publishing, templates
from meetings.agendas.locking import CannotChangeAgenda
from meetings.agendas.reading import agenda_of
from meetings.models import AgendaItem, AgendaPaper, Meeting, MeetingRecord
from meetings.notices.reminders import MEETING_SOON
from onestop.notices import planners
from tests import factories
from tests.at_once import second_waits_for
from tests.factories.files import upload
from tests.meetings.meeting_world import NOW, Team, mails, make_team, page_words, words_of

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def team(area, partner, cast) -> Team:
    return make_team(area, partner, cast)


@pytest.fixture
def meeting(team: Team) -> Meeting:
    """A meeting with one item; its members have the series in their calendars."""
    team.send()
    factories.make_agenda_item(team.meetings[1], title="Referral times", purpose="decide", owner=team.members[1])
    return team.meetings[1]


def publish(meeting: Meeting, team: Team, at: Any = LATER) -> MeetingRecord:
    return publishing.publish_agenda(meeting, by=team.staff, at=at)


# ---------------------------------------------------------------- Mails
def test_publishing_mails_each_member_once_with_the_agenda_and_a_link(meeting, team, cast):
    paper = factories.make_paper(AgendaItem.objects.get(), title="The table")
    publish(meeting, team)
    publish(meeting, team)
    to_ann, to_manager = sorted(mails("agenda"), key=lambda mail: mail.to)
    assert {to_ann.to, to_manager.to} == {"ann@chamber.example", cast["manager"].email}
    assert "9:00 AM Referral times (For decision) Ann Example" in words_of(to_ann)
    link = team.invitation(1)
    assert f"{link.address}papers/{paper.pk}/" in words_of(to_ann)
    assert f"{link.address}?meeting={meeting.pk}" in words_of(to_ann)
    assert MeetingRecord.objects.get().check_in_token


def test_nobody_gets_mail_about_a_series_that_invites_nobody(area, partner, cast):
    team = make_team(area, partner, cast, invites=False)
    factories.make_agenda_item(team.meetings[0])
    publish(team.meetings[0], team, at=NOW)
    assert mails() == []
    assert agenda_of(team.meetings[0]).is_published


def test_an_empty_agenda_is_not_published(meeting, team):
    with pytest.raises(CannotChangeAgenda, match="no items yet"):
        publish(team.meetings[0], team, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(meeting, team):
    second = second_waits_for(lambda: publish(meeting, team), lambda: publish(meeting, team, at=LATER + timedelta(1)))
    assert second.agenda_published_at == LATER
    assert len(mails("agenda")) == 2


def test_a_change_after_publication_is_shown_and_mailed_on_request_once(as_, meeting, team):
    publish(meeting, team)
    assert "Changed after publication" not in as_("manager").get(meeting.get_absolute_url()).content.decode()
    items.update_item(AgendaItem.objects.get(), facts={"title": "Late referrals"}, by=team.staff, at=LATER)
    assert "Changed after publication on" in as_("manager").get(meeting.get_absolute_url()).content.decode()
    assert len(mails("agenda")) == 2
    assert publishing.mail_changed_agenda(meeting, by=team.staff, at=LATER) == 2
    assert publishing.mail_changed_agenda(meeting, by=team.staff, at=LATER) == 0
    assert "The agenda of this meeting has changed" in words_of(mails("agenda")[-1])


@pytest.mark.parametrize("verb", ["add", "move", "remove", "paper", "begin"])
def test_every_change_of_a_published_agenda_is_noted(meeting, team, verb, cast):
    other = factories.make_agenda_item(meeting, title="Other")
    publish(meeting, team)
    who = {"by": team.staff, "at": LATER}
    if verb == "add":
        items.add_item(meeting, facts={"title": "New", "purpose": "inform"}, **who)
    elif verb == "move":
        items.move_item(other, to="up", **who)
    elif verb == "remove":
        items.remove_item(other, **who)
    elif verb == "paper":
        file = factories.make_file(use="meetings.paper", by=team.staff)
        papers.add_paper(other, facts={"file": file, "title": ""}, **who)
    else:
        templates.begin_from_template(meeting, template=factories.make_agenda_template(team.group), **who)
    assert agenda_of(meeting).changed_at == LATER


# ---------------------------------------------------------------- In time
def test_a_group_with_a_notice_rule_is_warned_when_it_publishes_late(as_, meeting, team):
    team.group.notice_days = 10
    team.group.save()
    meeting = Meeting.objects.with_place().get(pk=meeting.pk)
    last = meeting.local_start.date() - timedelta(days=10)
    assert publishing.publish_by(meeting) == last
    before = meeting.starts_at - timedelta(days=10)
    assert not publishing.is_late(meeting, None, at=before)
    assert publishing.is_late(meeting, None, at=before + timedelta(days=1))
    page = as_("staff").get(reverse("meetings:agenda_publish", args=[meeting.pk])).content.decode()
    assert "(20 CFR 679.390)" in page


def make_coming(team: Team, *, days: int, notice_days: int) -> Meeting:
    team.group.notice_days = notice_days
    team.group.save()
    starts = (now() + timedelta(days=days)).replace(tzinfo=None, microsecond=0)
    meeting = factories.make_meeting(factories.make_series(team.group, title="Board"), starts, title="Board")
    factories.make_agenda_item(meeting)
    return meeting


def test_staff_and_officers_are_reminded_on_the_home_page_until_it_is_published(as_, area, cast, team):
    team.members[0].role = "chair"
    team.members[0].save()
    meeting = make_coming(team, days=12, notice_days=7)
    for who in ("staff", "manager"):
        assert "The agenda of Board must be published by" in page_words(as_(who).get("/", follow=True))
    assert "The agenda of Board must be" not in page_words(as_("colleague").get("/", follow=True))
    publish(meeting, team, at=now())
    for who in ("staff", "manager"):
        assert "The agenda of Board must be published by" not in page_words(as_(who).get("/", follow=True))


def test_without_a_notice_rule_nobody_is_reminded(as_, team):
    meeting = make_coming(team, days=5, notice_days=7)
    team.group.notice_days = None
    team.group.save()
    assert "must be published by" not in page_words(as_("staff").get("/", follow=True))
    assert publishing.publish_by(Meeting.objects.with_place().get(pk=meeting.pk)) is None


# ---------------------------------------------------------------- Reminders and the page by link
def test_the_reminder_carries_the_published_agenda_and_no_draft(meeting, team):
    at = meeting.starts_at - timedelta(days=6)
    planners.run(MEETING_SOON.planner(), at=at)
    assert mails("soon")
    assert all("Referral times" not in words_of(mail) for mail in mails("soon"))
    factories.make_paper(AgendaItem.objects.get(), title="The table")
    publish(meeting, team)
    planners.run(MEETING_SOON.planner(), at=meeting.starts_at - timedelta(hours=20))
    last = mails("soon")[-1]
    assert "9:00 AM Referral times (For decision)" in words_of(last)
    assert "- The table: " in words_of(last)


def link_of(team: Team) -> Any:
    team.series.refresh_from_db()
    return team.invitation(1)


def test_the_page_by_link_shows_the_agenda_once_it_is_published(client, area, partner, cast):
    team = make_team(area, partner, cast)
    link = factories.make_meeting_invitation(team.series)
    coming = factories.make_meeting(factories.make_series(team.group), title="Soon")
    link.series = coming.series
    link.save()
    factories.make_paper(factories.make_agenda_item(coming, title="Referral times"), title="The table")
    address = reverse("meetings:answer_by_link", args=[link.token])
    paper = reverse("meetings:paper_by_link", args=[link.token, AgendaPaper.objects.get().pk])
    assert "Referral times" not in client.get(address).content.decode()
    assert client.get(paper).status_code == 404
    publish(coming, team)
    assert "Referral times" in client.get(address).content.decode()
    assert paper in client.get(address).content.decode()
    answer = client.get(paper)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_a_link_opens_no_papers_of_another_series_and_none_that_was_removed(client, meeting, team, area):
    link = factories.make_meeting_invitation(team.series)
    other = factories.make_meeting(factories.make_series(factories.make_group(area)))
    for each in (factories.make_agenda_item(other), AgendaItem.objects.get(title="Referral times")):
        factories.make_paper(each)
        assert each.meeting
        MeetingRecord.objects.create(meeting=each.meeting, agenda_published_at=NOW, check_in_token=f"token{each.pk}")
    theirs, own = AgendaPaper.objects.order_by("pk")
    assert client.get(reverse("meetings:paper_by_link", args=[link.token, theirs.pk])).status_code == 404
    assert client.get(reverse("meetings:paper_by_link", args=[link.token, own.pk])).status_code == 200
    papers.remove_paper(own, by=team.staff, at=NOW)
    assert client.get(reverse("meetings:paper_by_link", args=[link.token, own.pk])).status_code == 404


# ---------------------------------------------------------------- Papers
def test_a_paper_is_uploaded_renamed_and_removed(as_, meeting, team):
    item = AgendaItem.objects.get()
    url = reverse("meetings:paper_add", args=[item.pk])
    assert as_("staff").post(url, {"file-upload": upload(name="Table of referrals.pdf")}).status_code == 302
    paper = AgendaPaper.objects.get()
    assert (paper.title, paper.is_public) == ("Table of referrals", False)
    edit = reverse("meetings:paper_edit", args=[paper.pk])
    form = as_("staff").get(edit).context["form"]
    sent = {"version": form.version, "title": "The table", "is_public": "on", "file": form["file"].value()}
    assert as_("staff").post(edit, sent | {"file": form.fields["file"].prepare_value(paper.file)}).status_code == 302
    paper.refresh_from_db()
    assert (paper.title, paper.is_public) == ("The table", True)
    answer = as_("staff").post(reverse("meetings:paper_remove", args=[paper.pk]), follow=True)
    assert reverse("meetings:paper_restore", args=[paper.pk]) in answer.content.decode()
    as_("staff").post(reverse("meetings:paper_restore", args=[paper.pk]))
    assert "The table" in as_("staff").get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("state", "words"), [("waiting", "Waiting for the virus scan"), ("refused", "It has a virus.")]
)
def test_a_paper_shows_what_the_virus_scan_found(as_, meeting, state, words):
    factories.make_paper(AgendaItem.objects.get(), factories.make_file(use="meetings.paper", state=state))
    page = as_("staff").get(meeting.get_absolute_url()).content.decode()
    assert words in page
    assert reverse("files:download", args=[AgendaPaper.objects.get().file_id]) not in page


def test_papers_of_a_draft_are_downloaded_by_nobody_but_who_runs_the_group(as_, meeting, team):
    paper = factories.make_paper(AgendaItem.objects.get())
    url = reverse("files:download", args=[paper.file_id])
    assert as_("manager").get(url).status_code == 404
    assert as_("staff").get(url).status_code == 200
    publish(meeting, team)
    assert as_("manager").get(url).status_code == 200
    assert as_("neighbor").get(url).status_code == 404


def test_an_item_has_twenty_papers_at_most(meeting, team):
    item = AgendaItem.objects.get()
    file = factories.make_file(use="meetings.paper", by=team.staff)
    for _number in range(20):
        factories.make_paper(item, file)
    with pytest.raises(CannotChangeAgenda, match="20 papers at most"):
        papers.add_paper(item, facts={"file": file, "title": "More"}, by=team.staff, at=NOW)
