"""Invitation pages: send, list, resend, withdraw, accept."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.models import Notice
from partners.models import Invitation, Membership, Role
from partners.people import invitations
from tests import factories
from tests.factories import make_invitation

WORDS = {"email": "gail@partner.example", "name": "Gail Guest", "role": "manager"}


def link(invitation: Invitation) -> str:
    return reverse("partners:invitation_accept", args=[invitations.token_of(invitation)])


# ---------------------------------------------------------------- Send
def test_staff_invite_people_to_their_partners(as_, area, partner):
    page = as_("staff").post(reverse("partners:invitation_add", args=[area.slug]), WORDS | {"partner": partner.pk})
    assert page.status_code == 302
    assert Invitation.objects.get().partnership == partner
    assert Notice.objects.get().to == "gail@partner.example"


def test_staff_cannot_invite_to_partners_of_other_areas(as_, area, other_area):
    elsewhere = factories.make_partnership(other_area)
    page = as_("staff").post(reverse("partners:invitation_add", args=[area.slug]), WORDS | {"partner": elsewhere.pk})
    assert page.status_code == 200
    assert not Invitation.objects.exists()


def test_manager_invitation_requires_a_partner(as_, area):
    page = as_("staff").post(reverse("partners:invitation_add", args=[area.slug]), WORDS)
    assert "Choose the partner they work for." in page.content.decode()


@pytest.mark.parametrize("role", ["state", "owner"])
def test_staff_cannot_invite_to_other_roles(as_, area, role):
    as_("staff").post(reverse("partners:invitation_add", args=[area.slug]), WORDS | {"role": role})
    assert not Invitation.objects.exists()


def test_operator_invites_the_state_administrator(client, area):
    client.force_login(factories.make_user("Operator", is_superuser=True))
    client.post(reverse("partners:invitation_add", args=[area.slug]), WORDS | {"role": "state"})
    assert Invitation.objects.get().state == area.state


def test_managers_invite_colleagues_to_their_own_organization(as_, partner):
    address = reverse("partners:colleague_invite", args=[partner.organization_id])
    as_("manager").post(address, WORDS | {"role": "representative"})
    assert Invitation.objects.get().partnership == partner
    as_("manager").post(address, WORDS | {"role": "staff", "email": "other@partner.example"})
    assert Invitation.objects.count() == 1


def test_form_offers_to_resend_an_open_invitation(as_, area, partner):
    known = make_invitation(Role.MANAGER, partner, email=WORDS["email"], name="Gail Guest")
    page = as_("staff").post(reverse("partners:invitation_add", args=[area.slug]), WORDS | {"partner": partner.pk})
    assert "already has an open invitation" in page.content.decode()
    assert reverse("partners:invitation_resend", args=[known.pk]) in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 403), ("colleague", 403), ("board", 403), ("state", 403), ("stranger", 404)],
)
@pytest.mark.parametrize("name", ["invitation_add", "invitation_list"])
def test_only_staff_invite_to_the_area(as_, area, who, status, name):
    assert as_(who).get(reverse(f"partners:{name}", args=[area.slug])).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 200), ("manager", 200), ("colleague", 403), ("neighbor", 403), ("board", 403), ("stranger", 404)],
)
def test_only_staff_and_managers_invite_to_an_organization(as_, partner, who, status):
    address = reverse("partners:colleague_invite", args=[partner.organization_id])
    assert as_(who).get(address).status_code == status


# ---------------------------------------------------------------- List, resend, withdraw
@pytest.mark.parametrize("act", ["resend", "withdraw"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 302), ("manager", 302), ("colleague", 404), ("neighbor", 404), ("board", 404), ("outsider", 404)],
)
def test_only_staff_and_managers_resend_and_withdraw_invitations(as_, partner, act, who, status):
    invitation = make_invitation(Role.MANAGER, partner)
    assert as_(who).post(reverse(f"partners:invitation_{act}", args=[invitation.pk])).status_code == status


def test_withdrawn_invitation_cannot_be_opened(as_, client, area):
    invitation = make_invitation(Role.STAFF, area)
    as_("staff").post(reverse("partners:invitation_withdraw", args=[invitation.pk]))
    client.logout()
    page = client.get(link(invitation))
    assert page.status_code == 410
    assert "This invitation was withdrawn" in page.content.decode()


def test_list_shows_status_of_invitations_and_emails(as_, area, cast):
    now = timezone.now()
    make_invitation(Role.STAFF, area, expires_at=now - timedelta(days=1))
    make_invitation(Role.BOARD, area, withdrawn_at=now)
    make_invitation(Role.BOARD, area, accepted_at=now, accepted_by=cast["board"])
    bounced = invitations.invite(
        email="typo@partner.example", name="Ty Po", role=Role.BOARD, place=area, by=cast["staff"], at=now
    )
    Notice.objects.update(status="failed", last_error="550 No such person")
    page = as_("staff").get(reverse("partners:invitation_list", args=[area.slug])).content.decode()
    for words in ("Expired", "Withdrawn", "Accepted", "Email not delivered", "550 No such person", bounced.name):
        assert words in page


def test_list_query_count_is_constant(as_, area, partner, cast):
    address, client = reverse("partners:invitation_list", args=[area.slug]), as_("staff")
    costs = []
    for number in (1, 9):
        for _ in range(number):
            make_invitation(Role.MANAGER, partner, invited_by=cast["staff"])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1]


# ---------------------------------------------------------------- Accept
def test_opening_the_link_changes_nothing(client: Client, area):
    invitation = make_invitation(Role.STAFF, area)
    for _ in range(3):
        assert client.get(link(invitation)).status_code == 200
        client.head(link(invitation))
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=invitation.email).exists()


def test_new_person_is_signed_in_after_accepting(client: Client, area):
    invitation = make_invitation(Role.STAFF, area)
    page = client.post(link(invitation), {"name": "Gail Guest", "way": "password", "password": "tall trees sway"})
    assert page.status_code == 302
    user = User.objects.get(email=invitation.email)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.check_password("tall trees sway")


def test_new_person_can_accept_without_a_password(client: Client, area):
    invitation = make_invitation(Role.STAFF, area)
    client.post(link(invitation), {"name": "Gail Guest", "way": "code", "password": ""})
    assert not User.objects.get(email=invitation.email).has_usable_password()


@pytest.mark.parametrize(
    ("password", "words"), [("", "Choose a password"), ("short", "too short"), ("gailguest1234567", "similar")]
)
def test_weak_password_is_refused_and_creates_no_account(client: Client, area, password, words):
    invitation = make_invitation(Role.STAFF, area, email="gailguest1234567@x.example")
    page = client.post(link(invitation), {"name": "Gail Guest", "way": "password", "password": password})
    assert words in page.content.decode()
    assert not User.objects.filter(email=invitation.email).exists()


def test_accepting_twice_creates_one_seat(client: Client, area):
    invitation = make_invitation(Role.STAFF, area)
    form = {"name": "Gail Guest", "way": "code", "password": ""}
    assert client.post(link(invitation), form).status_code == 302
    assert client.post(link(invitation), form).status_code == 302
    assert Membership.objects.filter(user__email=invitation.email).count() == 1


def test_accepted_invitation_is_shown_as_accepted_in_another_browser(client: Client, area):
    invitation = make_invitation(Role.STAFF, area)
    invitations.accept_as_new(invitation, name="Gail", password=None, at=timezone.now())
    page = client.get(link(invitation))
    assert page.status_code == 200
    assert "You have already accepted" in page.content.decode()


def test_expired_invitation_shows_the_contact(client: Client, area, cast):
    invitation = make_invitation(Role.STAFF, area, expires_at=timezone.now(), invited_by=cast["staff"])
    page = client.get(link(invitation))
    assert page.status_code == 410
    assert cast["staff"].email in page.content.decode()


def test_person_with_an_account_signs_in_before_accepting(client: Client, area, cast):
    invitation = make_invitation(Role.BOARD, area, email=cast["manager"].email)
    page = client.get(link(invitation)).content.decode()
    assert f"{reverse('account_login')}?next={link(invitation)}" in page
    client.post(link(invitation), {"name": "Intruder", "way": "password", "password": "tall trees sway"})
    cast["manager"].refresh_from_db()
    assert cast["manager"].name == "Joel Abara"
    assert cast["manager"].check_password(factories.PASSWORD)
    client.force_login(cast["manager"])
    assert client.post(link(invitation)).status_code == 302
    assert Membership.objects.filter(user=cast["manager"], area=area).exists()


def test_another_person_cannot_accept_but_can_sign_out(as_, area):
    invitation = make_invitation(Role.STAFF, area)
    for page in (as_("manager").get(link(invitation)), as_("manager").post(link(invitation))):
        assert page.status_code == 403
        assert "Sign out and continue" in page.content.decode()
    assert not Membership.objects.filter(user__name="Joel Abara", area=area).exists()


def test_reactivated_account_is_asked_for_its_second_factor(client: Client, area):
    gone = factories.make_user(is_active=False, deactivated_at=timezone.now())
    Authenticator.objects.create(user=gone, type=Authenticator.Type.TOTP, data={"secret": "x"})
    invitation = make_invitation(Role.STAFF, area, email=gone.email)
    page = client.post(link(invitation), {"name": gone.name, "way": "code", "password": ""})
    assert page.status_code == 302
    assert "_auth_user_id" not in client.session
    assert page["Location"] == reverse("mfa_authenticate")


def test_incomplete_link_is_explained(client: Client, db):
    page = client.get(reverse("partners:invitation_accept", args=["1-abc.def"]))
    assert page.status_code == 404
    assert "This link is not complete" in page.content.decode()
