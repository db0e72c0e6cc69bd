"""End a seat or deactivate a person, and hand over open items."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.models import Notice
from partners.models import Invitation, Membership, Representative, Role
from partners.people import contacts, invitations, turnover
from partners.seats import forget_seats, seats_of
from tests import factories
from tests.factories import make_invitation, make_representative

NOW = timezone.now()
Kind = Representative.Kind


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


def things_of(person: User) -> dict[str, turnover.OpenItem]:
    found = turnover.open_items(turnover.leaving_all(person))
    return {thing.key: thing for _, things in found for thing in things}


# ---------------------------------------------------------------- End a seat
def test_ending_a_seat_keeps_the_account_and_notifies_the_person(cast):
    turnover.end_seat(seat_of(cast["neighbor"]), heirs={}, by=cast["staff"], at=NOW)
    cast["neighbor"].refresh_from_db()
    assert cast["neighbor"].is_active
    assert Membership.objects.get(user=cast["neighbor"]).ended_at == NOW
    mail = Notice.objects.get()
    assert mail.to == cast["neighbor"].email
    assert "Dana Whitcomb ended your seat" in mail.text


def test_ended_seat_cannot_be_ended_again(cast):
    seat = seat_of(cast["neighbor"])
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)
    with pytest.raises(turnover.CannotLeave, match="already ended"):
        turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)


def test_colleague_takes_over_from_the_only_manager_and_is_notified(cast, partner):
    key = f"partnership-{partner.pk}"
    turnover.end_seat(seat_of(cast["manager"]), heirs={key: cast["colleague"]}, by=cast["staff"], at=NOW)
    forget_seats(cast["colleague"])
    assert partner.pk in seats_of(cast["colleague"]).managed_partnership_ids
    mail = Notice.objects.get(to=cast["colleague"].email)
    assert mail.subject == "You are taking over from Joel Abara"
    assert "- Partner manager of Millrace Adult Learning" in mail.text


def test_heir_must_be_able_to_take_over(cast, partner):
    key = f"partnership-{partner.pk}"
    with pytest.raises(turnover.CannotLeave, match="Bea Norling cannot take over"):
        turnover.end_seat(seat_of(cast["manager"]), heirs={key: cast["neighbor"]}, by=cast["staff"], at=NOW)
    assert seat_of(cast["manager"])


# ---------------------------------------------------------------- Deactivate a person
def test_deactivation_ends_seats_sessions_and_invitations(cast, partner):
    browser = Client()
    browser.force_login(cast["manager"])
    browser.get(reverse("home"))
    make_invitation(Role.BOARD, partner.area, email=cast["manager"].email)
    turnover.deactivate(cast["manager"], heirs={}, by=cast["staff"], at=NOW)
    gone = User.objects.get(pk=cast["manager"].pk)
    assert (gone.is_active, gone.deactivated_at, gone.name) == (False, NOW, "Joel Abara")
    assert not Membership.objects.current().filter(user=gone).exists()
    assert not Invitation.objects.open().filter(email=gone.email).exists()
    assert browser.get(reverse("home")).status_code == 302
    assert not UserSession.objects.filter(user=gone).exists()
    with pytest.raises(turnover.CannotLeave, match="already"):
        turnover.deactivate(gone, heirs={}, by=cast["staff"], at=NOW)


def test_last_staff_of_an_area_needs_an_heir(cast, area):
    with pytest.raises(turnover.CannotLeave, match="the only staff member of Riverbend"):
        turnover.deactivate(cast["staff"], heirs={}, by=cast["staff"], at=NOW)
    turnover.deactivate(cast["staff"], heirs={f"area-{area.pk}": cast["board"]}, by=cast["staff"], at=NOW)
    forget_seats(cast["board"])
    assert area.pk in seats_of(cast["board"]).staff_area_ids


def test_one_of_two_staff_can_leave(cast, area):
    factories.seat(Role.STAFF, area)
    turnover.deactivate(cast["staff"], heirs={}, by=cast["staff"], at=NOW)
    assert not User.objects.get(pk=cast["staff"].pk).is_active


@pytest.mark.django_db(transaction=True)
def test_concurrent_deactivation_keeps_one_staff_member(area):
    pair = [factories.seat(Role.STAFF, area) for _ in range(2)]
    start, results = Barrier(2), []

    def leave(person: User) -> None:
        start.wait()
        try:
            turnover.deactivate(person, heirs={}, by=person, at=NOW)
            results.append("left")
        except turnover.CannotLeave:
            results.append("stayed")
        finally:
            connection.close()

    threads = [Thread(target=leave, args=[person]) for person in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["left", "stayed"]


# ---------------------------------------------------------------- Representatives
def test_heir_of_a_main_representative_becomes_main_and_signatory(cast, partner):
    old = make_representative(partner, cast["manager"], is_signatory=True)
    alternate = make_representative(partner, cast["colleague"], kind=Kind.ALTERNATE)
    heirs = {f"representative-{old.pk}": cast["colleague"]}
    turnover.deactivate(cast["manager"], heirs=heirs, by=cast["staff"], at=NOW)
    old.refresh_from_db()
    alternate.refresh_from_db()
    assert (old.archived_at, old.name) == (NOW, "Joel Abara")
    assert (alternate.kind, alternate.is_signatory) == (Kind.MAIN, True)


def test_heir_becomes_a_new_representative(cast, partner):
    old = make_representative(partner, cast["manager"], kind=Kind.ALTERNATE)
    heirs = {f"representative-{old.pk}": cast["colleague"]}
    turnover.deactivate(cast["manager"], heirs=heirs, by=cast["staff"], at=NOW)
    new = Representative.objects.current().get(partnership=partner)
    assert (new.user, new.kind, new.email) == (cast["colleague"], Kind.ALTERNATE, cast["colleague"].email)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], "This partner will have no representative."),
        (
            [{"kind": Kind.ALTERNATE, "name": "Al"}],
            "Al still represents this partner. It will have no main representative. It will have no signatory.",
        ),
    ],
)
def test_consequence_without_an_heir_is_explained(cast, partner, others, words):
    old = make_representative(partner, cast["manager"], is_signatory=True)
    for other in others:
        make_representative(partner, **other)
    assert words in things_of(cast["manager"])[f"representative-{old.pk}"].otherwise


def test_ending_one_seat_keeps_the_open_items_of_another(cast, partner, neighbor_partner):
    factories.seat(Role.MANAGER, neighbor_partner, cast["manager"])
    here, there = make_representative(partner, cast["manager"]), make_representative(neighbor_partner, cast["manager"])
    seat = Membership.objects.get(user=cast["manager"], partnership=partner)
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.is_archived, there.is_archived) == (True, False)


# ---------------------------------------------------------------- Invitations
def test_heir_becomes_contact_of_open_invitations(cast, area):
    colleague = factories.seat(Role.STAFF, area)
    sent = make_invitation(Role.BOARD, area, invited_by=cast["staff"])
    (thing,) = things_of(cast["staff"]).values()
    assert thing.title == "1 open invitation to Riverbend"
    turnover.deactivate(cast["staff"], heirs={thing.key: colleague}, by=cast["staff"], at=NOW)
    sent.refresh_from_db()
    assert invitations.contact_of(sent) == contacts.Contact(colleague.name, colleague.email)


# ---------------------------------------------------------------- Open items of other apps
def test_other_apps_register_open_items(cast, monkeypatch):
    monkeypatch.setattr(turnover, "_kinds", [])
    handed = []
    turnover.register_open_items(
        "Leads a group",
        lambda leaving: [turnover.OpenItem("group-1", "Chair of the WIB", "It has no chair.", (cast["board"],))],
        lambda thing, heir, leaving, at: handed.append((thing.title, heir)),
    )
    turnover.deactivate(cast["manager"], heirs={"group-1": cast["board"]}, by=cast["staff"], at=NOW)
    assert handed == [("Chair of the WIB", cast["board"])]


# ---------------------------------------------------------------- Pages
def filled(as_: Callable[[str], Client], address: str, **changes: Any) -> dict[str, Any]:
    """Return what the page's form sends when only these answers are changed."""
    form = as_("staff").get(address).context["form"]
    return {name: field.choices[0][0] for name, field in form.fields.items()} | changes


