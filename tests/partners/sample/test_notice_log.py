"""The notices of the sample network for staff: every status, and the weekly limit."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from onestop.local.sample import load_sample
from onestop.notices import delivery, rule_history
from onestop.notices.models import Bounce, Notice, name_of
from partners.models import LocalArea

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def riverbend(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[LocalArea]:
    """Load the sample once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_sample(today=TODAY)
        yield LocalArea.objects.get(slug="riverbend")
        transaction.set_rollback(True)


def test_there_are_notices_in_every_status_that_staff_handle(riverbend, db):
    told = Notice.objects.in_scope(riverbend)
    states = set(told.values_list("status", flat=True))
    assert {"sent", "failed", "uncertain", "withdrawn", "in_app_only"} <= states
    assert Bounce.objects.filter(address="intake@crosswalk-legal.example", cleared_at=None).exists()


def test_no_mail_is_sent(riverbend, db):
    assert not Notice.objects.in_scope(riverbend).due(timezone.now()).exists()
    assert delivery.free_stuck() == 0


def test_the_weekly_limit_was_changed_once_by_staff(riverbend, db):
    newest, first = rule_history.history_of(name_of(riverbend))
    assert (newest.who, newest.before, newest.after) == ("Dana Whitcomb", "2", "3")
    assert first.before == str(rule_history.USUAL)
