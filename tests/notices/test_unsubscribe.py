"""Turning a kind down from its mail: one click (RFC 8058), no sign-in, nothing by looking, and a way back."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from onestop.notices import preferences, unsubscribe
from onestop.notices.models import Cadence, DeliverySchedule, Notice, Preference
from onestop.notices.notice_types import notice_type_of
from onestop.notices.notify import notify
from onestop.notices.zones import zone_for
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ann():
    user = factories.make_user("Ann Example", email="ann@partner.example")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York")
    return user


def link(user, kind="tests.act"):
    return reverse("notices:stop", args=[unsubscribe.token_of(user, notice_type_of(kind))])


def words(answer):
    return " ".join(answer.content.decode().split())


def said(user):
    return dict(Preference.objects.filter(user=user).values_list("kind", "cadence"))


# ---------------------------------------------------------------- One click
def test_the_link_in_the_mails_headers_turns_just_this_down(ann):
    notice = notify("tests.act", key="1", to=ann, at=NOON, context={"thing": "it"})
    address = notice.headers["List-Unsubscribe"].strip("<>")
    assert notice.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    mailer = Client(enforce_csrf_checks=True)
    answer = mailer.post(urlsplit(address).path, ONE_CLICK)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert said(ann) == {"tests.act": "off"}
    assert notify("tests.act", key="2", to=ann, at=NOON, context={"thing": "it"}).status == Status.IN_APP_ONLY
    assert notify("tests.nudge", key="3", to=ann, at=NOON, context={"thing": "it"}).status != Status.IN_APP_ONLY


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", MULTIPART_CONTENT])
def test_mail_programs_may_press_in_either_shape_and_more_than_once(ann, kind):
    body = encode_multipart(BOUNDARY, ONE_CLICK) if kind == MULTIPART_CONTENT else b"List-Unsubscribe=One-Click"
    pressed = []
    for _press in range(2):
        answer = Client().generic("POST", link(ann), body, content_type=kind)
        pressed.append((answer.status_code, Preference.objects.get().turned_down_at))
    assert pressed[0] == pressed[1]
    assert said(ann) == {"tests.act": "off"}


def test_one_click_counts_whoever_is_signed_in_beside_it(client, ann):
    client.force_login(factories.make_user("Bea Norling"))
    assert client.post(link(ann), ONE_CLICK).status_code == 200
    assert said(ann) == {"tests.act": "off"}


# ---------------------------------------------------------------- Looking
def test_whoever_only_looks_changes_nothing(ann):
    scanner = Client()
    for _look in range(2):
        for headers in ({}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"User-Agent": "scanner"}):
            assert scanner.get(link(ann), headers=headers).status_code == 200
            assert scanner.head(link(ann), headers=headers).status_code == 200
    assert not Preference.objects.exists()
    assert scanner.put(link(ann)).status_code == scanner.delete(link(ann)).status_code == 405


@pytest.mark.parametrize("body", [{}, {"cadence": ""}, {"cadence": "hourly"}, {"List-Unsubscribe": "yes"}])
def test_a_press_of_nothing_changes_nothing(client, ann, body):
    assert client.post(link(ann), body).status_code == 200
    assert not Preference.objects.exists()


# ---------------------------------------------------------------- The page
@pytest.mark.parametrize("cadence", ["daily", "weekly", "off"])
def test_a_person_chooses_how_seldom_and_takes_it_back(client, ann, cadence):
    assert "What somebody did." in words(client.get(link(ann)))
    done = client.post(link(ann), {"cadence": cadence})
    assert "Nothing else has changed." in words(done)
    assert said(ann) == {"tests.act": cadence}
    undone = client.post(link(ann), {"undo": "1"})
    assert "Change undone" in words(undone)
    assert said(ann) == {}


def test_the_link_can_only_lessen(client, ann):
    Preference.objects.create(user=ann, kind="tests.act", cadence="off")
    for cadence in ("at_once", "daily", "weekly"):
        client.post(link(ann), {"cadence": cadence})
    assert said(ann) == {"tests.act": "off"}
    client.post(link(ann), {"undo": "1"})  # it was turned down in the portal, not by the link
    assert said(ann) == {"tests.act": "off"}


def test_taking_it_back_leads_to_how_it_was_at_first_and_not_past_a_later_choice(client, ann):
    Preference.objects.create(user=ann, kind="tests.act", cadence="daily")
    client.post(link(ann), {"cadence": "weekly"})
    client.post(link(ann), {"cadence": "off"})
    client.post(link(ann), {"undo": "1"})
    assert said(ann) == {"tests.act": "daily"}
    client.post(link(ann), {"cadence": "off"})
    preferences.save_preferences(ann, cadences={"tests.act": Cadence.WEEKLY}, delivery_schedule={}, at=timezone.now())
    client.post(link(ann), {"undo": "1"})
    assert said(ann) == {"tests.act": "weekly"}


def test_what_the_law_wants_comes_seldom_at_most_and_has_no_header(client, ann):
    notice = notify("tests.law", key="1", to=ann, at=NOON, context={"thing": "it"})
    assert notice.headers == {}
    shown = words(client.get(link(ann, "tests.law")))
    assert "you cannot turn it off" in shown
    assert "Stop these emails" not in shown
    for body in ({"cadence": "off"}, ONE_CLICK):
        client.post(link(ann, "tests.law"), body)
        assert said(ann) == {"tests.law": "weekly"}


def test_what_waits_follows_and_is_put_back_with_it(client, ann):
    notice = notify("tests.daily", key="1", to=ann, at=timezone.now(), context={"thing": "it"})
    before = notice.due_at
    client.post(link(ann, "tests.daily"), ONE_CLICK)
    notice.refresh_from_db()
    assert notice.status == Status.IN_APP_ONLY
    later = notify("tests.act", key="2", to=ann, at=timezone.now(), context={"thing": "it"})
    Notice.objects.filter(pk=later.pk).update(status=Status.DIGEST_PENDING, due_at=before)
    client.post(link(ann), {"cadence": "weekly"})
    later.refresh_from_db()
    assert (later.status, later.due_at.astimezone(zone_for(ann)).isoweekday()) == (Status.DIGEST_PENDING, 1)


def test_the_preferences_say_when_it_was_turned_down_by_mail(client, ann):
    client.post(link(ann), ONE_CLICK)
    client.force_login(ann)
    day = timezone.now().astimezone(zone_for(ann))
    told = f"You changed this with a link in an email on {day:%b} {day.day}, {day.year}."
    assert told in words(client.get(reverse("notices:preferences")))
    assert "Restore the previous setting" in words(client.get(link(ann)))
    preferences.save_preferences(ann, cadences={"tests.act": Cadence.DAILY}, delivery_schedule={}, at=timezone.now())
    assert told not in words(client.get(reverse("notices:preferences")))


def test_saving_something_else_leaves_it_standing(client, ann):
    client.post(link(ann), ONE_CLICK)
    unchanged = {"tests.act": Cadence.OFF, "tests.nudge": Cadence.WEEKLY}
    preferences.save_preferences(ann, cadences=unchanged, delivery_schedule={}, at=timezone.now() + timedelta(days=1))
    assert Preference.objects.get(kind="tests.act").turned_down_at


# ---------------------------------------------------------------- Whose link it is
def test_somebody_else_who_is_signed_in_is_told_that_it_is_not_theirs(client, ann):
    client.force_login(factories.make_user("Bea Norling", email="bea@partner.example"))
    for answer in (client.get(link(ann)), client.post(link(ann), {"cadence": "off"})):
        assert answer.status_code == 403
        assert "an email to ann@partner.example, but you are signed in as bea@partner.example" in words(answer)
    assert not Preference.objects.exists()


def test_the_person_themselves_may_be_signed_in(client, ann):
    client.force_login(ann)
    assert client.post(link(ann), {"cadence": "off"}).status_code == 200
    assert said(ann) == {"tests.act": "off"}


def test_links_that_are_not_ours_lead_to_a_page_that_helps(client, ann, settings):
    good = link(ann)
    token = good.rstrip("/").rpartition("/")[2]
    wrong = [
        token[:-1],
        token[::-1],
        token.replace(":", ";"),
        "x",
        "é:ü:ñ",
        "." + token,
        signing.dumps([ann.pk, "tests.act"], salt="another purpose"),
        signing.dumps([ann.pk, "tests.unheard"], salt=unsubscribe.SALT),
        signing.dumps([0, "tests.act"], salt=unsubscribe.SALT),
        signing.dumps([ann.pk, "tests.code"], salt=unsubscribe.SALT),
        signing.dumps("strange", salt=unsubscribe.SALT),
        signing.dumps({"a": 1}, salt=unsubscribe.SALT),
    ]
    for each in wrong:
        for answer in (
            client.get(reverse("notices:stop", args=[each])),
            client.post(reverse("notices:stop", args=[each]), ONE_CLICK),
        ):
            assert (answer.status_code, "Nothing has changed." in words(answer)) == (404, True), each
    ann.is_active = False
    ann.save()
    assert client.get(good).status_code == 404
    assert not Preference.objects.exists()


def test_links_outlive_a_change_of_the_secret_only_while_the_old_one_is_named(client, ann, settings):
    good, old = link(ann), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 60, [old]
    assert client.get(good).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(good).status_code == 404


# ---------------------------------------------------------------- Secrets and search engines
def test_the_address_goes_nowhere_else(client, ann, caplog):
    caplog.set_level(logging.INFO, logger="onestop.ops.requests")
    client.force_login(factories.make_user("Bea Norling"))
    token = link(ann).rstrip("/").rpartition("/")[2]
    for answer in (Client().get(link(ann)), client.get(link(ann)), Client().get(link(ann)[:-2] + "/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in answer["Cache-Control"]
    Client().post(link(ann), ONE_CLICK)
    assert caplog.records
    for record in caplog.records:
        assert token[:-2] not in record.getMessage() + str(record.__dict__)


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_the_second_sees_the_first(ann):
    now, act = timezone.now(), notice_type_of("tests.act")
    second_waits_for(
        lambda: preferences.reduce(ann, act, Cadence.OFF, at=now),
        lambda: preferences.reduce(ann, act, Cadence.DAILY, at=now),
    )
    assert list(Preference.objects.values_list("cadence", "cadence_before")) == [("off", "at_once")]
