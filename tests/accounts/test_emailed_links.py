"""Links by which people act without an account: one purpose, one row, withdrawn at once, signed in the history."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.accounts import signed_links
from onestop.accounts.emailed_links import LinkIsOver, find_link, lock_open, note_answered, note_opened, standing_of
from onestop.accounts.models import EmailedLink
from partners.models import ConfirmationRequest, Role
from tests import factories

NOW = timezone.now()


@pytest.fixture
def link(partner, cast) -> ConfirmationRequest:
    """A link of the first model that has any."""
    return factories.make_request(partner, cast["manager"].memberships.get())


def test_a_link_is_found_by_its_token_only(link):
    assert find_link(ConfirmationRequest, link.token) == link
    assert find_link(ConfirmationRequest, link.token[:-1]) is None
    ConfirmationRequest.objects.update(nonce="x" * 24)
    assert find_link(ConfirmationRequest, link.token) is None


def test_every_model_has_a_purpose_and_a_page_of_its_own():
    models = EmailedLink.__subclasses__()
    assert models
    assert len({model.purpose for model in models}) == len(models)
    assert all(model.purpose and model.page for model in models)


def test_opening_is_recorded_once_under_the_name_of_the_recipient(link):
    note_opened(link, by=None, at=NOW)
    note_opened(link, by=None, at=NOW + timedelta(hours=1))
    link.refresh_from_db()
    assert link.opened_at == NOW
    context = link.history.latest("pgh_id").pgh_context
    assert context["by_link"] == link.name
    assert link.token not in str(context)


def test_a_withdrawn_link_is_not_opened_and_not_answered(link):
    ConfirmationRequest.objects.update(revoked_at=NOW)
    note_opened(link, by=None, at=NOW)
    link.refresh_from_db()
    assert link.opened_at is None
    with pytest.raises(LinkIsOver):
        lock_open(link, NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Not opened yet"),
        ({"opened_at": NOW}, "Opened"),
        ({"opened_at": NOW, "answered_at": NOW}, "Answered"),
        ({"revoked_at": NOW}, "Link withdrawn"),
        ({"asked_at": NOW - timedelta(days=9), "expires_at": NOW - timedelta(days=1)}, "Link expired"),
    ],
)
def test_its_standing_says_how_far_it_has_come(link, changes, words):
    ConfirmationRequest.objects.update(**changes)
    found = find_link(ConfirmationRequest, link.token)
    assert found
    assert words in standing_of(found, NOW)[1]


def test_the_first_answer_counts(link):
    link = lock_open(link, NOW)
    note_answered(link, NOW)
    note_answered(link, NOW + timedelta(hours=1))
    link.refresh_from_db()
    assert (link.opened_at, link.answered_at) == (NOW, NOW)


def test_a_forwarded_link_names_its_recipient_and_records_nothing_of_others(as_, link):
    page = as_("board").get(reverse("partners:confirm", args=[link.token]))
    assert page.status_code == 403
    assert f"This link is for {link.name}" in page.content.decode()


def test_a_link_that_nobody_created_is_unknown(client, link, area):
    assert client.get(reverse("partners:confirm", args=["nonsense"])).status_code == 404
    other = factories.make_invitation(Role.BOARD, area)
    assert find_link(ConfirmationRequest, signed_links.sign("join", other.pk, link.nonce)) is None
