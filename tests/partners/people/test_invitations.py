"""Invitations: the only way to an account."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.models import Notice
from partners.models import Invitation, Membership, Role
from partners.people import contacts, invitations
from tests import factories
from tests.factories import make_invitation, make_representative

NOW = timezone.now()
LATER = NOW + timedelta(minutes=5)


def invite(cast: dict[str, User], place: Any, role: Role = Role.STAFF, by: str = "staff", **changes: Any) -> Invitation:
    given = {"email": "Guest@Partner.example ", "name": "Gail Guest", "role": role, "place": place, "at": NOW}
    return invitations.invite(**given | {"by": cast[by]} | changes)


# ---------------------------------------------------------------- Inviting
def test_an_invitation_goes_out_by_mail_with_the_link_and_says_what_it_is(cast, area):
    invitation = invite(cast, area, message="Welcome to the team.")
    mail = Notice.objects.get()
    assert (mail.to, mail.dedupe_key) == ("guest@partner.example", f"invitation:{invitation.pk}:1")
    assert mail.subject == "Dana Whitcomb invites you to the Riverbend partner network"
    for part in (mail.text, mail.html):
        assert invitations.link_of(invitation) in part
        assert "One-Stop staff, Riverbend" in part
        assert "Welcome to the team." in part
        assert cast["staff"].email in part
    until = timezone.localdate(invitation.expires_at, area.zone)
    assert f"works until {until:%a, %b} {until.day}, {until.year}." in mail.text


def test_what_an_inviter_writes_is_text_in_the_mail_and_no_markup(cast, area):
    invite(cast, area, message="Tom & Ann's <b>desk</b>")
    mail = Notice.objects.get()
    assert "Tom & Ann's <b>desk</b>" in mail.text
    assert "Tom &amp; Ann&#x27;s &lt;b&gt;desk&lt;/b&gt;" in mail.html


def test_an_address_with_an_open_invitation_is_not_invited_again(cast, area):
    first = invite(cast, area)
    with pytest.raises(invitations.AlreadyInvited, match="open invitation") as refusal:
        invite(cast, area)
    assert refusal.value.invitation == first
    assert Notice.objects.count() == 1


def test_an_address_may_be_invited_to_two_seats(cast, area):
    invite(cast, area)
    invite(cast, area, role=Role.BOARD)
    assert Invitation.objects.count() == 2


def test_whoever_holds_the_seat_is_not_invited_to_it(cast, area):
    with pytest.raises(invitations.CannotInvite, match="Dana Whitcomb holds this seat already"):
        invite(cast, area, email=cast["staff"].email.upper())


def test_a_role_is_only_offered_where_it_makes_sense(cast, area, partner):
    with pytest.raises(invitations.CannotInvite, match="no seat in Riverbend"):
        invite(cast, area, role=Role.MANAGER)
    with pytest.raises(invitations.CannotInvite, match="no seat in Millrace"):
        invite(cast, partner.organization, role=Role.BOARD)


def test_nobody_is_invited_to_an_archived_organization(cast, partner):
    partner.organization.archived_at = NOW
    with pytest.raises(invitations.CannotInvite, match="archived"):
        invite(cast, partner.organization, role=Role.MANAGER)


# ---------------------------------------------------------------- Sending again, taking back
def test_sending_again_keeps_the_link_and_renews_its_time(cast, area):
    invitation = invite(cast, area)
    again = invitations.resend(invitation, by=cast["staff"], at=LATER)
    assert invitations.link_of(again) == invitations.link_of(invitation)
    assert (again.times_sent, again.expires_at) == (2, LATER + timedelta(days=14))
    assert Notice.objects.count() == 2


def test_a_double_click_does_not_send_twice(cast, area):
    invitation = invite(cast, area)
    with pytest.raises(invitations.CannotResend, match="a moment ago"):
        invitations.resend(invitation, by=cast["staff"], at=NOW + timedelta(seconds=2))


def test_what_is_over_is_neither_sent_nor_withdrawn(cast, area):
    invitation = invitations.withdraw(invite(cast, area), by=cast["staff"], at=LATER)
    with pytest.raises(invitations.CannotResend, match="withdrawn"):
        invitations.resend(invitation, by=cast["staff"], at=LATER)
    with pytest.raises(invitations.CannotWithdraw, match="already"):
        invitations.withdraw(invitation, by=cast["staff"], at=LATER)
    taken = make_invitation(Role.STAFF, area)
    invitations.accept_as_new(taken, name="Gail", password=None, at=LATER)
    with pytest.raises(invitations.CannotWithdraw, match="Gail has accepted"):
        invitations.withdraw(taken, by=cast["staff"], at=LATER)


# ---------------------------------------------------------------- Accepting
def test_a_new_person_gets_an_account_a_proved_address_and_the_seat(cast, area):
    invitation = invite(cast, area)
    user = invitations.accept_as_new(invitation, name="Gail Guest", password="tall trees sway", at=LATER)
    assert user.check_password("tall trees sway")
    assert EmailAddress.objects.get(user=user).verified
    assert EmailAddress.objects.get(user=user).primary
    assert Membership.objects.get(user=user).area == area
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.accepted_at) == (user, LATER)


def test_without_a_password_they_sign_in_by_code(cast, area):
    user = invitations.accept_as_new(invite(cast, area), name="Gail", password=None, at=LATER)
    assert not user.has_usable_password()


def test_whoever_has_an_account_just_gets_the_seat(cast, area, partner):
    invitation = invite(cast, area, role=Role.BOARD, email=cast["manager"].email)
    invitations.accept(invitation, by=cast["manager"], at=LATER)
    assert Membership.objects.filter(user=cast["manager"]).count() == 2


def test_an_account_also_answers_to_an_address_it_has_proved_later(cast, area):
    EmailAddress.objects.create(user=cast["manager"], email="joel@home.example", verified=True)
    invitation = invite(cast, area, role=Role.BOARD, email="joel@home.example")
    with pytest.raises(invitations.CannotAccept, match="Sign in"):
        invitations.accept_as_new(invitation, name="Joel", password=None, at=LATER)
    invitations.accept(invitation, by=cast["manager"], at=LATER)
    assert Membership.objects.filter(user=cast["manager"], area=area).exists()


def test_nobody_takes_somebody_elses_seat(cast, area):
    with pytest.raises(invitations.CannotAccept, match="You are signed in as"):
        invitations.accept(invite(cast, area), by=cast["manager"], at=LATER)
    assert not Membership.objects.filter(user=cast["manager"], area=area).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"withdrawn_at": NOW}, "withdrawn"), ({"expires_at": NOW}, "expired")],
)
def test_what_is_over_cannot_be_accepted(cast, area, fields, words):
    invitation = make_invitation(Role.STAFF, area, **fields)
    with pytest.raises(invitations.CannotAccept, match=words):
        invitations.accept_as_new(invitation, name="Gail", password=None, at=LATER)
    assert not User.objects.filter(email=invitation.email).exists()


def test_a_deactivated_person_comes_back_to_the_same_account(cast, area):
    gone = factories.make_user("Gone Guest", is_active=False, deactivated_at=NOW)
    invitation = invite(cast, area, email=gone.email)
    back = invitations.accept_as_new(invitation, name="Gone Guest", password="tall trees sway", at=LATER)
    assert back == gone
    assert (back.is_active, back.deactivated_at) == (True, None)


def test_whoever_was_known_as_speaking_for_the_partner_is_that_person_now(cast, partner):
    spoken = make_representative(partner, email="Guest@partner.example")
    elsewhere = make_representative(factories.make_partnership(partner.area), email="guest@partner.example")
    user = invitations.accept_as_new(
        invite(cast, partner.organization, role=Role.MANAGER), name="Gail", password=None, at=LATER
    )
    spoken.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (spoken.user, elsewhere.user) == (user, None)


def test_two_invitations_of_one_new_person_make_one_account(cast, area):
    first, second = invite(cast, area), invite(cast, area, role=Role.BOARD)
    user = invitations.accept_as_new(first, name="Gail", password=None, at=LATER)
    with pytest.raises(invitations.CannotAccept, match="Sign in"):
        invitations.accept_as_new(second, name="Gail", password=None, at=LATER)
    invitations.accept(second, by=user, at=LATER)
    assert Membership.objects.filter(user=user).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_accept_at_once_make_one_account_and_one_says_so(area):
    invitation = make_invitation(Role.STAFF, area)
    start, said = Barrier(4), []

    def press() -> None:
        start.wait()
        try:
            invitations.accept_as_new(invitation, name="Gail", password=None, at=LATER)
            said.append("welcome")
        except invitations.CannotAccept as problem:
            said.append(str(problem))
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["You have accepted this invitation already."] * 3 + ["welcome"]
    assert Membership.objects.filter(area=area).count() == 1


# ---------------------------------------------------------------- The link
def test_only_our_own_links_open_the_door(cast, area):
    invitation = invite(cast, area)
    token = invitations.token_of(invitation)
    assert invitations.find_by_token(token) == invitation
    for forged in (token[:-1], token.replace(str(invitation.pk), "999", 1), f"{invitation.pk}-{invitation.nonce}", "x"):
        assert invitations.find_by_token(forged) is None


def test_questions_go_to_who_invited_or_else_to_the_staff(cast, area, partner):
    invitation = invite(cast, partner, role=Role.MANAGER, by="manager")
    assert invitations.contact_of(invitation) == contacts.Contact("Joel Abara", cast["manager"].email)
    cast["manager"].is_active = False
    assert invitations.contact_of(invitation) == contacts.Contact("Dana Whitcomb", cast["staff"].email)


# ---------------------------------------------------------------- What the database refuses
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("invitation_is_to_one_fitting_place", {"role": "manager"}),
        ("invitation_email_is_in_lower_case", {"email": "Gail@x.example"}),
        ("invitation_ends_in_one_way", {"withdrawn_at": NOW, "accepted_at": NOW}),
        ("invitation_is_accepted_by_somebody", {"accepted_at": NOW}),
    ],
)
def test_the_database_refuses(area, name, changes):
    invitation = make_invitation(Role.STAFF, area)
    if name == "invitation_ends_in_one_way":
        changes = changes | {"accepted_by": factories.make_user()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(**changes)


def test_the_database_refuses_a_second_open_invitation(area):
    known = make_invitation(Role.STAFF, area)
    with pytest.raises(IntegrityError, match="invitation_is_open_once"), transaction.atomic():
        make_invitation(Role.STAFF, area, email=known.email)
