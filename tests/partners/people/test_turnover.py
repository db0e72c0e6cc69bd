"""When a person leaves: somebody takes over, nothing loses their name."""

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


# ---------------------------------------------------------------- Ending a seat
def test_ending_a_seat_keeps_the_account_and_tells_the_person(cast):
    turnover.end_seat(seat_of(cast["neighbor"]), heirs={}, by=cast["staff"], at=NOW)
    cast["neighbor"].refresh_from_db()
    assert cast["neighbor"].is_active
    assert Membership.objects.get(user=cast["neighbor"]).ended_at == NOW
    mail = Notice.objects.get()
    assert mail.to == cast["neighbor"].email
    assert "Dana Whitcomb ended your seat" in mail.text


def test_a_seat_ends_once(cast):
    seat = seat_of(cast["neighbor"])
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)
    with pytest.raises(turnover.CannotLeave, match="ended already"):
        turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)


def test_the_only_manager_is_replaced_by_a_colleague_who_hears_of_it(cast, partner):
    key = f"partnership-{partner.pk}"
    turnover.end_seat(seat_of(cast["manager"]), heirs={key: cast["colleague"]}, by=cast["staff"], at=NOW)
    forget_seats(cast["colleague"])
    assert partner.pk in seats_of(cast["colleague"]).managed_partnership_ids
    mail = Notice.objects.get(to=cast["colleague"].email)
    assert mail.subject == "You are taking over from Joel Abara"
    assert "- Partner manager of Millrace Adult Learning" in mail.text


def test_only_who_can_take_a_thing_over_may_be_named(cast, partner):
    key = f"partnership-{partner.pk}"
    with pytest.raises(turnover.CannotLeave, match="Bea Norling cannot take this over"):
        turnover.end_seat(seat_of(cast["manager"]), heirs={key: cast["neighbor"]}, by=cast["staff"], at=NOW)
    assert seat_of(cast["manager"])


# ---------------------------------------------------------------- Deactivating
def test_a_deactivated_person_is_out_everywhere_and_keeps_their_name(cast, partner):
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


def test_the_last_staff_of_an_area_leave_only_if_somebody_takes_over(cast, area):
    with pytest.raises(turnover.CannotLeave, match="the only staff of Riverbend"):
        turnover.deactivate(cast["staff"], heirs={}, by=cast["staff"], at=NOW)
    turnover.deactivate(cast["staff"], heirs={f"area-{area.pk}": cast["board"]}, by=cast["staff"], at=NOW)
    forget_seats(cast["board"])
    assert area.pk in seats_of(cast["board"]).staff_area_ids


def test_one_of_two_staff_may_leave(cast, area):
    factories.seat(Role.STAFF, area)
    turnover.deactivate(cast["staff"], heirs={}, by=cast["staff"], at=NOW)
    assert not User.objects.get(pk=cast["staff"].pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_staff_who_leave_at_once_do_not_leave_the_area_alone(area):
    pair = [factories.seat(Role.STAFF, area) for _ in range(2)]
    start, said = Barrier(2), []

    def leave(person: User) -> None:
        start.wait()
        try:
            turnover.deactivate(person, heirs={}, by=person, at=NOW)
            said.append("left")
        except turnover.CannotLeave:
            said.append("stayed")
        finally:
            connection.close()

    threads = [Thread(target=leave, args=[person]) for person in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["left", "stayed"]


# ---------------------------------------------------------------- Speaking for a partner
def test_the_heir_of_a_main_representative_speaks_and_signs_instead(cast, partner):
    old = make_representative(partner, cast["manager"], is_signatory=True)
    alternate = make_representative(partner, cast["colleague"], kind=Kind.ALTERNATE)
    heirs = {f"representative-{old.pk}": cast["colleague"]}
    turnover.deactivate(cast["manager"], heirs=heirs, by=cast["staff"], at=NOW)
    old.refresh_from_db()
    alternate.refresh_from_db()
    assert (old.archived_at, old.name) == (NOW, "Joel Abara")
    assert (alternate.kind, alternate.is_signatory) == (Kind.MAIN, True)


def test_an_heir_who_did_not_speak_before_is_added(cast, partner):
    old = make_representative(partner, cast["manager"], kind=Kind.ALTERNATE)
    heirs = {f"representative-{old.pk}": cast["colleague"]}
    turnover.deactivate(cast["manager"], heirs=heirs, by=cast["staff"], at=NOW)
    new = Representative.objects.current().get(partnership=partner)
    assert (new.user, new.kind, new.email) == (cast["colleague"], Kind.ALTERNATE, cast["colleague"].email)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], "Nobody speaks for this partner then."),
        (
            [{"kind": Kind.ALTERNATE, "name": "Al"}],
            "Al still speaks for them; there is no main representative; nobody can",
        ),
    ],
)
def test_what_follows_without_an_heir_is_said(cast, partner, others, words):
    old = make_representative(partner, cast["manager"], is_signatory=True)
    for other in others:
        make_representative(partner, **other)
    assert words in things_of(cast["manager"])[f"representative-{old.pk}"].otherwise


