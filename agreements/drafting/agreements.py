"""Begin an agreement from the built-in wording, from an earlier one or from a signed document; edit and withdraw it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting import templates
from agreements.drafting.locking import CannotDraft, lock_draft
from agreements.drafting.parties import join_by_amendment
from agreements.models import Agreement, Clause, CoSigner, FurtherArea, Party
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday
from partners.models import LocalArea, Office, Partnership

Kind, Status, Origin = Agreement.Kind, Agreement.Status, Agreement.Origin
FACTS = ("number", "title", "effective_on", "expires_on", "review_on", "extends_to", "is_interim", "note")
LINKS = (
    "parties", "clauses", "element_records", "further_areas", "promises", "approval_steps", "co_signers", "reviews",
    "evidence",
)  # fmt: skip
PREFIXES = {
    Kind.UMBRELLA: "MOU", Kind.SINGLE: "MOU", Kind.IFA: "IFA", Kind.PURCHASE: "POS", Kind.AMENDMENT: "AMD",
    Kind.OTHER: "AGR",
}  # fmt: skip


class CannotBegin(Refused):
    """An agreement cannot be begun or saved like this."""


# ---------------------------------------------------------------- Beginning
@recorded
def begin_agreement(
    area: LocalArea,
    *,
    kind: str,
    facts: Mapping[str, Any],
    partners: Collection[Partnership] = (),
    amends: Agreement | None = None,
    terminates: bool = False,
    departing: Party | None = None,
    by: User | None,
    at: datetime,
) -> Agreement:
    """Begin a draft with the built-in wording, and with the board, the officials and these partners as parties.

    An amendment can end the agreement that it amends (``terminates``), or let one of its parties leave (``departing``).

    :raises CannotBegin: if the number is taken, the dates do not fit, or an amendment does not say what it amends.
    """
    effect = {"terminates": terminates, "departing": departing}
    agreement = _create(area, kind, Origin.TEMPLATE, facts, amends=amends, by=by, at=at, **effect)
    wording = templates.wording_of(_wording_of(agreement))
    Clause.objects.bulk_create(
        Clause(agreement=agreement, position=number, title=each.title, text=each.text, elements=list(each.elements))
        for number, each in enumerate(wording, start=1)
    )
    if amends:
        _copy_parties(amends, agreement)
    else:
        _add_parties(agreement, partners)
    return agreement


def _wording_of(agreement: Agreement) -> str:
    """Return which built-in wording a draft begins with: that of its kind, or of what an amendment does."""
    if agreement.extends_to:
        return "extension"
    if agreement.terminates:
        return "termination"
    return "departure" if agreement.departing else agreement.kind


@recorded
def copy_agreement(
    earlier: Agreement, *, facts: Mapping[str, Any], succeeds: bool, by: User | None, at: datetime
) -> Agreement:
    """Begin a draft with the clauses and parties of an earlier agreement; ``succeeds`` says that it replaces it.

    :raises CannotBegin: if the number is taken or the dates do not fit.
    """
    supersedes = earlier if succeeds else None
    agreement = _create(
        earlier.area, earlier.kind, Origin.COPY, facts, amends=earlier.amends, supersedes=supersedes, by=by, at=at
    )
    clauses = earlier.clauses.current().in_order()
    Clause.objects.bulk_create(
        Clause(agreement=agreement, position=number, title=each.title, text=each.text, elements=each.elements)
        for number, each in enumerate(clauses, start=1)
    )
    _copy_parties(earlier, agreement)
    FurtherArea.objects.bulk_create(
        FurtherArea(agreement=agreement, area_id=area) for area in earlier.further_areas.values_list("area", flat=True)
    )
    return agreement


@recorded
def record_existing(
    area: LocalArea,
    *,
    kind: str,
    facts: Mapping[str, Any],
    partners: Collection[Partnership] = (),
    amends: Agreement | None = None,
    signed_file: Any = None,
    executed_on: date,
    by: User | None,
    at: datetime,
) -> Agreement:
    """Record an agreement that was signed outside the portal: its document, dates and parties.

    :raises CannotBegin: if the number is taken, the dates do not fit or the effective date is missing.
    :raises CannotUseFile: if the document cannot belong to it.
    """
    if not facts.get("effective_on"):
        raise CannotBegin(_("Enter the effective date."), field="effective_on")
    if executed_on > at.astimezone(area.zone).date():
        raise CannotBegin(_("The agreement was signed by all by a day in the past."), field="executed_on")
    agreement = Agreement(area=area)
    demand_usable(signed_file, agreement, "signed_file", by=by)
    status = {"status": Status.EXECUTED, "executed_on": executed_on, "signed_file": signed_file}
    agreement = _create(area, kind, Origin.EXISTING, facts, amends=amends, by=by, at=at, **status)
    _add_parties(agreement, partners)
    if amends:
        join_by_amendment(agreement)
    return agreement


def next_number(area: LocalArea, kind: str, today: date) -> str:
    """Return a number that is free: "MOU-27-01"."""
    start = f"{PREFIXES[Kind(kind)]}-{today:%y}-"
    taken = set(Agreement.objects.of(area).filter(number__startswith=start).values_list("number", flat=True))
    return next(number for number in (f"{start}{at:02}" for at in range(1, len(taken) + 2)) if number not in taken)


def _create(
    area: LocalArea, kind: str, origin: str, facts: Mapping[str, Any], *, by: User | None, at: datetime, **more: Any
) -> Agreement:
    # Lock: of two who take the same number, the second is told.
    LocalArea.objects.select_for_update(no_key=True).get(pk=area.pk)
    if (kind == Kind.AMENDMENT) != (more.get("amends") is not None):
        raise CannotBegin(_("Choose the agreement that this one amends."), field="amends")
    own = {name: facts[name] for name in FACTS if name in facts}
    agreement = Agreement(area=area, kind=kind, origin=origin, begun_by=by, begun_at=at, **own, **more)
    _check(agreement)
    agreement.save()
    return agreement


def _check(agreement: Agreement) -> None:
    same = Agreement.objects.of(agreement.area_id).filter(number=agreement.number).exclude(pk=agreement.pk)
    if same.exists():
        words = _("%(number)s is already the number of another agreement.") % {"number": agreement.number}
        raise CannotBegin(words, field="number")
    begins, ends = agreement.effective_on, agreement.expires_on
    if begins and ends and ends < begins:
        raise CannotBegin(_("The agreement would expire before it takes effect."), field="expires_on")
    if agreement.is_interim and agreement.kind != Kind.IFA:
        raise CannotBegin(_("Only an infrastructure funding agreement can be interim."), field="is_interim")
    if agreement.extends_to:
        _check_extension(agreement)


def _check_extension(agreement: Agreement) -> None:
    """Demand that an amendment extends an agreement before it ends: later, it would cover days that nothing covered."""
    if agreement.amends is None:
        raise CannotBegin(_("Only an amendment can extend an agreement."), field="extends_to")
    amended = Agreement.objects.with_terms().get(pk=agreement.amends.pk)
    ends = amended.ends_on
    facts = {"number": amended.number, "day": shortday(ends)}
    if ends is None:
        raise CannotBegin(_("%(number)s has no expiration date, so it cannot be extended.") % facts, field="extends_to")
    if agreement.extends_to is None or agreement.extends_to <= ends:
        raise CannotBegin(_("%(number)s lasts to %(day)s. Enter a later day.") % facts, field="extends_to")
    if agreement.effective_on and agreement.effective_on > ends + timedelta(days=1):
        words = _("%(number)s ends on %(day)s, before this amendment takes effect. Begin a successor instead.")
        raise CannotBegin(words % facts, field="effective_on")


def _add_parties(agreement: Agreement, partners: Collection[Partnership]) -> None:
    """Add the board and the officials of an MOU or IFA, and the partners, each with the office that signs for it."""
    rows = []
    if agreement.kind in (*Agreement.MOUS, Kind.IFA):
        offices = Office.objects.current().filter(area=agreement.area_id)
        chair = offices.filter(kind=Office.Kind.CHAIR).order_by("pk").first()
        rows.append(Party(kind=Party.Kind.BOARD, name=agreement.area.board_name, office=chair))
        for office in offices.filter(kind=Office.Kind.CHIEF_ELECTED).order_by("title", "pk"):
            rows.append(Party(kind=Party.Kind.OFFICIAL, name=office.title, office=office))
    heads = Office.objects.current().filter(
        kind=Office.Kind.AGENCY_HEAD, organization__in=[each.organization_id for each in partners]
    )
    by_organization = {office.organization_id: office for office in heads.order_by("-pk")}
    for each in partners:
        head = by_organization.get(each.organization_id)
        rows.append(Party(kind=Party.Kind.PARTNER, partnership=each, office=head))
    for row in rows:
        row.agreement = agreement
    Party.objects.bulk_create(rows)


def _copy_parties(earlier: Agreement, agreement: Agreement) -> None:
    """Copy the parties that can still sign, with their further signatories: those that neither left nor ended."""
    current = earlier.parties.current().filter(left_on=None)
    kept = list(current.exclude(partnership__archived_at__isnull=False).in_order())
    copies = {
        each.pk: Party(
            agreement=agreement, kind=each.kind, partnership_id=each.partnership_id, name=each.name,
            office_id=each.office_id, presence=each.presence,
        )
        for each in kept
    }  # fmt: skip
    Party.objects.bulk_create(copies.values())
    CoSigner.objects.bulk_create(
        CoSigner(agreement=agreement, party=copies[each.party_id], office_id=each.office_id, turn=each.turn)
        for each in CoSigner.objects.filter(party__in=copies).order_by("pk")
    )


# ---------------------------------------------------------------- Editing
@recorded
def update_agreement(
    agreement: Agreement,
    *,
    facts: Mapping[str, Any],
    further_areas: Collection[LocalArea] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Agreement:
    """Edit number, title, dates, note and further areas of a draft.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if it was sent for signature.
    :raises CannotBegin: if the number is taken or the dates do not fit.
    """
    LocalArea.objects.select_for_update(no_key=True).get(pk=agreement.area_id)
    agreement = lock_draft(agreement)
    demand_version(agreement, ("further_areas",), version)
    names = apply_facts(agreement, {name: facts[name] for name in FACTS if name in facts})
    _check(agreement)
    if names:
        agreement.save(update_fields=names)
    if further_areas is not None:
        _set_further_areas(agreement, {area.pk for area in further_areas} - {agreement.area_id})
    return agreement


def _set_further_areas(agreement: Agreement, wanted: set[int]) -> None:
    known = set(agreement.further_areas.values_list("area", flat=True))
    agreement.further_areas.filter(area__in=known - wanted).delete()
    FurtherArea.objects.bulk_create(FurtherArea(agreement=agreement, area_id=pk) for pk in sorted(wanted - known))


# ---------------------------------------------------------------- Moves
@recorded
def share_for_review(agreement: Agreement, *, by: User | None, at: datetime) -> None:
    """Let the parties and the board read and discuss a draft.

    :raises CannotDraft: if it was sent for signature, or has fewer than two parties.
    """
    agreement = lock_draft(agreement)
    if agreement.parties.current().count() < 2:
        raise CannotDraft(_("Add at least two parties before you share the draft."))
    _move(agreement, Status.REVIEW)


@recorded
def take_back_draft(agreement: Agreement, *, by: User | None, at: datetime) -> None:
    """Hide a draft in review from the parties again.

    :raises CannotDraft: if it was sent for signature.
    """
    _move(lock_draft(agreement), Status.DRAFT)


@recorded
def withdraw_agreement(agreement: Agreement, *, by: User | None, at: datetime) -> None:
    """Give up a draft. It stays on record, and can be restored.

    :raises CannotDraft: if it was sent for signature.
    """
    _move(lock_draft(agreement), Status.WITHDRAWN)


@recorded
def restore_agreement(agreement: Agreement, *, by: User | None, at: datetime) -> None:
    """Make a withdrawn agreement a draft again; nothing happens to others."""
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if agreement.status == Status.WITHDRAWN:
        _move(agreement, Status.DRAFT)


def _move(agreement: Agreement, status: str) -> None:
    if agreement.status != status:
        agreement.status = status
        agreement.save(update_fields=["status"])
