"""Telling: once, in the words of its kind, by the way that preferences, quiet hours and the weekly limit leave open."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onestop.notices import bounces, messages, routing, unsubscribe
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, Cadence, DeliverySchedule, Notice, Preference, WeeklyLimit, name_of
from onestop.notices.notice_types import UnknownNoticeType
from onestop.notices.notify import notify, notify_many
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)  # 8:00 AM in New York
NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)  # 10:00 PM on Tuesday there


@pytest.fixture
def ann(settings):
    settings.TIME_ZONE = "America/New_York"
    user = factories.make_user("Ann Example", email="ann@partner.example")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York")
    return user


def nudge(person, key, at=NOON, **more):
    return notify("tests.nudge", key=key, to=person, at=at, context={"thing": key}, **more)


# ---------------------------------------------------------------- Once, in words
def test_a_person_is_told_in_subject_text_and_html_why_and_where(ann):
    service = factories.make_service()
    notice = notify(
        "tests.act", key="act:1", to=ann, at=NOON, context={"thing": "O'Brien's & <b>"}, about=[service, ann, service],
        scope=service.partnership.area, why="You keep it.", path="/services/1/",
    )  # fmt: skip
    assert notice.subject == "O'Brien's & <b> for Ann Example"
    assert notice.html.startswith("<p>O&#x27;Brien&#x27;s &amp; &lt;b&gt;</p>")
    assert notice.text.startswith("Hello Ann Example, it's about O'Brien's & <b>.")
    assert (notice.recipient, notice.to, notice.why, notice.url) == (ann, ann.email, "You keep it.", "/services/1/")
    assert notice.about == [f"partners.service:{service.pk}", f"accounts.user:{ann.pk}"]
    assert notice.scope == name_of(service.partnership.area)
    assert (notice.status, notice.due_at, notice.in_inbox) == (Status.QUEUED, NOON, True)
    assert list(Notice.objects.about(service).in_scope(service.partnership.area)) == [notice]


def test_times_are_written_in_the_zone_of_the_person_or_of_the_thing(ann):
    told = {"to": ann, "at": NOON, "context": {"thing": "it", "at": NOON}}
    mine = notify("tests.act", key="1", **told)
    theirs = notify("tests.act", key="2", zone=ZoneInfo("America/Denver"), **told)
    assert "Tue 8:00 AM" in mine.text
    assert "Tue 6:00 AM" in theirs.text


def test_what_was_told_is_not_told_again_and_its_words_stay(ann):
    first = notify("tests.act", key="act:1", to=ann, at=NOON, context={"thing": "one"})
    again = notify("tests.act", key="act:1", to=ann, at=NOON + timedelta(days=9), context={"thing": "two"})
    assert (again.pk, again.subject, Notice.objects.count()) == (first.pk, "one for Ann Example", 1)


def test_one_key_twice_in_a_batch_is_one_notice(ann):
    messages = [Message("tests.act", "same", ann, {"thing": word}) for word in ("one", "two")]
    assert notify_many(messages, at=NOON) == 1


def test_a_kind_that_nobody_declared_is_refused(ann):
    with pytest.raises(UnknownNoticeType):
        notify("tests.unheard", key="1", to=ann, at=NOON, context={})
    assert not Notice.objects.exists()


def test_somebody_without_an_account_is_told_by_mail_alone():
    notice = notify("tests.act", key="1", to="mayor@county.example", at=NIGHT, context={"thing": "it"})
    assert (notice.status, notice.due_at, notice.in_inbox, notice.recipient) == (Status.QUEUED, NIGHT, False, None)
    assert "List-Unsubscribe" in notice.headers


def test_a_closed_account_is_told_nothing(ann):
    ann.is_active = False
    ann.save()
    notice = notify("tests.law", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, "The account is deactivated.")


# ---------------------------------------------------------------- What has to be written for it
def test_what_a_message_needs_is_prepared_only_when_it_is_written(ann):
    prepared = []

    def prepare():
        prepared.append("link")
        return {"link": "https://x.example/once"}

    message = Message("tests.act", "1", ann, {"thing": "it"}, prepare=prepare)
    routing.routes_of([message], at=NOON)
    assert prepared == []
    for _run in range(2):
        notify_many([message], at=NOON)
    assert prepared == ["link"]
    assert "https://x.example/once" in Notice.objects.get().text


def test_what_is_no_longer_so_when_it_is_written_is_not_told(ann):
    def refuse():
        raise messages.NoLongerSo

    stays = Message("tests.act", "2", ann, {"thing": "it"})
    assert notify_many([Message("tests.act", "1", ann, {"thing": "it"}, prepare=refuse), stays], at=NOON) == 1
    assert Notice.objects.get().dedupe_key == "2"


# ---------------------------------------------------------------- Wishes
@pytest.mark.parametrize(
    ("cadence", "status", "due_at"),
    [
        (Cadence.AT_ONCE, Status.QUEUED, NOON),
        (Cadence.DAILY, Status.DIGEST_PENDING, datetime(2026, 3, 11, 12, tzinfo=UTC)),
        (Cadence.WEEKLY, Status.DIGEST_PENDING, MONDAY),
        (Cadence.OFF, Status.IN_APP_ONLY, NOON),
    ],
)
def test_a_person_is_told_as_often_as_they_wish(ann, cadence, status, due_at):
    Preference.objects.create(user=ann, kind="tests.act", cadence=cadence)
    notice = notify("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.due_at, notice.in_inbox) == (status, due_at, True)


def test_without_a_wish_the_kind_says_how_often(ann):
    notice = notify("tests.daily", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.due_at) == (Status.DIGEST_PENDING, datetime(2026, 3, 11, 12, tzinfo=UTC))


def test_what_the_law_wants_cannot_be_off_even_if_a_row_says_so(ann):
    Preference.objects.create(user=ann, kind="tests.law", cadence=Cadence.OFF)
    assert notify("tests.law", key="1", to=ann, at=NOON, context={"thing": "it"}).status == Status.QUEUED


def test_quiet_hours_hold_it_until_the_morning_but_not_what_somebody_waits_for(ann):
    quiet = notify("tests.act", key="1", to=ann, at=NIGHT, context={"thing": "it"})
    code = notify("tests.code", key="2", to=ann, at=NIGHT, context={"thing": "it"})
    assert quiet.due_at == datetime(2026, 3, 11, 11, tzinfo=UTC)
    assert code.due_at == NIGHT


# ---------------------------------------------------------------- Never too much
def test_the_third_reminder_of_a_week_waits_for_the_digest_and_a_new_week_begins_anew(ann):
    said = [nudge(ann, f"n:{i}") for i in range(4)]
    assert [notice.status for notice in said] == [
        Status.QUEUED,
        Status.QUEUED,
        Status.DIGEST_PENDING,
        Status.DIGEST_PENDING,
    ]
    assert {notice.due_at for notice in said[2:]} == {MONDAY}
    assert nudge(ann, "n:next", at=MONDAY).status == Status.QUEUED


def test_the_weekly_limit_counts_within_one_batch_too(ann):
    notify_many([Message("tests.nudge", f"n:{i}", ann, {"thing": "it"}) for i in range(5)], at=NOON)
    assert Notice.objects.filter(status=Status.QUEUED).count() == 2


def test_only_reminders_count_and_only_those_that_go_out(ann):
    Preference.objects.create(user=ann, kind="tests.daily", cadence=Cadence.OFF)
    notify("tests.act", key="a", to=ann, at=NOON, context={"thing": "it"})
    nudge(ann, "n:0")
    Notice.objects.filter(dedupe_key="n:0").update(status=Status.WITHDRAWN)
    assert [nudge(ann, f"n:{i}").status for i in (1, 2, 3)] == [Status.QUEUED, Status.QUEUED, Status.DIGEST_PENDING]


def test_an_area_sets_the_weekly_limit_of_its_people_and_a_person_their_own(ann):
    area = factories.make_area()
    WeeklyLimit.objects.create(scope=name_of(area), nudges_a_week=1)
    assert [nudge(ann, f"n:{i}", scope=area).status for i in range(2)] == [Status.QUEUED, Status.DIGEST_PENDING]
    DeliverySchedule.objects.filter(user=ann).update(weekly_limit=3)
    assert [nudge(ann, f"m:{i}", scope=area).status for i in range(3)] == [
        Status.QUEUED,
        Status.QUEUED,
        Status.DIGEST_PENDING,
    ]
    DeliverySchedule.objects.filter(user=ann).update(weekly_limit=0)
    assert nudge(ann, "none", scope=area).status == Status.DIGEST_PENDING


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_one_person_at_once_do_not_pass_the_weekly_limit_together():
    ann = factories.make_user("Ann Example")
    DeliverySchedule.objects.create(user=ann, weekly_limit=1, quiet_from=None, quiet_until=None)
    second_waits_for(lambda: nudge(ann, "n:1"), lambda: nudge(ann, "n:2"))
    assert sorted(Notice.objects.values_list("status", flat=True)) == [Status.DIGEST_PENDING, Status.QUEUED]


# ---------------------------------------------------------------- Addresses that reach nobody
def test_nothing_is_mailed_to_an_address_that_reaches_nobody_but_codes(ann):
    bounces.note_bounce("Ann@Partner.example", said="550 5.1.1 No such person", at=NOON)
    lost = notify("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    code = notify("tests.code", key="2", to=ann, at=NOON, context={"thing": "it"})
    assert (lost.status, lost.last_error) == (Status.FAILED, "Email to this address bounced: 550 5.1.1 No such person")
    assert (lost.in_inbox, code.status) == (True, Status.QUEUED)
    bounces.clear_bounces(Bounce.objects.all(), by=None, at=NOON)
    assert notify("tests.act", key="3", to=ann, at=NOON, context={"thing": "it"}).status == Status.QUEUED


# ---------------------------------------------------------------- Links and headers
def test_a_mail_offers_to_be_turned_down_by_one_click_unless_the_law_wants_it(ann):
    act = notify("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    law = notify("tests.law", key="2", to=ann, at=NOON, context={"thing": "it"})
    code = notify("tests.code", key="3", to=ann, at=NOON, context={"thing": "it"})
    address = act.headers["List-Unsubscribe"].strip("<>")
    assert act.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in act.text
    preference = unsubscribe.read_token(address.rstrip("/").rpartition("/")[2])
    assert (preference.user, preference.kind.code) == (ann, "tests.act")
    assert (law.headers, code.headers) == ({}, {})


# ---------------------------------------------------------------- Together with what causes it
def test_what_is_rolled_back_was_never_told(ann):
    with transaction.atomic():
        notify("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_telling_three_hundred_costs_the_queries_of_telling_three():
    people = [factories.make_user(f"Person {i}") for i in range(300)]
    costs = []
    for some in (people[:3], people):
        messages = [Message("tests.nudge", f"{len(some)}:{one.pk}", one, {"thing": "it"}) for one in some]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert notify_many(messages, at=NOON) == len(some)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_person_may_have_no_quiet_hours(ann):
    DeliverySchedule.objects.filter(user=ann).update(quiet_from=None, quiet_until=None, digest_at=time(6))
    assert notify("tests.act", key="1", to=ann, at=NIGHT, context={"thing": "it"}).due_at == NIGHT
