"""Requests by email to confirm services, and the link that answers without an account."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.emailed_links import LinkIsOver
from onestop.accounts.models import User
from onestop.history.reading import changes_of
from onestop.notices.models import Notice
from partners.models import (
    ConfirmationRequest,
    Membership,
    Partnership,
    Proposal,
    Representative,
    Role,
    Service,
    ServiceConfirmation,
)
from partners.upkeep import confirmation_requests
from partners.upkeep.services import look_of, update_service, verify_service
from tests import factories

NOW = timezone.now()


def today():
    return timezone.localdate()


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", audience="Adults without a diploma", phone="555-0142")


@pytest.fixture
def question(partner, service, cast) -> ConfirmationRequest:
    """Sent by staff to the partner's manager."""
    seat = Membership.objects.get(user=cast["manager"], role=Role.MANAGER)
    return factories.make_request(partner, seat, asked_by=cast["staff"])


@pytest.fixture
def question_to_main(partner, service, cast) -> ConfirmationRequest:
    """Sent to a main representative who has no account."""
    main = factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example")
    return factories.make_request(partner, representative=main, asked_by=cast["staff"])


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def link(question: ConfirmationRequest) -> str:
    return page("confirm", question.token)


def confirming(*services: Service) -> dict[str, object]:
    """Return what the button submits: the services, and the fingerprint of each."""
    seen: dict[str, object] = {f"seen-{service.pk}": look_of(service) for service in services}
    return {"pick": [service.pk for service in services]} | seen


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


# ---------------------------------------------------------------- Asking
def test_each_manager_gets_a_mail_with_a_link(as_, partner, service, cast):
    second = factories.seat(Role.MANAGER, partner, name="Ida Stone")
    as_("staff").post(page("partnership_ask", partner.pk))
    assert {mail.to for mail in Notice.objects.all()} == {cast["manager"].email, second.email}
    mail = Notice.objects.get(to=cast["manager"].email)
    question = ConfirmationRequest.objects.get(email=cast["manager"].email)
    assert question.address in mail.text
    assert question.address in mail.html
    assert "GED classes (never confirmed)" in mail.text
    assert mail.subject == "Is this service still correct? GED classes, Millrace Adult Learning"
    assert (question.asked_by, question.account) == (cast["staff"], cast["manager"])
    assert question.expires_at - question.asked_at == timedelta(days=21)


def test_without_a_manager_the_main_representative_is_asked(as_, partner, service, cast):
    Membership.objects.filter(user=cast["manager"]).update(ended_at=NOW)
    main = factories.make_representative(partner, name="Luz Ferrand", email="Luz@Millrace.example")
    as_("staff").post(page("partnership_ask", partner.pk))
    question = ConfirmationRequest.objects.get()
    assert (question.representative, question.seat, question.email) == (main, None, "luz@millrace.example")


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("board", 403), ("manager", 403), ("state", 403), ("staff", 302)]
)
def test_only_staff_ask(as_, partner, service, who, status):
    assert as_(who).post(page("partnership_ask", partner.pk)).status_code == status
    assert ConfirmationRequest.objects.exists() == (status == 302)


def test_the_page_shows_recipients_and_services_before_sending(as_, partner, service, cast):
    answer = words(as_("staff").get(page("partnership_ask", partner.pk)))
    assert f"An email about 1 service to confirm goes to Joel Abara ({cast['manager'].email})." in answer
    assert not ConfirmationRequest.objects.exists()


def test_a_partner_is_not_asked_twice_within_a_week(as_, partner, service, question):
    answer = as_("staff").post(page("partnership_ask", partner.pk), follow=True)
    assert "was asked on" in words(answer)
    assert "by Dana Whitcomb. You can ask again on" in words(answer)
    assert ConfirmationRequest.objects.count() == 1
    ConfirmationRequest.objects.update(asked_at=NOW - timedelta(days=8))
    as_("staff").post(page("partnership_ask", partner.pk))
    assert ConfirmationRequest.objects.count() == 2


