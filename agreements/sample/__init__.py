"""Agreements of the sample network: one in force, its predecessor and a gap between them, one expiring, and drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from agreements.drafting import templates
from agreements.models import Agreement, Clause, ElementRecord, Party, Version
from agreements.requirements import clause_elements_of
from onestop.accounts.models import User
from partners.models import LocalArea, Membership, Office, Partnership, Role
from partners.sample.past import Past, unrecorded

AREA = "riverbend"
GAP = timedelta(days=41)  # between the MOU of the years before and the one in force
YEAR = timedelta(days=365)
LEFT_OUT = "shared_costs"  # the element that no clause of the draft answers
TECHNOLOGY = "- Assistive technology is available in each comprehensive center, and staff are trained to use it.\n"


@dataclass
class Story:
    """The area, its people, and the history of what is loaded."""

    area: LocalArea
    today: date
    staff: User
    partners: Sequence[Partnership]
    past: Past

    def at(self, day: date, hour: int = 10) -> datetime:
        """Return a time on a day."""
        return datetime.combine(day, time(hour, 12), self.area.zone)

    def keep(self, rows: Sequence[Any], at: datetime) -> None:
        """Insert rows of one model, with their history."""
        type(rows[0])._default_manager.bulk_create(rows)
        for row in rows:
            self.past.add(row, at=at, by=self.staff)


@transaction.atomic
def load(*, today: date) -> bool:
    """Load the agreements of the sample, unless there are any; return whether they were loaded."""
    area = LocalArea.objects.select_related("state").filter(slug=AREA, state__code="ZZ").first()
    if area is None or Agreement.objects.of(area).exists():
        return False
    staff = Membership.objects.current().filter(area=area, role=Role.STAFF).order_by("since", "pk")
    partners = Partnership.objects.active().filter(area=area).select_related("organization").order_by("pk")
    first = staff.select_related("user").first()
    assert first
    story = Story(area, today, first.user, list(partners), Past())
    with unrecorded():
        _load(story)
    story.past.write()
    return True


def _load(story: Story) -> None:
    today, begins = story.today, story.today - 2 * YEAR
    before = _signed(
        story, "umbrella", "Umbrella MOU", begins - GAP - 3 * YEAR, begins - GAP - timedelta(days=1), story.partners
    )
    last = begins + 3 * YEAR - timedelta(days=1)
    current = _signed(story, "umbrella", "Umbrella MOU", begins, last, story.partners, supersedes=before)
    _signed(
        story, "ifa", "Infrastructure funding agreement", today - YEAR + timedelta(days=80), today + timedelta(days=80),
        story.partners[:9],
    )  # fmt: skip
    changed = today - timedelta(days=120)
    _signed(
        story, "amendment", "New partner and new hours", changed, current.expires_on, story.partners[:4], amends=current
    )
    _draft(story, current)


def _signed(
    story: Story,
    kind: str,
    title: str,
    begins: date,
    ends: date | None,
    partners: Sequence[Partnership],
    **more: Any,
) -> Agreement:
    """Add an agreement that was signed on paper, with a page for each element."""
    at = story.at(begins + timedelta(days=3))
    agreement = _agreement(
        story, kind, title, begins, ends, at,
        status="executed", origin="existing", executed_on=begins - timedelta(days=12), **more,
    )  # fmt: skip
    _parties(story, agreement, partners, at)
    elements = clause_elements_of(kind)
    story.keep(
        [
            ElementRecord(agreement=agreement, element=each.code, page=page, by=story.staff, at=at)
            for page, each in enumerate(elements, start=2)
        ],
        at,
    )
    return agreement


def _draft(story: Story, current: Agreement) -> None:
    """Add a draft in review, in which one element is missing and one is met in part."""
    assert current.expires_on
    begins = current.expires_on + timedelta(days=1)
    begun = story.today - timedelta(days=25)
    at = story.at(begun)
    agreement = _agreement(
        story, "umbrella", "Umbrella MOU", begins, begins + 3 * YEAR - timedelta(days=1), at,
        status="review", origin="template", supersedes=current,
    )  # fmt: skip
    _parties(story, agreement, story.partners, at)
    wording = [each for each in templates.wording_of("umbrella") if LEFT_OUT not in each.elements]
    clauses = [
        Clause(
            agreement=agreement, position=number, title=each.title,
            text=each.text.replace(TECHNOLOGY, ""), elements=list(each.elements),
        )
        for number, each in enumerate(wording, start=1)
    ]  # fmt: skip
    story.keep(clauses, at)
    saved = story.at(begun + timedelta(days=4), 15)
    contents = [
        {"id": clause.pk, "title": clause.title, "text": clause.text.replace("one business day", "two business days")}
        for clause in clauses
    ]
    version = Version(
        agreement=agreement, number=1, note="Before the review", contents=contents, by=story.staff, at=saved
    )
    story.keep([version], saved)


def _agreement(
    story: Story, kind: str, title: str, begins: date, ends: date | None, at: datetime, **more: Any
) -> Agreement:
    prefix = {"umbrella": "MOU", "ifa": "IFA", "amendment": "AMD"}[kind]
    years = f"{begins:%Y} to {ends:%Y}" if ends else f"{begins:%Y}"
    agreement = Agreement(
        area=story.area, kind=kind, number=f"{prefix}-{begins:%y}-01", title=f"{title} {years}",
        effective_on=begins, expires_on=ends, review_on=ends, begun_at=at, begun_by=story.staff, **more,
    )  # fmt: skip
    story.keep([agreement], at)
    return agreement


def _parties(story: Story, agreement: Agreement, partners: Sequence[Partnership], at: datetime) -> None:
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
