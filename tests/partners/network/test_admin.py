"""Django's admin site of the partner network, for superusers only."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import Notice
from partners.models import Invitation, Role
from tests import factories

ADMIN = f"/{settings.ADMIN_PATH}"
NAMES = """
    state localarea center centerreview organization location partnership program programdecision programaccess
    service proposal confirmationrequest representative membership invitation presence absence term practice
    manualedition manualprint synonym
"""
LISTS = [f"partners/{name}" for name in NAMES.split()]
LISTS.append("notices/notice")


@pytest.fixture
def operator(db: None) -> User:
    return factories.make_user("Operator", is_superuser=True, is_staff=True)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_needs_the_same_queries_for_one_row_and_for_five(client, operator, cast, name):
    client.force_login(operator)
    costs = []
    for number in (1, 4):
        for _ in range(number):
            make_one_of_each()
        client.get(f"{ADMIN}{name}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{ADMIN}{name}/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def make_one_of_each() -> None:
    partnership = factories.make_partnership()
    service = factories.make_service(partnership)
    center = factories.make_center(partnership.area)
    factories.make_presence(partnership, center)
    factories.make_absence(partnership, center)
    factories.make_access(partnership, factories.make_program(), center)
    factories.make_decision(partnership.area, factories.make_program())
    factories.make_term(partnership.area)
    factories.make_practice(partnership.area)
    factories.make_location(partnership.organization)
    factories.make_program()
    user = factories.seat(Role.MANAGER, partnership)
    speaker = factories.make_representative(partnership, user)
    factories.make_proposal(service, user)
    factories.make_request(partnership, representative=speaker)
    invitation = factories.make_invitation(Role.STAFF, partnership.area, invited_by=user)
    outbox.enqueue_rendered(
        key=f"test:{invitation.pk}", to=invitation.email, subject="Hello", text="secret", at=invitation.invited_at
    )


def test_the_operator_archives_and_restores_an_area(client, operator, as_, area):
    picked = {"_selected_action": area.pk}
    client.force_login(operator)
    client.post(f"{ADMIN}partners/localarea/", picked | {"action": "archive"})
    assert as_("staff").get(f"/areas/{area.slug}/").status_code == 404
    client.force_login(operator)
    client.post(f"{ADMIN}partners/localarea/", picked | {"action": "restore"})
    assert as_("staff").get(f"/areas/{area.slug}/").status_code == 200


def test_a_time_zone_that_does_not_exist_is_refused(client, operator, area):
    client.force_login(operator)
    facts = {"state": area.state_id, "name": "Riverbend", "slug": area.slug, "board_name": "Board"}
    facts |= {"program_year_month": 7, "time_zone": "America/Riverbend"}
    answer = client.post(f"{ADMIN}partners/localarea/{area.pk}/change/", facts)
    assert "is not a time zone" in answer.content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["staff", "state"])
def test_staff_and_state_administrators_have_no_access(as_, name, who):
    assert as_(who).get(f"{ADMIN}{name}/").status_code in {302, 403, 404}


def test_the_text_of_an_email_and_the_nonce_of_an_invitation_are_not_shown(client, operator, cast):
    client.force_login(operator)
    make_one_of_each()
    email = Notice.objects.get()
    page = client.get(f"{ADMIN}notices/notice/{email.pk}/change/").content.decode()
    assert email.to in page
    assert "secret" not in page
    invitation = Invitation.objects.get()
    page = client.get(f"{ADMIN}partners/invitation/{invitation.pk}/change/").content.decode()
    assert invitation.email in page
    assert invitation.nonce not in page
