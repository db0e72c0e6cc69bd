"""The directory: adding an organization to an area's network, keeping its facts right, putting it away and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Organization, Partnership, PartnershipProgram, Program, State
from partners.network.joining import notify_joined

# What is known of an organization in all its areas, in the order of the form.
ORGANIZATION_FACTS = ("name", "short_name", "kind", "description", "website", "phone", "email")
# What counts as one version of a partner: whatever the form shows.
PARTNER_LINKS = ("program_links", "organization")
ALIKE = 0.45  # names nearer than this may mean the same organization


class AlreadyPartner(Refused):
    """The organization is a partner of the area already; ``partnership`` says which, perhaps archived."""

    def __init__(self, partnership: Partnership) -> None:
        where = "in the archive of" if partnership.is_archived else "a partner in"
        super().__init__(f"{partnership.organization.name} is already {where} {partnership.area.name}.", field="name")
        self.partnership = partnership


class NameTaken(Refused):
    """Another organization of the state has this name."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(
            f"An organization named “{organization.name}” is already known in {organization.state.name}. "
            "Use that one, or add what tells them apart, such as the town.",
            field="name",
        )
        self.organization = organization


# ---------------------------------------------------------------- Finding
def organization_named(name: str, state: State) -> Organization | None:
    """Return the organization of the state with this name, whatever its case."""
    return Organization.objects.filter(state=state, name__iexact=name.strip()).select_related("state").first()


def organizations_like(name: str, state: State) -> QuerySet[Organization]:
    """Return organizations of the state whose name is this one or near it, the nearest first."""
    name = name.strip()
    nearness = TrigramSimilarity("name", name)
    known = Organization.objects.filter(state=state).annotate(nearness=nearness)
    near = Q(nearness__gte=ALIKE) | Q(name__iexact=name) | Q(short_name__iexact=name)
    return known.filter(near).order_by("-nearness", "pk")[:6]


# ---------------------------------------------------------------- Partners
@recorded
def add_partner(
    area: LocalArea,
    *,
    organization: Organization | None = None,
    organization_facts: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    programs: Iterable[Program] = (),
    by: User | None,
    at: datetime,
) -> Partnership:
    """Make an organization a partner in an area: one that the state knows, or a new one with these facts.

    One that was archived comes back with that. Its managers and its other areas' staff are told.

    :raises AlreadyPartner: if it is one, also if only in the archive.
    :raises NameTaken: if a new organization has the name of a known one.
    :raises Refused: if the dates contradict each other.
    """
    _check_dates(facts or {})
    if organization is None:
        organization = add_organization(area.state, facts=organization_facts or {}, by=by, at=at)
    _bring_back(organization.pk)
    try:
        with transaction.atomic():
            partnership = Partnership.objects.create(area=area, organization=organization, **(facts or {}))
    except IntegrityError:
        known = area.partnerships.select_related("area", "organization").get(organization=organization)
        raise AlreadyPartner(known) from None
    _set_programs({partnership.pk: [program.pk for program in programs]})
    notify_joined([partnership], by=by, at=at)
    return partnership


