"""The pages of engagement: the list, one partner, weights, excuses and corrections."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.engagement import corrections, excuses, formula
from onestop.dashboards.engagement.corrections import CannotCorrect
from onestop.dashboards.engagement.excuses import CannotExcuse
from onestop.dashboards.engagement.formula import CannotChangeWeights
from onestop.dashboards.engagement.partner_page import find_act
from onestop.dashboards.engagement.score import scores_of
from onestop.dashboards.models import ActCorrection, ActExcuse, EngagementFormula
from onestop.notices.models import Notice
from partners.rules import may
from tests import factories

NOW = timezone.now()
TODAY = NOW.date()


@pytest.fixture
def missed(area: Any, partner: Any) -> Any:
    """Three action items of the partner that were not done, and one that was; return the name of an act."""
    group = factories.make_group(area)
    for number in range(3):
        action = factories.make_action(
            group, partnership=partner, text=f"Send counts {number}", due_on=TODAY - timedelta(days=30 + number)
        )
    factories.make_action(
        group, partnership=partner, text="Send a list", due_on=TODAY - timedelta(days=40), status="done",
        closed_at=NOW - timedelta(days=50),
    )  # fmt: skip
    return f"actions:{action.pk}"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def file_of(client: Any, url: str) -> str:
    response = client.get(url + "?export=csv")
    return response.getvalue().decode()


def page_of(partner: Any) -> str:
    return reverse("dashboards:partner_engagement", args=[partner.pk])


# ---------------------------------------------------------------- Who sees what
def test_staff_and_the_board_see_who_drifts_and_why(as_, area, partner, missed):
    for who in ("staff", "board"):
        page = words(as_(who).get(reverse("dashboards:engagement_list", args=[area.slug])))
        assert "1 is drifting." in page
        assert "Action items done: 3 of 4 not done, the last one due" in page


def test_partners_see_numbers_and_no_reasons(as_, area, partner, missed):
    page = words(as_("neighbor").get(reverse("dashboards:engagement_list", args=[area.slug])))
    assert partner.organization.name in page
    assert "drifting" not in page
    assert "not done" not in page


@pytest.mark.parametrize(("who", "sees"), [("staff", True), ("manager", True), ("board", False), ("neighbor", False)])
def test_single_acts_are_for_the_partner_and_the_staff(as_, partner, missed, who, sees):
    page = words(as_(who).get(page_of(partner)))
    assert "<b>25 of 100</b>" in page
    assert ("Send counts 0" in page) == sees
    assert ("Send counts 0" in file_of(as_(who), page_of(partner))) == sees


def test_the_page_explains_every_point(as_, partner, missed):
    page = words(as_("manager").get(page_of(partner)))
    for expected in ("Action items done", "25.0", "100.0", "Done", "Not done", "Ask for a correction"):
        assert expected in page
    assert "Excuse" not in page.replace("Excused", "")


def test_the_list_sorts_by_score_filters_and_exports(as_, area, partner, neighbor_partner, missed):
    client, url = as_("staff"), reverse("dashboards:engagement_list", args=[area.slug])
    rows = client.get(url + "?sort=score").context["table"].rows
    assert next(row.record.pk for row in rows) == partner.pk
    kept = client.get(url + "?standing=drifting").context["table"].rows
    assert [row.record.pk for row in kept] == [partner.pk]
    assert "Why it drifts" in file_of(client, url)
    assert "Why it drifts" not in file_of(as_("neighbor"), url)


def test_the_list_costs_the_same_for_one_partner_and_ten(as_, area, partner, missed, queries_of):
    client, url = as_("staff"), reverse("dashboards:engagement_list", args=[area.slug])
    client.get(url)
    once = queries_of(lambda: client.get(url))
    for _ in range(9):
        factories.make_action(
            factories.make_group(area), partnership=factories.make_partnership(area), due_on=TODAY - timedelta(days=9)
        )
    assert queries_of(lambda: client.get(url)) == once


@pytest.mark.parametrize(
    ("right", "who"),
    [
        ("dashboards.view_drifting", {"staff", "board", "state"}),
        ("dashboards.set_weights", {"staff"}),
    ],
)
def test_rights_in_the_area(cast, area, right, who):
    assert {name for name, user in cast.items() if may(user, right, area)} == who


@pytest.mark.parametrize(
    ("right", "who"),
    [
        ("dashboards.view_acts", {"staff", "manager", "colleague", "state"}),
        ("dashboards.excuse_acts", {"staff"}),
        ("dashboards.ask_correction", {"manager", "colleague"}),
        ("dashboards.answer_correction", {"staff"}),
    ],
)
def test_rights_on_a_partner(cast, partner, right, who):
    assert {name for name, user in cast.items() if may(user, right, partner)} == who


# ---------------------------------------------------------------- Excuses
def test_staff_excuse_an_act_and_let_it_count_again(as_, area, partner, missed):
    client = as_("staff")
    client.post(reverse("dashboards:act_excuse", args=[partner.pk, missed]), {"reason": "Flood"})
    excuse = ActExcuse.objects.get()
    assert scores_of(area, TODAY)[partner.pk] == 33
    assert "Flood" in words(client.get(page_of(partner)))
    client.post(reverse("dashboards:excuse_end", args=[excuse.pk]))
    assert scores_of(area, TODAY)[partner.pk] == 25
    assert "taken back already" in words(client.post(reverse("dashboards:excuse_end", args=[excuse.pk]), follow=True))


def test_an_act_that_is_no_act_of_the_partner_is_not_found(as_, partner, neighbor_partner, missed):
    client = as_("staff")
    for name in ("actions:0", "nothing", "attended:1:2"):
        assert client.get(reverse("dashboards:act_excuse", args=[partner.pk, name])).status_code == 404
    assert client.get(reverse("dashboards:act_excuse", args=[neighbor_partner.pk, missed])).status_code == 404


def test_what_cannot_be_excused(cast, partner, neighbor_partner, missed):
    act = find_act(partner, missed, TODAY)
    assert act
    given: dict[str, Any] = {"by": cast["staff"], "at": NOW}
    with pytest.raises(CannotExcuse, match="another partner"):
        excuses.excuse_act(neighbor_partner, act, reason="Flood", **given)
    with pytest.raises(CannotExcuse, match="why"):
        excuses.excuse_act(partner, act, reason=" ", **given)
    excuses.excuse_act(partner, act, reason="Flood", **given)
    with pytest.raises(CannotExcuse, match="already"):
        excuses.excuse_act(partner, act, reason="Flood", **given)


# ---------------------------------------------------------------- Weights
def test_staff_change_the_weights_and_the_versions_stay(as_, area, partner, missed):
    client, url = as_("staff"), reverse("dashboards:engagement_weights", args=[area.slug])
    usual = formula.usual_weights()
    data = {f"weight_{code}": weight for code, weight in usual.items()}
    assert "Computed by the usual weights." in words(client.get(page_of(partner)))
    assert client.post(url, data | {"weight_actions": 0, "before": 0, "reason": "Others matter."}).status_code == 302
    assert scores_of(area, TODAY)[partner.pk] is None
    late = words(client.post(url, data | {"before": 0, "reason": "Again."}))
    assert "changed the weights" in late
    assert "Saved now: 0." in late
    assert '<input type="hidden" name="before" value="1"' in late
    assert client.post(url, data | {"before": 1, "reason": "Back."}).status_code == 302
    assert [one.number for one in formula.formulas_of(area)] == [2, 1]
    assert "Computed by version 2 of the weights" in words(client.get(page_of(partner)))
    how = words(as_("neighbor").get(reverse("dashboards:engagement_formula", args=[area.slug])))
    assert "Others matter." in how
    assert "Version 2" in how


def test_weights_that_are_refused(cast, area):
    given: dict[str, Any] = {"by": cast["staff"], "at": NOW}
    none = dict.fromkeys(formula.usual_weights(), 0)
    for weights, reason, expected in [
        (none, "Why", "At least one"), ({"actions": 11}, "Why", "from 0 to 10"), ({}, "Why", "hold already"),
        ({"actions": 1}, " ", "why"),
    ]:  # fmt: skip
        with pytest.raises(CannotChangeWeights, match=expected):
            formula.set_weights(area, weights, reason=reason, **given)
    assert not EngagementFormula.objects.exists()


# ---------------------------------------------------------------- Corrections
def test_a_partner_asks_for_a_correction_and_the_staff_excuse_it(as_, area, partner, cast, missed):
    as_("manager").post(reverse("dashboards:correction_ask", args=[partner.pk, missed]), {"text": "We sent them."})
    asked = ActCorrection.objects.get()
    assert set(Notice.objects.filter(kind=corrections.ASKED).values_list("to", flat=True)) == {cast["staff"].email}
    assert "A correction was asked for." in words(as_("manager").get(page_of(partner)))
    client, url = as_("staff"), asked.get_absolute_url()
    assert url in words(client.get(page_of(partner)))
    client.post(url, {"answer": "excused", "reason": "They came by post."})
    assert scores_of(area, TODAY)[partner.pk] == 33
    assert Notice.objects.filter(kind=corrections.ANSWERED, to=cast["manager"].email).exists()
    page = words(client.get(url))
    assert "They came by post." in page
    assert 'name="answer"' not in page
    assert ">Answer</button>" not in page
    assert "answered already" in words(client.post(url, {"answer": "stays", "reason": "No."}))
    asked.refresh_from_db()
    assert asked.answer == "excused"


def test_a_correction_is_answered_once_with_a_reason(cast, area, partner, missed):
    act = find_act(partner, missed, TODAY)
    assert act
    manager: dict[str, Any] = {"by": cast["manager"], "at": NOW}
    staff: dict[str, Any] = {"by": cast["staff"], "at": NOW}
    asked = corrections.ask_correction(partner, act, text="We sent them.", **manager)
    with pytest.raises(CannotCorrect, match="already"):
        corrections.ask_correction(partner, act, text="Again.", **manager)
    with pytest.raises(CannotCorrect, match="reason"):
        corrections.answer_correction(asked, act, answer="stays", reason="", **staff)
    with pytest.raises(CannotCorrect, match="no longer counts"):
        corrections.answer_correction(asked, None, answer="excused", reason="Yes", **staff)
    corrections.answer_correction(asked, act, answer="stays", reason="Nothing came.", **staff)
    assert scores_of(area, TODAY)[partner.pk] == 25
    with pytest.raises(CannotCorrect, match="already"):
        corrections.answer_correction(asked, act, answer="stays", reason="Nothing came.", **staff)


def test_open_corrections_are_on_the_list_of_the_staff(as_, area, partner, missed):
    factories.make_act_correction(partner, missed)
    page = words(as_("staff").get(reverse("dashboards:home", args=[area.slug])))
    assert f"{partner.organization.name} asks for a correction: Partner team" in page
