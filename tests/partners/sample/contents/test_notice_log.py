"""The notices of the sample network for staff: every status, and the weekly limit."""

from django.utils import timezone

from onestop.notices import delivery, rule_history
from onestop.notices.models import Bounce, Notice, name_of


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
