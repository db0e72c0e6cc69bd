"""The sample network has told its people what fits its story, and mailed nobody."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from onestop.accounts.models import User
from onestop.notices.inbox import unread_of
from onestop.notices.models import Bounce, Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.sample import load_sample
from partners.models import LocalArea, Proposal
from partners.sample.story import EASTERN

TODAY = date(2026, 11, 24)
NOW = datetime.combine(TODAY, time(9), EASTERN)
Status = Notice.Status


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the sample once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_sample(today=TODAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def notices(loaded: None, db: None) -> NoticeQuerySet:
    return Notice.objects.all()


def login(who: str) -> User:
    return User.objects.get(email=f"{who}@riverbend.example")


def test_nothing_is_left_to_be_mailed(notices):
    assert not notices.filter(status__in=[Status.OWED, Status.CLAIMED]).exists()
    assert 20 <= notices.count() <= 40
    assert set(notices.values_list("status", flat=True)) == {"sent", "joined", "held", "failed", "withdrawn"}


def test_a_manager_has_one_put_off_one_waiting_for_a_digest_and_one_that_was_settled_before(notices):
    mine = notices.filter(recipient=login("manager"), kind="partners.proposal_made")
    states = {notice.status: notice for notice in mine}
    assert set(states) == {"joined", "held", "withdrawn"}
    assert states["held"].due_at == datetime.combine(TODAY + timedelta(days=1), time(8), EASTERN)
    assert states["joined"].snoozed_until > NOW
    assert states["joined"].carrier.subject == "One thing for you"
    assert states["withdrawn"].withdrawn_why == "Dana Whitcomb has decided."
    assert [notice.pk for notice in unread_of(login("manager"), at=NOW)] == [states["held"].pk]


def test_what_is_told_fits_the_story(notices):
    for notice in notices.filter(kind="partners.proposal_made"):
        proposal = Proposal.objects.get(pk=int(notice.about[0].rpartition(":")[2]))
        assert notice.written_at == proposal.proposed_at
        assert notice.recipient != proposal.proposed_by
    riverbend = LocalArea.objects.get(slug="riverbend")
    assert notices.in_scope(riverbend).count() > 15


def test_people_have_read_what_is_old_and_not_all_that_is_new(notices):
    shown = notices.filter(in_inbox=True).exclude(status=Status.WITHDRAWN)
    assert shown.filter(read_at__isnull=False).count() > 5
    assert shown.filter(read_at=None, snoozed_until=None).count() >= 2
    for notice in shown.filter(read_at__isnull=False):
        assert notice.due_at < notice.read_at < NOW
    assert notices.filter(recipient=login("staff")).exists()
    assert notices.filter(recipient=login("representative")).exists()


def test_one_address_reaches_nobody(notices):
    [lost] = notices.lost()
    assert lost.kind == "partners.invitation"
    assert lost.last_error.startswith("Came back: 550 5.1.1")
    assert Bounce.objects.get(cleared_at=None).address == lost.to


@pytest.mark.django_db
@pytest.mark.parametrize("days", range(7))
def test_the_story_holds_on_every_day_of_the_week(days):
    load_sample(today=TODAY + timedelta(days=days))
    mine = Notice.objects.filter(recipient=login("manager"), kind="partners.proposal_made")
    assert set(mine.values_list("status", flat=True)) == {"joined", "held", "withdrawn"}
    assert not Notice.objects.filter(status=Status.OWED).exists()
