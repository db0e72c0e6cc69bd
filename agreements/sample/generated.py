"""Agreements of a generated network: each area has an MOU, an IFA and a purchase of service, all with clauses."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import models

from agreements.drafting import templates
from agreements.models import Agreement, Clause, Party, Review
from agreements.sample import generated_purchases as purchases
from onestop.local.generated import Size
from partners.models import LocalArea, Office, Partnership
from partners.sample.generated import AGE, NOON, insert, record_inserts
from partners.sample.past import unrecorded

MODELS: tuple[Any, ...] = (Agreement, Party, Clause, Review)
WHAT = ("agreements", "parties", "clauses", "reviews of agreements")
AREAS_AT_ONCE = 50
YEAR = timedelta(days=365)


def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate agreements for each generated area; return the numbers of rows by what they are."""
    last = {model: model.objects.aggregate(pk=models.Max("pk"))["pk"] or 0 for model in (*MODELS, *purchases.MODELS)}
    made = dict.fromkeys((*WHAT, *purchases.WHAT), 0)
    slugs = [f"area-{number + 1}" for number in range(size.areas)]
    with unrecorded():
        for start in range(0, len(slugs), AREAS_AT_ONCE):
            some = LocalArea.objects.filter(slug__in=slugs[start : start + AREAS_AT_ONCE]).order_by("pk")
            written = list(_rows(size, list(some.select_related("state")), today))
            for what, rows in zip(WHAT, written, strict=True):
                made[what] += len(rows)
            for what, number in purchases.generate_for(size, written[0], today):
                made[what] += number
    for model, pk in last.items():
        record_inserts(model, since=pk, at=datetime.combine(today - timedelta(days=AGE), NOON, UTC))
    return made


def _rows(size: Size, areas: Sequence[LocalArea], today: date) -> Iterator[list[Any]]:
    """Yield what is written of some areas: agreements, parties, clauses, reviews."""
    agreements = [each for area in areas for each in _agreements(size, area, today)]
    yield insert(agreements)
    offices = Office.objects.filter(area__in=areas).order_by("area", "pk")
    of_area = {pk: list(found) for pk, found in groupby(offices, lambda office: office.area_id)}
    partners = Partnership.objects.filter(area__in=areas).order_by("area", "pk")
    partners_of = {pk: list(found) for pk, found in groupby(partners, lambda partner: partner.area_id)}
    yield insert(
        [
            party
            for each in agreements
            for party in _parties(each, of_area.get(each.area_id, []), partners_of.get(each.area_id, []))
        ]
    )
    yield insert(
        [
            Clause(agreement=each, position=number, title=one.title, text=one.text, elements=list(one.elements))
            for each in agreements
            for number, one in enumerate(templates.wording_of(each.kind), start=1)
        ]
    )
    mous: list[Any] = [each for each in agreements if each.is_mou]
    yield insert([_review(each) for each in mous if each.effective_on <= today - YEAR])


def _agreements(size: Size, area: LocalArea, today: date) -> list[Agreement]:
    """Return the agreements of an area; the MOU of some has lapsed, and some were signed late."""
    dice = size.dice("agreements", area.slug)
    begins = today - timedelta(days=dice.randrange(100, 1140))
    terms = {"umbrella": (begins, 3 * YEAR), "ifa": (begins, YEAR), "purchase": (begins, 2 * YEAR)}
    return [
        Agreement(
            area=area, kind=kind, number=f"{kind.upper()}-1", title=str(Agreement.Kind(kind).label), status="executed",
            effective_on=first, expires_on=first + lasts, review_on=first + lasts,
            executed_on=first + timedelta(days=dice.choice((-20, -3, 0, 40))),
            begun_at=datetime.combine(first - timedelta(days=90), NOON, UTC),
        )
        for kind, (first, lasts) in terms.items()
    ]  # fmt: skip


def _parties(agreement: Agreement, offices: Sequence[Office], partners: Sequence[Partnership]) -> Iterator[Party]:
    """Yield the board and the officials, and all partners; a purchase is of one partner from another."""
    for office in offices:
        if office.kind == Office.Kind.CHAIR:
            yield Party(agreement=agreement, kind=Party.Kind.BOARD, name="Workforce board", office=office)
        elif office.kind == Office.Kind.CHIEF_ELECTED:
            yield Party(agreement=agreement, kind=Party.Kind.OFFICIAL, name=office.title, office=office)
    for partner in partners[:2] if agreement.kind == Agreement.Kind.PURCHASE else partners:
        yield Party(agreement=agreement, kind=Party.Kind.PARTNER, partnership=partner)


def _review(agreement: Any) -> Review:
    held = agreement.effective_on + timedelta(days=300)
    return Review(
        agreement=agreement, held_on=held, next_on=held + 3 * YEAR, who="The board",
        at=datetime.combine(held, NOON, UTC),
    )  # fmt: skip