def test_ending_one_seat_leaves_what_belongs_to_another(cast, partner, neighbor_partner):
    factories.seat(Role.MANAGER, neighbor_partner, cast["manager"])
    here, there = make_representative(partner, cast["manager"]), make_representative(neighbor_partner, cast["manager"])
    seat = Membership.objects.get(user=cast["manager"], partnership=partner)
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=NOW)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.is_archived, there.is_archived) == (True, False)


# ---------------------------------------------------------------- Invitations they have sent
def test_questions_about_their_invitations_go_to_the_heir(cast, area):
    colleague = factories.seat(Role.STAFF, area)
    sent = make_invitation(Role.BOARD, area, invited_by=cast["staff"])
    (thing,) = things_of(cast["staff"]).values()
    assert thing.title == "One invitation to Riverbend, not answered yet"
    turnover.deactivate(cast["staff"], heirs={thing.key: colleague}, by=cast["staff"], at=NOW)
    sent.refresh_from_db()
    assert invitations.contact_of(sent) == contacts.Contact(colleague.name, colleague.email)


# ---------------------------------------------------------------- Things of other floors
def test_other_apps_add_what_people_have_in_hand(cast, monkeypatch):
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


def test_the_page_says_what_follows_and_one_name_may_take_over_all(as_, cast, partner):
    make_representative(partner, cast["manager"])
    address = reverse("partners:person_deactivate", args=[cast["manager"].pk])
    page = as_("staff").get(address).content.decode()
    for words in (
        "The seat ends: Partner manager, Millrace",
        "Main representative of Millrace",
        "signed out everywhere",
    ):
        assert words in page
    assert as_("staff").post(address, filled(as_, address, all=cast["colleague"].pk)).status_code == 302
    forget_seats(cast["colleague"])
    assert partner.pk in seats_of(cast["colleague"]).managed_partnership_ids
    assert Representative.objects.current().get(partnership=partner).user == cast["colleague"]


def test_nobody_may_be_chosen_for_one_thing_beside_an_heir_for_the_rest(as_, cast, partner):
    row = make_representative(partner, cast["manager"])
    address = reverse("partners:person_deactivate", args=[cast["manager"].pk])
    given = {"all": cast["colleague"].pk, f"representative-{row.pk}": "nobody"}
    as_("staff").post(address, filled(as_, address, **given))
    assert not Representative.objects.current().filter(partnership=partner).exists()


def test_the_last_staff_see_beside_the_field_what_is_missing(as_, cast, area):
    page = as_("staff").post(reverse("partners:person_deactivate", args=[cast["staff"].pk]))
    assert page.status_code == 200
    assert "the only staff of Riverbend" in page.content.decode()


def test_who_deactivates_themselves_is_signed_out(as_, client, cast, area):
    factories.seat(Role.STAFF, area)
    as_("staff").post(reverse("partners:person_deactivate", args=[cast["staff"].pk]))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 403), ("colleague", 403), ("neighbor", 404), ("state", 403), ("outsider", 404)],
)
def test_only_staff_deactivate_a_person_of_their_area(as_, cast, who, status):
    assert as_(who).get(reverse("partners:person_deactivate", args=[cast["colleague"].pk])).status_code == status


def test_staff_do_not_deactivate_who_has_a_seat_elsewhere_or_runs_the_deployment(as_, cast, other_area):
    factories.seat(Role.BOARD, other_area, cast["colleague"])
    assert as_("staff").get(reverse("partners:person_deactivate", args=[cast["colleague"].pk])).status_code == 403
    User.objects.filter(pk=cast["board"].pk).update(is_superuser=True)
    assert as_("staff").get(reverse("partners:person_deactivate", args=[cast["board"].pk])).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 200), ("colleague", 403), ("neighbor", 404), ("state", 403), ("outsider", 404)],
)
def test_who_may_end_a_seat_of_an_organization(as_, cast, who, status):
    assert as_(who).get(reverse("partners:seat_end", args=[seat_of(cast["colleague"]).pk])).status_code == status


@pytest.mark.parametrize("whose", ["staff", "board"])
def test_managers_end_no_seat_of_the_area(as_, cast, whose):
    assert as_("manager").get(reverse("partners:seat_end", args=[seat_of(cast[whose]).pk])).status_code == 404
