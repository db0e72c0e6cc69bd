"""How much the portal asks of a person, on the person's page and in the list of accounts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts import load
from onestop.accounts.load import Amount, LoadMeasure, loads_of, register_load
from onestop.notices.load import emails_to
from onestop.notices.models import Notice
from tests import factories

DAY = timedelta(days=1)


def sent(area, person, days: float) -> None:
    """Write a notice that was sent some days ago."""
    notice = factories.make_notice(area, to=person)
    Notice.objects.filter(pk=notice.pk).update(status="sent", sent_at=timezone.now() - days * DAY)


@pytest.fixture
def busy(area, cast) -> None:
    """Emails to the manager: two in the last week, three in the last month, four in all."""
    for days in (0.5, 6, 20, 31):
        sent(area, cast["manager"], days)
    factories.make_notice(area, to=cast["manager"])  # queued, not sent


def test_emails_are_counted_by_week_and_month(area, cast, busy):
    now = timezone.now()
    found = emails_to([cast["manager"].pk, cast["staff"].pk], now)
    assert found == {cast["manager"].pk: Amount(2, 3)}
    assert emails_to([cast["manager"].pk], now - 10 * DAY) == {cast["manager"].pk: Amount(0, 2)}


def test_a_person_without_any_has_none(cast):
    loads = loads_of([cast["staff"].pk], timezone.now())[cast["staff"].pk]
    assert {(load.week, load.month) for load in loads} == {("0 emails", "0 emails"), ("0 hours", "0 hours")}


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_the_page_of_a_person_says_it_to_staff_and_the_person(as_, cast, busy, who):
    page = as_(who).get(reverse("partners:person_detail", args=[cast["manager"].pk])).content.decode()
    assert "2 emails in the last 7 days, 3 emails in the last 30 days" in " ".join(page.split())


def test_others_do_not_see_it(as_, cast, busy):
    page = as_("colleague").get(reverse("partners:person_detail", args=[cast["manager"].pk])).content.decode()
    assert "in the last 30 days" not in page


def test_the_list_of_accounts_says_it_of_everyone_in_one_query(as_, area, cast, busy, queries_of):
    client, address = as_("staff"), reverse("partners:seat_list", args=[area.slug])
    assert "3 emails" in client.get(address).content.decode()
    before = queries_of(lambda: client.get(address))
    for number in range(9):
        factories.seat("board", area, factories.make_user(f"Person {number}"))
    assert queries_of(lambda: client.get(address)) == before


@pytest.fixture
def meetings(cast) -> Iterator[None]:
    """A measure of another app."""
    hours = LoadMeasure(
        "meetings",
        "Meetings",
        lambda ids, at: {pk: Amount(1.5, 6) for pk in ids if pk == cast["manager"].pk},
        lambda number: f"{number:g} hours",
    )
    register_load(hours)
    yield
    del load._measures["meetings"]


def test_another_app_adds_its_measure(as_, cast, meetings):
    page = as_("staff").get(reverse("partners:person_detail", args=[cast["manager"].pk])).content.decode()
    assert "1.5 hours in the last 7 days, 6 hours in the last 30 days" in " ".join(page.split())
