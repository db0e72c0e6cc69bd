"""One-time codes: six digits, 15 minutes, five tries, once, however many requests come at once."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from onestop.notices import codes, outbox
from onestop.notices.codes import CodeRefused, TooManyCodes
from onestop.notices.models import Notice, OneTimeCode
from onestop.notices.notice_types import secret_codes
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ANN = "Ann@partner.example"
SIGN = {"purpose": "sign", "target": "agreements.agreement:7"}


def send(address=ANN, at=NOON, **more):
    codes.send_code(address, **SIGN | {"what_for": "to sign “Agreement 7”"} | more, at=at)
    found = re.search(r"^\d{6}$", Notice.objects.latest("pk").text, re.MULTILINE)
    assert found
    return found[0]


def check(typed, address=ANN, at=NOON + MINUTE, **more):
    codes.check_code(address, **SIGN | more, typed=typed, at=at)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def refused(typed, **more):
    with pytest.raises(CodeRefused) as problem:
        check(typed, **more)
    return str(problem.value)


# ---------------------------------------------------------------- Right and wrong
@pytest.mark.parametrize("shape", ["{}", " {} ", "{:.3}-{}"])
def test_the_right_code_works_once_however_it_is_spaced(shape):
    code = send()
    check(shape.format(code, code[3:]), address="ann@PARTNER.example ")
    assert "already used" in refused(code)
    assert OneTimeCode.objects.get().used_at == NOON + MINUTE


def test_it_is_for_one_address_one_purpose_and_one_object():
    code = send()
    for other in ({"address": "bea@partner.example"}, {"purpose": "stop"}, {"target": "agreements.agreement:8"}):
        assert "Request a new one." in refused(code, **other)
    assert OneTimeCode.objects.get().tries == 0
    check(code)


def test_it_is_valid_for_15_minutes():
    code = send()
    assert "expired" in refused(code, at=NOON + 15 * MINUTE)
    check(code, at=NOON + 15 * MINUTE - timedelta(seconds=1))


def test_after_five_wrong_tries_not_even_the_right_one_works():
    code = send()
    said = [refused(wrong(code)) for _try in range(5)]
    assert "4 more times" in said[0]
    assert "1 more time." in said[3]
    assert "tried too often" in said[4]
    assert "Request a new one." in refused(code)
    assert OneTimeCode.objects.get().tries == 5


@pytest.mark.parametrize("typed", ["", "abc", "١٢٣٤٥٦", "0" * 5000, "\x00"])
def test_whatever_is_typed_is_answered(typed):
    send()
    assert "not correct" in refused(typed)


def test_a_new_code_ends_the_one_before():
    first, second = send(), send(at=NOON + MINUTE)
    if first != second:
        refused(first)
    check(second)
    assert OneTimeCode.objects.filter(ended_at=None).count() == 0


# ---------------------------------------------------------------- Limits
def test_an_address_gets_few_codes_an_hour_and_a_day():
    for number in range(5):
        send(at=NOON, target=f"x:{number}")
    with pytest.raises(TooManyCodes, match="in an hour"):
        send(at=NOON + 59 * MINUTE, target="x:6")
    send("bea@partner.example")
    for number in range(7):
        send(at=NOON + timedelta(hours=1 + number, minutes=1))
    with pytest.raises(TooManyCodes, match="tomorrow"):
        send(at=NOON + timedelta(hours=10))
    send(at=NOON + timedelta(days=1, minutes=2))


def test_an_object_gets_few_codes_an_hour_for_all_addresses_together():
    for number in range(20):
        send(f"person{number}@partner.example")
    with pytest.raises(TooManyCodes):
        send("another@partner.example")


# ---------------------------------------------------------------- Secrecy
def test_it_cannot_be_found_by_trying_a_million_with_the_database_alone(settings):
    code = send()
    row = OneTimeCode.objects.get()
    assert row.digest == codes._digest(row, code, settings.SECRET_KEY)
    assert row.digest != codes._digest(row, code, "another key" * 6)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    check(code)


def test_its_mail_is_secret_and_expires_and_is_blanked_once_it_is_used():
    code = send()
    mail = Notice.objects.get()
    assert mail.kind in secret_codes()
    assert (mail.priority, mail.expires_at, mail.headers) == (Notice.Priority.URGENT, NOON + codes.VALID_FOR, {})
    assert code not in mail.subject + str(mail.dedupe_key)
    Notice.objects.update(status=Status.SENT, sent_at=NOON)
    check(code)
    mail.refresh_from_db()
    assert mail.text == outbox.FORGOTTEN
    assert code not in mail.html


def test_the_mail_of_a_code_that_was_replaced_is_withdrawn_or_blanked():
    send()
    send(at=NOON + MINUTE)
    first = Notice.objects.earliest("pk")
    assert (first.status, first.text) == (Status.WITHDRAWN, outbox.FORGOTTEN)


def test_what_a_worker_is_sending_keeps_its_text():
    code = send()
    claimed = {"status": Status.CLAIMED, "begun": True, "claim": "0" * 32, "lease_until": NOON}
    Notice.objects.update(**claimed)
    check(code)
    assert code in Notice.objects.get().text


def test_nothing_of_it_is_logged(caplog):
    caplog.set_level(1)
    code = send()
    refused(wrong(code))
    check(code)
    assert code not in caplog.text


def test_old_rows_are_deleted():
    send()
    assert codes.forget_old_codes(at=NOON + timedelta(days=1)) == 0
    assert codes.forget_old_codes(at=NOON + timedelta(days=3)) == 1


# ---------------------------------------------------------------- At once
def all_at_once(*acts):
    """Run the acts at the same moment; return what each raised, or None."""
    ready, outcomes = Barrier(len(acts)), list[object]()

    def run(act):
        ready.wait()
        try:
            act()
            outcomes.append(None)
        except Exception as problem:
            outcomes.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_of_twenty_wrong_tries_at_once_five_count_and_the_right_one_is_refused():
    code = send()
    outcomes = all_at_once(*[lambda: check(wrong(code))] * 20)
    said = [str(outcome) for outcome in outcomes]
    assert sum("not correct" in one for one in said) == 5
    assert sum("expired or was already used" in one for one in said) == 15
    assert OneTimeCode.objects.get().tries == 5
    refused(code)


@pytest.mark.django_db(transaction=True)
def test_of_many_right_tries_at_once_one_is_taken():
    code = send()
    outcomes = all_at_once(*[lambda: check(code)] * 10)
    assert outcomes.count(None) == 1


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_do_not_pass_the_limit():
    outcomes = all_at_once(*[send] * 12)
    assert outcomes.count(None) == 5
    assert Notice.objects.count() == OneTimeCode.objects.count() == 5
    assert OneTimeCode.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_try_counts_even_if_what_follows_fails():
    code = send()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        check(wrong(code))


@pytest.mark.django_db(transaction=True)
def test_a_try_waits_for_a_new_code_that_is_being_sent(monkeypatch):
    numbers = iter([111111, 222222])
    monkeypatch.setattr("onestop.notices.codes.secrets.randbelow", lambda most: next(numbers))
    first = send()
    outcome = second_waits_for(lambda: send(at=NOON + MINUTE), lambda: check(first))
    assert "Request a new one." in str(outcome)
    check("222222")
