"""Personal links to report on a goal: sent by staff, sent again, ended; and evidence by link."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from meetings.goals import links, partners, reports
from meetings.goals.locking import CannotChangeGoal
from meetings.models import Goal, GoalLink, GoalUpdate
from onestop.files.storing import CannotUseFile
from onestop.notices.models import Notice
from partners.models import Representative
from tests import factories
from tests.at_once import second_waits_for
from tests.factories.files import make_file, upload
from tests.meetings.meeting_world import NOW, mails, words_of

REPORT = {"value": "50", "as_of": "2026-09-30", "story": "A second class."}


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def goal(area, partner, neighbor_partner) -> Goal:
    """Return a goal of two partners: one with a representative without an account, one with only a manager."""
    goal = factories.make_goal(factories.make_plan(area), name="Credentials earned")
    factories.make_goal_partner(goal, partner, role="accountable")
    factories.make_goal_partner(goal, neighbor_partner)
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    return goal


def send(goal: Goal, cast: Any, *people: str) -> list[GoalLink]:
    return links.send_links(goal, people, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- Sending
def test_staff_choose_people_of_all_partners_of_a_goal(as_, goal, cast):
    url = reverse("meetings:goal_link_send", args=[goal.pk])
    field = as_("staff").get(url).context["form"].fields["people"]
    assert [value for value, _label in field.choices] == ["main@millrace.example", cast["neighbor"].email]
    assert field.initial == ["main@millrace.example"]  # of the partner that answers
    page = as_("staff").post(url, {"people": [cast["neighbor"].email, "main@millrace.example"]}, follow=True)
    assert b"Sent to 2 people." in page.content
    of_manager, of_speaker = sorted(mails(), key=lambda mail: mail.to == "main@millrace.example")
    assert f"/goals/{goal.pk}/report/" in of_manager.text
    assert "which contributes to this goal" in of_manager.why
    assert of_speaker.subject == "Report on a shared goal: Credentials earned"
    link = GoalLink.objects.get(email="main@millrace.example")
    assert link.address in of_speaker.text
    assert f"{cast['staff'].name} asks" in words_of(of_speaker)
    html = page.content.decode()
    for words in ("Main One", "Not opened yet", "Reports signed in", f"by {cast['staff'].name}"):
        assert words in html, words
    again = as_("staff").get(url, follow=True)
    assert b"Everybody with an email address" in again.content


def test_who_keeps_no_goals_sees_no_links(as_, goal, cast):
    send(goal, cast, "main@millrace.example")
    for who in ("manager", "board"):
        assert b"main@millrace.example" not in as_(who).get(goal.get_absolute_url()).content


def test_nobody_is_asked_for_a_report_that_nobody_owes(goal, cast, area, partner):
    with pytest.raises(CannotChangeGoal, match="Choose at least one person"):
        send(goal, cast, "stranger@elsewhere.example")
    opened = factories.make_goal(factories.make_plan(area, status="open"))
    factories.make_goal_partner(opened, partner, role="accountable")
    with pytest.raises(CannotChangeGoal, match="not adopted yet"):
        send(opened, cast, "main@millrace.example")
    assert not mails()


def test_who_has_a_link_gets_no_second_one(goal, cast):
    assert len(send(goal, cast, "main@millrace.example")) == 1
    assert send(goal, cast, "main@millrace.example") == []
    assert len(mails()) == 1


def test_sent_again_the_former_link_ends(client, goal, cast):
    [link] = send(goal, cast, "main@millrace.example")
    new = links.resend_link(link, by=cast["staff"], at=NOW)
    assert client.get(reverse("meetings:goal_by_link", args=[link.token])).status_code == 410
    assert client.get(reverse("meetings:goal_by_link", args=[new.token])).status_code == 200
    first, second = mails()
    assert first.status == Notice.Status.WITHDRAWN
    assert new.address in second.text
    with pytest.raises(CannotChangeGoal, match="Main One no longer reports"):
        links.resend_link(link, by=cast["staff"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_again_one_does(goal, cast):
    [link] = send(goal, cast, "main@millrace.example")
    outcome = second_waits_for(
        lambda: links.resend_link(link, by=cast["staff"], at=NOW),
        lambda: links.resend_link(link, by=cast["staff"], at=NOW),
    )
    assert isinstance(outcome, CannotChangeGoal)
    assert goal.links.unrevoked().count() == 1


def test_a_withdrawn_link_no_longer_works(as_, client, goal, cast):
    [link] = send(goal, cast, "main@millrace.example")
    as_("staff").post(reverse("meetings:goal_link_withdraw", args=[link.pk]))
    assert client.get(reverse("meetings:goal_by_link", args=[link.token])).status_code == 410
    assert mails()[0].status == Notice.Status.WITHDRAWN


# ---------------------------------------------------------------- Ending
def test_the_links_of_a_partner_that_is_removed_end(client, goal, cast, neighbor_partner):
    factories.make_representative(neighbor_partner, name="Bo Two", email="bo@evening.example")
    send(goal, cast, "main@millrace.example", "bo@evening.example")
    removed = goal.partner_links.get(partnership=neighbor_partner)
    partners.remove_partner(removed, by=cast["staff"], at=NOW)
    over, stays = GoalLink.objects.get(email__startswith="bo"), GoalLink.objects.get(email__startswith="main")
    assert client.get(reverse("meetings:goal_by_link", args=[over.token])).status_code == 410
    assert client.get(reverse("meetings:goal_by_link", args=[stays.token])).status_code == 200
    with pytest.raises(CannotChangeGoal, match="no longer reports"):
        links.resend_link(over, by=cast["staff"], at=NOW)


@pytest.mark.parametrize("what", ["plan", "partnership"])
def test_a_link_ends_with_its_plan_and_with_the_partnership(client, goal, cast, partner, what):
    [link] = send(goal, cast, "main@millrace.example")
    if what == "plan":
        type(goal.plan).objects.filter(pk=goal.plan_id).update(status="ended")
    else:
        type(partner).objects.filter(pk=partner.pk).update(archived_at=NOW)
    page = client.get(reverse("meetings:goal_by_link", args=[link.token]))
    assert page.status_code == 410
    assert b"No report is needed any longer" in page.content


def test_somebody_who_speaks_again_can_be_asked_again(goal, cast, partner):
    [link] = send(goal, cast, "main@millrace.example")
    Representative.objects.filter(pk=link.representative_id or 0).update(archived_at=NOW)
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    [new] = send(goal, cast, "main@millrace.example")
    assert new.pk != link.pk
    assert not new.why_over(NOW)


# ---------------------------------------------------------------- Evidence by link
def test_a_report_by_link_carries_evidence(client, goal, partner):
    link = factories.make_goal_link(goal, partner)
    url = reverse("meetings:goal_by_link", args=[link.token])
    assert 'enctype="multipart/form-data"' in client.get(url).content.decode()
    wrong = client.post(url, REPORT | {"as_of": "2999-01-01", "file-upload": upload(name="counts.pdf")})
    form = wrong.context["form"]
    assert form.errors.keys() == {"as_of"}
    assert client.post(url, REPORT | {"file": form.data["file"]}).status_code == 302  # need not choose it again
    update = GoalUpdate.objects.get(value=50)
    assert update.file is not None
    assert (update.file.name, update.file.by, update.via) == ("counts.pdf", None, "link")


def test_the_evidence_of_somebody_with_an_account_is_theirs_though_they_are_signed_out(client, goal, partner, cast):
    link = factories.make_goal_link(goal, partner, cast["manager"])
    answer = client.post(
        reverse("meetings:goal_by_link", args=[link.token]), REPORT | {"file-upload": upload(name="counts.pdf")}
    )
    assert answer.status_code == 302
    update = GoalUpdate.objects.get(value=50)
    assert update.file is not None
    assert (update.by, update.file.by) == (cast["manager"], cast["manager"])


def test_evidence_that_was_forgotten_is_sent_with_the_same_report(client, goal, partner):
    link = factories.make_goal_link(goal, partner)
    url = reverse("meetings:goal_by_link", args=[link.token])
    client.post(url, REPORT)
    for _twice in range(2):
        client.post(url, REPORT | {"file-upload": upload(name="counts.pdf")})
    assert [update.file is not None for update in GoalUpdate.objects.filter(value=50).order_by("pk")] == [False, True]


def test_a_stranger_file_is_no_evidence(client, goal, partner, cast):
    link = factories.make_goal_link(goal, partner)
    stored = make_file(use="meetings.goal_evidence", by=cast["staff"])
    facts = {"value": Decimal(50), "as_of": date(2026, 6, 30), "story": "", "file": stored}
    with pytest.raises(CannotUseFile, match="no longer stored"):
        reports.report_by_link(link, facts=facts, by=None, at=NOW + timedelta(hours=1))
