"""The notices of the sample network fit its data, and none is mailed."""

from datetime import datetime, time, timedelta

import pytest

from onestop.accounts.models import User
from onestop.local.sample import load_sample
from onestop.notices.inbox import unread_of
from onestop.notices.models import Bounce, Notice
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import LocalArea, Proposal
from partners.sample.story import EASTERN
from tests.partners.sample.contents.conftest import TODAY

NOW = datetime.combine(TODAY, time(9), EASTERN)
Status = Notice.Status


@pytest.fixture
def notices(loaded: None, db: None) -> NoticeQuerySet:
    """Notices about acts of people; reminders and failed notices have their own tests."""
    return Notice.objects.filter(matter="").exclude(dedupe_key__startswith="sample:")


def login(who: str) -> User:
    return User.objects.get(email=f"{who}@riverbend.example")


def test_no_notice_is_queued_for_mail(notices):
    assert not notices.filter(status__in=[Status.QUEUED, Status.CLAIMED]).exists()
    assert 20 <= notices.count() <= 40
    states = {"sent", "digested", "digest_pending", "in_app_only", "failed", "uncertain", "withdrawn"}
    assert set(notices.values_list("status", flat=True)) == states


def test_a_manager_has_a_snoozed_notice_one_pending_for_a_digest_and_a_withdrawn_one(notices):
    mine = notices.filter(recipient=login("manager"), kind="partners.proposal_made")
    states = {notice.status: notice for notice in mine}
    assert set(states) == {"digested", "digest_pending", "withdrawn"}
    assert states["digest_pending"].due_at == datetime.combine(TODAY + timedelta(days=1), time(8), EASTERN)
    assert states["digested"].snoozed_until > NOW
    assert states["digested"].carrier.subject == "1 notification for you"
    assert states["withdrawn"].withdrawn_why == "Dana Whitcomb decided on the proposal."
    assert list(unread_of(login("manager"), at=NOW).filter(pk__in=mine)) == [states["digest_pending"]]


def test_notices_of_proposals_fit_the_proposals(notices):
    for notice in notices.filter(kind="partners.proposal_made"):
        proposal = Proposal.objects.get(pk=int(notice.about[0].rpartition(":")[2]))
        assert notice.written_at == proposal.proposed_at
        assert notice.recipient != proposal.proposed_by
    riverbend = LocalArea.objects.get(slug="riverbend")
    assert notices.in_scope(riverbend).count() > 15


def test_old_notices_are_read_and_some_new_ones_are_not(notices):
    shown = notices.filter(in_inbox=True).exclude(status=Status.WITHDRAWN)
    assert shown.filter(read_at__isnull=False).count() > 5
    assert shown.filter(read_at=None, snoozed_until=None).count() >= 2
    for notice in shown.filter(read_at__isnull=False):
        assert notice.due_at < notice.read_at < NOW
    assert notices.filter(recipient=login("staff")).exists()
    assert notices.filter(recipient=login("representative")).exists()


def test_one_mail_bounces_and_the_delivery_of_one_is_unknown(notices):
    lost = {notice.status: notice for notice in notices.lost()}
    assert lost["failed"].kind == "partners.invitation"
    assert lost["failed"].last_error.startswith("Bounced: 550 5.1.1")
    assert Bounce.objects.filter(address=lost["failed"].to, cleared_at=None).exists()
    assert (lost["uncertain"].kind, lost["uncertain"].to[:4]) == ("partners.confirm_services", "cass")
    assert len(lost) == notices.lost().count() == 2


def test_no_person_gets_the_same_notice_twice(notices):
    told = notices.exclude(in_inbox=False).values_list("recipient", "subject")
    assert len(told) == len(set(told))


@pytest.mark.django_db
@pytest.mark.parametrize("days", range(7))
def test_the_notices_are_the_same_on_every_day_of_the_week(days):
    load_sample(today=TODAY + timedelta(days=days))
    mine = Notice.objects.filter(recipient=login("manager"), kind="partners.proposal_made")
    assert set(mine.values_list("status", flat=True)) == {"digested", "digest_pending", "withdrawn"}
    assert not Notice.objects.filter(status=Status.QUEUED).exists()
