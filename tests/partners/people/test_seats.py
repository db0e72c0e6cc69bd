"""Accounts: lists, person pages, adding a seat, and the command that starts an area."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.notices.models import Notice
from partners.models import Invitation, LocalArea, Membership, Role
from partners.people import accounts
from tests import factories
from tests.factories import make_invitation, make_representative

NOW = timezone.now()


# ---------------------------------------------------------------- Lists
def test_list_shows_accounts_of_the_area_and_its_partners(as_, area):
    page = as_("staff").get(reverse("partners:seat_list", args=[area.slug])).content.decode()
    for name in ("Dana Whitcomb", "Joel Abara", "Terrence Okafor", "Bea Norling", "Ruth Kimani"):
        assert name in page
    for name in ("Art Delacroix", "Odell Marsh", "Hollis Lindqvist"):
        assert name not in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=abara", ["Joel Abara"]),
        ("q=millrace", ["Joel Abara", "Terrence Okafor"]),
        ("role=manager&sort=-person", ["Joel Abara", "Bea Norling"]),
        ("seen=never&role=board", ["Ruth Kimani"]),
        ("seen=30", ["Dana Whitcomb"]),
        ("seen=older", ["Terrence Okafor"]),
    ],
)
def test_list_is_filtered_and_sorted(as_, area, cast, query, names):
    for who, days in (("staff", 1), ("colleague", 120)):
        cast[who].last_login = NOW - timedelta(days=days)
        cast[who].save()
    client = as_("staff")
    page = client.get(f"{reverse('partners:seat_list', args=[area.slug])}?{query}")
    assert [row.record.user.name for row in page.context["table"].page] == names


def test_export_has_the_rows_of_the_list(as_, area):
    page = as_("staff").get(f"{reverse('partners:seat_list', args=[area.slug])}?role=board&export=csv")
    lines = b"".join(page).decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Email,Role,Place,Last signed in,Since"
    assert lines[1].startswith("Ruth Kimani,ruth.kimani.")
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["seat_list", "colleague_list"])
def test_list_query_count_is_constant(as_, area, partner, name):
    place: Any = area.slug if name == "seat_list" else partner.organization_id
    address, client, costs = reverse(f"partners:{name}", args=[place]), as_("staff"), []
    for number in (1, 9):
        for _ in range(number):
            factories.seat(Role.MANAGER, partner)
            make_invitation(Role.MANAGER, partner)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("state", 200), ("manager", 403), ("board", 403), ("stranger", 404), ("outsider", 404)],
)
def test_access_to_the_accounts_of_an_area(as_, area, who, status):
    assert as_(who).get(reverse("partners:seat_list", args=[area.slug])).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 200), ("colleague", 200), ("state", 200), ("neighbor", 403), ("stranger", 404)],
)
def test_access_to_the_people_of_an_organization(as_, partner, who, status):
    assert as_(who).get(reverse("partners:colleague_list", args=[partner.organization_id])).status_code == status


# ---------------------------------------------------------------- One person
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 200), ("colleague", 200), ("state", 200), ("neighbor", 404), ("stranger", 404)],
)
def test_access_to_a_person(as_, cast, who, status):
    assert as_(who).get(reverse("partners:person_detail", args=[cast["colleague"].pk])).status_code == status


def test_person_without_a_seat_sees_their_own_page(as_, cast):
    assert as_("nobody").get(reverse("partners:person_detail", args=[cast["nobody"].pk])).status_code == 200


def test_page_of_a_person_hides_areas_that_the_reader_does_not_see(as_, cast, partner, other_area):
    make_representative(partner, cast["manager"], is_signatory=True)
    factories.seat(Role.BOARD, other_area, cast["manager"])
    page = as_("staff").get(reverse("partners:person_detail", args=[cast["manager"].pk])).content.decode()
    assert "Main representative, signatory" in page
    assert "Millrace Adult Learning" in page
    assert "Tanager Valley" not in page


def test_history_of_a_person_shows_who_added_a_seat(as_, cast, area):
    as_("staff").post(reverse("partners:seat_add", args=[area.slug, cast["manager"].pk]), {"role": "board"})
    page = as_("staff").get(reverse("partners:person_history", args=[cast["manager"].pk])).content.decode()
    assert "Dana Whitcomb" in page
    assert "WIB member" in page


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("colleague", 200), ("manager", 403), ("neighbor", 404)])
def test_access_to_the_history_of_a_person(as_, cast, who, status):
    assert as_(who).get(reverse("partners:person_history", args=[cast["colleague"].pk])).status_code == status


@pytest.mark.parametrize("who", ["manager", "colleague"])
def test_partner_people_are_redirected_to_their_colleagues(as_, partner, who):
    page = as_(who).get(reverse("partners:colleague_home"))
    assert page["Location"] == reverse("partners:colleague_list", args=[partner.organization_id])


def test_colleagues_of_a_person_without_organization_are_not_found(as_):
    assert as_("board").get(reverse("partners:colleague_home")).status_code == 404


def test_manager_of_two_organizations_gets_tabs(as_, cast, partner, neighbor_partner):
    factories.seat(Role.MANAGER, neighbor_partner, cast["manager"])
    page = as_("manager").get(reverse("partners:colleague_list", args=[partner.organization_id])).content.decode()
    assert reverse("partners:colleague_list", args=[neighbor_partner.organization_id]) in page


# ---------------------------------------------------------------- Add a seat
def test_staff_add_a_seat_and_the_person_is_notified(as_, cast, area):
    as_("staff").post(reverse("partners:seat_add", args=[area.slug, cast["manager"].pk]), {"role": "board"})
    assert Membership.objects.filter(user=cast["manager"], area=area, role=Role.BOARD).exists()
    assert Notice.objects.get().subject == "You have a new seat: WIB member, Riverbend"


def test_equal_seat_is_refused(cast, area):
    with pytest.raises(accounts.CannotAddSeat, match="already holds this seat"):
        accounts.add_seat(cast["board"], role=Role.BOARD, place=area, by=cast["staff"], at=NOW)


def test_deactivated_person_gets_no_seat(cast, area):
    cast["nobody"].is_active = False
    with pytest.raises(accounts.CannotAddSeat, match="Send an invitation"):
        accounts.add_seat(cast["nobody"], role=Role.BOARD, place=area, by=cast["staff"], at=NOW)


def test_seat_must_fit_the_place(cast, partner):
    with pytest.raises(accounts.CannotAddSeat, match="WIB member is not a role at Millrace"):
        accounts.add_seat(cast["nobody"], role=Role.BOARD, place=partner.organization, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("manager", 403), ("state", 403), ("outsider", 404)])
def test_only_staff_add_seats(as_, cast, area, who, status):
    assert as_(who).get(reverse("partners:seat_add", args=[area.slug, cast["colleague"].pk])).status_code == status


def test_staff_cannot_add_a_seat_for_people_they_do_not_see(as_, cast, area):
    assert as_("staff").get(reverse("partners:seat_add", args=[area.slug, cast["stranger"].pk])).status_code == 404


# ---------------------------------------------------------------- Constraints
def test_constraint_refuses_a_role_that_does_not_fit_the_place(cast, area):
    with pytest.raises(IntegrityError, match="seat_is_in_one_fitting_place"), transaction.atomic():
        Membership.objects.create(user=cast["nobody"], role=Role.MANAGER, area=area)


def test_constraint_refuses_a_second_equal_seat(cast, area):
    with pytest.raises(IntegrityError, match="person_holds_a_seat_once"), transaction.atomic():
        Membership.objects.create(user=cast["board"], role=Role.BOARD, area=area)


# ---------------------------------------------------------------- The command start_area
def start_area(**changes: str) -> str:
    given = {
        "state": "OH",
        "state_name": "Ohio",
        "area": "Mill County",
        "time_zone": "America/New_York",
        "staff_email": "first@mill.example",
        "staff_name": "Fay First",
    } | changes
    out = StringIO()
    call_command("start_area", stdout=out, **given)
    return out.getvalue()


def test_command_starts_an_area(client, db):
    output = start_area()
    area = LocalArea.objects.get(slug="mill-county")
    assert (area.board_name, area.state.name) == ("Mill County Workforce Board", "Ohio")
    link = output.splitlines()[-1]
    assert link in Notice.objects.get(to="first@mill.example").text
    path = "/" + link.split("/", 3)[3]
    assert client.post(path, {"name": "Fay First", "way": "code", "password": ""}).status_code == 302
    assert client.get(reverse("partners:invitation_add", args=[area.slug])).status_code == 200


def test_running_the_command_again_creates_nothing(db):
    start_area()
    assert "existed already" in start_area()
    assert (LocalArea.objects.count(), Invitation.objects.count()) == (1, 1)


def test_command_does_not_invite_current_staff(db, area, cast):
    output = start_area(state="RB", state_name="", area="Riverbend", slug="riverbend", staff_email=cast["staff"].email)
    assert "is One-Stop staff of this area already" in output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state_name": ""}, "cannot be blank"),
        ({"state": "Ohio"}, "two-letter code in capitals"),
        ({"time_zone": "Ohio"}, "is not a time zone"),
        ({"staff_email": "fay"}, "is not an email address"),
    ],
)
def test_command_explains_wrong_arguments_and_creates_nothing(db, changes, words):
    with pytest.raises(CommandError, match=words):
        start_area(**changes)
    assert not LocalArea.objects.exists()


def test_slug_belongs_to_one_area(db):
    start_area()
    with pytest.raises(CommandError, match="Choose another with --slug"):
        start_area(area="Hill County", slug="mill-county")
    with pytest.raises(CommandError, match="recorded as Ohio"):
        start_area(state_name="Oregon")
