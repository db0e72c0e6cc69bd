"""A partner's funding sources and braided plans: parts in percent that add up, amounts to the cent, the pages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agreements.funding import braids, sources
from agreements.funding.locking import CannotPay
from agreements.models import BraidedPart, BraidedPlan, FundingSource
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.models import Program
from tests import factories
from tests.agreements.funding.budget_year import at
from tests.at_once import second_waits_for


def row(name: str, weight: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "weight": Decimal(weight), "allowable_use": "Administration", "program": None, **more}


def put(paying: Any, *rows: dict[str, Any], version: str = "") -> list[FundingSource]:
    return sources.set_sources(paying.first, rows=rows, version=version, by=None, at=timezone.now())


THIRDS = (row("WIOA Adult", "33.333"), row("WIOA Dislocated", "33.333"), row("State funds", "33.334"))


# ---------------------------------------------------------------- Sources
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("A", 60), row("B", 30)], "must add up to 100"),
        ([row("A", 60), row("a", 40)], "entered twice"),
        ([row("A", 100, allowable_use=" ")], "what it may pay"),
        ([row("", 100)], "has a name"),
        ([row("A", 100), row("B", 0)], "above zero"),
        ([row(str(number), 5) for number in range(20)], "at most"),
    ],
)
def test_parts_that_do_not_add_up_are_refused(paying, rows, words):
    with pytest.raises(CannotPay, match=words):
        put(paying, *rows)


def test_each_source_pays_its_part_of_every_period(paying):
    put(paying, *THIRDS)
    found = sources.split_share(
        paying.first, list(sources.current_sources(paying.first)), list(paying.budget.periods.order_by("number")),
        {(paying.first.pk, number): Decimal("2000.01") for number in range(1, 5)},
    )  # fmt: skip
    assert [sum(line.periods[quarter] for line in found) for quarter in range(4)] == [Decimal("2000.01")] * 4
    assert sum(line.total for line in found) == Decimal("8000.04")


@given(cents=st.integers(-10_000_000, 10_000_000), parts=st.lists(st.integers(1, 99_999), min_size=1, max_size=10))
def test_a_split_never_loses_a_cent(cents, parts):
    amount = Decimal(cents) / 100
    rows = [FundingSource(pk=number, weight=Decimal(part) / 1000) for number, part in enumerate(parts)]
    assert sum(part for _source, part in sources.split_amount(amount, rows)) == amount


def test_sources_keep_their_rows_by_name(paying):
    first, second = put(paying, row("A", 60), row("B", 40))
    again = put(paying, row("b", 70), row("C", 30))
    assert [(each.name, each.weight) for each in again] == [("b", Decimal(70)), ("C", Decimal(30))]
    assert again[0].pk == second.pk
    first.refresh_from_db()
    assert first.is_archived
    assert put(paying) == []


def test_who_saves_second_is_told(paying):
    version = version_of(paying.first, sources.LINKS)
    put(paying, row("A", 100), version=version)
    with pytest.raises(ChangedMeanwhile):
        put(paying, row("B", 100), version=version)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_replaces_the_first(paying):
    second_waits_for(lambda: put(paying, row("A", 100)), lambda: put(paying, row("B", 100)))
    assert [each.name for each in sources.current_sources(paying.first)] == ["B"]


def test_the_manager_edits_all_at_once(as_, paying):
    program = Program.objects.order_by("pk").first()
    url = at("source_edit", paying.first.pk)
    facts = {
        "name_1": "WIOA Adult", "weight_1": "62.5", "allowable_use_1": "Administration",
        "program_1": program.pk if program else "", "name_3": "State funds", "weight_3": "37.5",
        "allowable_use_3": "Any",
    }  # fmt: skip
    refused = as_("manager").post(url, {**facts, "weight_3": "30"})
    assert "must add up to 100" in refused.content.decode()
    without = as_("manager").post(url, {**facts, "allowable_use_3": ""})
    assert without.context["form"].errors == {"allowable_use_3": ["Say what this source may pay."]}
    assert as_("manager").post(url, facts).status_code == 302
    page = as_("board").get(at("source_list", paying.first.pk)).content.decode()
    assert "$1,250.00" in page  # 62.5 % of 2,000 a quarter
    assert "$3,000.00" in page  # 37.5 % of 8,000 a year
    form = as_("manager").get(url).context["form"]
    assert form.initial["weight_1"] == "62.5"
    assert as_("neighbor").get(url).status_code == 403


def test_a_draft_is_split_by_what_its_plan_says(as_, paying):
    draft = factories.make_budget(paying.ifa, first_on=date(2027, 7, 1))
    base = factories.make_base(draft, kind="equal")
    factories.make_cost_line(factories.make_pool(base))
    payer = factories.make_payer(draft, paying.first.partnership)
    factories.make_funding_source(payer)
    assert "$12,000.00" in as_("staff").get(at("source_list", payer.pk)).content.decode()


# ---------------------------------------------------------------- Braided plans
FACTS: dict[str, Any] = {
    "title": "Transit passes", "service": None, "amount": Decimal("1000.00"), "first_on": date(2026, 7, 1),
    "last_on": date(2027, 6, 30), "note": "",
}  # fmt: skip


def part(partner: Any, name: str, weight: Any) -> dict[str, Any]:
    return {"partnership": partner, "name": name, "weight": Decimal(weight), "allowable_use": "Supportive services"}


def braid(paying: Any, *parts: dict[str, Any], **changes: Any) -> BraidedPlan:
    return braids.add_braid(paying.ifa, facts={**FACTS, **changes}, parts=parts, by=None, at=timezone.now())


def test_parts_of_a_plan_pay_its_cost_to_the_cent(paying, partner, neighbor_partner):
    plan = braid(
        paying,
        part(partner, "TANF", "33.333"),
        part(partner, "Adult", "33.333"),
        part(neighbor_partner, "VR", "33.334"),
    )
    paid = braids.paid_parts(plan.amount, list(braids.current_parts(plan)))
    assert [each.amount for each in paid] == [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]


@pytest.mark.parametrize(
    ("weights", "changes", "words"),
    [
        ([60, 30], {}, "must add up"),
        ([], {}, "at least one"),
        ([60, 40], {"amount": Decimal(0)}, "above zero"),
        ([60, 40], {"title": " "}, "service or project"),
        ([60, 40], {"last_on": date(2020, 1, 1)}, "before the first day"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(paying, partner, weights, changes, words):
    with pytest.raises(CannotPay, match=words):
        braid(paying, *[part(partner, str(number), weight) for number, weight in enumerate(weights)], **changes)


def test_a_source_of_a_partner_is_named_once(paying, partner):
    with pytest.raises(CannotPay, match="entered twice"):
        braid(paying, part(partner, "A", 50), part(partner, "a ", 50))
    with pytest.raises(CannotPay, match="Choose the partner"):
        braid(paying, part(None, "A", 100))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_a_plan_at_once_the_second_is_told(paying, partner):
    plan = braid(paying, part(partner, "A", 100))
    version = version_of(plan, braids.LINKS)

    def edit(name: str) -> BraidedPlan:
        return braids.update_braid(
            plan, facts={}, parts=[part(partner, name, 100)], version=version, by=None, at=timezone.now()
        )

    assert isinstance(second_waits_for(lambda: edit("B"), lambda: edit("C")), ChangedMeanwhile)


@pytest.mark.django_db(transaction=True)
def test_of_two_plans_at_once_the_second_is_counted(paying, partner, monkeypatch):
    monkeypatch.setattr(braids, "MOST_PLANS", 1)

    def add(title: str) -> BraidedPlan:
        return braid(paying, part(partner, "A", 100), title=title)

    assert isinstance(second_waits_for(lambda: add("One"), lambda: add("Two")), CannotPay)


def test_the_staff_add_edit_remove_and_restore_a_plan(as_, paying, partner, neighbor_partner):
    facts = {
        "title": "Transit passes", "amount": "1000", "first_on": "2026-07-01", "last_on": "2027-06-30",
        "partnership_1": partner.pk, "name_1": "TANF", "weight_1": "60", "allowable_use_1": "Supportive services",
        "partnership_2": neighbor_partner.pk, "name_2": "VR", "weight_2": "40", "allowable_use_2": "Transportation",
    }  # fmt: skip
    assert as_("staff").post(at("braid_add", paying.ifa.pk), facts).status_code == 302
    plan = BraidedPlan.objects.get()
    page = as_("manager").get(plan.get_absolute_url()).content.decode()
    assert "$600.00" in page
    form = as_("staff").get(at("braid_edit", plan.pk)).context["form"]
    assert (form.initial["partnership_2"], form.initial["weight_2"]) == (neighbor_partner.pk, "40")
    one = {**facts, "weight_1": "100", "version": form.version}
    one |= {name: "" for name in facts if name.endswith("_2")}
    assert as_("staff").post(at("braid_edit", plan.pk), one).status_code == 302
    assert BraidedPart.objects.current().get().weight == 100
    as_("staff").post(at("braid_remove", plan.pk))
    assert "No braided plans yet" in as_("staff").get(at("braid_list", paying.ifa.pk)).content.decode()
    as_("staff").post(at("braid_restore", plan.pk))
    assert "Transit passes" in as_("staff").get(at("braid_list", paying.ifa.pk)).content.decode()


def test_the_list_of_plans_costs_the_same_for_one_and_ten(as_, paying, partner, queries_of):
    client = as_("staff")
    url = at("braid_list", paying.ifa.pk)
    braid(paying, part(partner, "A", 100))
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for number in range(10):
        braid(paying, part(partner, "A", 100), title=f"Plan {number}")
    assert queries_of(lambda: client.get(url)) == one
