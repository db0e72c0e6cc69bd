"""People who excuse, correct and weigh at the same moment: nothing is lost, and nothing counts twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from onestop.dashboards.engagement import corrections, excuses, formula
from onestop.dashboards.engagement.corrections import CannotCorrect
from onestop.dashboards.engagement.excuses import CannotExcuse
from onestop.dashboards.engagement.formula import CannotChangeWeights
from onestop.dashboards.models import ActCorrection, ActExcuse
from partners.network.acts import Act
from tests import factories
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def act(partner: Any) -> Act:
    return Act("actions", 7, partner.pk, (NOW - timedelta(days=20)).date(), "Send counts", "/there/")


def test_two_weigh_at_once_and_the_second_is_told(area, cast):
    def weigh(weight: int) -> Any:
        return formula.set_weights(
            area, {"actions": weight}, reason="Others matter.", before=0, by=cast["staff"], at=NOW
        )

    refused = second_waits_for(lambda: weigh(1), lambda: weigh(2))
    assert isinstance(refused, CannotChangeWeights)
    assert [one.number for one in formula.formulas_of(area)] == [1]


def test_an_act_is_excused_once(partner, cast, act):
    def excuse() -> Any:
        return excuses.excuse_act(partner, act, reason="Flood", by=cast["staff"], at=NOW)

    assert isinstance(second_waits_for(excuse, excuse), CannotExcuse)
    assert ActExcuse.objects.count() == 1


def test_an_excuse_is_taken_back_once(partner, cast, act):
    excuse = factories.make_act_excuse(partner, act.name)

    def end() -> Any:
        return excuses.end_excuse(excuse, by=cast["staff"], at=NOW)

    assert isinstance(second_waits_for(end, end), CannotExcuse)


def test_a_correction_is_asked_for_and_answered_once(partner, cast, act):
    def ask() -> Any:
        return corrections.ask_correction(partner, act, text="We sent them.", by=cast["manager"], at=NOW)

    assert isinstance(second_waits_for(ask, ask), CannotCorrect)
    asked = ActCorrection.objects.get()

    def answer() -> Any:
        return corrections.answer_correction(
            asked, act, answer="stays", reason="Nothing came.", by=cast["staff"], at=NOW
        )

    assert isinstance(second_waits_for(answer, answer), CannotCorrect)
