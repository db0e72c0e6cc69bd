"""Signing in the sample: an MOU that all have signed, in three ways, and an agreement that is stuck on two parties."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import cycle
from typing import Any

from django.core.files.base import ContentFile
from django.utils.text import slugify

from agreements.drafting import templates
from agreements.models import (
    Agreement,
    ApprovalStep,
    Clause,
    Delegation,
    FrozenDocument,
    Party,
    SealedDocument,
    Sending,
    Signature,
    SignatureRequest,
    SigningLink,
)
from agreements.papers import texts
from agreements.sample.story import YEAR, add_agreement, add_parties
from agreements.signing import evidence, freezing, sealing, signatures
from onestop.accounts import signed_links
from onestop.files.models import StoredFile
from onestop.files.pdf import Pdf, make_pdf
from partners.models import Office, Partnership, Tenure
from partners.sample.area_story import AreaStory

DAY = timedelta(days=1)
# Heads of agencies of which the sample says nothing else.
HEADS = (
    "Amara Quill", "Benedikt Osei", "Carla Winterbourne", "Dev Ramanujan", "Elise Okonkwo", "Farid Nazari",
    "Greta Lindholm", "Hollis Baptiste", "Ines Carvalho", "Jonah Whitfield", "Kaya Redbird", "Lamar Ostrowski",
    "Mireille Fontaine", "Noor Haddad", "Otis Vandermeer", "Priya Venkatesan", "Quentin Marsh", "Rosalind Achebe",
    "Soren Halvorsen", "Tamsin Greyeyes", "Ulises Montoya", "Vera Kowalczyk", "Wendell Abernathy", "Yara Solano",
)  # fmt: skip
# What the county and a school board needed last time: days before the effective date on which they were planned, given.
APPROVALS = (("official", "County commission", 96, 61), ("partner", "School board", 110, 88))
APART = 4  # every fourth signs on paper
DECLINED = "Our board wants the square feet of the front desk counted again. It meets on the second Tuesday."


# ---------------------------------------------------------------- All have signed
def add_executed(story: AreaStory, begins: date, ends: date, **more: Any) -> Agreement:
    """Add an MOU that was drafted, approved, signed by all parties and sealed in the portal."""
    begun, signed_on = story.at(begins - timedelta(days=170)), begins - timedelta(days=12)
    add_heads(story)
    agreement = add_agreement(
        story, "umbrella", "Umbrella MOU", begins, ends, begun,
        status="executed", origin="template", executed_on=signed_on, **more,
    )  # fmt: skip
    add_parties(story, agreement, story.partners, begun)
    _clauses(story, agreement, begun)
    _approvals(story, agreement, begins, begun)
    sending = _send(story, agreement, story.at(begins - timedelta(days=45)))
    asked = _Asked(story, sending, status="signed")
    ways = cycle(["link"] * (APART - 1) + ["scan"])
    times = [sending.sent_at + number * 36 * timedelta(hours=1) for number in range(len(asked.requests))]
    asked.sign([
        (request, next(ways), min(at, story.at(signed_on)))
        for request, at in zip(asked.requests, times, strict=True)
    ])  # fmt: skip
    _seal(sending, story.at(signed_on, 17))
    return agreement


def add_heads(story: AreaStory) -> None:
    """Add the head of each agency of which the sample does not say who leads it."""
    organizations = {partner.organization_id: partner.organization for partner in story.partners}
    heads = Office.objects.current().filter(kind=Office.Kind.AGENCY_HEAD, organization__in=organizations)
    missing = sorted(set(organizations) - set(heads.values_list("organization", flat=True)))
    at = story.at(story.today - 4 * YEAR)
    offices = [Office(kind=Office.Kind.AGENCY_HEAD, organization_id=pk, title="Executive director") for pk in missing]
    story.keep(offices, at)
    tenures = []
    for number, office in enumerate(offices):
        name, organization = HEADS[number % len(HEADS)], organizations[office.organization_id or 0]
        address = f"{name.split()[0].lower()}@{slugify(organization.name)}.example"
        tenures.append(Tenure(office=office, name=name, email=address, from_on=at.date()))
    story.keep(tenures, at)


def _clauses(story: AreaStory, agreement: Agreement, at: datetime) -> None:
    rows = [
        Clause(agreement=agreement, position=number, title=each.title, text=each.text, elements=list(each.elements))
        for number, each in enumerate(templates.wording_of(agreement.kind), start=1)
    ]
    story.keep(rows, at)


def _approvals(story: AreaStory, agreement: Agreement, begins: date, at: datetime) -> None:
    parties = {party.kind: party for party in Party.objects.filter(agreement=agreement).order_by("pk")}
    rows = [
        ApprovalStep(
            agreement=agreement, party=parties[kind], name=name,
            planned_on=begins - timedelta(days=planned), done_on=begins - timedelta(days=given),
        )
        for kind, name, planned, given in APPROVALS
        if kind in parties
    ]  # fmt: skip
    story.keep(rows, at)


# ---------------------------------------------------------------- Stuck
def add_stuck(story: AreaStory, earlier: Agreement, partners: Sequence[Partnership]) -> Agreement:
    """Add the successor of an agreement that is out for signature: one party declined, one named somebody else."""
    assert earlier.expires_on
    begins = earlier.expires_on + DAY
    begun, sent_at = story.at(story.today - timedelta(days=120)), story.at(story.today - timedelta(days=16))
    agreement = add_agreement(
        story, "ifa", "Infrastructure funding agreement", begins, begins + YEAR - DAY, begun,
        status="signing", origin="copy", supersedes=earlier, number=f"IFA-{begins:%y}-02",
    )  # fmt: skip
    add_parties(story, agreement, partners, begun)
    _clauses(story, agreement, begun)
    message = "The shares follow the counts of September. Please sign, or tell us what is wrong."
    sending = _send(story, agreement, sent_at, message=message, sign_by=story.today + timedelta(days=12))
    asked = _Asked(story, sending, status="open")
    *signing, last, declined, delegated = asked.requests
    SignatureRequest.objects.filter(pk__in=[request.pk for request in signing]).update(status="signed")
    asked.sign(
        [(request, "link", sent_at + (1 + number) * 27 * timedelta(hours=1)) for number, request in enumerate(signing)]
    )
    story.keep([asked.link(request) for request in (last, delegated)], sent_at)
    SignatureRequest.objects.filter(pk=declined.pk).update(status="declined", decline_reason=DECLINED)
    named = {"name": "Theo Marchetti", "email": "theo@deputies.example", "authority": "Resolution 2026-31 of the board"}
    delegation = Delegation(
        agreement=agreement, request=delegated, asked_by=asked.holder(delegated).name, asked_at=sent_at + 3 * DAY,
        **named,
    )  # fmt: skip
    story.keep([delegation], sent_at + 3 * DAY)
    return agreement


# ---------------------------------------------------------------- Shared
def _send(story: AreaStory, agreement: Agreement, at: datetime, **more: Any) -> Sending:
    sending = Sending(agreement=agreement, number=1, sent_at=at, sent_by=story.staff, **more)
    story.keep([sending], at)
    html = texts.frozen_html(agreement)
    document = FrozenDocument(
        sending=sending,
        title=str(agreement),
        body=html,
        html_sha256=hashlib.sha256(html.encode()).hexdigest(),
        asked_by=story.staff,
    )
    _store(document, freezing.make(document, lambda share, words="": None), at)
    return sending


def _store(document: FrozenDocument | SealedDocument, made: Pdf, at: datetime) -> None:
    document.file.save("made.pdf", ContentFile(made.data), save=False)
    document.status, document.asked_at, document.made_at = "ready", at, at + timedelta(seconds=9)
    document.sha256, document.size, document.pages = hashlib.sha256(made.data).hexdigest(), len(made.data), made.pages
    document.save()


class _Asked:
    """The requests of a sending, and who held each office when it was asked."""

    def __init__(self, story: AreaStory, sending: Sending, *, status: str) -> None:
        self.story, self.sending = story, sending
        parties = Party.objects.filter(agreement=sending.agreement).in_order()
        self.requests = [
            SignatureRequest(
                agreement=sending.agreement, sending=sending, party=party, office=party.office,
                title=party.office.title, status=status, opened_at=sending.sent_at,
            )
            for party in parties.select_related("office", "partnership__organization")
            if party.office
        ]  # fmt: skip
        story.keep(self.requests, sending.sent_at)
        tenures = Tenure.objects.current().filter(office__in=[request.office_id for request in self.requests])
        self._holders: dict[int, Tenure] = {}
        for tenure in tenures.order_by("-from_on"):
            known = self._holders.get(tenure.office_id)
            if known is None or not known.is_on(sending.sent_at.date()):
                self._holders[tenure.office_id] = tenure

    def holder(self, request: SignatureRequest) -> Tenure:
        """Return who held the office, or the first who is on record."""
        return self._holders[request.office_id]

    def link(self, request: SignatureRequest, used_at: datetime | None = None) -> SigningLink:
        """Return a link for the holder, not saved."""
        holder, at = self.holder(request), self.sending.sent_at
        return SigningLink(
            agreement=request.agreement, request=request, name=holder.name,
            email=holder.email or f"office-{request.office_id}@riverbend.example", nonce=signed_links.new_nonce(),
            asked_by=self.story.staff, asked_at=at, expires_at=at + timedelta(days=60), opened_at=used_at,
            answered_at=used_at,
        )  # fmt: skip

    def sign(self, given: Sequence[tuple[SignatureRequest, str, datetime]]) -> None:
        """Add the signature of each request, given in a way at a time."""
        links = {request.pk: self.link(request, at) for request, way, at in given if way == "link"}
        self.story.keep(list(links.values()), self.sending.sent_at)
        rows = [(self._signature(request, links.get(request.pk), at), at) for request, _way, at in given]
        self.story.keep_each(rows)

    def _signature(self, request: SignatureRequest, link: SigningLink | None, at: datetime) -> Signature:
        document, holder = self.sending.document, self.holder(request)
        signature = Signature(
            agreement=request.agreement, party=request.party, request=request, way="link" if link else "scan",
            name=holder.name, holder=holder.name, title=request.title, signed_at=at,
            html_sha256=document.html_sha256, pdf_sha256=document.sha256,
        )  # fmt: skip
        if link:
            signature.email, signature.ip, signature.agent = link.email, "203.0.113.20", "Mozilla/5.0"
            signature.consent = "\n".join(signatures.consent_to(request))
        else:
            signature.signed_on, signature.vouched_by = (at - DAY).date(), self.story.staff
            signature.scan = _scan(self.story, holder.name, at)
        return signature


def _scan(story: AreaStory, name: str, at: datetime) -> StoredFile:
    data = _scanned_page()
    scan = StoredFile(
        use="agreements.scan", name=f"signature {name}.pdf", kind="pdf", pages=1, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), state="clean", at=at, asked_at=at, by=story.staff,
    )  # fmt: skip
    scan.file.save(scan.name, ContentFile(data), save=False)
    scan.save()
    return scan


@cache
def _scanned_page() -> bytes:
    page = "<!DOCTYPE html><html lang='en'><title>Signature page</title><h1>Signature page</h1><p>Signed.</p></html>"
    return make_pdf(page).data


def _seal(sending: Sending, at: datetime) -> None:
    sealed = SealedDocument(sending=sending, evidence=evidence.evidence_of(sending), asked_at=at)
    _store(sealed, sealing.make(sealed, lambda share, words="": None), at)
