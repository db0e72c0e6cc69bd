"""Promises of the MOU in force: most are kept, one service is archived, one partner has fewer hours; and evidence."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from agreements.models import Agreement, Evidence, Party, Promise
from agreements.responsibilities import watching
from onestop.accounts.models import User
from onestop.notices.models import Notice
from partners.models import Center, Membership, Role, Service
from partners.sample.area_story import AreaStory

PROMISED = timedelta(days=600)  # before today
WATCHED = timedelta(days=37)  # before today: the staff were told on this day
CENTER = "Center Street"
Facts = dict[str, Any]

# The schedule is in partners/sample/riverbend/on_site.toml: Rehabilitation Services have 19.5 hours a week there.
PROMISES: tuple[tuple[str, Facts], ...] = (
    ("Riverbend Career Services", {"kind": "hours", "quantity": 45}),
    ("State Employment Service", {"kind": "hours", "quantity": Decimal("42.5")}),
    ("State Employment Service", {"kind": "referral", "text": "Warm hand-off at the front desk, on the same day"}),
    ("Division of Rehabilitation Services", {"kind": "hours", "quantity": 24}),
    ("Division of Rehabilitation Services", {"kind": "service", "service": "Assistive technology loans"}),
    ("Veterans Desk", {"kind": "hours", "quantity": 36}),
    ("Millrace Adult Learning", {"kind": "service", "service": "GED preparation"}),
    ("Millrace Adult Learning", {"kind": "persons", "quantity": 150}),
    ("Millrace Adult Learning", {"kind": "referral", "text": "By phone, before the intake on the first Monday"}),
    ("Riverbend Community College", {"kind": "service", "service": "Career pathway advising"}),
    ("Riverbend Community College", {"kind": "service", "service": "Evening computer lab"}),
    ("Second Mile Reentry", {"kind": "referral", "text": "By the shared form, answered within two business days"}),
    ("Riverbend Public Library", {"kind": "other", "text": "A meeting room twice a month, without charge"}),
)  # fmt: skip
QUARTER = 91  # days between two reports
COUNTED = (43, 38, 41, 40, 42, 39, 44, 40)  # persons in the last quarters, the latest first
VISITS = (("A council met in the room.", 24), ("A job fair was prepared in the room.", 66))


def load(story: AreaStory, agreement: Agreement) -> None:
    """Add the promises of an agreement, and evidence for some of them."""
    parties: dict[str, Party] = {
        party.partnership.organization.name: party
        for party in agreement.parties.select_related("partnership__organization")
        if party.partnership
    }
    centers = Center.objects.current().filter(area=story.area)
    by_name = {center.name: center for center in centers}
    services = {
        (service.partnership_id, service.name): service
        for service in Service.objects.filter(partnership__area=story.area)
    }
    promises = [
        _promise(agreement, parties[name], facts, by_name[CENTER], services)
        for name, facts in PROMISES
        if name in parties
    ]
    story.keep(promises, story.at(story.today - PROMISED))
    evidence = [piece for promise in promises for piece in _evidence(story, promise)]
    Evidence.objects.bulk_create(evidence)
    for piece in evidence:
        story.past.add(piece, at=piece.at, by=piece.by)


def _promise(
    agreement: Agreement, party: Party, facts: Facts, center: Center, services: dict[tuple[int, str], Service]
) -> Promise:
    assert party.partnership_id
    facts = dict(facts)
    if name := facts.get("service"):
        facts["service"] = services[party.partnership_id, name]
    if facts["kind"] == Promise.Kind.HOURS:
        facts["center"] = center
    return Promise(agreement=agreement, party=party, **facts)


def _evidence(story: AreaStory, promise: Promise) -> Iterator[Evidence]:
    seats = Membership.objects.current().filter(partnership=promise.party.partnership, role=Role.MANAGER)
    seat = seats.select_related("user").order_by("since", "pk").first()
    by = seat.user if seat else story.staff
    if promise.kind == Promise.Kind.PERSONS:
        for number, persons in enumerate(COUNTED):
            yield _piece(story, promise, by, 20 + number * QUARTER, "Quarterly report of enrollments", persons)
    elif promise.kind == Promise.Kind.OTHER:
        for text, days in VISITS:
            yield _piece(story, promise, by, days, text)


def _piece(story: AreaStory, promise: Promise, by: User, days: int, text: str, quantity: int | None = None) -> Evidence:
    day = story.today - timedelta(days=days)
    at = story.at(day + timedelta(days=3), 14)
    return Evidence(
        agreement=promise.agreement, promise=promise, happened_on=day, text=text, quantity=quantity, by=by, at=at
    )


def watch(story: AreaStory) -> None:
    """Let the portal find what is not kept, and tell the staff; the mail was sent on that day."""
    at = story.at(story.today - WATCHED, 6)
    watching.watch_area(story.area, at=at)
    told = Notice.objects.filter(kind=watching.TOLD, status=Notice.Status.QUEUED)
    told.update(status=Notice.Status.SENT, sent_at=F("due_at"), attempts=1)
