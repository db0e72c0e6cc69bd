"""Seats and terms of a board, the right to sign in, and offices."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.board import offices, seats, terms
from partners.board.holding import CannotHold
from partners.board.offices import CannotKeepOffice
from partners.board.seats import CannotKeepSeat
from partners.models import BoardSeat, BoardTerm, Membership, Office, Role, Tenure
from partners.notices import board_terms
from partners.people import turnover
from tests import factories
from tests.at_once import second_waits_for

TODAY = timezone.localdate()
DAY = timedelta(days=1)
NOW = timezone.now()
FACTS: dict[str, Any] = {"name": "Priya Raman", "from_on": TODAY - 30 * DAY, "until_on": TODAY + 300 * DAY}


@pytest.fixture
def board_seat(area):
    return factories.make_board_seat(area)


def role_of(user, area):
    return Membership.objects.current().filter(user=user, role=Role.BOARD, area=area).exists()


# ---------------------------------------------------------------- One person at a time
@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY - 40 * DAY, TODAY - 30 * DAY), (TODAY, None), (TODAY + 300 * DAY, None), (TODAY - 99 * DAY, None)],
)
def test_nobody_else_serves_in_a_seat_on_the_same_days(board_seat, first, last):
    terms.add_term(board_seat, facts=FACTS, by=None, at=NOW)
    with pytest.raises(CannotHold, match="Priya Raman is recorded from"):
        terms.add_term(board_seat, facts={"name": "Ann", "from_on": first, "until_on": last}, by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardTerm.objects.create(seat=board_seat, name="Ann", from_on=first, until_on=last)


@pytest.mark.parametrize("facts", [{"until_on": FACTS["from_on"] - DAY}, {"ended_on": FACTS["from_on"] - DAY}])
def test_a_term_does_not_end_before_it_begins(board_seat, facts):
    with pytest.raises(CannotHold):
        terms.add_term(board_seat, facts=FACTS | facts, by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardTerm.objects.create(seat=board_seat, **FACTS | facts)


def test_a_member_who_left_early_makes_room(board_seat):
    term = terms.add_term(board_seat, facts=FACTS, by=None, at=NOW)
    terms.update_term(term, facts={"ended_on": TODAY - DAY, "reason": "Moved away"}, by=None, at=NOW)
    terms.add_term(board_seat, facts={"name": "Ann", "from_on": TODAY}, by=None, at=NOW)
    assert [one.name for one in BoardTerm.objects.on(TODAY)] == ["Ann"]


def test_a_removed_term_makes_room_and_comes_back_only_if_there_is_some(board_seat):
    term = terms.add_term(board_seat, facts=FACTS, by=None, at=NOW)
    terms.remove_term(term, by=None, at=NOW)
    other = terms.add_term(board_seat, facts=FACTS | {"name": "Ann"}, by=None, at=NOW)
    with pytest.raises(CannotHold):
        terms.restore_term(term, by=None, at=NOW)
    terms.remove_term(other, by=None, at=NOW)
    terms.restore_term(term, by=None, at=NOW)
    assert BoardTerm.objects.on(TODAY).get() == term


@pytest.mark.django_db(transaction=True)
def test_of_two_who_fill_a_seat_at_once_the_second_is_refused(area):
    seat = factories.make_board_seat(area)
    outcome = second_waits_for(
        lambda: terms.add_term(seat, facts=FACTS, by=None, at=NOW),
        lambda: terms.add_term(seat, facts=FACTS | {"name": "Ann"}, by=None, at=NOW),
    )
    assert isinstance(outcome, CannotHold), outcome
    assert BoardTerm.objects.get().name == "Priya Raman"


def test_a_seat_is_archived_only_when_nobody_serves_in_it(board_seat):
    term = terms.add_term(board_seat, facts=FACTS, by=None, at=NOW)
    with pytest.raises(CannotKeepSeat, match="Priya Raman serves in this seat"):
        seats.archive_seat(board_seat, by=None, at=NOW)
    terms.update_term(term, facts={"ended_on": TODAY - 2 * DAY}, by=None, at=NOW)
    seats.archive_seat(board_seat, by=None, at=NOW)
    with pytest.raises(CannotKeepSeat):
        seats.update_seat(board_seat, facts={"label": "x"}, by=None, at=NOW)
    with pytest.raises(CannotHold):
        terms.add_term(board_seat, facts=FACTS | {"from_on": TODAY}, by=None, at=NOW)
    seats.restore_seat(board_seat, by=None, at=NOW)
    assert BoardSeat.objects.current().get() == board_seat


# ---------------------------------------------------------------- The right to sign in
def test_a_term_of_a_person_with_an_account_gives_the_role_and_its_end_takes_it(area, board_seat, cast):
    person = cast["nobody"]
    term = terms.add_term(board_seat, facts=FACTS | {"user": person}, by=cast["staff"], at=NOW)
    assert (term.name, term.email, role_of(person, area)) == (person.name, person.email, True)
    assert Notice.objects.get(recipient=person).kind == "partners.seat_added"
    terms.update_term(term, facts={"ended_on": TODAY - 2 * DAY}, by=cast["staff"], at=NOW)
    assert not role_of(person, area)
    assert Notice.objects.get(recipient=person).status == Notice.Status.WITHDRAWN, "the welcome was still queued"


def test_the_role_stays_while_another_term_lasts(area, board_seat, cast):
    first = terms.add_term(board_seat, facts=FACTS | {"user": cast["nobody"]}, by=None, at=NOW)
    other = factories.make_board_seat(area, category="labor")
    terms.add_term(other, facts=FACTS | {"user": cast["nobody"]}, by=None, at=NOW)
    terms.remove_term(first, by=None, at=NOW)
    assert role_of(cast["nobody"], area)


def test_a_term_given_to_somebody_else_moves_the_role(area, board_seat, cast):
    term = terms.add_term(board_seat, facts=FACTS | {"user": cast["nobody"]}, by=None, at=NOW)
    terms.update_term(term, facts={"user": cast["manager"]}, by=None, at=NOW)
    assert (role_of(cast["nobody"], area), role_of(cast["manager"], area)) == (False, True)


def test_roles_begin_and_end_with_the_days(area, board_seat, cast):
    facts = {"user": cast["nobody"], "from_on": TODAY + 3 * DAY, "until_on": TODAY + 5 * DAY}
    terms.add_term(board_seat, facts=facts, by=None, at=NOW)
    held = []
    for days in range(8):
        terms.match_all_roles(at=NOW + days * DAY)
        held.append(role_of(cast["nobody"], area))
    assert held[:3] == [False] * 3
    assert held[4] is True
    assert held[7] is False
    assert terms.match_all_roles(at=NOW + 8 * DAY) == 0


def test_members_without_a_recorded_term_keep_their_role(area, board_seat, cast):
    terms.add_term(board_seat, facts=FACTS, by=None, at=NOW)
    terms.match_all_roles(at=NOW)
    assert role_of(cast["board"], area)


def test_an_old_term_of_a_member_is_recorded_without_taking_the_role(area, board_seat, cast):
    old = {"user": cast["board"], "from_on": TODAY - 900 * DAY, "until_on": TODAY - 200 * DAY}
    terms.add_term(board_seat, facts=old, by=None, at=NOW)
    assert terms.match_all_roles(at=NOW) == 0
    assert role_of(cast["board"], area)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_both_terms_of_a_person_at_once_the_second_takes_the_role(area, cast):
    both = []
    for category in ("labor", "community"):
        seat = factories.make_board_seat(area, category=category)
        both.append(terms.add_term(seat, facts=FACTS | {"user": cast["nobody"]}, by=None, at=NOW))
    ended = {"ended_on": TODAY - 2 * DAY}
    second_waits_for(
        lambda: terms.update_term(both[0], facts=ended, by=None, at=NOW),
        lambda: terms.update_term(both[1], facts=ended, by=None, at=NOW),
    )
    assert not role_of(cast["nobody"], area)


def test_whoever_loses_the_seat_in_the_portal_ends_the_term(area, board_seat, cast):
    terms.add_term(board_seat, facts=FACTS | {"user": cast["nobody"]}, by=cast["staff"], at=NOW)
    later = factories.make_board_seat(area, category="labor")
    terms.add_term(later, facts={"user": cast["nobody"], "from_on": TODAY + 9 * DAY}, by=cast["staff"], at=NOW)
    seat = Membership.objects.current().get(user=cast["nobody"], role=Role.BOARD)
    [(_, items)] = turnover.open_items(turnover.leaving_one(seat))
    assert [item.title for item in items] == [
        "Business on the board of Riverbend",
        "Labor organization on the board of Riverbend",
    ]
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)
    assert not BoardTerm.objects.of(area).get().is_on(NOW.astimezone(area.zone).date())
    assert terms.match_all_roles(at=NOW) == 0
    assert not role_of(cast["nobody"], area)


def test_a_closed_account_leaves_its_offices(area, cast):
    office = factories.make_office(area, title="Mayor")
    factories.make_tenure(office, cast["nobody"])
    turnover.deactivate(cast["nobody"], heirs={}, by=cast["staff"], at=NOW)
    assert list(Tenure.objects.on(TODAY)) == []


# ---------------------------------------------------------------- Offices
def test_a_new_holder_ends_the_open_time_of_the_last(area):
    office = offices.add_office(area, facts={"kind": "chief_elected", "title": "Mayor"}, by=None, at=NOW)
    offices.add_tenure(office, facts={"name": "Old", "from_on": date(2020, 1, 1)}, by=None, at=NOW)
    offices.add_tenure(office, facts={"name": "New", "from_on": date(2024, 1, 1)}, by=None, at=NOW)
    assert [(one.name, one.last_on) for one in office.tenures.order_by("from_on")] == [
        ("Old", date(2023, 12, 31)),
        ("New", None),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(office=office, name="Third", from_on=date(2025, 1, 1))


def test_titles_and_kinds_of_offices_are_checked(area, partner):
    offices.add_office(area, facts={"kind": "chair", "title": "Chair"}, by=None, at=NOW)
    with pytest.raises(CannotKeepOffice):
        offices.add_office(area, facts={"kind": "chair", "title": "CHAIR"}, by=None, at=NOW)
    with pytest.raises(CannotKeepOffice):
        offices.add_office(partner.organization, facts={"kind": "chair", "title": "Chair"}, by=None, at=NOW)
    head = offices.add_office(partner.organization, facts={"kind": "agency_head", "title": "Chair"}, by=None, at=NOW)
    assert head.organization == partner.organization
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.create(kind="other", title="Nowhere")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_a_holder_at_once_the_second_is_refused(area):
    office = factories.make_office(area)
    outcome = second_waits_for(
        lambda: offices.add_tenure(office, facts=FACTS, by=None, at=NOW),
        lambda: offices.add_tenure(office, facts=FACTS | {"name": "Ann"}, by=None, at=NOW),
    )
    assert isinstance(outcome, CannotHold), outcome


# ---------------------------------------------------------------- What waits
def todo(role, area, user=None):
    return [item.what for item in todo_items([role], TodoPlace(NOW, area=area, user=user)) if "board" in item.what]


def test_vacant_seats_and_ending_terms_are_to_do_items_of_staff_and_board(area, cast):
    for number in range(5):
        factories.make_board_seat(area, label=f"Number {number}")
    factories.make_board_term(factories.make_board_seat(area, category="labor"), name="Ends", until_on=TODAY + 20 * DAY)
    factories.make_board_term(factories.make_board_seat(area, category="youth"), name="Stays")
    assert todo(For.STAFF, area) == [
        "Vacant board seat: Business: Number 0",
        "Vacant board seat: Business: Number 1",
        "Vacant board seat: Business: Number 2",
        "2 more seats on the board are vacant",
        "The term of Ends on the board ends",
    ]
    assert todo(For.BOARD, area, cast["board"]) == ["5 seats on the board are vacant", "1 term on the board ends soon"]


def test_staff_are_reminded_before_a_term_ends_and_until_somebody_follows(area, cast):
    seat = factories.make_board_seat(area)
    term = factories.make_board_term(seat, name="Priya Raman", until_on=TODAY + 59 * DAY)
    factories.make_board_term(factories.make_board_seat(area), until_on=TODAY + 70 * DAY)
    [subject] = board_terms.subjects_of(NOW)
    assert subject.facts["term"] == term
    assert subject.people["staff"] == [cast["staff"]]
    factories.make_board_term(seat, from_on=TODAY + 60 * DAY, until_on=None)
    assert list(board_terms.subjects_of(NOW)) == []


# ---------------------------------------------------------------- Pages
def test_the_page_shows_seats_members_checks_and_offices(as_, area):
    factories.make_board_term(
        factories.make_board_seat(area, label="Health care"), name="Delphine Okoro", position="Nurse"
    )
    factories.make_board_seat(area, category="labor")
    factories.make_tenure(factories.make_office(area, title="Mayor of Riverbend"), name="Corliss Vandermeer")
    page = as_("board").get(reverse("partners:board", args=[area.slug])).content.decode()
    for words in ("Delphine Okoro", "Health care", "Vacant", "1 of 1 members represent business", "Corliss Vandermeer"):
        assert words in page
    add = reverse("partners:board_seat_add", args=[area.slug])
    assert add not in page
    assert add in as_("staff").get(reverse("partners:board", args=[area.slug])).content.decode()


def test_the_board_is_exported(as_, area):
    factories.make_board_term(factories.make_board_seat(area), name="Delphine Okoro")
    answer = as_("board").get(reverse("partners:board", args=[area.slug]), {"export": "csv"})
    assert b"Delphine Okoro" in b"".join(answer.streaming_content)


def test_a_form_keeps_what_was_typed_and_names_the_fields(as_, area):
    seat = factories.make_board_seat(area)
    address = reverse("partners:board_term_add", args=[seat.pk])
    page = as_("staff").post(address, {"from_on": "someday", "position": "Owner"}).content.decode()
    assert "Enter the name, or choose an account." in page
    assert 'value="someday"' in page
    assert 'value="Owner"' in page
    assert BoardTerm.objects.count() == 0


def test_what_somebody_else_saved_meanwhile_is_shown_beside_what_was_typed(as_, area):
    seat = factories.make_board_seat(area, label="Health care")
    address = reverse("partners:board_seat_edit", args=[seat.pk])
    page = as_("staff").get(address).content.decode()
    hidden = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', page.replace('type="hidden" ', "")))
    seats.update_seat(seat, facts={"label": "Hospitals"}, by=None, at=NOW)
    sent = hidden | {"category": "business", "is_voting": "on", "label": "Nursing"}
    answer = as_("staff").post(address, sent)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Hospitals" in shown
    assert 'value="Nursing"' in shown
    assert BoardSeat.objects.get().label == "Hospitals"