def test_a_newer_request_revokes_the_earlier_link(as_, client, partner, service, question):
    ConfirmationRequest.objects.update(asked_at=NOW - timedelta(days=8))
    as_("staff").post(page("partnership_ask", partner.pk))
    client.logout()
    answer = client.post(link(question), confirming(service))
    assert answer.status_code == 410
    assert "This link was replaced by a newer one" in words(answer)
    assert Service.objects.get().verified_on is None


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (lambda: Service.objects.update(verified_on=today()), "has already confirmed all its services"),
        (lambda: Membership.objects.filter(role="manager").update(ended_at=NOW), "has no manager with an account"),
        (lambda: Partnership.objects.update(archived_at=NOW), "This partner is archived"),
    ],
)
def test_a_request_without_services_or_recipients_is_refused(as_, partner, service, prepare, error):
    prepare()
    answer = as_("staff").post(page("partnership_ask", partner.pk), follow=True)
    assert error in words(answer)
    assert not Notice.objects.exists()


def test_a_manager_with_an_inactive_account_is_not_asked(as_, partner, service, cast):
    User.objects.filter(pk=cast["manager"].pk).update(is_active=False)
    assert confirmation_requests.recipients_of(partner) == []


def test_the_partners_of_selected_services_are_asked_at_once(
    as_, area, partner, neighbor_partner, service, cast, question
):
    other = factories.make_service(neighbor_partner)
    answer = as_("staff").post(page("service_ask_picked", area.slug), {"pick": [service.pk, other.pk]}, follow=True)
    assert "Request sent to Crosswalk Legal Aid." in words(answer)
    assert "Millrace Adult Learning was asked on" in words(answer)
    assert [mail.to for mail in Notice.objects.all()] == [cast["neighbor"].email]
    assert as_("manager").post(page("service_ask_picked", area.slug)).status_code == 403


def test_the_partner_page_shows_freshness_and_the_last_request(as_, partner, service, question):
    factories.make_service(partner, verified_on=today())
    shown = words(as_("staff").get(page("partnership_detail", partner.pk)))
    assert "1 of 2</b> services confirmed in the last 6 months. Never confirmed: 1." in shown
    assert "by Dana Whitcomb from Joel Abara" in shown
    assert "Not opened yet" in shown
    assert "You can ask again on" in shown
    seen_by_neighbor = words(as_("neighbor").get(page("partnership_detail", partner.pk)))
    assert "services confirmed in the last 6 months" in seen_by_neighbor
    assert "Not opened yet" not in seen_by_neighbor
    ConfirmationRequest.objects.update(answered_at=NOW)
    assert "Answered" in words(as_("staff").get(page("partnership_detail", partner.pk)))


def test_the_first_page_of_staff_offers_a_request_or_shows_the_last_one(as_, area, partner, service, cast):
    Service.objects.update(verified_on=today() - timedelta(days=300))
    home = reverse("dashboards:home", args=[area.slug])
    assert page("partnership_ask", partner.pk) in words(as_("staff").get(home))
    as_("staff").post(page("partnership_ask", partner.pk))
    again = words(as_("staff").get(home))
    assert "Dana Whitcomb requested confirmation on" in again
    assert page("partnership_ask", partner.pk) not in again


# ---------------------------------------------------------------- Opening the link
def test_opening_the_link_changes_nothing(client, question, service):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(link(question))
    assert answer.status_code == 200
    assert "Adults without a diploma" in words(answer)
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    question.refresh_from_db()
    assert (question.opened_at, question.answered_at) == (None, None)
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_first_activity_on_the_page_is_recorded_as_opened(client, question):
    address = page("confirm_opened", question.token)
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 204
    first = ConfirmationRequest.objects.get().opened_at
    assert first
    client.post(address)
    assert ConfirmationRequest.objects.get().opened_at == first


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-3], lambda t: "9" + t, lambda t: t.replace(".", ".x"), lambda t: "nothing"]
)
def test_a_tampered_link_is_unknown(client, question, service, spoil):
    address = page("confirm", spoil(question.token))
    assert client.get(address).status_code == 404
    assert client.post(address, confirming(service)).status_code == 404
    assert Service.objects.get().verified_on is None


def test_an_invitation_token_does_not_open_the_page(client, area, service):
    from partners.people.invitations import token_of

    assert client.get(page("confirm", token_of(factories.make_invitation(Role.BOARD, area)))).status_code == 404


def test_a_link_for_another_person_than_the_signed_in_one_is_refused(as_, question, service):
    answer = as_("staff").post(link(question), confirming(service))
    assert answer.status_code == 403
    assert "This link is for Joel Abara" in words(answer)
    assert Service.objects.get().verified_on is None
    assert as_("manager").get(link(question)).status_code == 200


