"""Of two who ask, answer or decide at the same moment, the second waits and is told what the first has done."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from onestop.notices.models import Notice
from partners.models import ConfirmationRequest, Membership, Partnership, Proposal, Role, ServiceConfirmation
from partners.upkeep import confirmation_requests, proposals, services
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def second_waits_for(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do the first act, and the second while the first is not written yet; return what becomes of the second."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(second())
        except Exception as problem:
            outcome.append(problem)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        other.join(0.3)
        assert other.is_alive(), "the second did not wait for the first"
    other.join()
    return outcome[0]


@pytest.fixture
def keeper():
    """A partner's manager."""
    return factories.seat(Role.MANAGER, factories.make_partnership())


@pytest.fixture
def service(keeper):
    return factories.make_service(Partnership.objects.get(), hours="Mon")


def test_two_staff_who_ask_at_once_send_one_mail(service):
    staff = [factories.make_user(), factories.make_user()]
    asks = [lambda by=by: confirmation_requests.ask_to_confirm(service.partnership, by=by, at=NOW) for by in staff]
    told = second_waits_for(*asks)
    assert isinstance(told, confirmation_requests.CannotAsk)
    assert (ConfirmationRequest.objects.count(), Notice.objects.count()) == (1, 1)


def test_two_presses_on_a_link_at_once_say_it_once(service, keeper):
    request = factories.make_request(service.partnership, Membership.objects.get(user=keeper))
    seen = {service.pk: services.look_of(service)}

    def press():
        return confirmation_requests.confirm_by_link(request, seen=seen, by=keeper, at=timezone.now())

    assert second_waits_for(press, press) == []
    assert ServiceConfirmation.objects.count() == 1


def test_a_link_that_is_replaced_while_it_is_pressed_says_nothing(service, keeper):
    request = factories.make_request(service.partnership, Membership.objects.get(user=keeper))
    told = second_waits_for(
        lambda: ConfirmationRequest.objects.update(revoked_at=NOW),
        lambda: confirmation_requests.confirm_by_link(
            request, seen={service.pk: services.look_of(service)}, by=keeper, at=NOW
        ),
    )
    assert isinstance(told, confirmation_requests.CannotAnswer)
    service.refresh_from_db()
    assert service.verified_on is None


def test_the_same_is_not_written_twice_by_two_presses_on_a_link(service):
    main = factories.make_representative(service.partnership, email="main@agency.example")
    request = factories.make_request(service.partnership, representative=main)

    def write():
        return proposals.propose_by_link(request, service, facts={"hours": "Fri"}, note="", by=None, at=NOW)

    assert isinstance(second_waits_for(write, write), proposals.CannotPropose)
    assert Proposal.objects.count() == 1


def test_of_two_who_decide_at_once_the_second_is_told(service, keeper):
    proposal = factories.make_proposal(service, factories.make_user())
    seen = {"cost": proposals.mark_of("")}
    told = second_waits_for(
        lambda: proposals.decline_proposal(proposal, answer="No.", by=keeper, at=NOW),
        lambda: proposals.accept_proposal(proposal, take=["cost"], seen=seen, by=keeper, at=NOW),
    )
    assert isinstance(told, proposals.CannotDecide)
    service.refresh_from_db()
    assert (service.cost, Proposal.objects.get().status) == ("", "declined")


def test_what_is_being_saved_is_not_overwritten_by_accepting(service, keeper):
    proposal = factories.make_proposal(service, factories.make_user())
    seen = {"cost": proposals.mark_of("")}
    told = second_waits_for(
        lambda: services.update_service(service, facts={"cost": "$5"}, by=keeper, at=NOW),
        lambda: proposals.accept_proposal(proposal, take=["cost"], seen=seen, by=keeper, at=NOW),
    )
    assert isinstance(told, proposals.LookAgain)
    service.refresh_from_db()
    assert (service.cost, Proposal.objects.get().status) == ("$5", "open")


def test_what_changes_while_all_is_confirmed_is_left(service, keeper):
    seen = {service.pk: services.look_of(service)}
    confirmed = second_waits_for(
        lambda: services.update_service(service, facts={"cost": "$5"}, by=keeper, at=NOW),
        lambda: services.verify_seen([service], seen=seen, by=keeper, at=NOW),
    )
    assert confirmed == []
