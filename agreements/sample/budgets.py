"""Budgets of the sample: last program year and this one, for three centers and thirteen partners that pay."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from agreements.funding.plans import months_from, periods_of, shares_of
from agreements.funding.reading import plan_of
from agreements.models import (
    Agreement,
    AllocationBase,
    BaseCount,
    BraidedPart,
    BraidedPlan,
    CostLine,
    CostPool,
    CostShare,
    FundingBudget,
    FundingPeriod,
    FundingSource,
    Payer,
    PayerCenter,
    Stage,
)
from agreements.sample.story import add_signed
from partners.models import Center, Organization, Partnership, Program
from partners.sample.area_story import AreaStory

FOLDER = Path(__file__).parent / "riverbend"
Facts = dict[str, Any]


@cache
def told() -> Facts:
    """Return what the file says of the budget."""
    return tomllib.loads((FOLDER / "cost_shares.toml").read_text(encoding="utf-8"))


def names_of_payers() -> set[str]:
    """Return the names of the partners that pay."""
    return {each["partner"] for each in told()["payers"]}


@dataclass
class Told:
    """A budget with its rows by the names that the file gives them."""

    budget: FundingBudget
    periods: list[FundingPeriod] = field(default_factory=list)
    payers: dict[str, Payer] = field(default_factory=dict)
    bases: dict[str, AllocationBase] = field(default_factory=dict)
    pools: dict[str, CostPool] = field(default_factory=dict)
    lines: list[tuple[CostLine, Facts]] = field(default_factory=list)


def program_year_before(story: AreaStory) -> date:
    """Return the first day of the program year before the one of today."""
    month = story.area.program_year_month
    year = story.today.year if story.today.month >= month else story.today.year - 1
    return date(year - 1, month, 1)


def load(story: AreaStory) -> tuple[Agreement, list[Told]]:
    """Add the funding agreement, which expires in 80 days, with the budgets of last year and of this year."""
    first = program_year_before(story)
    payers = [partner for partner in story.partners if partner.organization.name in names_of_payers()]
    agreement = add_signed(
        story, "ifa", "Infrastructure funding agreement", first, story.today + timedelta(days=80), payers
    )
    nation = _nation(story, first)
    before = _load(story, agreement, first, None, nation)
    years = [before, _load(story, agreement, first.replace(year=first.year + 1), before.budget, nation)]
    _braid(story, agreement, first)
    return agreement, years


def _nation(story: AreaStory, first_on: date) -> Partnership:
    """Add a Native American program of other counties, which takes no part at present."""
    facts, at = told()["nation"], story.at(first_on - timedelta(days=60))
    organization = Organization(state=story.area.state, name=facts["organization"], kind=facts["kind"])
    story.keep([organization], at)
    partnership = Partnership(
        area=story.area, organization=organization, status="paused", framework="external", commitment="referral",
        notes=facts["notes"],
    )  # fmt: skip
    story.keep([partnership], at)
    return partnership


def _load(
    story: AreaStory, agreement: Agreement, first_on: date, before: FundingBudget | None, nation: Partnership
) -> Told:
    at = story.at(first_on - timedelta(days=30))
    facts = told()
    budget = FundingBudget(
        agreement=agreement, first_on=first_on, before=before, note=facts["note"], negotiator=facts["negotiator"],
        status="adopted", adopted_on=first_on - timedelta(days=12), adopted_by=story.staff,
    )  # fmt: skip
    story.keep([budget], at)
    found = Told(budget)
    found.periods = [
        FundingPeriod(
            agreement=agreement, budget=budget, number=span.number, first_on=span.first_on, last_on=span.last_on
        )
        for span in periods_of(first_on, budget.frequency)
    ]
    story.keep(found.periods, at)
    centers = {center.name: center for center in Center.objects.current().filter(area=story.area)}
    _payers(story, found, centers, at)
    _add_nation(story, found, nation, at)
    _bases(story, found, centers, at, grows=0 if before is None else 1)
    _pools(story, found, centers, at, escalated=0 if before is None else 1)
    _shares(found)
    return found


def _payers(story: AreaStory, found: Told, centers: dict[str, Center], at: datetime) -> None:
    partners = {partner.organization.name: partner for partner in story.partners}
    programs = {program.code: program for program in Program.objects.all()}
    agreement, budget = found.budget.agreement, found.budget
    rows = [each for each in told()["payers"] if each["partner"] in partners]
    for number, each in enumerate(rows, start=1):
        found.payers[each["partner"]] = Payer(
            agreement=agreement, budget=budget, partnership=partners[each["partner"]], position=number
        )
    story.keep(list(found.payers.values()), at)
    story.keep(
        [
            PayerCenter(agreement=agreement, payer=found.payers[each["partner"]], center=centers[name])
            for each in rows
            for name in each["centers"]
        ],
        at,
    )
    sources = [
        FundingSource(
            agreement=agreement, payer=found.payers[each["partner"]], name=source["name"],
            program=programs.get(source["program"]), weight=Decimal(source["weight"]), allowable_use=source["use"],
            position=number,
        )
        for each in rows
        for number, source in enumerate(each.get("sources", ()), start=1)
    ]  # fmt: skip
    story.keep(sources, at)


def _add_nation(story: AreaStory, found: Told, nation: Partnership, at: datetime) -> None:
    """Record the decision on the share of the Native American program, which is zero (20 CFR 678.730(c)(1))."""
    facts, budget = told()["nation"], found.budget
    payer = Payer(
        agreement=budget.agreement, budget=budget, partnership=nation, position=len(found.payers) + 1,
        is_negotiated=True, decision=facts["decision"],
        decided_on=budget.first_on - timedelta(days=facts["decided"]),
    )  # fmt: skip
    story.keep([payer], at)


def _bases(story: AreaStory, found: Told, centers: dict[str, Center], at: datetime, *, grows: int) -> None:
    agreement, budget = found.budget.agreement, found.budget
    for each in told()["bases"]:
        found.bases[each["key"]] = AllocationBase(
            agreement=agreement, budget=budget, center=centers.get(each.get("center", "")), kind=each["kind"],
            name=each["name"], common=each.get("common"), note=each.get("note", ""),
        )  # fmt: skip
    story.keep(list(found.bases.values()), at)
    # Customers differ from year to year: the file has those of this year.
    counts = []
    for each in told()["bases"]:
        for number, (payer, value) in enumerate(zip(found.payers.values(), each["counts"], strict=False)):
            if each["kind"] == "customers" and not grows:
                value -= value * (number % 3) // 20
            counts.append(
                BaseCount(
                    agreement=agreement, base=found.bases[each["key"]], payer=payer, period=found.periods[0],
                    value=Decimal(value), counted_on=at.date(), by=story.staff, at=at,
                )
            )  # fmt: skip
    story.keep(counts, at)


def _pools(story: AreaStory, found: Told, centers: dict[str, Center], at: datetime, *, escalated: int) -> None:
    agreement, budget = found.budget.agreement, found.budget
    for number, each in enumerate(told()["pools"], start=1):
        found.pools[each["name"]] = CostPool(
            agreement=agreement, budget=budget, center=centers.get(each.get("center", "")), name=each["name"],
            category=each["category"], base=found.bases[each["base"]], position=number,
        )  # fmt: skip
    story.keep(list(found.pools.values()), at)
    months = list(months_from(budget.first_on, 12))
    for each in told()["pools"]:
        for line in each["lines"]:
            once = line.get("each") == "once"
            row = CostLine(
                agreement=agreement, pool=found.pools[each["name"]], item=line["item"], name=line["name"],
                amount=Decimal(line["amount"]), each=line.get("each", "year"),
                first_on=months[line["month"]] if once else None, escalator=Decimal(line.get("escalator", 0)),
                escalated=escalated if "escalator" in line else 0,
            )  # fmt: skip
            found.lines.append((row, line))
    story.keep([row for row, _line in found.lines], at)


def _shares(found: Told) -> None:
    """Store the shares of the budget, as adopting it does."""
    budget = found.budget
    by_number = {period.number: period for period in found.periods}
    CostShare.objects.bulk_create(
        [
            CostShare(
                agreement_id=budget.agreement_id, budget=budget, period=by_number[share.period], pool_id=share.pool,
                payer_id=share.payer, stage=Stage.PLAN, amount=share.amount, weight=share.weight,
                of_weight=share.of_weight, of_amount=share.of_amount,
            )
            for share in shares_of(plan_of(budget)).rows
        ]
    )  # fmt: skip


def _braid(story: AreaStory, agreement: Agreement, first_on: date) -> None:
    """Add a braided plan of one project, which two partners pay."""
    facts, at = told()["braid"], story.at(first_on - timedelta(days=20))
    partners: dict[str, Partnership] = {partner.organization.name: partner for partner in story.partners}
    plan = BraidedPlan(
        agreement=agreement, title=facts["title"], amount=Decimal(facts["amount"]), note=facts["note"],
        first_on=first_on, last_on=first_on.replace(year=first_on.year + 1) - timedelta(days=1),
    )  # fmt: skip
    story.keep([plan], at)
    story.keep(
        [
            BraidedPart(
                agreement=agreement, plan=plan, partnership=partners[part["partner"]], name=part["name"],
                weight=Decimal(part["weight"]), allowable_use=part["use"], position=number,
            )
            for number, part in enumerate(facts["parts"], start=1)
            if part["partner"] in partners
        ],
        at,
    )  # fmt: skip