# ---------------------------------------------------------------- Confirming
def test_the_link_confirms_in_the_name_of_the_manager_without_signing_in(client, question, service, cast):
    answer = client.post(link(question), confirming(service), follow=True)
    assert "1 service is confirmed." in words(answer)
    assert "All services are confirmed." in words(answer)
    service.refresh_from_db()
    question.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (today(), cast["manager"])
    assert question.answered_at
    change = changes_of(service)[0]
    assert (change.who, change.verb, change.where) == ("Joel Abara", "confirmed", "through the link in an email")
    assert question.token not in str(service.history.latest("pgh_id").pgh_context)


def test_a_recipient_without_an_account_is_named_from_the_request(as_, client, question_to_main, service):
    client.post(link(question_to_main), confirming(service))
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (today(), None)
    assert confirmation_requests.said_by(service) == "Luz Ferrand"
    assert "by Luz Ferrand" in words(as_("board").get(page("service_detail", service.pk)))
    change = changes_of(service)[0]
    assert (change.who, change.where) == ("Luz Ferrand", "through the link in an email")


def test_all_services_of_the_page_are_confirmed_at_once(client, partner, question, service):
    others = [factories.make_service(partner, name=f"Class {number}") for number in range(4)]
    shown = client.get(link(question)).context["cards"]
    assert len(shown) == 5
    client.post(link(question), confirming(*(card.service for card in shown)))
    assert Service.objects.fresh(today()).count() == 5
    assert ServiceConfirmation.objects.count() == 5
    assert others


def test_confirming_twice_is_recorded_once(client, question, service):
    client.post(link(question), confirming(service))
    answer = client.post(link(question), confirming(service), follow=True)
    assert "All services were already confirmed." in words(answer)
    assert ServiceConfirmation.objects.count() == 1
    assert service.history.filter(verified_on=today()).count() == 1


def test_a_service_changed_since_it_was_shown_is_not_confirmed(client, question, service, cast):
    data = confirming(service)
    update_service(service, facts={"cost": "$20"}, by=cast["staff"], at=NOW)
    answer = client.post(link(question), data, follow=True)
    assert "Some services changed while you were reading." in words(answer)
    assert Service.objects.get().verified_on is None


def test_services_of_other_partners_are_not_confirmed(client, question, service, neighbor_partner):
    other = factories.make_service(neighbor_partner)
    client.post(link(question), confirming(service, other))
    assert list(Service.objects.fresh(today())) == [service]


def test_a_confirmation_can_be_undone_on_the_same_day(client, question, service, cast):
    earlier = today() - timedelta(days=300)
    Service.objects.update(verified_on=earlier, verified_by=cast["staff"])
    client.post(link(question), confirming(service))
    assert "Undo" in words(client.get(link(question)))
    client.post(link(question), {"undo": 1, "pick": service.pk})
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (earlier, cast["staff"])
    assert not ServiceConfirmation.objects.exists()


def test_a_confirmation_by_another_person_cannot_be_undone(client, question, service, cast):
    verify_service(service, by=cast["staff"], at=NOW)
    answer = client.post(link(question), {"undo": 1, "pick": service.pk}, follow=True)
    assert "only your own confirmation" in words(answer)
    assert Service.objects.get().verified_on == today()


def test_htmx_gets_only_the_card(client, partner, question, service):
    factories.make_service(partner)
    answer = client.post(link(question), confirming(service) | {"card": 1}, headers={"HX-Request": "true"})
    assert "<html" not in words(answer)
    assert "Confirmed today" in words(answer)
    spoken = 'hx-swap-oob="innerHTML">GED classes is confirmed. 1 service left to confirm </p>'
    assert spoken in words(answer)
    again = client.post(link(question), confirming(service) | {"card": 1}, headers={"HX-Request": "true"})
    assert "Already confirmed" in words(again)


def test_a_post_without_a_csrf_token_is_refused(question, service):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link(question), confirming(service)).status_code == 403
    assert Service.objects.get().verified_on is None


