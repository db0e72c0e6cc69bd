"""Bounced email: staff are notified once, and it is on their to-do list until the address is corrected."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from onestop.notices import bounces, planners
from onestop.notices.models import Bounce, Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.models import Role
from partners.notices import bounced
from partners.people import representatives, unreachable
from tests import factories

Status = Notice.Status
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SAID = "550 5.1.1 nobody of this name here"


def run(at: datetime = NOON) -> int:
    planner = planners.planner_of("partners.bounced")
    assert planner
    return planners.run(planner, at=at)


def bounce(address: str, at: datetime = NOON - DAY) -> Bounce:
    bounces.note_bounce(address, said=SAID, at=at)
    return Bounce.objects.get(address=address, cleared_at=None)


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


@pytest.fixture
def luz(partner):
    return factories.make_representative(partner, name="Luz Ferrand", email="Luz@millrace.example")


def test_notifies_staff_once_with_the_server_answer_and_the_next_step(area, luz, cast):
    bounce("luz@millrace.example")
    assert [run(), run(), run(NOON + 40 * DAY)] == [1, 0, 0]
    mail = Notice.objects.get()
    assert (mail.to, mail.subject) == (cast["staff"].email, "Email to Luz Ferrand bounces")
    assert f'"{SAID}"' in mail.text
    assert "Main representative of Millrace Adult Learning" in mail.text
    assert mail.url == page("unreachable_list", area.slug)
    assert f"partners.representative:{luz.pk}" in mail.about


@pytest.mark.parametrize("who", ["manager", "board", "colleague"])
def test_finds_users_by_their_seats(cast, who):
    bounce(cast[who].email)
    assert run() == 1
    assert "Only they can change the address of their account" in Notice.objects.get().text


def test_finds_invited_people(area, partner, cast):
    factories.make_invitation(Role.BOARD, area, email="evander@pike.example", name="Evander Pike")
    factories.make_invitation(Role.MANAGER, partner, email="ida@millrace.example", name="Ida Stone")
    bounce("evander@pike.example")
    bounce("ida@millrace.example")
    assert run() == 2
    assert sorted(Notice.objects.values_list("subject", flat=True)) == [
        "Email to Evander Pike bounces",
        "Email to Ida Stone bounces",
    ]


def test_skips_the_own_address_and_people_of_other_areas(area, cast):
    colleague = factories.seat(Role.STAFF, area, name="Priya Raman")
    bounce(cast["staff"].email)
    bounce(cast["stranger"].email)
    run()
    assert sorted(Notice.objects.values_list("to", flat=True)) == sorted([colleague.email, cast["outsider"].email])


def test_skips_unknown_addresses_and_old_bounces(luz, cast):
    bounce("somebody@else.example")
    bounce("luz@millrace.example", at=NOON - 31 * DAY)
    assert run() == 0


def test_is_a_to_do_item_of_staff_until_the_address_is_changed(area, luz, cast):
    bounce("luz@millrace.example", at=NOON - 90 * DAY)
    [need] = [one for one in todo_items([For.STAFF], TodoPlace(NOON, area=area)) if one.icon == "envelope-x"]
    assert need.what == "Email to Luz Ferrand bounces"
    assert need.do_url == page("representative_edit", luz.pk)
    representatives.update_representative(
        luz, facts={"email": "luz.ferrand@millrace.example"}, by=cast["staff"], at=NOON
    )
    assert [one for one in todo_items([For.STAFF], TodoPlace(NOON, area=area)) if one.icon == "envelope-x"] == []
    assert unreachable.unreachable_in(area) == []


def test_list_shows_person_address_server_answer_and_next_step(as_, area, luz):
    bounce("luz@millrace.example")
    shown = as_("staff").get(page("unreachable_list", area.slug)).content.decode()
    for words in ("Luz Ferrand", "luz@millrace.example", SAID, "Correct the address", "Mark as working"):
        assert words in shown
    exported = as_("staff").get(page("unreachable_list", area.slug), {"export": "csv"})
    assert "Luz Ferrand" in b"".join(exported.streaming_content).decode()


def test_empty_list_explains_itself(as_, area):
    assert (
        "When email to a person bounces, the address appears here"
        in as_("staff").get(page("unreachable_list", area.slug)).content.decode()
    )


def test_staff_mark_an_address_as_working_and_mail_goes_there_again(as_, area, luz, cast):
    row = bounce("luz@millrace.example")
    run()
    answer = as_("staff").post(page("address_works", area.slug), {"pick": [row.pk]}, follow=True)
    assert "We email Luz Ferrand again." in answer.content.decode()
    row.refresh_from_db()
    assert row.cleared_at is not None
    assert Notice.objects.get().status == Status.WITHDRAWN
    again = as_("staff").post(page("address_works", area.slug), {"pick": [row.pk]}, follow=True)
    assert "already marked as working" in again.content.decode()
    nothing = as_("staff").post(page("address_works", area.slug), follow=True)
    assert "Select at least one address first" in nothing.content.decode()


def test_list_shows_who_marked_an_address_as_working_before_it_bounced_again(as_, area, luz, cast):
    row = bounce("LUZ@millrace.example")
    as_("staff").post(page("address_works", area.slug), {"pick": [row.pk]})
    row.refresh_from_db()
    assert row.cleared_by == cast["staff"]
    assert "Marked as working on" not in as_("staff").get(page("unreachable_list", area.slug)).content.decode()
    bounce("luz@millrace.example")
    shown = as_("staff").get(page("unreachable_list", area.slug)).content.decode()
    words = f"by {cast['staff'].name}."
    assert "Marked as working on" in shown
    assert words in shown
    exported = as_("staff").get(page("unreachable_list", area.slug), {"export": "csv"})
    assert words in b"".join(exported.streaming_content).decode()


def test_addresses_of_other_areas_are_not_changed(as_, area, cast):
    row = bounce(cast["stranger"].email)
    as_("staff").post(page("address_works", area.slug), {"pick": [row.pk]})
    row.refresh_from_db()
    assert row.cleared_at is None


@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 404), ("manager", 403), ("board", 403), ("state", 403), ("staff", 200)]
)
def test_only_staff_see_and_mark_addresses(as_, area, who, status):
    assert as_(who).get(page("unreachable_list", area.slug)).status_code == status
    assert as_(who).post(page("address_works", area.slug)).status_code == (302 if status == 200 else status)


def test_unsent_notices_are_withdrawn_when_the_address_is_cleared_elsewhere(luz, cast):
    row = bounce("luz@millrace.example")
    run()
    bounces.clear_bounces(Bounce.objects.filter(pk=row.pk), by=None, at=NOON)
    run()
    assert Notice.objects.get().status == Status.WITHDRAWN


def test_query_count_is_the_same_for_one_address_and_for_ten(area, luz, cast, queries_of):
    bounce("luz@millrace.example")
    factories.make_invitation(Role.BOARD, area, email="guest@pike.example")
    bounce("guest@pike.example")
    bounce(cast["manager"].email)
    one = queries_of(lambda: unreachable.unreachable_in(area)), queries_of(lambda: list(bounced.plan(NOON)))
    for number in range(9):
        other = factories.make_partnership(area, name=f"Partner {number}")
        factories.make_representative(other, email=f"main.{number}@partner.example")
        bounce(f"main.{number}@partner.example")
    assert len(unreachable.unreachable_in(area)) == 12
    assert (queries_of(lambda: unreachable.unreachable_in(area)), queries_of(lambda: list(bounced.plan(NOON)))) == one
