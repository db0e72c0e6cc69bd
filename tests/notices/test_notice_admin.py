"""The admin: what was told, for staff in their area and for the operator everywhere."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.notices import delivery, outbox
from onestop.notices.models import Bounce, Notice, name_of
from tests import factories

pytestmark = pytest.mark.django_db
Status = Notice.Status


@pytest.fixture
def operator(cast):
    return factories.make_user("Olga Perez", is_superuser=True)


@pytest.fixture
def list_url(area):
    return reverse("partners:notice_list", args=[area.slug])


def subjects(response):
    return [row.record.subject for row in response.context["table"].page.object_list]


def claimed(**more):
    lease = timezone.now() + timedelta(minutes=5)
    return {"status": Status.CLAIMED, "claim": "0" * 32, "lease_until": lease} | more


# ---------------------------------------------------------------- Who sees what
def test_staff_see_what_was_told_in_their_area_alone(as_, list_url, area, other_area):
    factories.make_notice(area, subject="Here")
    factories.make_notice(other_area, subject="There")
    factories.make_notice(subject="Nowhere")
    assert subjects(as_("staff").get(list_url)) == ["Here"]


def test_the_operator_sees_everything(client, operator, area, other_area):
    for place in (area, other_area, None):
        factories.make_notice(place)
    client.force_login(operator)
    assert len(subjects(client.get(reverse("notices:admin_list")))) == 3


def test_a_notice_of_another_area_is_not_there(as_, area, other_area):
    notice = factories.make_notice(other_area)
    assert as_("staff").get(reverse("partners:notice_detail", args=[area.slug, notice.pk])).status_code == 404


def test_the_state_looks_and_changes_nothing(as_, list_url, area):
    notice = factories.make_notice(area, status=Status.FAILED)
    page = as_("state").get(list_url)
    assert b"Resend" not in page.content
    detail = as_("state").get(reverse("partners:notice_detail", args=[area.slug, notice.pk]))
    assert detail.status_code == 200
    assert b"Resend" not in detail.content


# ---------------------------------------------------------------- Narrowing
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=waiting", {"Owed", "Claimed"}),
        ("state=failed", {"Failed", "Bounced"}),
        ("state=returned", {"Bounced"}),
        ("state=uncertain", {"Uncertain"}),
        ("state=sent", {"Sent"}),
        ("state=digest_pending", {"Held"}),
        ("state=withdrawn", {"Withdrawn"}),
        ("q=owe", {"Owed"}),
        ("who=bea", {"Bounced"}),
        ("kind=other", {"Sent"}),
    ],
)
def test_each_filter_narrows_it_down(as_, list_url, area, cast, query, expected):
    Bounce.objects.create(address="BEA@gone.example", said="550 nobody", at=timezone.now())
    factories.make_notice(area, subject="Owed")
    factories.make_notice(area, subject="Claimed", **claimed())
    factories.make_notice(area, subject="Failed", status=Status.FAILED)
    factories.make_notice(area, subject="Bounced", status=Status.FAILED, to="bea@gone.example")
    factories.make_notice(area, subject="Uncertain", status=Status.UNCERTAIN)
    factories.make_notice(area, subject="Sent", status=Status.SENT, sent_at=timezone.now(), kind="other")
    factories.make_notice(area, subject="Held", status=Status.DIGEST_PENDING, to=cast["manager"])
    factories.make_notice(area, subject="Withdrawn", status=Status.WITHDRAWN)
    page = as_("staff").get(f"{list_url}?{query}")
    if query == "kind=other":  # what nobody declares is no choice
        assert "choose one of the options" in page.content.decode()
    else:
        assert set(subjects(page)) == expected


def test_older_than_90_days_is_shown_only_when_asked_for(as_, list_url, area):
    long_ago = timezone.now() - timedelta(days=100)
    factories.make_notice(area, subject="Old", written_at=long_ago, status=Status.SENT, sent_at=long_ago)
    factories.make_notice(area, subject="Old doubt", written_at=long_ago, status=Status.UNCERTAIN)
    assert subjects(as_("staff").get(list_url)) == []
    asked_for = as_("staff").get(f"{list_url}?since={timezone.localdate(long_ago)}")
    assert set(subjects(asked_for)) == {"Old doubt", "Old"}
    assert subjects(as_("staff").get(f"{list_url}?state=uncertain")) == ["Old doubt"]


def test_the_operator_s_list_reaches_less_far_back(client, operator, area):
    """To look through 90 days of the whole nation takes seconds."""
    factories.make_notice(area, written_at=timezone.now() - timedelta(days=20))
    client.force_login(operator)
    page = client.get(reverse("notices:admin_list"))
    assert subjects(page) == []
    assert "Shows the last 14 days" in page.content.decode()


def test_a_thing_s_page_leads_to_what_was_told_about_it(as_, list_url, area, partner):
    service = factories.make_service(partner)
    factories.make_notice(area, subject="About it", about=[name_of(service), name_of(partner)])
    factories.make_notice(area, subject="About another")
    page = as_("staff").get(f"{list_url}?about={name_of(service)}")
    assert subjects(page) == ["About it"]
    assert "Only notifications about one item." in page.content.decode()


def test_days_that_are_none_lose_nothing_typed(as_, list_url):
    page = as_("staff").get(f"{list_url}?since=tomorrow&q=services").content.decode()
    assert "is not a valid date" in page
    assert 'value="tomorrow"' in page
    assert 'value="services"' in page


def test_a_list_costs_the_same_for_1_and_for_30(as_, list_url, area, cast, queries_of):
    def look():
        return as_("staff").get(f"{list_url}?per_page=100")

    factories.make_notice(area, to=cast["manager"])
    look()
    few = queries_of(look)
    for _ in range(30):
        factories.make_notice(area, to=factories.make_user())
    assert queries_of(look) == few


def test_a_very_long_list_is_not_counted_to_its_end(as_, list_url, area, monkeypatch):
    monkeypatch.setattr("onestop.notices.outbox_stats.MOST_COUNTED", 3)
    for _ in range(5):
        factories.make_notice(area)
    page = as_("staff").get(list_url)
    assert "of more than 3" in page.content.decode()
    assert page.context["table"].page.paginator.count == 3


def test_the_list_as_a_file(as_, list_url, area):
    factories.make_notice(area, subject="Confirm", status=Status.FAILED, last_error="550 5.1.1 Nobody")
    file = b"".join(as_("staff").get(f"{list_url}?export=csv")).decode("utf-8-sig")
    assert "Confirm" in file
    assert "550 5.1.1 Nobody" in file


def test_a_file_that_does_not_hold_all_says_so(as_, area, monkeypatch):
    monkeypatch.setattr("onestop.notices.tables.notice_admin.MOST_EXPORTED", 2)
    for number in range(3):
        factories.make_notice(area, subject=f"Confirm {number}")
    list_url = reverse("partners:notice_list", args=[area.slug])

    def exported(kind):
        return b"".join(as_("staff").get(list_url, {"export": kind}))

    end = "The file ends here: it can hold 2 notifications. Filter the list to export the others."
    lines = list(csv.reader(exported("csv").decode("utf-8-sig").splitlines()))
    assert [line[0] for line in lines[1:]] == ["Confirm 2", "Confirm 1", end]
    sheet = openpyxl.load_workbook(io.BytesIO(exported("xlsx"))).worksheets[0]
    assert [row[0].value for row in list(sheet)[1:]] == ["Confirm 2", "Confirm 1", end]
    Notice.objects.filter(subject="Confirm 0").delete()
    assert "The file ends here" not in exported("csv").decode()


# ---------------------------------------------------------------- Sending again
def test_sending_again_asks_first_and_says_that_a_server_may_have_it(as_, area):
    failed = factories.make_notice(area, status=Status.FAILED)
    perhaps = factories.make_notice(area, status=Status.UNCERTAIN)
    sent = factories.make_notice(area, status=Status.SENT, sent_at=timezone.now())
    url = reverse("partners:notice_send_again", args=[area.slug])
    picked = {"pick": [failed.pk, perhaps.pk, sent.pk]}
    asked = as_("staff").post(url, picked).content.decode()
    assert "Resend 2 notifications?" in asked
    assert "1 notification may already have been delivered" in asked
    assert "1 other selected notification does not change." in asked
    failed.refresh_from_db()
    assert failed.status == Status.FAILED
    assert as_("staff").post(url, picked | {"sure": "1"}).status_code == 302
    states = dict(Notice.objects.values_list("pk", "status"))
    assert states == {failed.pk: Status.QUEUED, perhaps.pk: Status.QUEUED, sent.pk: Status.SENT}


def test_what_came_back_after_it_was_sent_can_be_sent_again(as_, area):
    """It keeps the day on which a server took it, which nothing that is owed may have."""
    came_back = factories.make_notice(area, status=Status.FAILED, sent_at=timezone.now(), last_error="Bounced: full")
    url = reverse("partners:notice_send_again", args=[area.slug])
    as_("staff").post(url, {"pick": came_back.pk, "sure": "1"})
    came_back.refresh_from_db()
    assert (came_back.status, came_back.sent_at, came_back.attempts) == (Status.QUEUED, None, 0)


def test_it_goes_to_the_person_s_present_address(area, cast):
    notice = factories.make_notice(area, to=cast["manager"], status=Status.FAILED)
    Notice.objects.filter(pk=notice.pk).update(to="former@partner.example")
    outbox.send_again(Notice.objects.all(), by=cast["staff"], at=timezone.now())
    notice.refresh_from_db()
    assert notice.to == cast["manager"].email


def test_the_story_keeps_who_sent_it_again_and_what_had_become_of_it(as_, client, area, cast, operator, queries_of):
    notice = factories.make_notice(
        area, to=cast["manager"], status=Status.FAILED, last_error="550 5.1.1 nobody here", sent_at=timezone.now()
    )
    Notice.objects.filter(pk=notice.pk).update(to="former@partner.example")
    picked = {"pick": notice.pk, "sure": "1"}
    as_("staff").post(reverse("partners:notice_send_again", args=[area.slug]), picked)
    page = reverse("partners:notice_detail", args=[area.slug, notice.pk])
    once = queries_of(lambda: as_("staff").get(page))
    Notice.objects.filter(pk=notice.pk).update(status=Status.UNCERTAIN, last_error="the worker died")
    client.force_login(operator)
    client.post(reverse("notices:admin_send_again"), picked)
    story = as_("staff").get(page).context["story"]
    told = [(event["what"], event["when"]) for event in story if event["what"] not in ("Created", "Queued")]
    assert [what for what, _ in told] == [
        f"Resent by {operator.name}",
        f"Delivery unknown ({cast['manager'].email})",
        f"Resent by {cast['staff'].name}",
        "Not delivered (former@partner.example)",
        "Accepted by the mail server",
    ]
    assert (told[1][1], told[3][1]) == ("the worker died", "550 5.1.1 nobody here")
    assert queries_of(lambda: as_("staff").get(page)) == once


def test_the_administration_keeps_who_sent_it_again_too(client, operator, area):
    notice = factories.make_notice(area, status=Status.FAILED)
    client.force_login(operator)
    picked = {"action": "send_again", "_selected_action": [notice.pk]}
    answer = client.post(reverse("admin:notices_notice_changelist"), picked, follow=True)
    assert "1 notification will be resent." in answer.content.decode()
    assert notice.resends.get().by == operator


def test_what_is_no_longer_kept_is_not_sent_again(cast):
    blanked = factories.make_notice(kind="account", text=outbox.FORGOTTEN, status=Status.FAILED)
    assert outbox.send_again(Notice.objects.filter(pk=blanked.pk), by=cast["staff"], at=timezone.now()) == 0


def test_secrets_of_mails_that_never_went_out_are_blanked_too():
    lost = factories.make_notice(kind="account", text="Your code: 123456\n", status=Status.FAILED)
    now = timezone.now()
    assert outbox.forget_secrets(at=now + timedelta(hours=23)) == 0
    assert outbox.forget_secrets(at=now + timedelta(hours=25)) == 1
    lost.refresh_from_db()
    assert "123456" not in lost.text


def test_nobody_sends_again_what_belongs_to_another_area(as_, area, other_area):
    theirs = factories.make_notice(other_area, status=Status.FAILED)
    as_("staff").post(reverse("partners:notice_send_again", args=[area.slug]), {"pick": theirs.pk, "sure": "1"})
    theirs.refresh_from_db()
    assert theirs.status == Status.FAILED


@pytest.mark.parametrize("page", ["send_again", "withdraw"])
def test_without_a_pick_nothing_is_asked(as_, area, page):
    answer = as_("staff").post(reverse(f"partners:notice_{page}", args=[area.slug]), follow=True)
    assert "Select notifications first." in answer.content.decode()


# ---------------------------------------------------------------- Taking back
def test_taking_back_says_who_did_it(as_, area, cast):
    waiting = factories.make_notice(area)
    held = factories.make_notice(area, status=Status.DIGEST_PENDING, to=cast["manager"])
    begun = factories.make_notice(area, **claimed(begun=True))
    url = reverse("partners:notice_withdraw", args=[area.slug])
    picked = {"pick": [waiting.pk, held.pk, begun.pk]}
    assert "Withdraw 2 notifications?" in as_("staff").post(url, picked).content.decode()
    as_("staff").post(url, picked | {"sure": "1"})
    waiting.refresh_from_db()
    begun.refresh_from_db()
    assert (waiting.status, waiting.withdrawn_why) == (Status.WITHDRAWN, "Withdrawn by Dana Whitcomb.")
    assert begun.status == Status.CLAIMED


def test_what_was_taken_back_is_not_sent(area, settings):
    notice = factories.make_notice(area)
    outbox.withdraw(Notice.objects.filter(pk=notice.pk), why="Withdrawn.")
    assert not Notice.objects.due(timezone.now()).exists()
    assert delivery.free_stuck() == 0


# ---------------------------------------------------------------- What waits for whom
def test_mail_that_was_not_delivered_waits_for_staff(as_, area):
    home = reverse("dashboards:home", args=[area.slug])
    assert "not delivered" not in as_("staff").get(home).content.decode()
    for _ in range(3):
        factories.make_notice(area, status=Status.FAILED)
    factories.make_notice(area, status=Status.UNCERTAIN)
    page = as_("staff").get(home).content.decode()
    assert "3 notifications were not delivered" in page
    assert "1 notification may or may not have been delivered" in page
    assert "state=failed&amp;since=" in page


def test_mail_of_no_area_waits_for_the_operator_alone(client, as_, operator, area):
    factories.make_notice(status=Status.FAILED, kind="account")
    home = reverse("dashboards:home", args=[area.slug])
    assert "was not delivered" not in as_("staff").get(home).content.decode()
    client.force_login(operator)
    page = client.get(home).content.decode()
    assert "1 notification was not delivered" in page
    assert reverse("notices:admin_list") in page
