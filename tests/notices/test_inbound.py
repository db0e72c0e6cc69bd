"""Mail that comes in: offered to whoever registered for it, kept for staff otherwise, never taken twice, never lost."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from onestop.notices import inbound
from onestop.notices.inbound import State, address_of_inbox, take_mail
from onestop.notices.models import Bounce, InboundMail, Notice, name_of
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status
from tests.notices.test_bounces import returned, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(monkeypatch):
    """What the inbox "meet" has got, with its token."""
    got = []

    def take(mail, *, token, at):
        got.append((mail.text, token, at))
        return token != "not-mine"

    monkeypatch.setattr(inbound, "_inboxes", {})
    inbound.register_inbox("meet", take)
    return got


def to_inbox(token, **more):
    return factories.make_reply(To=address_of_inbox("meet", token), **more)


# ---------------------------------------------------------------- Who takes it
def test_an_inbox_gets_the_mail_to_its_address(taken):
    row = take_mail(to_inbox("abc-1"), at=NOON)
    assert taken == [("We moved to Main Street.", "abc-1", NOON)]
    assert (row.state, row.taken_by, bytes(row.content)) == (State.TAKEN, "meet", b"")


def test_the_address_of_the_envelope_counts_too(taken):
    address = address_of_inbox("meet", "x").upper()
    assert take_mail(factories.make_reply(), to=[address], at=NOON).taken_by == "meet"


@pytest.mark.parametrize("address", ["portal+other-x@onestop.example", "portal+meet@onestop.example", "meet-x@y.z"])
def test_mail_to_another_address_is_left_for_staff(taken, address):
    row = take_mail(factories.make_reply(To=address), at=NOON)
    assert (row.state, row.taken_by, taken) == (State.OPEN, "", [])


def test_what_an_inbox_does_not_want_is_left_for_staff(taken):
    assert take_mail(to_inbox("not-mine"), at=NOON).state == State.OPEN


def test_an_inbox_may_choose_by_content(taken):
    inbound.register_inbox("calendar", lambda mail, *, token, at: True, accepts=lambda mail: "Street" in mail.text)
    assert take_mail(factories.make_reply(), at=NOON).taken_by == "calendar"
    assert take_mail(factories.make_reply("Hello"), at=NOON).taken_by == ""


def test_the_mailbox_may_have_an_address_of_its_own(settings):
    settings.INBOUND_ADDRESS = "mail@agency.example"
    assert address_of_inbox("meet", "x1") == "mail+meet-x1@agency.example"


# ---------------------------------------------------------------- Bounces
def test_bounces_are_taken_as_before(taken):
    notice = sent()
    row = take_mail(returned(notice), at=NOON)
    assert (row.taken_by, Bounce.objects.get().address) == (inbound.BOUNCES, notice.to)


def test_a_report_about_no_mail_of_ours_is_no_question_of_a_person(taken):
    row = take_mail(returned(sent(), message_id="<made-up@x.example>"), at=NOON)
    assert (row.state, row.is_automatic) == (State.OPEN, True)
    assert not InboundMail.objects.unread().exists()


# ---------------------------------------------------------------- Answers to notices
def test_an_answer_finds_its_notice_and_its_area(area):
    notice = factories.make_notice(area)
    row = take_mail(factories.make_reply(to=notice), at=NOON)
    assert (row.notice, row.scope, row.state) == (notice, name_of(area), State.OPEN)
    assert list(InboundMail.objects.unread()) == [row]
    assert bytes(row.content)


def test_an_answer_to_an_answer_finds_it_too(area):
    notice = factories.make_notice(area)
    raw = factories.make_reply(In_Reply_To="<x@y.example>", References=f"<a@b> {notice.message_id} <x@y.example>")
    assert take_mail(raw, at=NOON).notice == notice


def test_nobody_can_guess_a_notice_to_get_into_an_area():
    assert take_mail(factories.make_reply(In_Reply_To="<1@onestop.example>"), at=NOON).scope == ""


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"From": "portal@onestop.example"}, {"Precedence": "bulk"}]
)
def test_machines_and_our_own_mail_wait_for_nobody_and_get_no_answer(area, headers):
    row = take_mail(factories.make_reply(to=factories.make_notice(area), **headers), at=NOON)
    assert row.is_automatic
    assert not InboundMail.objects.unread().exists()
    assert Notice.objects.count() == 1  # nothing is written back, whatever comes


# ---------------------------------------------------------------- Once, and never lost
def test_a_mail_is_taken_once_however_often_and_on_whatever_way_it_comes(taken):
    raw = to_inbox("1")
    for again in (raw, raw, b"Received: from x\n" + raw, raw.replace(b"\n", b"\r\n")):
        assert take_mail(again, at=NOON).state == State.TAKEN
    assert len(taken) == InboundMail.objects.count() == 1


def test_mails_without_a_message_id_are_told_apart(taken):
    for text in ("one", "two", "one"):
        take_mail(to_inbox("1", text=text, Message_ID=None), at=NOON)
    assert [text for text, _token, _at in taken] == ["one", "two"]


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_with_the_same_mail_one_takes_it(taken):
    raw = to_inbox("1")
    second = second_waits_for(lambda: take_mail(raw, at=NOON), lambda: take_mail(raw, at=NOON))
    assert second.state == State.TAKEN
    assert len(taken) == InboundMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_inbox_loses_nothing_and_is_tried_again(monkeypatch, taken):
    fails = True

    def take(mail, *, token, at):
        factories.make_notice()
        if fails:
            raise ValueError("no such meeting")
        return True

    inbound.register_inbox("meet", take)
    raw = to_inbox("1")
    row = take_mail(raw, at=NOON)
    assert (row.state, row.note, row.tries, Notice.objects.count()) == (State.FAILED, "ValueError", 1, 0)
    assert bytes(row.content) == raw
    take_mail(raw, at=NOON)
    inbound.retry_failed(at=NOON)
    row.refresh_from_db()
    assert (row.state, row.tries) == (State.FAILED, 2)
    fails = False
    assert inbound.retry_failed(at=NOON) == 1
    row.refresh_from_db()
    assert (row.state, row.taken_by, row.note, Notice.objects.count()) == (State.TAKEN, "meet", "", 1)
    assert inbound.retry_failed(at=NOON) == 0


def test_it_is_tried_again_only_a_few_times(taken):
    def take(mail, *, token, at):
        raise ValueError

    inbound.register_inbox("meet", take)
    take_mail(to_inbox("1"), at=NOON)
    assert [inbound.retry_failed(at=NOON) for _try in range(6)] == [1, 1, 1, 1, 0, 0]
    assert InboundMail.objects.unread().count() == 1


def test_of_a_large_mail_the_beginning_is_kept(taken):
    row = take_mail(factories.make_reply("x " * 3_000_000), at=NOON)
    assert row.size > 6_000_000
    assert len(row.content) == inbound.MOST_KEPT


def test_mail_is_deleted_after_30_days(taken, area):
    for at in (NOON, NOON + timedelta(days=2)):
        take_mail(factories.make_reply(to=factories.make_notice(area)), at=at)
    assert inbound.forget_old_mail(at=NOON + timedelta(days=31)) == 1


# ---------------------------------------------------------------- The pipe
def pipe(monkeypatch, raw, *arguments, command="take_mail"):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    said = io.StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


def test_a_mail_server_pipes_it_into_a_command(monkeypatch, taken):
    assert pipe(monkeypatch, to_inbox("1")) == "meet.\n"
    assert pipe(monkeypatch, factories.make_reply("x"), f"--to={address_of_inbox('meet', '2')}") == "meet.\n"
    assert pipe(monkeypatch, factories.make_reply("y")) == "open.\n"
    assert pipe(monkeypatch, b"") == "open.\n"
    assert [token for _text, token, _at in taken] == ["1", "2"]


def test_the_former_command_does_the_same(monkeypatch):
    notice = sent()
    assert pipe(monkeypatch, returned(notice), command="take_bounce") == "bounces.\n"
    notice.refresh_from_db()
    assert notice.status == Status.FAILED


def test_if_it_cannot_be_taken_the_mail_server_keeps_it_and_tries_again(monkeypatch):
    def fail(raw, **more):
        raise OSError("the database is away")

    monkeypatch.setattr(inbound, "take_mail", fail)
    with pytest.raises(SystemExit) as ended:
        pipe(monkeypatch, factories.make_reply())
    assert ended.value.code == 75
