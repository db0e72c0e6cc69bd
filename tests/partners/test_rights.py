"""What each right says to each person: the whole of ``partners.rules``, apart from the pages that ask it.

A line names a right, the thing that it is asked about, and who may. ``test_matrix`` walks the pages; here a right that
answers otherwise is noticed even where a page asks two.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from partners.models import Role
from partners.rules import PERMISSIONS, may
from tests import factories

EVERYBODY = {
    "operator", "state", "staff", "manager", "colleague", "neighbor", "board", "nobody", "sibling staff",
    "sibling manager", "whole", "stranger", "outsider",
}  # fmt: skip

TABLE = """
edit_area area: operator, staff
add_partner area: operator, staff
add_center area: operator, staff
edit_center center: operator, staff
import_data area: operator, staff
keep_coverage area: operator, staff
invite_to_area area: operator, staff
manage_accounts area: operator, staff
edit_partnership partner: operator, staff, manager, whole
govern_partnership partner: operator, staff
add_service partner: operator, staff, manager, whole
edit_service service: operator, staff, manager, whole
verify_service service: operator, staff, manager, whole
view_service_notes partner: operator, staff, manager, colleague, whole
add_representative partner: operator, staff, manager, whole
edit_representative representative: operator, staff, manager, whole
confirm_signatory representative: operator, staff
keep_presence partner: operator, staff, manager, whole
keep_presence presence: operator, staff, manager, whole
close_center area: operator, staff
close_center center: operator, staff
take_back_absence absence: operator, staff, manager, whole
take_back_absence closing: operator, staff
keep_board area: operator, staff
keep_board board_seat: operator, staff
keep_office area_office: operator, staff
keep_office shared_office: operator, state, whole
keep_office local_office: operator, state, staff, neighbor
keep_organization_offices shared: operator, state, whole
keep_organization_offices local: operator, state, staff, neighbor
keep_calendar area: operator, staff
view_unanswered area: operator, state, staff
answer_unanswered area: operator, staff
keep_room center_room: operator, staff
keep_room shared_room: operator, state, whole
keep_room local_room: operator, state, staff, manager, whole
record_review center: operator, staff
take_back_review review: operator, staff
edit_organization shared: operator, state, whole
edit_organization local: operator, state, staff, neighbor
propose_organization_change shared: staff, manager, sibling staff, sibling manager
propose_organization_change  local:
decide_organization_proposal shared: operator, state, whole
decide_organization_proposal local: operator, state
view_organization_history shared: operator, state, whole
view_organization_history local: operator, state, staff, manager, colleague, neighbor, board, whole
archive_organization shared: operator, state
archive_organization local: operator, state, staff
add_location shared: operator, state, staff, manager, whole, sibling staff, sibling manager
add_location local: operator, state, staff, neighbor
add_local_location partner: operator, staff, manager, whole
add_shared_location shared: operator, state, whole
add_shared_location local: operator, state
edit_location shared_place: operator, state, whole
edit_location local_place: operator, state, staff, manager, whole
invite_to_organization shared: operator, state, staff, manager, whole, sibling staff, sibling manager
invite_to_organization local: operator, state, staff, neighbor
give_whole_organization shared: operator, state, whole
give_whole_organization local: operator, state
give_partnership partner: operator, staff, manager, whole
view_accounts area: operator, state, staff
view_colleagues shared: operator, state, staff, manager, colleague, whole, sibling staff, sibling manager
view_colleagues local: operator, state, staff, neighbor
manage_invitation area_seat: operator, staff
manage_invitation partner_seat: operator, staff, manager, whole
manage_invitation whole_seat: operator, state, whole
manage_invitation state_seat: operator
end_seat area_seat: operator, staff
end_seat partner_seat: operator, staff, manager, whole
end_seat whole_seat: operator, state, whole
end_seat state_seat: operator
deactivate_person person: operator, staff
deactivate_person person_elsewhere: operator
propose_term area: operator, staff, manager, colleague, neighbor, whole
edit_term draft: operator, staff, colleague
edit_term term: operator, staff
say_term area: manager, colleague, neighbor, whole
say_term draft: manager, colleague, neighbor, whole
say_term term: manager, colleague, neighbor, whole
approve_term draft: operator, staff
approve_term term: operator, staff
write_practice area: operator, staff, manager, colleague, neighbor, board, whole
edit_practice practice: operator, staff, manager, colleague, whole
adopt_practice area: operator, staff, manager, neighbor, whole
adopt_practice practice: operator, staff, manager, neighbor, whole
end_adoption adoption: operator, staff, manager, whole
check_adoption adoption: operator, staff, manager, colleague, whole
ask_to_confirm area: operator, staff
ask_to_confirm partner: operator, staff
propose_change service: state, colleague, neighbor, board, nobody, sibling staff, sibling manager, stranger, outsider
decide_proposal service: operator, staff, manager, whole
withdraw_proposal proposal: colleague
withdraw_proposal organization_proposal: manager
see_told area: operator, staff
see_told partner: operator, staff
see_told service: operator, staff
keep_addresses area: operator, staff
view_single_persons area: operator, state, staff, board
issue_manual area: operator, staff
view_notices area: operator, state, staff
keep_notices area: operator, staff
view_state state: operator, state
edit_state state: operator, state
"""


def lines() -> list[tuple[str, str, set[str]]]:
    """Read the table: a right, the thing, and who may."""
    read = []
    for line in TABLE.strip().splitlines():
        names, _, who = line.partition(":")
        right, thing = names.split()
        people = {name.strip() for name in who.split(",") if name.strip()}
        assert people <= EVERYBODY, line
        read.append((f"partners.{right}", thing, people))
    return read


LINES = lines()


@pytest.fixture
def people(cast: Any, area: Any, partner: Any) -> dict[str, Any]:
    """Somebody of each kind; the organization of ``partner`` is a partner in a sibling area too."""
    sibling = factories.make_area(state=area.state, name="Downriver", slug="downriver")
    there = factories.make_partnership(sibling, organization=partner.organization)
    return cast | {
        "operator": factories.make_user("Olga Perez", is_superuser=True),
        "sibling staff": factories.seat(Role.STAFF, sibling),
        "sibling manager": factories.seat(Role.MANAGER, there),
        "whole": factories.seat(Role.MANAGER, partner.organization),
    }


@pytest.fixture
def things(people: Any, area: Any, partner: Any, neighbor_partner: Any) -> Any:
    """One of everything that a right can be asked about."""
    center = factories.make_center(area)
    service = factories.make_service(partner)
    practice = factories.make_practice(area, told_by=partner, written_by=people["colleague"])
    shared_place = factories.make_location(partner.organization)
    local_place = factories.make_location(partner.organization, partnership=partner)
    return SimpleNamespace(
        state=area.state,
        area=area,
        center=center,
        partner=partner,
        service=service,
        representative=factories.make_representative(partner),
        presence=factories.make_presence(partner, center),
        absence=factories.make_absence(partner),
        closing=factories.make_absence(center=center),
        review=factories.make_review(center),
        shared=partner.organization,
        local=neighbor_partner.organization,
        shared_place=shared_place,
        local_place=local_place,
        center_room=factories.make_room(center),
        shared_room=factories.make_room(shared_place),
        local_room=factories.make_room(local_place),
        board_seat=factories.make_board_seat(area),
        area_office=factories.make_office(area),
        shared_office=factories.make_office(partner.organization, kind="agency_head"),
        local_office=factories.make_office(neighbor_partner.organization, kind="agency_head"),
        area_seat=factories.make_invitation("board", area),
        partner_seat=factories.make_invitation("manager", partner),
        whole_seat=factories.make_invitation("manager", partner.organization),
        state_seat=factories.make_invitation("state", area.state),
        person=people["colleague"],
        person_elsewhere=people["whole"],
        draft=factories.make_term(area, written_by=people["colleague"]),
        term=factories.make_term(area, approved=True, written_by=people["colleague"], name="In force"),
        practice=practice,
        adoption=practice.adoptions.create(partnership=partner, adopted_on=date(2026, 9, 1)),
        proposal=factories.make_proposal(service, people["colleague"]),
        organization_proposal=factories.make_organization_proposal(partner.organization, people["manager"]),
    )


def test_every_right_is_in_the_table():
    assert {right for right, _, _ in LINES} == set(PERMISSIONS)


def test_each_right_is_had_by_whom_the_table_names(people, things):
    wrong = []
    for right, thing, expected in LINES:
        may_do = {name for name, user in people.items() if may(user, right, getattr(things, thing))}
        if may_do != expected:
            wrong.append(f"{right} {thing}: also {sorted(may_do - expected)}, not {sorted(expected - may_do)}")
    assert wrong == []
