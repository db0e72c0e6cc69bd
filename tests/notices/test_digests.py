"""Digests: what waited for a person's morning is told in one mail, each thing once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onestop.notices import bounces, digests, outbox
from onestop.notices.models import Cadence, DeliverySchedule, Notice, Preference
from onestop.notices.notify import notify
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status, state_of

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 11, 12, tzinfo=UTC)


def make_reader(name="Ann Example", **preferences):
    user = factories.make_user(name)
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York", **preferences)
    return user


def say(person, key, **more):
    return notify("tests.daily", key=key, to=person, at=NOON, context={"thing": f"Thing {key}"}, **more)


def test_what_waits_is_told_in_one_mail_on_the_persons_morning():
    ann = make_reader()
    first, second = say(ann, "1", why="You keep it.", path="/services/1/"), say(ann, "2")
    assert digests.send_digests(at=MORNING - timedelta(minutes=1)) == 0
    assert digests.send_digests(at=MORNING) == 1
    digest = Notice.objects.get(kind=digests.DIGEST.code)
    assert (digest.subject, digest.status, digest.to) == ("2 notifications for you", Status.QUEUED, ann.email)
    assert not digest.in_inbox
    for words in (digest.text, digest.html):
        assert words.index("Thing 1 for Ann Example") < words.index("Thing 2 for Ann Example")
        assert "You keep it." in words
        assert "/services/1/" in words
    assert {state_of(first).status, state_of(second).status} == {Status.DIGESTED}
    assert {first.carrier, second.carrier} == {digest}


def test_a_run_that_is_late_or_doubled_tells_each_thing_once():
    ann = make_reader()
    say(ann, "1")
    late = MORNING + timedelta(hours=9)
    assert [digests.send_digests(at=late), digests.send_digests(at=late)] == [1, 0]
    assert Notice.objects.filter(kind=digests.DIGEST.code).count() == 1


def test_each_person_has_a_digest_of_their_own_at_their_own_hour():
    ann, bea = make_reader(), make_reader("Bea Example", digest_at="07:30")
    say(ann, "1")
    say(bea, "2")
    assert digests.send_digests(at=MORNING - timedelta(minutes=30)) == 1
    assert list(Notice.objects.filter(kind=digests.DIGEST.code).values_list("to", flat=True)) == [bea.email]
    assert digests.send_digests(at=MORNING) == 1
    assert set(Notice.objects.filter(kind=digests.DIGEST.code).values_list("to", flat=True)) == {ann.email, bea.email}


def test_what_vanished_meanwhile_is_not_in_it():
    ann = make_reader()
    gone, stays = say(ann, "1"), say(ann, "2")
    assert outbox.withdraw(Notice.objects.filter(pk=gone.pk), why="The service was confirmed.") == 1
    digests.send_digests(at=MORNING)
    digest = Notice.objects.get(kind=digests.DIGEST.code)
    assert "Thing 1" not in digest.text
    assert (state_of(gone).status, state_of(stays).status) == (Status.WITHDRAWN, Status.DIGESTED)


def test_nobody_gets_an_empty_digest():
    ann = make_reader()
    outbox.withdraw(Notice.objects.filter(pk=say(ann, "1").pk), why="Done.")
    assert digests.send_digests(at=MORNING) == 0


def test_a_weekly_digest_comes_on_the_chosen_day():
    ann = make_reader(weekly_on=4)  # Thursday
    Preference.objects.create(user=ann, kind="tests.daily", cadence=Cadence.WEEKLY)
    notice = say(ann, "1")
    assert notice.due_at == datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert digests.send_digests(at=MORNING) == 0
    assert digests.send_digests(at=notice.due_at) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_tell_the_same_thing_twice():
    ann = make_reader()
    say(ann, "1")
    outcome = []

    def write() -> None:
        outcome.append(digests.send_digests(at=MORNING))
        connection.close()

    with transaction.atomic():
        assert digests.send_digests(at=MORNING) == 1
        other = threading.Thread(target=write)
        other.start()
        other.join(10)
        assert not other.is_alive(), "the second waits for the first, and need not"
    assert outcome == [0]
    assert Notice.objects.filter(kind=digests.DIGEST.code).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_digest_and_a_withdrawal_at_once_one_waits_for_the_other():
    ann = make_reader()
    notice = say(ann, "1")
    mine = Notice.objects.filter(pk=notice.pk)
    taken_back = second_waits_for(lambda: digests.send_digests(at=MORNING), lambda: outbox.withdraw(mine, why="Done."))
    assert (taken_back, state_of(notice).status) == (0, Status.DIGESTED)


def test_thirty_readers_cost_two_queries_each_and_little_besides():
    for number in range(30):
        say(make_reader(f"Reader {number}"), str(number))
    with CaptureQueriesContext(connection) as queries:
        assert digests.send_digests(at=MORNING) == 30
    assert len(queries) <= 30 * 2 + 15


def test_a_digest_goes_to_no_address_that_reaches_nobody():
    ann = make_reader()
    notice = say(ann, "1")
    bounces.note_bounce(ann.email, said="550 5.1.1 No such person", at=NOON)
    assert digests.send_digests(at=MORNING) == 1
    digest = Notice.objects.get(kind=digests.DIGEST.code)
    assert (digest.status, state_of(notice).carrier) == (Status.FAILED, digest)
    assert digest.last_error == "Email to this address bounced: 550 5.1.1 No such person"


def test_whose_account_was_closed_meanwhile_gets_no_digest():
    ann = make_reader()
    notice = say(ann, "1")
    ann.is_active = False
    ann.save()
    digests.send_digests(at=MORNING)
    assert (state_of(notice).status, notice.withdrawn_why) == (Status.WITHDRAWN, "The account is deactivated.")
    assert not Notice.objects.filter(kind=digests.DIGEST.code).exists()


# ---------------------------------------------------------------- No digests by mail
def digest_of(person):
    return Notice.objects.get(kind=digests.DIGEST.code, recipient=person)


def test_a_digest_too_can_be_turned_down_by_one_click(client):
    ann = make_reader()
    say(ann, "1")
    digests.send_digests(at=MORNING)
    digest = digest_of(ann)
    assert digest.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = digest.headers["List-Unsubscribe"].strip("<>")
    assert "Turn off digest emails:" in digest.text
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    second = say(ann, "2")
    digests.send_digests(at=MORNING + timedelta(days=1))
    assert (state_of(second).status, digest_of(ann)) == (Status.IN_APP_ONLY, digest)
    client.post(address, {"undo": "1"})
    third = notify("tests.daily", key="3", to=ann, at=MORNING + timedelta(days=1), context={"thing": "it"})
    digests.send_digests(at=MORNING + timedelta(days=2))
    assert state_of(third).status == Status.DIGESTED


def test_what_the_law_wants_comes_in_a_digest_all_the_same():
    ann = make_reader()
    for kind, cadence in ((digests.DIGEST.code, Cadence.OFF), ("tests.law", Cadence.DAILY)):
        Preference.objects.create(user=ann, kind=kind, cadence=cadence)
    news = say(ann, "1")
    law = notify("tests.law", key="2", to=ann, at=NOON, context={"thing": "The certificate"})
    digests.send_digests(at=MORNING)
    assert (state_of(news).status, state_of(law).carrier) == (Status.IN_APP_ONLY, digest_of(ann))
    assert "Thing 1" not in digest_of(ann).text
