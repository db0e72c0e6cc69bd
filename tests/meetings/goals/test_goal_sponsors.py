"""Sponsors of goals: who is told."""

from datetime import date
from typing import Any

import pytest

from meetings.goals import partners
from meetings.models import Goal
from tests import factories
from tests.meetings.meeting_world import NOW, mails, words_of

SINCE = date(2025, 1, 1)


@pytest.fixture
def goal(area) -> Goal:
    return factories.make_goal(factories.make_plan(area), name="Credentials earned")


@pytest.fixture
def term(area, cast) -> Any:
    return factories.make_board_term(factories.make_board_seat(area), cast["board"], from_on=SINCE)


def other(area: Any, **more: Any) -> Any:
    return factories.make_board_term(factories.make_board_seat(area), from_on=SINCE, **more)


def test_a_sponsor_is_told_of_it_and_of_its_end(area, goal, term, cast):
    partners.set_sponsor(goal, term, by=cast["staff"], at=NOW)
    [told] = mails()
    assert (told.recipient, told.to, told.in_inbox) == (cast["board"], cast["board"].email, True)
    assert "You sponsor the shared goal “Credentials earned” on the board from now on." in words_of(told)
    assert f"/goals/{goal.pk}/" in told.url
    partners.set_sponsor(goal, other(area, name="Bo Other", email="bo@firm.example"), by=cast["staff"], at=NOW)
    began, ended = sorted(mails()[1:], key=lambda mail: mail.to == cast["board"].email)
    assert (began.to, began.url) == ("bo@firm.example", "")
    assert "View the goal" not in began.text
    assert "Bo Other sponsors the shared goal “Credentials earned” from now on, in your place." in words_of(ended)
    partners.set_sponsor(goal, None, by=cast["staff"], at=NOW)
    assert "You no longer sponsor" in words_of(mails()[-1])


def test_nobody_is_told_what_they_did_themselves_or_what_did_not_change(goal, term, cast):
    partners.take_on(goal, term, by=cast["board"], at=NOW)
    partners.set_sponsor(goal, term, by=cast["staff"], at=NOW)
    partners.give_back(goal, term, by=cast["board"], at=NOW)
    assert not mails()


def test_who_has_no_address_or_no_longer_serves_is_not_written_to(area, goal, cast):
    silent = other(area, name="Silent", email="")
    partners.set_sponsor(goal, silent, by=cast["staff"], at=NOW)
    gone = other(area, name="Gone", email="gone@firm.example", ended_on=date(2026, 1, 1))
    Goal.objects.filter(pk=goal.pk).update(sponsor=gone)
    partners.set_sponsor(goal, None, by=cast["staff"], at=NOW)
    assert not mails()
