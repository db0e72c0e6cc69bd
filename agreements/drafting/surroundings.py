"""What is recorded around an agreement: its parties, who can sign for them, officials and required programs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Prefetch, Q

from agreements.drafting.facts import BudgetFact, Surroundings
from agreements.models import Agreement, CoSigner, FundingBudget, Party
from partners.coverage.matrix import Coverage, coverages_of
from partners.models import LocalArea, Office, Tenure


def surroundings_of(agreement: Agreement, parties: Sequence[Party], *, today: date) -> Surroundings:
    """Return what is recorded around an agreement; a constant number of queries."""
    areas = areas_of(agreement)
    offices = {party.office_id for party in parties if party.office_id}
    held = Tenure.objects.on(today).filter(office__in=offices).values_list("office", flat=True)
    officials = Office.objects.current().filter(area__in=areas, kind=Office.Kind.CHIEF_ELECTED)
    return Surroundings(
        today=today,
        parties=parties,
        held_offices=frozenset(held),
        officials=dict(officials.order_by("title", "pk").values_list("pk", "title")),
        programs=programs_in(coverages_of(areas, today=today)) if agreement.kind == Agreement.Kind.UMBRELLA else {},
        budgets=budget_facts(agreement) if agreement.kind == Agreement.Kind.IFA else (),
    )


def budget_facts(agreement: Agreement) -> list[BudgetFact]:
    """Return what is recorded of the budgets of a funding agreement, by year; one query.

    The draft of a later year says nothing about an agreement whose text is frozen, once it has an adopted budget.
    """
    rows = FundingBudget.objects.filter(agreement=agreement).annotate(
        number_of_pools=Count("pools", filter=Q(pools__archived_at=None), distinct=True),
        number_of_payers=Count("payers", filter=Q(payers__archived_at=None), distinct=True),
    )
    budgets = list(rows.order_by("first_on"))
    if not agreement.is_editable:
        budgets = [each for each in budgets if each.is_adopted] or budgets
    return [
        BudgetFact(each.first_on.year, each.number_of_pools, each.number_of_payers, each.is_reconciled_rarely)
        for each in budgets
    ]


def areas_of(agreement: Agreement) -> list[LocalArea]:
    """Return the area that leads, and further ones."""
    further = LocalArea.objects.filter(pk__in=agreement.further_areas.values("area")).order_by("name")
    return [agreement.area, *further]


def parties_of(agreement: Agreement) -> list[Party]:
    """Return the parties in order, with what names them."""
    rows = Party.objects.current().filter(agreement=agreement).in_order()
    rows = rows.select_related("partnership__organization", "office")
    return list(rows.prefetch_related(Prefetch("co_signers", CoSigner.objects.select_related("office"))))


def programs_in(coverages: Iterable[Coverage]) -> dict[str, frozenset[int]]:
    """Return the partners that carry out each required program in some areas, by its name, where it has any."""
    found: dict[str, set[int]] = defaultdict(set)
    for coverage in coverages:
        for row in coverage.covered:
            found[row.program.short_name or row.program.name] |= {partner.pk for partner in row.partners}
    return {name: frozenset(partners) for name, partners in found.items()}
