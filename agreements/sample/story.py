"""Add an agreement of the sample with its history."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from agreements.models import Agreement, ElementRecord, Party
from agreements.requirements import clause_elements_of
from partners.models import Office, Partnership
from partners.sample.area_story import AreaStory

YEAR = timedelta(days=365)
PREFIXES = {"umbrella": "MOU", "single": "MOU", "ifa": "IFA", "amendment": "AMD", "purchase": "POS"}


def add_signed(
    story: AreaStory,
    kind: str,
    title: str,
    begins: date,
    ends: date | None,
    partners: Sequence[Partnership],
    **more: Any,
) -> Agreement:
    """Add an agreement that was signed on paper, with a page for each element; twelve days before, if not said."""
    at = story.at(begins + timedelta(days=3))
    agreement = add_agreement(
        story, kind, title, begins, ends, at,
        **{"status": "executed", "origin": "existing", "executed_on": begins - timedelta(days=12)} | more,
    )  # fmt: skip
    add_parties(story, agreement, partners, at)
    elements = clause_elements_of(kind)
    story.keep(
        [
            ElementRecord(agreement=agreement, element=each.code, page=page, by=story.staff, at=at)
            for page, each in enumerate(elements, start=2)
        ],
        at,
    )
    return agreement


def add_agreement(
    story: AreaStory, kind: str, title: str, begins: date, ends: date | None, at: datetime, **more: Any
) -> Agreement:
    """Add an agreement; without a number, it is the first of its kind and year."""
    years = f"{begins:%Y} to {ends:%Y}" if ends else f"{begins:%Y}"
    number = more.pop("number", f"{PREFIXES[kind]}-{begins:%y}-01")
    agreement = Agreement(
        area=story.area, kind=kind, number=number, title=f"{title} {years}",
        effective_on=begins, expires_on=ends, review_on=ends, begun_at=at, begun_by=story.staff, **more,
    )  # fmt: skip
    story.keep([agreement], at)
    return agreement


def add_parties(story: AreaStory, agreement: Agreement, partners: Sequence[Partnership], at: datetime) -> None:
    """Add the board, the chief elected officials and partners as parties."""
    offices = list(Office.objects.current().filter(area=story.area).order_by("pk"))
    chair = next((office for office in offices if office.kind == Office.Kind.CHAIR), None)
    rows = [Party(kind=Party.Kind.BOARD, name=story.area.board_name, office=chair)]
    rows += [
        Party(kind=Party.Kind.OFFICIAL, name=office.title, office=office)
        for office in offices
        if office.kind == Office.Kind.CHIEF_ELECTED
    ]
    heads = Office.objects.current().filter(kind=Office.Kind.AGENCY_HEAD).order_by("-pk")
    by_organization = {office.organization_id: office for office in heads}
    for partner in partners:
        head = by_organization.get(partner.organization_id)
        presence = "comprehensive" if partner.commitment == "colocated" else "elsewhere"
        rows.append(Party(kind=Party.Kind.PARTNER, partnership=partner, office=head, presence=presence))
    for row in rows:
        row.agreement = agreement
    story.keep(rows, at)
