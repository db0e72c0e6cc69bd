"""Concurrent requests, answers and decisions: the second waits and sees what the first has done."""

import pytest
from django.utils import timezone

from onestop.accounts.emailed_links import LinkIsOver
from onestop.notices.models import Notice
from partners.models import (
    ConfirmationRequest,
    Membership,
    Partnership,
    Proposal,
    Role,
    ServiceConfirmation,
    UnansweredQuestion,
)
from partners.search.unanswered import count_unanswered
from partners.upkeep import confirmation_requests, proposals, proposed_changes, search_answers, services
from tests import factories
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def manager():
    """A partner's manager."""
    return factories.seat(Role.MANAGER, factories.make_partnership())


@pytest.fixture
def service(manager):
    return factories.make_service(Partnership.objects.get(), hours="Mon")


def test_two_staff_who_ask_at_once_send_one_mail(service):
    staff = [factories.make_user(), factories.make_user()]
    asks = [lambda by=by: confirmation_requests.ask_to_confirm(service.partnership, by=by, at=NOW) for by in staff]
    refusal = second_waits_for(*asks)
    assert isinstance(refusal, confirmation_requests.CannotAsk)
    assert (ConfirmationRequest.objects.count(), Notice.objects.count()) == (1, 1)


def test_two_concurrent_confirmations_by_one_link_are_recorded_once(service, manager):
    request = factories.make_request(service.partnership, Membership.objects.get(user=manager))
    seen = {service.pk: services.look_of(service)}

    def confirm():
        return confirmation_requests.confirm_by_link(request, seen=seen, by=manager, at=timezone.now())

    assert second_waits_for(confirm, confirm) == []
    assert ServiceConfirmation.objects.count() == 1


def test_a_link_that_is_concurrently_replaced_does_not_confirm(service, manager):
    request = factories.make_request(service.partnership, Membership.objects.get(user=manager))
    refusal = second_waits_for(
        lambda: ConfirmationRequest.objects.update(revoked_at=NOW),
        lambda: confirmation_requests.confirm_by_link(
            request, seen={service.pk: services.look_of(service)}, by=manager, at=NOW
        ),
    )
    assert isinstance(refusal, LinkIsOver)
    service.refresh_from_db()
    assert service.verified_on is None


def test_two_concurrent_proposals_by_one_link_are_recorded_once(service):
    main = factories.make_representative(service.partnership, email="main@agency.example")
    request = factories.make_request(service.partnership, representative=main)

    def propose():
        return proposals.propose_by_link(request, service, facts={"hours": "Fri"}, note="", by=None, at=NOW)

    assert isinstance(second_waits_for(propose, propose), proposed_changes.CannotPropose)
    assert Proposal.objects.count() == 1


def test_the_second_of_two_concurrent_decisions_is_refused(service, manager):
    proposal = factories.make_proposal(service, factories.make_user())
    seen = {"cost": proposed_changes.mark_of("")}
    refusal = second_waits_for(
        lambda: proposals.decline_proposal(proposal, answer="No.", by=manager, at=NOW),
        lambda: proposals.accept_proposal(proposal, take=["cost"], seen=seen, by=manager, at=NOW),
    )
    assert isinstance(refusal, proposed_changes.CannotDecide)
    service.refresh_from_db()
    assert (service.cost, Proposal.objects.get().status) == ("", "declined")


def test_approval_does_not_overwrite_a_concurrent_edit(service, manager):
    proposal = factories.make_proposal(service, factories.make_user())
    seen = {"cost": proposed_changes.mark_of("")}
    refusal = second_waits_for(
        lambda: services.update_service(service, facts={"cost": "$5"}, by=manager, at=NOW),
        lambda: proposals.accept_proposal(proposal, take=["cost"], seen=seen, by=manager, at=NOW),
    )
    assert isinstance(refusal, proposed_changes.LookAgain)
    service.refresh_from_db()
    assert (service.cost, Proposal.objects.get().status) == ("$5", "open")


def test_a_concurrently_edited_service_is_not_confirmed(service, manager):
    seen = {service.pk: services.look_of(service)}
    confirmed = second_waits_for(
        lambda: services.update_service(service, facts={"cost": "$5"}, by=manager, at=NOW),
        lambda: services.verify_seen([service], seen=seen, by=manager, at=NOW),
    )
    assert confirmed == []


def test_two_keywords_added_at_once_are_both_kept(service):
    area, staff = service.partnership.area, factories.make_user()
    answers = [
        lambda word=word: (
            search_answers.answer_by_keyword(area, word, service=service, keyword=word, by=staff, at=NOW).words
        )
        for word in ("piano", "banjo")
    ]
    assert second_waits_for(*answers) == "banjo"
    service.refresh_from_db()
    assert service.keywords == ["piano", "banjo"]


def test_two_people_who_search_in_vain_at_once_are_both_counted(service):
    area = service.partnership.area
    count = [lambda: count_unanswered(area, "piano lessons", "en", "nothing", NOW.date())] * 2
    assert second_waits_for(*count) is True
    assert UnansweredQuestion.objects.get().number == 2
