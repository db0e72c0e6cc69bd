"""What members of a board and the staff are told of points of engagement, by mail and as to-do items."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from onestop.dashboards.board import offers
from onestop.dashboards.board.telling import ANSWERED, OFFERED
from onestop.notices.models import Notice
from partners.models import BoardTerm, Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(area, cast):
    return factories.make_board_term(factories.make_board_seat(area), user=cast["board"], name="Ruth Kimani")


@pytest.fixture
def opportunity(area, cast):
    return factories.make_opportunity(area, title="Mock interviews", created_by=cast["staff"])


def told(kind):
    return list(Notice.objects.filter(kind=kind).values_list("recipient__name", "subject"))


def test_a_member_is_mailed_what_is_offered_and_the_staff_what_became_of_it(opportunity, term, cast):
    guest = factories.make_board_term(factories.make_board_seat(opportunity.area), name="Without an account")
    made = offers.offer_to(opportunity, [term, guest], by=cast["staff"], at=now())
    assert len(made) == 2
    assert told(OFFERED) == [("Ruth Kimani", "Something for you to take on: Mock interviews")]
    offers.take_on(opportunity, term, by=cast["board"], at=now())
    assert told(ANSWERED) == [("Dana Whitcomb", "Ruth Kimani takes on “Mock interviews”.")]


def test_a_member_without_an_account_is_mailed_whom_to_answer(opportunity, cast):
    area = opportunity.area
    opportunity.until_on = now().date() + timedelta(days=30)
    opportunity.save()
    by_mail, by_phone = (
        factories.make_board_term(factories.make_board_seat(area), name=name, email=email)
        for name, email in (("June Castellane", "June@Castellane.example"), ("Ansel Whitfield", ""))
    )
    offers.offer_to(opportunity, [by_mail, by_phone], by=cast["staff"], at=now())
    notice = Notice.objects.get(kind=OFFERED)
    assert (notice.recipient, notice.to, notice.url) == (None, "june@castellane.example", "")
    for words in (notice.text, notice.html):
        assert "June Castellane" in words
        assert f"To take it on or to decline, write to {cast['staff'].name}, {cast['staff'].email}" in words
        assert "It can be taken on until" in words
    assert "View it" not in notice.text
    assert "\n\n\n" not in notice.text


def test_a_member_whose_account_was_closed_is_asked_at_the_address_of_the_term(opportunity, term, cast):
    cast["board"].is_active = False
    cast["board"].save()
    term.email = "ruth@kimani.example"
    term.save()
    offers.offer_to(opportunity, [term], by=cast["staff"], at=now())
    assert Notice.objects.get(kind=OFFERED).to == "ruth@kimani.example"


def test_staff_see_who_is_asked_by_mail_and_whom_they_ask_by_phone(as_, opportunity, term, cast):
    area = opportunity.area
    for name, email in (("June Castellane", "june@castellane.example"), ("Ansel Whitfield", "")):
        factories.make_board_term(factories.make_board_seat(area), name=name, email=email)
    client = as_("staff")
    form = client.get(reverse("dashboards:opportunity_offer", args=[opportunity.pk])).content.decode()
    words = ("No account: asked by email at june@castellane.example", "No account and no email address: ask by phone")
    for each in words:
        assert form.count(each) == 1
    offers.offer_to(opportunity, BoardTerm.objects.of(area), by=cast["staff"], at=now())
    shown = client.get(opportunity.get_absolute_url()).content.decode()
    assert [shown.count(each) for each in words] == [1, 1]
    assert "ask by phone" not in as_("board").get(opportunity.get_absolute_url()).content.decode()


def test_nobody_is_told_what_they_did_themselves(opportunity, term, cast):
    offers.take_on(opportunity, term, by=cast["staff"], at=now())
    assert told(ANSWERED) == []


def test_who_is_no_longer_staff_here_is_not_told(opportunity, term, cast):
    Membership.objects.filter(user=cast["staff"]).update(ended_at=now())
    offers.take_on(opportunity, term, by=cast["board"], at=now())
    assert told(ANSWERED) == []


def test_an_offer_is_on_the_to_do_list_until_it_is_answered(as_, area, opportunity, term):
    home = reverse("dashboards:home", args=[area.slug])
    offer = factories.make_offer(opportunity, term)
    assert "Mock interviews" in as_("board").get(home).content.decode()
    offers.decline(offer, by=None, at=now())
    assert "Mock interviews" not in as_("board").get(home).content.decode()


def test_many_offers_are_counted(as_, area, term):
    for days in range(5):
        until = now().date() + timedelta(days=3 + days)
        factories.make_offer(factories.make_opportunity(area, until_on=until), term)
    assert "2 more offers to you" in as_("board").get(reverse("dashboards:home", args=[area.slug])).content.decode()
