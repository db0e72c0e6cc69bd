"""Telling: once, in the words of its kind, by the way that wishes, quiet hours and the week's ceiling leave open."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onestop.notices import bounces, messages, routing, unsubscribe
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, Cadence, Ceiling, Notice, Preference, Timetable, name_of
from onestop.notices.notice_types import UnknownKind
from onestop.notices.notify import tell, tell_many
from tests import factories
from tests.notices.posting import NOON, Status
from tests.partners.test_upkeep_at_once import second_waits_for

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)  # 8:00 AM in New York
NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)  # 10:00 PM on Tuesday there


@pytest.fixture
def ann(settings):
    settings.TIME_ZONE = "America/New_York"
    user = factories.make_user("Ann Example", email="ann@partner.example")
    Timetable.objects.create(user=user, time_zone="America/New_York")
    return user


def nudge(person, key, at=NOON, **more):
    return tell("tests.nudge", key=key, to=person, at=at, context={"thing": key}, **more)


# ---------------------------------------------------------------- Once, in words
def test_a_person_is_told_in_subject_text_and_html_why_and_where(ann):
    service = factories.make_service()
    notice = tell(
        "tests.act", key="act:1", to=ann, at=NOON, context={"thing": "O'Brien's & <b>"}, about=[service, ann, service],
        scope=service.partnership.area, why="You keep it.", path="/services/1/",
    )  # fmt: skip
    assert notice.subject == "O'Brien's & <b> for Ann Example"
    assert notice.html.startswith("<p>O&#x27;Brien&#x27;s &amp; &lt;b&gt;</p>")
    assert notice.text.startswith("Hello Ann Example, it's about O'Brien's & <b>.")
    assert (notice.recipient, notice.to, notice.why, notice.url) == (ann, ann.email, "You keep it.", "/services/1/")
    assert notice.about == [f"partners.service:{service.pk}", f"accounts.user:{ann.pk}"]
    assert notice.scope == name_of(service.partnership.area)
    assert (notice.status, notice.due_at, notice.in_inbox) == (Status.OWED, NOON, True)
    assert list(Notice.objects.about(service).in_scope(service.partnership.area)) == [notice]


def test_times_are_written_in_the_zone_of_the_person_or_of_the_thing(ann):
    told = {"to": ann, "at": NOON, "context": {"thing": "it", "at": NOON}}
    mine = tell("tests.act", key="1", **told)
    theirs = tell("tests.act", key="2", zone=ZoneInfo("America/Denver"), **told)
    assert "Tue 8:00 AM" in mine.text
    assert "Tue 6:00 AM" in theirs.text


def test_what_was_told_is_not_told_again_and_its_words_stay(ann):
    first = tell("tests.act", key="act:1", to=ann, at=NOON, context={"thing": "one"})
    again = tell("tests.act", key="act:1", to=ann, at=NOON + timedelta(days=9), context={"thing": "two"})
    assert (again.pk, again.subject, Notice.objects.count()) == (first.pk, "one for Ann Example", 1)


def test_one_key_twice_in_a_batch_is_one_notice(ann):
    messages = [Message("tests.act", "same", ann, {"thing": word}) for word in ("one", "two")]
    assert tell_many(messages, at=NOON) == 1


def test_a_kind_that_nobody_declared_is_refused(ann):
    with pytest.raises(UnknownKind):
        tell("tests.unheard", key="1", to=ann, at=NOON, context={})
    assert not Notice.objects.exists()


def test_somebody_without_an_account_is_told_by_mail_alone():
    notice = tell("tests.nudge", key="1", to="mayor@county.example", at=NIGHT, context={"thing": "it"})
    assert (notice.status, notice.due_at, notice.in_inbox, notice.recipient) == (Status.OWED, NIGHT, False, None)
    assert notice.headers == {}


def test_a_closed_account_is_told_nothing(ann):
    ann.is_active = False
    ann.save()
    notice = tell("tests.law", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, "The account is closed.")


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
        tell_many([message], at=NOON)
    assert prepared == ["link"]
    assert "https://x.example/once" in Notice.objects.get().text


def test_what_is_no_longer_so_when_it_is_written_is_not_told(ann):
    def refuse():
        raise messages.NoLongerSo

    stays = Message("tests.act", "2", ann, {"thing": "it"})
    assert tell_many([Message("tests.act", "1", ann, {"thing": "it"}, prepare=refuse), stays], at=NOON) == 1
    assert Notice.objects.get().dedupe_key == "2"


# ---------------------------------------------------------------- Wishes
@pytest.mark.parametrize(
    ("cadence", "status", "due_at"),
    [
        (Cadence.AT_ONCE, Status.OWED, NOON),
        (Cadence.DAILY, Status.HELD, datetime(2026, 3, 11, 12, tzinfo=UTC)),
        (Cadence.WEEKLY, Status.HELD, MONDAY),
        (Cadence.OFF, Status.KEPT, NOON),
    ],
)
def test_a_person_is_told_as_often_as_they_wish(ann, cadence, status, due_at):
    Preference.objects.create(user=ann, kind="tests.act", cadence=cadence)
    notice = tell("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.due_at, notice.in_inbox) == (status, due_at, True)


def test_without_a_wish_the_kind_says_how_often(ann):
    notice = tell("tests.daily", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert (notice.status, notice.due_at) == (Status.HELD, datetime(2026, 3, 11, 12, tzinfo=UTC))


def test_what_the_law_wants_cannot_be_off_even_if_a_row_says_so(ann):
    Preference.objects.create(user=ann, kind="tests.law", cadence=Cadence.OFF)
    assert tell("tests.law", key="1", to=ann, at=NOON, context={"thing": "it"}).status == Status.OWED


def test_quiet_hours_hold_it_until_the_morning_but_not_what_somebody_waits_for(ann):
    quiet = tell("tests.act", key="1", to=ann, at=NIGHT, context={"thing": "it"})
    code = tell("tests.code", key="2", to=ann, at=NIGHT, context={"thing": "it"})
    assert quiet.due_at == datetime(2026, 3, 11, 11, tzinfo=UTC)
    assert code.due_at == NIGHT


# ---------------------------------------------------------------- Never too much
def test_the_third_reminder_of_a_week_waits_for_the_digest_and_a_new_week_begins_anew(ann):
    said = [nudge(ann, f"n:{i}") for i in range(4)]
    assert [notice.status for notice in said] == [Status.OWED, Status.OWED, Status.HELD, Status.HELD]
    assert {notice.due_at for notice in said[2:]} == {MONDAY}
    assert nudge(ann, "n:next", at=MONDAY).status == Status.OWED


def test_the_ceiling_counts_within_one_batch_too(ann):
    tell_many([Message("tests.nudge", f"n:{i}", ann, {"thing": "it"}) for i in range(5)], at=NOON)
    assert Notice.objects.filter(status=Status.OWED).count() == 2


def test_only_reminders_count_and_only_those_that_go_out(ann):
    Preference.objects.create(user=ann, kind="tests.daily", cadence=Cadence.OFF)
    tell("tests.act", key="a", to=ann, at=NOON, context={"thing": "it"})
    nudge(ann, "n:0")
    Notice.objects.filter(dedupe_key="n:0").update(status=Status.WITHDRAWN)
    assert [nudge(ann, f"n:{i}").status for i in (1, 2, 3)] == [Status.OWED, Status.OWED, Status.HELD]


def test_an_area_sets_the_ceiling_of_its_people_and_a_person_their_own(ann):
    area = factories.make_area()
    Ceiling.objects.create(scope=name_of(area), nudges_a_week=1)
    assert [nudge(ann, f"n:{i}", scope=area).status for i in range(2)] == [Status.OWED, Status.HELD]
    Timetable.objects.filter(user=ann).update(ceiling=3)
    assert [nudge(ann, f"m:{i}", scope=area).status for i in range(3)] == [Status.OWED, Status.OWED, Status.HELD]
    Timetable.objects.filter(user=ann).update(ceiling=0)
    assert nudge(ann, "none", scope=area).status == Status.HELD


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_one_person_at_once_do_not_pass_the_ceiling_together():
    ann = factories.make_user("Ann Example")
    Timetable.objects.create(user=ann, ceiling=1, quiet_from=None, quiet_until=None)
    second_waits_for(lambda: nudge(ann, "n:1"), lambda: nudge(ann, "n:2"))
    assert sorted(Notice.objects.values_list("status", flat=True)) == [Status.HELD, Status.OWED]


# ---------------------------------------------------------------- Addresses that reach nobody
def test_nothing_is_mailed_to_an_address_that_reaches_nobody_but_codes(ann):
    bounces.note_bounce("Ann@Partner.example", said="550 5.1.1 No such person", at=NOON)
    lost = tell("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    code = tell("tests.code", key="2", to=ann, at=NOON, context={"thing": "it"})
    assert (lost.status, lost.last_error) == (Status.FAILED, "Mail to this address came back: 550 5.1.1 No such person")
    assert (lost.in_inbox, code.status) == (True, Status.OWED)
    bounces.clear_bounces(Bounce.objects.all(), by=None, at=NOON)
    assert tell("tests.act", key="3", to=ann, at=NOON, context={"thing": "it"}).status == Status.OWED


# ---------------------------------------------------------------- Links and headers
def test_a_mail_offers_to_be_turned_down_by_one_click_unless_the_law_wants_it(ann):
    act = tell("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    law = tell("tests.law", key="2", to=ann, at=NOON, context={"thing": "it"})
    code = tell("tests.code", key="3", to=ann, at=NOON, context={"thing": "it"})
    address = act.headers["List-Unsubscribe"].strip("<>")
    assert act.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in act.text
    wish = unsubscribe.read_token(address.rstrip("/").rpartition("/")[2])
    assert (wish.user, wish.kind.code) == (ann, "tests.act")
    assert (law.headers, code.headers) == ({}, {})


# ---------------------------------------------------------------- Together with what causes it
def test_what_is_rolled_back_was_never_told(ann):
    with transaction.atomic():
        tell("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
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
            assert tell_many(messages, at=NOON) == len(some)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_person_may_have_no_quiet_hours(ann):
    Timetable.objects.filter(user=ann).update(quiet_from=None, quiet_until=None, digest_at=time(6))
    assert tell("tests.act", key="1", to=ann, at=NIGHT, context={"thing": "it"}).due_at == NIGHT