def test_page_explains_consequences_and_one_heir_can_take_over_all(as_, cast, partner):
    make_representative(partner, cast["manager"])
    address = reverse("partners:person_deactivate", args=[cast["manager"].pk])
    page = as_("staff").get(address).content.decode()
    for words in (
        "This seat ends: Partner manager, Millrace",
        "Main representative of Millrace",
        "signed out on every device",
    ):
        assert words in page
    assert as_("staff").post(address, filled(as_, address, all=cast["colleague"].pk)).status_code == 302
    forget_seats(cast["colleague"])
    assert partner.pk in seats_of(cast["colleague"]).managed_partnership_ids
    assert Representative.objects.current().get(partnership=partner).user == cast["colleague"]


def test_one_item_can_go_to_no_one(as_, cast, partner):
    row = make_representative(partner, cast["manager"])
    address = reverse("partners:person_deactivate", args=[cast["manager"].pk])
    given = {"all": cast["colleague"].pk, f"representative-{row.pk}": "nobody"}
    as_("staff").post(address, filled(as_, address, **given))
    assert not Representative.objects.current().filter(partnership=partner).exists()


def test_last_staff_see_the_error_at_the_field(as_, cast, area):
    page = as_("staff").post(reverse("partners:person_deactivate", args=[cast["staff"].pk]))
    assert page.status_code == 200
    assert "the only staff member of Riverbend" in page.content.decode()


def test_people_who_deactivate_themselves_are_signed_out(as_, client, cast, area):
    factories.seat(Role.STAFF, area)
    as_("staff").post(reverse("partners:person_deactivate", args=[cast["staff"].pk]))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 403), ("colleague", 403), ("neighbor", 404), ("state", 403), ("outsider", 404)],
)
def test_only_staff_deactivate_a_person_of_their_area(as_, cast, who, status):
    assert as_(who).get(reverse("partners:person_deactivate", args=[cast["colleague"].pk])).status_code == status


def test_staff_cannot_deactivate_people_with_other_seats_or_the_operator(as_, cast, other_area):
    factories.seat(Role.BOARD, other_area, cast["colleague"])
    assert as_("staff").get(reverse("partners:person_deactivate", args=[cast["colleague"].pk])).status_code == 403
    User.objects.filter(pk=cast["board"].pk).update(is_superuser=True)
    assert as_("staff").get(reverse("partners:person_deactivate", args=[cast["board"].pk])).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 200), ("colleague", 403), ("neighbor", 404), ("state", 403), ("outsider", 404)],
)
def test_access_to_ending_a_seat_of_an_organization(as_, cast, who, status):
    assert as_(who).get(reverse("partners:seat_end", args=[seat_of(cast["colleague"]).pk])).status_code == status


@pytest.mark.parametrize("whose", ["staff", "board"])
def test_managers_cannot_end_seats_of_the_area(as_, cast, whose):
    assert as_("manager").get(reverse("partners:seat_end", args=[seat_of(cast[whose]).pk])).status_code == 404
