"""Invitations: the only way to an account."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import outbox
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


# ---------------------------------------------------------------- Invite
def test_invitation_email_has_the_link_role_message_and_contact(cast, area):
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


def test_invitation_email_is_not_sent_after_the_invitation_has_expired(cast, area):
    invitation = invite(cast, area)
    assert Notice.objects.get().expires_at == invitation.expires_at
    assert outbox.withdraw_expired(at=invitation.expires_at) == 1


def test_message_of_an_invitation_is_escaped_in_the_email(cast, area):
    invite(cast, area, message="Tom & Ann's <b>desk</b>")
    mail = Notice.objects.get()
    assert "Tom & Ann's <b>desk</b>" in mail.text
    assert "Tom &amp; Ann&#x27;s &lt;b&gt;desk&lt;/b&gt;" in mail.html


def test_address_with_an_open_invitation_is_not_invited_again(cast, area):
    first = invite(cast, area)
    with pytest.raises(invitations.AlreadyInvited, match="open invitation") as refusal:
        invite(cast, area)
    assert refusal.value.invitation == first
    assert Notice.objects.count() == 1


def test_address_can_be_invited_to_two_seats(cast, area):
    invite(cast, area)
    invite(cast, area, role=Role.BOARD)
    assert Invitation.objects.count() == 2


def test_holder_of_a_seat_is_not_invited_to_it(cast, area):
    with pytest.raises(invitations.CannotInvite, match="Dana Whitcomb already holds this seat"):
        invite(cast, area, email=cast["staff"].email.upper())


def test_role_must_fit_the_place(cast, area, partner):
    with pytest.raises(invitations.CannotInvite, match="Partner manager is not a role at Riverbend"):
        invite(cast, area, role=Role.MANAGER)
    with pytest.raises(invitations.CannotInvite, match="WIB member is not a role at Millrace"):
        invite(cast, partner.organization, role=Role.BOARD)


def test_archived_organization_gets_no_invitations(cast, partner):
    partner.organization.archived_at = NOW
    with pytest.raises(invitations.CannotInvite, match="archived"):
        invite(cast, partner.organization, role=Role.MANAGER)


# ---------------------------------------------------------------- Resend, withdraw
def test_resending_keeps_the_link_and_renews_its_expiry(cast, area):
    invitation = invite(cast, area)
    again = invitations.resend(invitation, by=cast["staff"], at=LATER)
    assert invitations.link_of(again) == invitations.link_of(invitation)
    assert (again.times_sent, again.expires_at) == (2, LATER + timedelta(days=14))
    assert Notice.objects.count() == 2


def test_resending_within_a_minute_is_refused(cast, area):
    invitation = invite(cast, area)
    with pytest.raises(invitations.CannotResend, match="just sent"):
        invitations.resend(invitation, by=cast["staff"], at=NOW + timedelta(seconds=2))


def test_closed_invitation_is_neither_resent_nor_withdrawn(cast, area):
    invitation = invitations.withdraw(invite(cast, area), by=cast["staff"], at=LATER)
    with pytest.raises(invitations.CannotResend, match="withdrawn"):
        invitations.resend(invitation, by=cast["staff"], at=LATER)
    with pytest.raises(invitations.CannotWithdraw, match="already"):
        invitations.withdraw(invitation, by=cast["staff"], at=LATER)
    taken = make_invitation(Role.STAFF, area)
    invitations.accept_as_new(taken, name="Gail", password=None, at=LATER)
    with pytest.raises(invitations.CannotWithdraw, match="Gail has already accepted"):
        invitations.withdraw(taken, by=cast["staff"], at=LATER)


# ---------------------------------------------------------------- Accept
def test_new_person_gets_an_account_a_verified_address_and_the_seat(cast, area):
    invitation = invite(cast, area)
    user = invitations.accept_as_new(invitation, name="Gail Guest", password="tall trees sway", at=LATER)
    assert user.check_password("tall trees sway")
    assert EmailAddress.objects.get(user=user).verified
    assert EmailAddress.objects.get(user=user).primary
    assert Membership.objects.get(user=user).area == area
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.accepted_at) == (user, LATER)


def test_account_without_a_password_has_no_usable_password(cast, area):
    user = invitations.accept_as_new(invite(cast, area), name="Gail", password=None, at=LATER)
    assert not user.has_usable_password()


def test_person_with_an_account_gets_the_seat(cast, area, partner):
    invitation = invite(cast, area, role=Role.BOARD, email=cast["manager"].email)
    invitations.accept(invitation, by=cast["manager"], at=LATER)
    assert Membership.objects.filter(user=cast["manager"]).count() == 2


def test_account_can_accept_with_another_verified_address(cast, area):
    EmailAddress.objects.create(user=cast["manager"], email="joel@home.example", verified=True)
    invitation = invite(cast, area, role=Role.BOARD, email="joel@home.example")
    with pytest.raises(invitations.CannotAccept, match="Sign in"):
        invitations.accept_as_new(invitation, name="Joel", password=None, at=LATER)
    invitations.accept(invitation, by=cast["manager"], at=LATER)
    assert Membership.objects.filter(user=cast["manager"], area=area).exists()


def test_invitation_of_another_person_is_refused(cast, area):
    with pytest.raises(invitations.CannotAccept, match="You are signed in as"):
        invitations.accept(invite(cast, area), by=cast["manager"], at=LATER)
    assert not Membership.objects.filter(user=cast["manager"], area=area).exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"withdrawn_at": NOW}, "withdrawn"), ({"expires_at": NOW}, "expired")],
)
def test_closed_invitation_cannot_be_accepted(cast, area, fields, words):
    invitation = make_invitation(Role.STAFF, area, **fields)
    with pytest.raises(invitations.CannotAccept, match=words):
        invitations.accept_as_new(invitation, name="Gail", password=None, at=LATER)
    assert not User.objects.filter(email=invitation.email).exists()


def test_deactivated_account_is_reactivated(cast, area):
    gone = factories.make_user("Gone Guest", is_active=False, deactivated_at=NOW)
    invitation = invite(cast, area, email=gone.email)
    back = invitations.accept_as_new(invitation, name="Gone Guest", password="tall trees sway", at=LATER)
    assert back == gone
    assert (back.is_active, back.deactivated_at) == (True, None)


def test_accepting_links_the_representative_with_this_address(cast, partner):
    spoken = make_representative(partner, email="Guest@partner.example")
    elsewhere = make_representative(factories.make_partnership(partner.area), email="guest@partner.example")
    user = invitations.accept_as_new(
        invite(cast, partner.organization, role=Role.MANAGER), name="Gail", password=None, at=LATER
    )
    spoken.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (spoken.user, elsewhere.user) == (user, None)


def test_two_invitations_of_a_new_person_create_one_account(cast, area):
    first, second = invite(cast, area), invite(cast, area, role=Role.BOARD)
    user = invitations.accept_as_new(first, name="Gail", password=None, at=LATER)
    with pytest.raises(invitations.CannotAccept, match="Sign in"):
        invitations.accept_as_new(second, name="Gail", password=None, at=LATER)
    invitations.accept(second, by=user, at=LATER)
    assert Membership.objects.filter(user=user).count() == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_acceptance_creates_one_account(area):
    invitation = make_invitation(Role.STAFF, area)
    start, results = Barrier(4), []

    def press() -> None:
        start.wait()
        try:
            invitations.accept_as_new(invitation, name="Gail", password=None, at=LATER)
            results.append("welcome")
        except invitations.CannotAccept as problem:
            results.append(str(problem))
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["You have already accepted this invitation."] * 3 + ["welcome"]
    assert Membership.objects.filter(area=area).count() == 1


# ---------------------------------------------------------------- The link
def test_forged_links_are_not_accepted(cast, area):
    invitation = invite(cast, area)
    token = invitations.token_of(invitation)
    assert invitations.find_by_token(token) == invitation
    for forged in (token[:-1], token.replace(str(invitation.pk), "999", 1), f"{invitation.pk}-{invitation.nonce}", "x"):
        assert invitations.find_by_token(forged) is None


def test_contact_is_the_inviter_or_else_staff(cast, area, partner):
    invitation = invite(cast, partner, role=Role.MANAGER, by="manager")
    assert invitations.contact_of(invitation) == contacts.Contact("Joel Abara", cast["manager"].email)
    cast["manager"].is_active = False
    assert invitations.contact_of(invitation) == contacts.Contact("Dana Whitcomb", cast["staff"].email)


# ---------------------------------------------------------------- Constraints
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


def test_constraint_refuses_a_second_open_invitation(area):
    known = make_invitation(Role.STAFF, area)
    with pytest.raises(IntegrityError, match="invitation_is_open_once"), transaction.atomic():
        make_invitation(Role.STAFF, area, email=known.email)