# ---------------------------------------------------------------- Links that no longer work
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (
            lambda q: ConfirmationRequest.objects.update(expires_at=NOW, asked_at=NOW - timedelta(days=30)),
            "has expired",
        ),
        (lambda q: Membership.objects.filter(pk=q.seat_id).update(ended_at=NOW), "You can no longer use this link"),
        (lambda q: User.objects.filter(pk=q.seat.user_id).update(is_active=False), "You can no longer use this link"),
        (
            lambda q: User.objects.filter(pk=q.seat.user_id).update(email="new@millrace.example"),
            "You can no longer use this link",
        ),
        (lambda q: ConfirmationRequest.objects.update(revoked_at=NOW), "This link was replaced by a newer one"),
        (lambda q: Partnership.objects.update(archived_at=NOW), "This partner is no longer listed"),
    ],
)
def test_a_link_that_no_longer_works_shows_why_and_whom_to_contact(client, question, service, end, reason):
    end(question)
    for answer in (client.get(link(question)), client.post(link(question), confirming(service))):
        assert answer.status_code == 410
        assert reason in words(answer)
        assert "Dana Whitcomb" in words(answer)
    assert client.post(page("confirm_opened", question.token)).status_code == 410
    assert client.get(page("confirm_change", question.token, service.pk)).status_code == 410
    assert Service.objects.get().verified_on is None


@pytest.mark.parametrize("change", [{"archived_at": NOW}, {"email": "other@millrace.example"}])
def test_the_link_of_a_former_representative_no_longer_works(client, question_to_main, service, change):
    Representative.objects.update(**change)
    assert client.post(link(question_to_main), confirming(service)).status_code == 410
    assert Service.objects.get().verified_on is None


def test_a_new_seat_does_not_revive_an_old_link(client, partner, question, service, cast):
    Membership.objects.filter(pk=question.seat_id).update(ended_at=NOW)
    factories.seat(Role.MANAGER, partner, cast["manager"])
    assert client.get(link(question)).status_code == 410


def test_confirm_by_link_refuses_a_revoked_link(question, service, cast):
    ConfirmationRequest.objects.update(revoked_at=NOW)
    with pytest.raises(LinkIsOver):
        confirmation_requests.confirm_by_link(
            question, seen={service.pk: look_of(service)}, by=cast["manager"], at=timezone.now()
        )


# ---------------------------------------------------------------- Reporting changes
def test_a_recipient_with_an_account_signs_in_to_edit(client, question, service):
    edit = page("service_edit", service.pk)
    assert f'href="{edit}"' in words(client.get(link(question)))
    assert client.get(page("confirm_change", question.token, service.pk)).headers["Location"] == edit


def test_a_recipient_without_an_account_proposes_changes_and_staff_decide(client, as_, question_to_main, service, area):
    address = page("confirm_change", question_to_main.token, service.pk)
    form = client.get(address).context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form} | {"version": form.version}
    data |= {bound.html_initial_name: bound.value() or "" for bound in form}
    answer = client.post(address, data | {"cost": "$20 for the test"}, follow=True)
    assert "Your changes to GED classes were sent to Dana Whitcomb." in words(answer)
    proposal = Proposal.objects.get()
    assert (proposal.before, proposal.after) == ({"cost": ""}, {"cost": "$20 for the test"})
    assert (proposal.proposed_by, proposal.proposer_name) == (None, "Luz Ferrand")
    assert Service.objects.get().cost == ""
    question_to_main.refresh_from_db()
    assert question_to_main.answered_at
    home = words(as_("staff").get(reverse("dashboards:home", args=[area.slug])))
    assert "Luz Ferrand proposed a change to GED classes" in home


def test_submitting_without_changes_is_an_error(client, question_to_main, service):
    address = page("confirm_change", question_to_main.token, service.pk)
    form = client.get(address).context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form} | {"version": form.version}
    answer = client.post(address, data)
    assert "You have not changed anything" in words(answer)
    question_to_main.refresh_from_db()
    assert question_to_main.answered_at is None


def test_the_link_does_not_open_services_of_other_partners(client, question_to_main, neighbor_partner):
    other = factories.make_service(neighbor_partner)
    assert client.get(page("confirm_change", question_to_main.token, other.pk)).status_code == 404


# ---------------------------------------------------------------- Constraints and queries
@pytest.mark.parametrize(
    "fields", [{"seat": None}, {"expires_at": NOW - timedelta(days=99)}], ids=["of nobody", "ends before it begins"]
)
def test_constraints_of_a_request(question, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ConfirmationRequest.objects.filter(pk=question.pk).update(**fields)


def test_an_address_has_one_working_link_for_a_partner(partner, question):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_request(partner, question.seat)


def test_the_pages_run_the_same_queries_for_one_and_for_many_services(
    as_, client, partner, question, service, queries_of
):
    def look():
        assert client.get(link(question)).status_code == 200
        assert client.get(page("partnership_confirm", partner.pk)).status_code == 200

    as_("manager")
    look()
    before = queries_of(look)
    for _ in range(10):
        factories.make_service(partner)
    assert queries_of(look) == before
