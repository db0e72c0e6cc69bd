"""Projects of a generated network: in each area three, one of each framework, with partners, outcomes and counts."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import models

from meetings.models import Project, ProjectCount, ProjectOutcome, ProjectPartner
from onestop.local.generated import Size
from partners.models import LocalArea, Partnership
from partners.sample.generated import AGE, NOON, insert, record_inserts

MODELS: tuple[Any, ...] = (Project, ProjectPartner, ProjectOutcome, ProjectCount)
WHAT = ("projects", "partners of projects", "outcomes of projects", "counts of outcomes")
COUNTS = 4
QUARTER = timedelta(days=91)


def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate the projects of each generated area; return the numbers of rows by what they are."""
    last = {model: model._default_manager.aggregate(pk=models.Max("pk"))["pk"] or 0 for model in MODELS}
    areas = LocalArea.objects.filter(slug__in=[f"area-{number + 1}" for number in range(size.areas)])
    partners = Partnership.objects.active().filter(area__in=areas).order_by("area", "pk")
    known = {pk: list(found) for pk, found in groupby(partners, lambda partner: partner.area_id)}
    projects = insert(
        [each for area in areas.order_by("pk") for each in _projects(area, known.get(area.pk, []), today)]
    )
    links = insert([link for each in projects for link in _partners(size, each, known[each.area_id])])
    outcomes = insert([ProjectOutcome(project=each, name="People placed", target=40, position=1) for each in projects])
    counts = insert([count for each in outcomes for count in _counts(size, each, today)])
    for model, pk in last.items():
        record_inserts(model, since=pk, at=datetime.combine(today - timedelta(days=AGE), NOON, UTC))
    return dict(zip(WHAT, map(len, (projects, links, outcomes, counts)), strict=True))


def _projects(area: LocalArea, partners: Sequence[Partnership], today: date) -> Iterator[Project]:
    for number, framework in enumerate(Project.Framework.values):
        if number < len(partners):
            yield Project(
                area=area, name=f"Project {number + 1} of {area.name}", framework=framework, lead=partners[number],
                first_on=today - COUNTS * QUARTER, status=Project.Status.RUNNING,
            )  # fmt: skip


def _partners(size: Size, project: Project, partners: Sequence[Partnership]) -> Iterator[ProjectPartner]:
    dice = size.dice("project", project.name)
    for partner in dice.sample(list(partners), min(3, len(partners))):
        if partner.pk != project.lead_id:
            commitment = dice.choice(Partnership.Commitment.values)
            yield ProjectPartner(project=project, partnership=partner, commitment=commitment)


def _counts(size: Size, outcome: ProjectOutcome, today: date) -> Iterator[ProjectCount]:
    dice = size.dice("counts", outcome.project.name)
    number = 0
    for quarter in range(COUNTS):
        number += dice.randrange(4, 16)
        day = today - (COUNTS - 1 - quarter) * QUARTER
        yield ProjectCount(outcome=outcome, as_of=day, number=number, at=datetime.combine(day, NOON, UTC))