@recorded
def update_partner(
    partnership: Partnership,
    *,
    organization_facts: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    programs: Iterable[Program] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Partnership:
    """Change what is known of a partner; what is not named stays as it is.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises NameTaken: if another organization of the state has the name.
    :raises Refused: if the dates contradict each other.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("organization", "area").get(pk=partnership.pk)  # fmt: skip # noqa: E501
    organization = Organization.objects.select_for_update().get(pk=partnership.organization_id)
    demand_version(partnership, PARTNER_LINKS, version)
    changed = apply_facts(partnership, facts or {})
    _check_dates({"since": partnership.since, "ended_on": partnership.ended_on})
    if changed:
        partnership.save(update_fields=changed)
    _update_organization(organization, organization_facts or {})
    if programs is not None:
        _set_programs({partnership.pk: [program.pk for program in programs]})
    return partnership


@recorded
def archive_partner(partnership: Partnership, *, by: User | None, at: datetime) -> None:
    """Put a partner away: its services leave the directory; everything is kept and can be restored."""
    Partnership.objects.current().filter(pk=partnership.pk).update(archived_at=at)


@recorded
def restore_partner(partnership: Partnership, *, by: User | None, at: datetime) -> None:
    """Take a partner back, with everything as it was when it was archived."""
    _bring_back(partnership.organization_id)
    Partnership.objects.archived().filter(pk=partnership.pk).update(archived_at=None)


# ---------------------------------------------------------------- Organizations
@recorded
def add_organization(state: State, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Organization:
    """Make an organization known in a state.

    :raises NameTaken: if one of this name is known.
    """
    try:
        with transaction.atomic():
            return Organization.objects.create(state=state, **facts)
    except IntegrityError:
        raise NameTaken(_namesake(state, facts["name"])) from None


@recorded
def update_organization(
    organization: Organization, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Organization:
    """Change what is known of an organization, in all areas at once.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises NameTaken: if another organization of the state has the name.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    demand_version(organization, (), version)
    _update_organization(organization, facts)
    return organization


@recorded
def archive_organization(organization: Organization, *, by: User | None, at: datetime) -> None:
    """Put an organization away that is a partner nowhere any more; everything is kept and can be restored.

    :raises Refused: if it is a partner somewhere.
    """
    # Lock: somebody may be making it a partner right now.
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    partnership = organization.partnerships.current().select_related("area").order_by("pk").first()
    if partnership:
        raise Refused(f"{organization.name} is a partner in {partnership.area.name}. Archive it there first.")
    Organization.objects.current().filter(pk=organization.pk).update(archived_at=at)


@recorded
def restore_organization(organization: Organization, *, by: User | None, at: datetime) -> None:
    """Take an organization back."""
    _bring_back(organization.pk)


def _bring_back(*organization_ids: int) -> None:
    # Lock: nobody may archive them while they become partners.
    bulk.lock(Organization.objects.all(), organization_ids)
    Organization.objects.archived().filter(pk__in=bulk.among(organization_ids)).update(archived_at=None)


def _update_organization(organization: Organization, facts: Mapping[str, Any]) -> None:
    changed = apply_facts(organization, facts)
    if not changed:
        return
    try:
        with transaction.atomic():
            organization.save(update_fields=changed)
    except IntegrityError:
        raise NameTaken(_namesake(organization.state, organization.name)) from None


def _namesake(state: State, name: str) -> Organization:
    known = organization_named(name, state)
    assert known is not None
    return known


# ---------------------------------------------------------------- Both
def _check_dates(facts: Mapping[str, Any]) -> None:
    since, ended_on = facts.get("since"), facts.get("ended_on")
    if since and ended_on and ended_on < since:
        raise Refused("A partnership cannot end before it began: change one of the two dates.", field="ended_on")


def _set_programs(programs: Mapping[int, Iterable[int]]) -> None:
    """Set the programs of partnerships, both by id."""
    wanted = {(partnership, program) for partnership, those in programs.items() for program in those}
    links = PartnershipProgram.objects.filter(partnership__in=bulk.among(programs))
    held = {
        (partnership, program): pk for pk, partnership, program in links.values_list("pk", "partnership", "program")
    }
    gone = [held[link] for link in held.keys() - wanted]
    if gone:
        PartnershipProgram.objects.filter(pk__in=bulk.among(gone)).delete()
    PartnershipProgram.objects.bulk_create(
        [PartnershipProgram(partnership_id=one, program_id=other) for one, other in sorted(wanted - held.keys())],
        batch_size=bulk.BATCH,
    )


# ---------------------------------------------------------------- Many at once
@recorded
def add_organizations(
    state: State, *, facts: Sequence[Mapping[str, Any]], by: User | None, at: datetime
) -> list[Organization]:
    """Add many organizations to a state.

    :raises NameTaken: if the state has one with one of the names.
    """
    try:
        with transaction.atomic():
            return Organization.objects.bulk_create(
                [Organization(state=state, **each) for each in facts], batch_size=bulk.BATCH
            )
    except IntegrityError:
        _refuse_known_name(state, [each["name"] for each in facts])
        raise


@recorded
def update_organizations(changes: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Change many organizations of one state, each by its id, in all areas at once.

    :raises NameTaken: if another organization of the state has one of the names.
    """
    organizations = bulk.lock_rows(Organization.objects.select_related("state"), changes)
    names = bulk.apply_changes(organizations, changes)
    try:
        with transaction.atomic():
            bulk.save_rows(organizations.values(), names)
    except IntegrityError:
        state = next(iter(organizations.values())).state
        new = [facts["name"] for facts in changes.values() if "name" in facts]
        _refuse_known_name(state, new, besides=organizations)
        raise


@recorded
def add_partners(
    area: LocalArea, *, partners: Sequence[tuple[int, Mapping[str, Any]]], by: User | None, at: datetime
) -> list[Partnership]:
    """Make many organizations partners in an area; each is given by its id, with the facts of its partnership.

    Archived organizations are restored. Their managers and the staff of their other areas are notified.

    :raises AlreadyPartner: if one is a partner there, also if it is archived.
    :raises Refused: if its dates contradict each other.
    """
    for _, facts in partners:
        _check_dates(facts)
    organizations = [organization_id for organization_id, _ in partners]
    _bring_back(*organizations)
    try:
        with transaction.atomic():
            made = Partnership.objects.bulk_create(
                [Partnership(area=area, organization_id=pk, **facts) for pk, facts in partners], batch_size=bulk.BATCH
            )
    except IntegrityError:
        known = area.partnerships.select_related("area", "organization").filter(organization__in=organizations)
        if there := known.order_by("pk").first():
            raise AlreadyPartner(there) from None
        raise
    notify_joined(made, by=by, at=at)
    return made


@recorded
def update_partners(changes: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Change many partnerships, each by its id.

    :raises Refused: if the dates of one contradict each other.
    """
    partnerships = bulk.lock_rows(Partnership.objects.all(), changes)
    names = bulk.apply_changes(partnerships, changes)
    for partnership in partnerships.values():
        _check_dates({"since": partnership.since, "ended_on": partnership.ended_on})
    bulk.save_rows(partnerships.values(), names)


@recorded
def set_programs_of_partners(programs: Mapping[int, Collection[int]], *, by: User | None, at: datetime) -> None:
    """Set the programs that partnerships carry, both by id."""
    # Lock: two who set the programs of one partner at once must not both add the same.
    bulk.lock(Partnership.objects.all(), programs)
    _set_programs(programs)


def _refuse_known_name(state: State, names: Iterable[str], *, besides: Collection[int] = ()) -> None:
    """Refuse the first of the names that an organization of the state has, other than those ``besides``.

    One that a concurrent transaction has just added may not be visible here; then nothing is refused.
    """
    lowered = [name.strip().lower() for name in names]
    known = Organization.objects.filter(state=state).exclude(pk__in=besides).annotate(lowered=Lower("name"))
    if taken := known.filter(lowered__in=lowered).select_related("state").order_by("pk").first():
        raise NameTaken(taken) from None
