"""The resource map: needs, who meets them from which money, holes in words and in the plan; rights, files, queries."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Need, NeedMet, PlanAction
from meetings.needs import answers, needs, resource_map
from meetings.needs.needs import CannotKeepNeed
from meetings.plans.from_needs import recommend_action
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.models import LocalArea
from tests import factories
from tests.at_once import second_waits_for

TODAY = localdate() - timedelta(days=1)
NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)
FULL = {"extent": "full", "source": "A grant"}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def states(area: LocalArea, user: Any) -> dict[str, str]:
    rows = Need.objects.current().filter(area=area)
    return {row.need.name: row.state for row in resource_map.map_of(rows, user).rows}


@pytest.fixture
def need(area) -> Need:
    return factories.make_need(area, name="Child care in the evening")


@pytest.fixture
def strategy(area) -> Any:
    return factories.make_strategy(factories.make_goal(factories.make_plan(area)), name="Co-enroll")


# ---------------------------------------------------------------- The map
def test_holes_come_first_then_what_is_met_partly_then_what_rests_on_one_source(area, partner, neighbor_partner, cast):
    made = {name: factories.make_need(area, name=name) for name in ("Met", "Fragile", "Partly", "Hole")}
    factories.make_need_met(made["Met"], partner, extent="full", source="A grant")
    factories.make_need_met(made["Met"], neighbor_partner, source="Donations")
    factories.make_need_met(made["Fragile"], partner, extent="full", source="A grant")
    factories.make_need_met(made["Fragile"], neighbor_partner, source="A grant")
    factories.make_need_met(made["Partly"], partner)
    assert list(states(area, cast["staff"]).items()) == [
        ("Hole", "hole"), ("Partly", "partly"), ("Fragile", "fragile"), ("Met", "met")
    ]  # fmt: skip
    found = resource_map.map_of(Need.objects.filter(area=area), cast["staff"])
    assert (found.holes, found.partly, found.fragile) == (1, 1, 1)
    assert [row.says for row in found.rows] == [
        "No partner meets this need.", "1 partner meets it partly, nobody fully.",
        "All of it is paid from A grant.", "",
    ]  # fmt: skip
    first = found.by_funding[0]
    assert (first.name, [need.name for need in first.alone]) == ("A grant", ["Partly", "Fragile"])


def test_of_one_state_they_are_in_the_order_of_whose_need_it_is_and_of_their_names(area, cast):
    for name, group in (
        ("Zeal", ""),
        ("a ride", "youth"),
        ("Books", "veterans"),
        ("child care", ""),
        ("Zinc", "youth"),
    ):
        factories.make_need(area, name=name, groups_served=group)
    assert list(states(area, cast["staff"])) == ["child care", "Zeal", "Books", "a ride", "Zinc"]


@pytest.mark.parametrize("by", ["partner", "funding"])
def test_a_filter_keeps_the_way_in_which_the_map_is_read(as_, area, need, by):
    url = reverse("meetings:resource_map", args=[area.slug])
    kept = f'<input type="hidden" name="by" value="{by}">'
    assert kept in text_of(as_("board").get(f"{url}?by={by}&q=child"))
    assert 'name="by"' not in text_of(as_("board").get(f"{url}?q=child"))
    assert f'href="{url}?by={by}"' in text_of(as_("board").get(f"{url}?by={by}&q=nothing"))


def test_what_a_partner_met_that_has_left_counts_no_more(area, partner, need, cast):
    factories.make_need_met(need, partner, extent="full")
    assert states(area, cast["staff"]) == {need.name: "fragile"}
    partner.archived_at = NOW
    partner.save()
    assert states(area, cast["staff"]) == {need.name: "hole"}


@pytest.mark.parametrize("by", ["", "?by=partner", "?by=funding", "?by=nonsense"])
def test_the_page_reads_by_need_partner_and_funding(as_, area, partner, need, by):
    factories.make_need_met(need, partner, note="Two evenings.")
    factories.make_need(area, name="A ride to work")
    page = text_of(as_("board").get(reverse("meetings:resource_map", args=[area.slug]) + by))
    assert need.name in page
    assert "1 need that nobody meets" in page


def test_the_map_is_filtered_and_exported(as_, area, partner, need):
    program = factories.make_program()
    factories.make_need_met(need, partner, program=program, source="")
    ride = factories.make_need(area, name="A ride to work", groups_served="youth")
    factories.make_need_met(ride, partner, source="Bus fund", extent="full", note="Weekdays only")
    factories.make_need(area, name="Interpreters", kind="group")
    url = reverse("meetings:resource_map", args=[area.slug])

    def found(query: str) -> list[str]:
        return [row.need.name for row in as_("manager").get(url + query).context["map"].rows]

    assert found("?state=hole") == ["Interpreters"]
    assert found("?group=youth") == ["A ride to work"]
    assert found("?kind=group") == ["Interpreters"]
    assert found(f"?funding=program-{program.pk}") == [need.name]
    assert found("?funding=source-bus+fund") == ["A ride to work"]
    assert found(f"?partner={partner.pk}&state=partly") == [need.name]
    assert found("?q=weekdays") == ["A ride to work"]
    assert found("?q=nothing+like+it") == []
    assert len(found("?state=nonsense&funding=program-x")) == 3
    sheet = b"".join(as_("manager").get(f"{url}?export=csv").streaming_content).decode()
    assert "Weekdays only" in sheet
    assert "Interpreters" in sheet


@pytest.mark.parametrize("by", ["need", "partner", "funding"])
def test_the_page_costs_the_same_for_one_need_and_for_ten(as_, area, partner, strategy, by):
    url, client = reverse("meetings:resource_map", args=[area.slug]) + f"?by={by}", as_("staff")

    def add() -> None:
        need = factories.make_need(area)
        factories.make_need_met(need, partner)
        factories.make_plan_action(strategy, need=need, partnership=partner)

    add()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _number in range(10):
        add()
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


# ---------------------------------------------------------------- Needs
def test_a_need_is_listed_once_removed_and_restored(area, cast):
    need = needs.add_need(area, facts={"name": "Child care", "kind": "barrier"}, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="on the map already") as refused:
        needs.add_need(area, facts={"name": "child CARE"}, by=cast["staff"], at=NOW)
    assert refused.value.field == "name"
    needs.remove_need(need, by=cast["staff"], at=NOW)
    second = needs.add_need(area, facts={"name": "child care"}, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="on the map already"):
        needs.restore_need(need, by=cast["staff"], at=NOW)
    needs.remove_need(second, by=cast["staff"], at=NOW)
    assert not needs.restore_need(need, by=cast["staff"], at=NOW).is_archived


def test_a_need_has_a_name_and_names_no_customer(area, cast):
    for facts, field in (({"name": " "}, "name"), ({"name": "A ride", "note": "Maria Lopez, 34, walks."}, "note")):
        with pytest.raises(CannotKeepNeed) as refused:
            needs.add_need(area, facts=facts, by=cast["staff"], at=NOW)
        assert refused.value.field == field


def test_nobody_saves_over_somebody_elses_text_or_edits_what_was_removed(need, cast):
    version = version_of(need)
    needs.update_need(need, facts={"note": "Forty parents asked."}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        needs.update_need(need, facts={"note": "Fifty."}, version=version, by=cast["staff"], at=NOW)
    needs.remove_need(need, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="Restore it first"):
        needs.update_need(need, facts={"note": "Fifty."}, by=cast["staff"], at=NOW)


def test_a_removed_need_can_be_undone_by_the_staff_alone(as_, area, need):
    as_("staff").post(reverse("meetings:need_remove", args=[need.pk]))
    url = reverse("meetings:resource_map", args=[area.slug])
    assert need.name in text_of(as_("staff").get(url))
    assert need.name not in text_of(as_("manager").get(url))
    as_("staff").post(reverse("meetings:need_restore", args=[need.pk]))
    assert need.name in text_of(as_("manager").get(url))


# ---------------------------------------------------------------- What partners meet
def test_a_manager_says_what_the_partner_meets_and_from_which_money(as_, need, partner):
    url = reverse("meetings:need_met_add", args=[need.pk])
    assert "Choose a partner" not in text_of(as_("manager").get(url))
    assert as_("manager").post(url, {"extent": "partly", "source": ""}).context["form"].errors.keys() == {"source"}
    as_("manager").post(url, {"extent": "partly", "source": "A grant", "note": "Two evenings."})
    met = NeedMet.objects.get()
    assert (met.partnership, met.source, met.note) == (partner, "A grant", "Two evenings.")
    edit = reverse("meetings:need_met_edit", args=[met.pk])
    as_("manager").post(edit, {"extent": "full", "source": "A grant", "version": version_of(met)})
    met.refresh_from_db()
    assert (met.extent, met.note) == ("full", "")
    as_("manager").post(reverse("meetings:need_met_remove", args=[met.pk]))
    assert not NeedMet.objects.exists()


def test_the_staff_choose_the_partner(as_, need, neighbor_partner):
    url = reverse("meetings:need_met_add", args=[need.pk])
    given = {"partnership": str(neighbor_partner.pk), "extent": "full", "source": "Donations"}
    assert as_("staff").post(url, given).status_code == 302
    assert NeedMet.objects.get().partnership == neighbor_partner


def test_the_same_line_is_not_added_twice_and_a_service_is_of_the_partner(
    need, partner, neighbor_partner, other_area, cast
):
    answers.add_answer(need, partner, facts=FULL, by=cast["manager"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="from this source already"):
        answers.add_answer(need, partner, facts=FULL | {"source": "a GRANT"}, by=cast["manager"], at=NOW)
    strange = factories.make_service(neighbor_partner)
    facts = FULL | {"source": "Another", "service": strange}
    with pytest.raises(CannotKeepNeed, match="service of this partner"):
        answers.add_answer(need, partner, facts=facts, by=cast["manager"], at=NOW)
    [elsewhere] = other_area.partnerships.all()
    with pytest.raises(CannotKeepNeed, match="not a partner here"):
        answers.add_answer(need, elsewhere, facts=FULL, by=cast["staff"], at=NOW)
    needs.remove_need(need, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="removed from the map"):
        answers.add_answer(need, neighbor_partner, facts=FULL, by=cast["neighbor"], at=NOW)


def test_a_line_that_was_removed_meanwhile_is_not_edited(need, partner, cast):
    met = answers.add_answer(need, partner, facts=FULL, by=cast["manager"], at=NOW)
    answers.remove_answer(met, by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="removed from the map meanwhile"):
        answers.update_answer(met, facts={"note": "New."}, by=cast["manager"], at=NOW)


@pytest.mark.parametrize(("who", "answer"), [("neighbor", 403), ("colleague", 403), ("board", 403), ("stranger", 404)])
def test_others_do_not_edit_what_a_partner_meets(as_, need, partner, who, answer):
    met = factories.make_need_met(need, partner)
    for name in ("meetings:need_met_edit", "meetings:need_met_remove"):
        assert as_(who).post(reverse(name, args=[met.pk]), {"extent": "full"}).status_code == answer


# ---------------------------------------------------------------- Into the plan
def test_the_map_shows_how_the_action_item_stands_that_an_action_became(as_, area, need, strategy):
    item = factories.make_action(factories.make_group(area), status="done", closed_at=NOW)
    factories.make_plan_action(strategy, need=need, action_item=item)
    page = text_of(as_("board").get(reverse("meetings:resource_map", args=[area.slug])))
    assert "Write one intake form" in page
    assert f'<span class="op-table__sub"> {item.get_status_display()}' in page


def test_an_action_keeps_its_need_and_partner_when_these_were_removed(as_, need, strategy, partner):
    action = factories.make_plan_action(strategy, need=need, partnership=partner)
    Need.objects.update(archived_at=NOW)
    partner.status = "paused"
    partner.save()
    url = reverse("meetings:plan_action_edit", args=[action.pk])
    given = {"text": "Ask again.", "need": str(need.pk), "partnership": str(partner.pk), "status": "open"}
    assert as_("staff").post(url, given | {"version": version_of(action)}).status_code == 302
    action.refresh_from_db()
    assert (action.text, action.need, action.partnership) == ("Ask again.", need, partner)


def test_what_was_archived_of_a_goal_can_be_restored_on_its_page(as_, strategy):
    action = factories.make_plan_action(strategy)
    as_("staff").post(reverse("meetings:plan_action_archive", args=[action.pk]))
    restore = reverse("meetings:plan_action_restore", args=[action.pk])
    page = strategy.goal.get_absolute_url()
    assert restore in text_of(as_("staff").get(page))
    assert restore not in text_of(as_("manager").get(page))
    as_("staff").post(restore)
    as_("staff").post(reverse("meetings:strategy_archive", args=[strategy.pk]))
    assert reverse("meetings:strategy_restore", args=[strategy.pk]) in text_of(as_("staff").get(page))


def test_a_hole_becomes_an_action_of_the_plan_and_the_map_shows_it(as_, area, need, strategy, partner):
    url = reverse("meetings:need_recommend", args=[need.pk])
    given = {"strategy": str(strategy.pk), "text": "Ask the school for a room.", "partnership": str(partner.pk)}
    assert as_("staff").post(url, given | {"due_on": localdate().isoformat()}).status_code == 302
    action = PlanAction.objects.get()
    assert (action.need, action.strategy, action.partnership) == (need, strategy, partner)
    page = text_of(as_("board").get(reverse("meetings:resource_map", args=[area.slug])))
    assert "Ask the school for a room." in page


def test_the_strategy_is_of_a_plan_of_the_area_that_has_not_ended(need, area, other_area, strategy, cast):
    strange = factories.make_strategy(factories.make_goal(factories.make_plan(other_area)))
    ended = factories.make_strategy(factories.make_goal(factories.make_plan(area, status="ended")))
    for wrong in (strange, ended):
        with pytest.raises(CannotKeepNeed, match="strategy of a plan of this area"):
            recommend_action(need, wrong, text="Ask.", by=cast["staff"], at=NOW)
    recommend_action(need, strategy, text="Ask.", due_on=date(2027, 1, 1), by=cast["staff"], at=NOW)
    with pytest.raises(CannotKeepNeed, match="has this action already"):
        recommend_action(need, strategy, text="ask.", by=cast["staff"], at=NOW)


def test_without_a_strategy_the_form_says_what_to_do_first(as_, need):
    page = text_of(as_("staff").get(reverse("meetings:need_recommend", args=[need.pk])))
    assert "have no strategy yet" in page


# ---------------------------------------------------------------- The page of a partner, and races
def test_the_page_of_a_partner_shows_what_it_meets_and_whether_it_affirms_the_values(as_, area, need, partner):
    factories.make_need_met(need, partner, note="Two evenings.")
    factories.make_affirmation(factories.make_values(area), partner, text="We keep our word.", affirmed_on=TODAY)
    page = text_of(as_("neighbor").get(reverse("partners:partnership_detail", args=[partner.pk])))
    assert need.name in page
    assert "We keep our word." in page


@pytest.mark.django_db(transaction=True)
def test_a_need_is_not_answered_while_it_is_removed(area, partner, cast):
    need = factories.make_need(area)

    def answer() -> None:
        answers.add_answer(need, partner, facts=FULL, by=cast["manager"], at=NOW)

    outcome = second_waits_for(lambda: needs.remove_need(need, by=cast["staff"], at=NOW), answer)
    assert isinstance(outcome, CannotKeepNeed)
    assert not NeedMet.objects.exists()
