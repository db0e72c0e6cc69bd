"""A person's inbox: what they were told, why and how; what of it they have read, put off, and gone to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.notices import bounces, inbox, outbox
from onestop.notices.inbox import State
from onestop.notices.models import DeliverySchedule, Notice
from tests import factories
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
INBOX = reverse("notices:inbox")


@pytest.fixture
def dana():
    user = factories.make_user("Dana Whitcomb", email="dana@riverbend.example")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York")
    return user


@pytest.fixture
def here(client, dana):
    """A browser in which Dana is signed in."""
    client.force_login(dana)
    return client


def page(name, *args):
    return reverse(f"notices:{name}", args=args)


def words(answer):
    return answer.content.decode()


def state_of(notice):
    notice.refresh_from_db()
    return inbox.state_of(notice, at=timezone.now())


def unread(user):
    return inbox.count_unread(user, at=timezone.now())


def press_undo(client, answer):
    """Press Undo in the message that the last act left."""
    [message] = answer.context["messages"]
    return client.post(message.extra_tags.removeprefix("undo:"), follow=True)


# ---------------------------------------------------------------- The list
def test_the_newest_stands_first_and_what_is_unread_can(here, dana):
    now = timezone.now()
    factories.make_inbox_notice(dana, subject="Old", written_at=now - timedelta(days=2))
    factories.make_inbox_notice(dana, subject="New, and read", read_at=now)
    put = [row.record.subject for row in here.get(INBOX).context["table"].rows]
    assert put == ["New, and read", "Old"]
    put = [row.record.subject for row in here.get(INBOX, {"sort": "state"}).context["table"].rows]
    assert put == ["Old", "New, and read"]


def test_nobody_sees_what_others_were_told(here, dana):
    theirs = factories.make_inbox_notice(factories.make_user("Bea Norling"), subject="For Bea")
    assert "For Bea" not in words(here.get(INBOX))
    assert here.get(page("notice_detail", theirs.pk)).status_code == 404
    for name in ("notice_opened", "notice_go", "notice_put_off"):
        assert here.post(page(name, theirs.pk)).status_code == 404
    here.post(page("read_picked"), {"pick": theirs.pk})
    here.post(page("put_off_picked", "week"), {"pick": theirs.pk})
    assert state_of(theirs) == State.UNREAD
    factories.make_inbox_notice(dana, in_inbox=False, subject="A digest")
    assert "A digest" not in words(here.get(INBOX))


def test_it_can_be_narrowed_down(here, dana):
    now = timezone.now()
    some_days = timedelta(days=3)
    factories.make_inbox_notice(dana, subject="Fresh")
    factories.make_inbox_notice(dana, subject="Seen", read_at=now)
    factories.make_inbox_notice(dana, subject="Later", snoozed_until=now + some_days)
    awake = {"snoozed_until": now - some_days, "written_at": now - some_days}
    factories.make_inbox_notice(dana, subject="Awake again", kind="tests.nudge", text="The ramp.", **awake)

    def shown(**query):
        return [row.record.subject for row in here.get(INBOX, query).context["table"].rows]

    assert shown(shown="unread") == ["Fresh", "Awake again"]
    assert shown(shown="later") == ["Later"]
    assert shown(shown="read") == ["Seen"]
    assert shown(kind="tests.nudge") == shown(q="ramp the") == ["Awake again"]
    assert "No results match these filters" in words(here.get(INBOX, {"q": "unheard of"}))
    assert unread(dana) == 2


def test_each_row_says_why_and_how_it_came(here, dana):
    digest = factories.make_inbox_notice(dana, in_inbox=False, subject="2 notifications for you", sent_at=NOON)
    factories.make_inbox_notice(dana, why="You keep GED classes.")
    factories.make_inbox_notice(dana, status=Status.DIGESTED, carrier=digest)
    factories.make_inbox_notice(dana, status=Status.IN_APP_ONLY)
    factories.make_inbox_notice(dana, status=Status.DIGEST_PENDING, due_at=NOON.replace(year=2027))
    factories.make_inbox_notice(dana, status=Status.FAILED, last_error="550 No such mailbox")
    shown = words(here.get(INBOX))
    carried, held = "in the digest of Mar 10, 2026", "held for your digest of Mar 10, 2027"
    for said in ("You keep GED classes.", "by email", carried, "portal only", held):
        assert said in shown
    assert "not delivered" in shown


@pytest.mark.parametrize(
    ("status", "words_of_it"),
    [(Status.SENT, "to dana@riverbend.example, "), (Status.FAILED, "not delivered"), (Status.QUEUED, "being sent")],
)
def test_the_page_of_a_notification_in_a_digest_shows_the_day_of_the_digest(here, dana, status, words_of_it):
    sent_at = NOON if status == Status.SENT else None
    digest = factories.make_inbox_notice(dana, in_inbox=False, status=status, due_at=NOON, sent_at=sent_at)
    notice = factories.make_inbox_notice(dana, status=Status.DIGESTED, carrier=digest)
    shown = " ".join(words(here.get(page("notice_detail", notice.pk))).split())
    sentence = re.search(r"In the digest [^<]*", shown).group()  # type: ignore[union-attr]
    assert "Mar 10, 2026" in sentence
    assert words_of_it in sentence


def test_an_empty_inbox_says_what_will_stand_there(here):
    shown = words(here.get(INBOX))
    assert "No notifications yet" in shown
    assert page("preferences") in shown


def test_it_is_exported_with_why_and_how(here, dana):
    factories.make_inbox_notice(dana, subject="Confirm your services", why="You keep them.", read_at=timezone.now())
    shown = b"".join(here.get(INBOX, {"export": "csv"}).streaming_content).decode()
    assert "Confirm your services,You keep them.,Act," in shown
    assert "By email to dana@riverbend.example" in shown


def test_a_hundred_notices_cost_the_queries_of_one(here, dana, queries_of):
    factories.make_inbox_notice(dana)
    here.get(INBOX, {"per_page": 100})
    one = queries_of(lambda: here.get(INBOX, {"per_page": 100}))
    digest = factories.make_inbox_notice(dana, in_inbox=False)
    for _number in range(99):
        factories.make_inbox_notice(dana, status=Status.DIGESTED, carrier=digest)
    assert queries_of(lambda: here.get(INBOX, {"per_page": 100})) == one


# ---------------------------------------------------------------- The bell
def test_the_bell_says_how_many_are_unread(here, dana):
    assert '<span class="visually-hidden">Notifications</span>' in words(here.get(INBOX))
    for _number in range(3):
        factories.make_inbox_notice(dana)
    assert "Notifications, 3 unread" in words(here.get("/account/profile/"))
    for _number in range(98):
        factories.make_inbox_notice(dana)
    shown = words(here.get("/account/profile/"))
    assert "Notifications, more than 99 unread" in shown
    assert ">99+</span>" in shown


def test_the_bell_costs_one_question_that_rides_its_index(here, dana):
    other = factories.make_user("Bea Norling")
    for number in range(300):
        factories.make_inbox_notice(dana if number % 3 else other, read_at=timezone.now() if number % 10 else None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are read faster without any index
    with CaptureQueriesContext(connection) as queries:
        here.get("/account/profile/")
    asked = [query["sql"] for query in queries if "notices_notice" in query["sql"]]
    assert len(asked) == 1
    assert "notice_unread" in inbox.unread_of(dana, at=timezone.now())[:100].explain()


# ---------------------------------------------------------------- One notice
def test_a_notice_stands_as_it_was_told_with_why_and_how(here, dana):
    notice = factories.make_inbox_notice(
        dana, text="The ramp is <b>steep</b>.\n\nSee https://x.example/ramp", why="You run it."
    )
    shown = words(here.get(page("notice_detail", notice.pk)))
    assert "The ramp is &lt;b&gt;steep&lt;/b&gt;." in shown
    assert '<a href="https://x.example/ramp"' in shown
    assert "You run it." in shown
    assert "By email to dana@riverbend.example" in shown


def test_looking_changes_nothing_and_the_open_page_tells_that_it_is_read(here, dana):
    notice = factories.make_inbox_notice(dana)
    for _look in range(2):
        here.get(page("notice_detail", notice.pk))
        here.head(page("notice_detail", notice.pk), headers={"Sec-Purpose": "prefetch"})
    assert state_of(notice) == State.UNREAD
    answer = here.post(page("notice_opened", notice.pk), headers={"HX-Request": "true"})
    assert "Mark as unread" in words(answer)
    assert '<span class="visually-hidden">Notifications</span>' in words(answer)
    assert state_of(notice) == State.READ
    read_at = notice.read_at
    here.post(page("notice_opened", notice.pk))
    assert (state_of(notice), notice.read_at) == (State.READ, read_at)


def test_looking_at_what_is_put_off_leaves_it_so(here, dana):
    notice = factories.make_inbox_notice(dana, snoozed_until=timezone.now() + timedelta(days=2))
    assert "hx-trigger=" not in words(here.get(page("notice_detail", notice.pk)))
    here.post(page("notice_opened", notice.pk))
    assert state_of(notice) == State.LATER


def test_going_to_what_it_is_about_counts_as_reading(here, dana):
    notice = factories.make_inbox_notice(dana, url="/services/12/")
    assert here.post(page("notice_go", notice.pk))["Location"] == "/services/12/"
    assert state_of(notice) == State.READ
    nowhere, strange = factories.make_inbox_notice(dana), factories.make_inbox_notice(dana, url="https://evil.example/")
    for notice in (nowhere, strange):
        assert here.post(page("notice_go", notice.pk))["Location"] == page("notice_detail", notice.pk)


# ---------------------------------------------------------------- Reading, and taking it back
def test_picked_ones_are_marked_read_and_taken_back(here, dana):
    first, second, third = (factories.make_inbox_notice(dana) for _ in range(3))
    answer = here.post(page("read_picked"), {"pick": [first.pk, second.pk, "x"]}, follow=True)
    assert "2 notifications marked as read." in words(answer)
    assert [state_of(each) for each in (first, second, third)] == [State.READ, State.READ, State.UNREAD]
    press_undo(here, answer)
    assert unread(dana) == 3


def test_all_are_marked_read_and_taken_back_but_not_what_was_read_before(here, dana):
    before = factories.make_inbox_notice(dana, read_at=timezone.now() - timedelta(days=1))
    later = factories.make_inbox_notice(dana, snoozed_until=timezone.now() + timedelta(days=1))
    fresh = factories.make_inbox_notice(dana)
    answer = here.post(page("read_all"), follow=True)
    assert "1 notification marked as read." in words(answer)
    assert [state_of(each) for each in (before, later, fresh)] == [State.READ, State.LATER, State.READ]
    press_undo(here, answer)
    assert [state_of(each) for each in (before, later, fresh)] == [State.READ, State.LATER, State.UNREAD]
    assert "No unread notifications to mark." in words(here.post(page("read_picked"), {"pick": before.pk}, follow=True))


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-10T12:00:00"])
def test_a_strange_moment_takes_nothing_back(here, dana, at):
    factories.make_inbox_notice(dana, read_at=timezone.now())
    assert here.post(page("read_take_back") + f"?at={at}").status_code == 404
    assert unread(dana) == 0


def test_read_ones_are_marked_unread(here, dana):
    notice = factories.make_inbox_notice(dana, read_at=timezone.now())
    here.post(page("unread_picked"), {"pick": notice.pk})
    assert state_of(notice) == State.UNREAD
    assert "Select notifications first." in words(here.post(page("unread_picked"), follow=True))


def test_the_way_back_leads_to_the_list_as_it_was(here, dana):
    notice = factories.make_inbox_notice(dana)
    here.get(INBOX, {"shown": "unread"})
    assert here.post(page("read_picked"), {"pick": notice.pk})["Location"] == f"{INBOX}?shown=unread"


# ---------------------------------------------------------------- What was taken back
def test_what_was_taken_back_vanishes_unless_somebody_has_seen_it(here, dana):
    seen = factories.make_inbox_notice(dana, status=Status.DIGEST_PENDING, subject="Seen", read_at=timezone.now())
    unseen = factories.make_inbox_notice(dana, status=Status.DIGEST_PENDING, subject="Unseen")
    later = factories.make_inbox_notice(
        dana, status=Status.DIGEST_PENDING, snoozed_until=timezone.now() + timedelta(days=1)
    )
    assert outbox.withdraw(Notice.objects.filter(recipient=dana), why="The services were confirmed.") == 3
    shown = words(here.get(INBOX))
    assert "No longer needed: The services were confirmed." in shown
    assert "Unseen" not in shown
    assert [state_of(each) for each in (seen, later)] == [State.GONE, State.GONE]
    assert "No longer needed: The services were confirmed." in words(here.get(page("notice_detail", seen.pk)))
    assert here.get(page("notice_detail", unseen.pk)).status_code == 404
    here.post(page("unread_picked"), {"pick": [seen.pk, later.pk]})
    here.post(page("put_off_picked", "week"), {"pick": seen.pk})
    assert [state_of(each) for each in (seen, later)] == [State.GONE, State.GONE]
    assert unread(dana) == 0


# ---------------------------------------------------------------- Addresses that reach nobody
def test_whose_mail_comes_back_is_told_here(here, dana):
    bounces.note_bounce("Dana@riverbend.example", said="550 5.1.1", at=timezone.now())
    for address in (INBOX, page("preferences")):
        assert "Email to Dana@riverbend.example bounced" in words(here.get(address))
