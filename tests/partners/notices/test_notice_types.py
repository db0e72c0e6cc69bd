"""The notices of the partner network: recipients, reasons, and what is withdrawn before it is sent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.models import Notice, Preference, name_of
from onestop.notices.notice_types import notice_type_of
from onestop.notices.preferences import preferences_of
from partners.models import ConfirmationRequest, Membership, Partnership, Proposal, Role, Service
from partners.people import accounts, invitations, turnover
from partners.upkeep import confirmation_requests, proposals, proposed_changes, services
from tests import factories

NOW = timezone.now()
LATER = NOW + timedelta(minutes=5)
Status = Notice.Status


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", hours="Mon")


def notices_of(code: str) -> list[Notice]:
    return list(Notice.objects.filter(kind=f"partners.{code}").order_by("pk"))


def propose(service: Service, by: User, hours: str = "Mon to Thu") -> Proposal:
    return proposals.propose_change(service, facts={"hours": hours}, note="I teach it.", by=by, at=NOW)


def seat_of(user) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


def invite(area, cast, email: str = "gail@partner.example"):
    return invitations.invite(email=email, name="Gail", role=Role.BOARD, place=area, by=cast["staff"], at=NOW)


# ---------------------------------------------------------------- Who can get what
@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("staff", {"proposal_decided", "proposal_made", "seat_added", "seat_ended", "taken_over"}),
        (
            "manager",
            {"confirm_services", "proposal_decided", "proposal_made", "seat_added", "seat_ended", "taken_over"},
        ),
        ("colleague", {"confirm_services", "proposal_decided", "seat_added", "seat_ended", "taken_over"}),
        ("board", {"proposal_decided", "seat_added", "seat_ended"}),
        ("state", {"proposal_decided", "seat_added", "seat_ended"}),
        ("nobody", set()),
    ],
)
def test_preferences_list_only_the_notice_types_a_person_can_get(cast, who, codes):
    ours = {"confirm_services", "proposal_decided", "proposal_made", "seat_added", "seat_ended", "taken_over"}
    asked = {preference.kind.code.removeprefix("partners.") for preference in preferences_of(cast[who])}
    assert asked & ours == codes
    assert "invitation" not in asked, "An invitation cannot be turned off"


# ---------------------------------------------------------------- Recipients and reasons
def test_an_invitation_to_a_user_is_in_their_inbox(area, cast):
    mine, theirs = invite(area, cast, cast["nobody"].email), invite(area, cast)
    first, second = notices_of("invitation")
    assert (first.recipient, first.in_inbox, first.why) == (cast["nobody"], True, "Dana Whitcomb entered your address.")
    assert first.url == reverse("partners:invitation_accept", args=[invitations.token_of(mine)])
    assert (second.recipient, second.to, second.in_inbox) == (None, "gail@partner.example", False)
    assert first.about == [name_of(mine), name_of(area)]
    assert first.scope == second.scope == name_of(area)
    assert second.about == [name_of(theirs), name_of(area)]


def test_an_invitation_to_a_closed_account_is_only_mailed(area, cast):
    cast["nobody"].is_active = False
    cast["nobody"].save()
    invite(area, cast, cast["nobody"].email)
    [notice] = notices_of("invitation")
    assert (notice.recipient, notice.status) == (None, Status.QUEUED)


def test_an_invitation_to_a_secondary_address_goes_there(area, cast):
    cast["nobody"].emailaddress_set.create(email="hollis@home.example", verified=True)
    invite(area, cast, "hollis@home.example")
    [notice] = notices_of("invitation")
    assert (notice.to, notice.recipient) == ("hollis@home.example", None)


def test_a_new_seat_notifies_its_person_in_the_scope_of_the_area(area, partner, cast):
    seat = accounts.add_seat(cast["nobody"], role=Role.MANAGER, place=partner, by=cast["staff"], at=NOW)
    [notice] = notices_of("seat_added")
    assert (notice.recipient, notice.why) == (cast["nobody"], "Dana Whitcomb gave you this seat.")
    assert notice.about == [name_of(seat), name_of(partner)]
    assert (notice.scope, notice.url) == (name_of(area), "/")
    assert notice.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/notices/stop/" in notice.text


def test_a_handover_notifies_both_people(cast, partner):
    seat, key = seat_of(cast["manager"]), f"partnership-{partner.pk}"
    turnover.end_seat(seat, heirs={key: cast["colleague"]}, by=cast["staff"], at=NOW)
    [notice] = notices_of("taken_over")
    assert (notice.recipient, notice.why) == (cast["colleague"], "Dana Whitcomb named you to take over.")
    assert notice.about == [name_of(cast["manager"]), name_of(seat)]
    [ended] = notices_of("seat_ended")
    assert (ended.recipient, ended.why) == (cast["manager"], "You held this seat.")


def test_a_request_to_a_manager_is_in_the_inbox_and_links_to_the_confirm_page(area, partner, service, cast):
    [question] = confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW)
    [notice] = notices_of("confirm_services")
    assert notice.recipient == cast["manager"]
    assert notice.why == "You manage the services of Millrace Adult Learning in Riverbend."
    assert notice.url == reverse("partners:partnership_confirm", args=[partner.pk])
    assert notice.about == [name_of(question), name_of(partner), name_of(service)]
    assert notice.scope == name_of(area)
    assert question.address in notice.text


def test_a_request_to_a_representative_with_an_account_uses_the_link(client, partner, service, cast):
    Membership.objects.filter(user=cast["manager"]).update(ended_at=NOW)
    factories.make_representative(partner, cast["colleague"])
    [question] = confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW)
    [notice] = notices_of("confirm_services")
    assert notice.recipient == cast["colleague"]
    assert notice.why == "You represent Millrace Adult Learning in Riverbend."
    assert client.get(notice.url).status_code == 200
    assert notice.url in question.address


# ---------------------------------------------------------------- Proposals
def test_a_proposal_notifies_each_manager_with_one_main_action(as_, area, partner, service, cast):
    second = factories.seat(Role.MANAGER, partner, name="Ida Stone")
    proposal = propose(service, cast["colleague"])
    notices = notices_of("proposal_made")
    assert [notice.recipient for notice in notices] == [cast["manager"], second]
    notice = notices[0]
    assert notice.subject == "Terrence Okafor proposes a change: GED classes"
    assert "days and hours" in notice.text
    assert "I teach it." in notice.text
    assert notice.why == "You manage the services of Millrace Adult Learning in Riverbend."
    assert notice.about == [name_of(proposal), name_of(service), name_of(partner)]
    assert notice.scope == name_of(area)
    assert notice.html.count('class="m-main m-btn"') == 1
    assert "Review the proposal" in notice.text
    assert as_("manager").get(notice.url).status_code == 200


def test_a_proposal_does_not_notify_its_author(service, cast):
    Membership.objects.create(user=cast["colleague"], role=Role.MANAGER, partnership=service.partnership)
    propose(service, cast["colleague"])
    assert [notice.recipient for notice in notices_of("proposal_made")] == [cast["manager"]]


def test_a_proposal_at_a_partner_without_managers_notifies_staff(service, cast):
    Membership.objects.filter(user=cast["manager"]).update(ended_at=NOW)
    propose(service, cast["colleague"])
    [notice] = notices_of("proposal_made")
    assert notice.recipient == cast["staff"]
    assert (
        notice.why
        == "You are One-Stop staff in Riverbend, and Millrace Adult Learning has no manager with an account there."
    )


def test_a_proposal_by_link_names_its_author_and_is_answered_by_mail(partner, service, cast):
    main = factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example")
    question = factories.make_request(partner, representative=main, asked_by=cast["staff"])
    proposal = proposals.propose_by_link(
        question, service, facts={"hours": "Fri"}, note="We moved.", by=None, at=timezone.now()
    )
    [made] = notices_of("proposal_made")
    assert made.subject == "Luz Ferrand proposes a change: GED classes"
    proposals.decline_proposal(proposal, answer="Not before May.", by=cast["manager"], at=LATER)
    [answer] = notices_of("proposal_decided")
    assert (answer.to, answer.recipient, answer.url) == ("luz@millrace.example", None, "")
    assert "View the proposal" not in answer.text
    assert "/notices/preferences/" not in answer.text, "Without an account there are no settings"
    assert "/notices/stop/" in answer.text


def test_the_answer_to_a_proposal_is_in_the_inbox_of_its_author(as_, service, cast):
    proposal = propose(service, cast["colleague"])
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=LATER)
    [notice] = notices_of("proposal_decided")
    assert (notice.recipient, notice.why) == (cast["colleague"], "You proposed this change.")
    assert as_("colleague").get(notice.url).status_code == 200


def test_a_digest_preference_holds_the_notice_for_the_digest(service, cast):
    Preference.objects.create(user=cast["manager"], kind="partners.proposal_made", cadence="weekly")
    propose(service, cast["colleague"])
    assert [notice.status for notice in notices_of("proposal_made")] == [Status.DIGEST_PENDING]


def test_query_count_is_the_same_for_one_manager_and_for_ten(partner, service, cast, queries_of):
    one = queries_of(lambda: propose(service, cast["colleague"], "Wed"))
    for _ in range(9):
        factories.seat(Role.MANAGER, partner)
    assert queries_of(lambda: propose(service, cast["colleague"], "Thu")) == one
    assert len(notices_of("proposal_made")) == 11


# ---------------------------------------------------------------- Withdrawn before it is sent
def test_withdrawing_an_invitation_withdraws_its_unsent_notice(area, cast):
    invitation = invite(area, cast)
    invitations.withdraw(invitation, by=cast["staff"], at=LATER)
    [notice] = notices_of("invitation")
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, "The invitation was withdrawn.")


def test_withdrawing_an_invitation_keeps_its_sent_notice(area, cast):
    invitation = invite(area, cast)
    Notice.objects.update(status=Status.SENT, sent_at=NOW)
    invitations.withdraw(invitation, by=cast["staff"], at=LATER)
    assert [notice.status for notice in notices_of("invitation")] == [Status.SENT]


def test_resending_an_invitation_leaves_one_queued_notice(area, cast):
    invitations.resend(invite(area, cast), by=cast["staff"], at=LATER)
    first, second = notices_of("invitation")
    withdrawn = (Status.WITHDRAWN, "The invitation was resent.", Status.QUEUED)
    assert (first.status, first.withdrawn_why, second.status) == withdrawn


def test_accepting_an_invitation_withdraws_its_unsent_notice(area, cast):
    invitations.accept(invite(area, cast, cast["nobody"].email), by=cast["nobody"], at=LATER)
    assert [notice.withdrawn_why for notice in notices_of("invitation")] == ["The invitation was accepted."]


def test_a_seat_that_ends_before_its_notice_is_sent_notifies_no_one(area, cast):
    seat = accounts.add_seat(cast["nobody"], role=Role.BOARD, place=area, by=cast["staff"], at=NOW)
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=LATER)
    assert [notice.withdrawn_why for notice in notices_of("seat_added")] == ["The seat has ended."]
    assert notices_of("seat_ended") == []


@pytest.mark.parametrize("changes", [{"read_at": NOW}, {"status": Status.SENT, "sent_at": NOW}])
def test_the_end_of_an_announced_seat_notifies_its_person(area, cast, changes):
    seat = accounts.add_seat(cast["nobody"], role=Role.BOARD, place=area, by=cast["staff"], at=NOW)
    Notice.objects.update(**changes)
    turnover.end_seat(seat, heirs={}, by=cast["staff"], at=LATER)
    assert len(notices_of("seat_ended")) == 1


def test_deactivating_a_user_withdraws_their_unsent_notices(area, partner, cast, service):
    invite(area, cast, cast["manager"].email)
    propose(service, cast["colleague"])
    turnover.deactivate(cast["manager"], heirs={}, by=cast["staff"], at=LATER)
    theirs = Notice.objects.filter(to=cast["manager"].email)
    assert set(theirs.values_list("kind", flat=True)) == {"partners.invitation", "partners.proposal_made"}
    assert set(theirs.values_list("status", "withdrawn_why")) == {(Status.WITHDRAWN, "The account is deactivated.")}


@pytest.mark.parametrize(
    ("settle", "why"),
    [
        (
            lambda proposal, cast: proposals.withdraw_proposal(proposal, by=cast["colleague"], at=LATER),
            "The proposal was withdrawn.",
        ),
        (
            lambda proposal, cast: proposals.decline_proposal(proposal, answer="No.", by=cast["staff"], at=LATER),
            "Dana Whitcomb decided on the proposal.",
        ),
        (
            lambda proposal, cast: proposals.accept_proposal(
                proposal, take=["hours"], seen={"hours": proposed_changes.mark_of("Mon")}, by=cast["staff"], at=LATER
            ),
            "Dana Whitcomb decided on the proposal.",
        ),
    ],
    ids=["taken back", "declined", "accepted"],
)
def test_a_settled_proposal_withdraws_its_unsent_notices(service, cast, settle, why):
    settle(propose(service, cast["colleague"]), cast)
    [notice] = notices_of("proposal_made")
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, why)


def test_a_newer_request_replaces_the_one_before(partner, service, cast):
    confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW - timedelta(days=8))
    confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW)
    first, second = notices_of("confirm_services")
    assert (first.status, first.withdrawn_why) == (Status.WITHDRAWN, "A newer request replaced it.")
    assert second.status == Status.QUEUED


@pytest.mark.parametrize(
    "confirm",
    [
        lambda service, cast: services.verify_service(service, by=cast["staff"], at=LATER),
        lambda service, cast: services.verify_services([service], by=cast["staff"], at=LATER),
        lambda service, cast: services.update_service(service, facts={}, confirm=True, by=cast["staff"], at=LATER),
    ],
    ids=["one", "many", "saved"],
)
def test_a_request_is_withdrawn_when_everything_is_confirmed(partner, service, cast, confirm):
    other = factories.make_service(partner, name="Tutoring")
    confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW)
    services.verify_service(other, by=cast["staff"], at=LATER)
    assert [notice.status for notice in notices_of("confirm_services")] == [Status.QUEUED], "One is left to confirm"
    confirm(service, cast)
    [notice] = notices_of("confirm_services")
    assert (notice.status, notice.withdrawn_why) == (Status.WITHDRAWN, "All services were confirmed.")


def test_an_answer_by_link_withdraws_only_the_request_of_that_person(partner, service, cast):
    factories.make_service(partner, name="Tutoring")
    second = factories.seat(Role.MANAGER, partner, name="Ida Stone")
    confirmation_requests.ask_to_confirm(partner, by=cast["staff"], at=NOW)
    question = ConfirmationRequest.objects.get(email=cast["manager"].email)
    seen = {service.pk: services.look_of(service)}
    confirmation_requests.confirm_by_link(question, seen=seen, by=cast["manager"], at=LATER)
    states = {notice.recipient: notice.withdrawn_why for notice in notices_of("confirm_services")}
    assert states == {cast["manager"]: "The request was answered.", second: ""}, "Ida still may confirm the other"


def test_confirming_query_count_is_the_same_for_one_service_and_for_ten(partner, neighbor_partner, cast, queries_of):
    service = factories.make_service(partner)
    one = queries_of(lambda: services.verify_services([service], by=cast["staff"], at=NOW))
    many = [factories.make_service(each) for each in (partner, neighbor_partner) for _ in range(5)]
    assert queries_of(lambda: services.verify_services(many, by=cast["staff"], at=NOW)) == one


def test_templates_default_to_the_last_part_of_the_code():
    assert notice_type_of("partners.proposal_made").templates == "proposal_made"
