"""Add, edit, archive and restore partners of an area, and organizations of a state."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Organization, Partnership, PartnershipProgram, Program, State
from partners.network.joining import notify_joined

# The details of an organization, which all its areas share, in the order of the form.
ORGANIZATION_FACTS = ("name", "short_name", "kind", "description", "website", "phone", "email")
# The links that belong to a version of a partner: those that the form shows.
PARTNER_LINKS = ("program_links", "organization")
ALIKE = 0.45  # names more similar than this may mean the same organization


class AlreadyPartner(Refused):
    """The organization is already a partner of the area: ``partnership``, which may be archived."""

    def __init__(self, partnership: Partnership) -> None:
        message = _("%(organization)s is already a partner in %(area)s.")
        if partnership.is_archived:
            message = _("%(organization)s is already an archived partner in %(area)s.")
        names = {"organization": partnership.organization.name, "area": partnership.area.name}
        super().__init__(message % names, field="name")
        self.partnership = partnership


class NameTaken(Refused):
    """Another organization of the state has this name."""

    def __init__(self, organization: Organization) -> None:
        message = _(
            "%(state)s already has an organization named “%(organization)s”. Use that one, or add a distinction "
            "to the name, such as the city."
        )
        names = {"state": organization.state.name, "organization": organization.name}
        super().__init__(message % names, field="name")
        self.organization = organization


# ---------------------------------------------------------------- Finding
def organization_named(name: str, state: State) -> Organization | None:
    """Return the organization of the state with this name, ignoring case."""
    return Organization.objects.filter(state=state, name__iexact=name.strip()).select_related("state").first()


def organizations_like(name: str, state: State) -> QuerySet[Organization]:
    """Return organizations of the state with this name or a similar one, the most similar first."""
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
    """Make an organization a partner in an area: a known organization of the state, or a new one with these facts.

    An archived organization is restored. Its managers and the staff of its other areas are notified.

    :raises AlreadyPartner: if it is already a partner, current or archived.
    :raises NameTaken: if a new organization has the name of a known one.
    :raises Refused: if the dates contradict each other, or an approval is incomplete.
    """
    _check_facts(Partnership(area=area, **(facts or {})), at)
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
    """Change the given details of a partner and its organization.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises NameTaken: if another organization of the state has the name.
    :raises Refused: if the dates contradict each other, or an approval is incomplete.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("organization", "area").get(pk=partnership.pk)  # fmt: skip # noqa: E501
    organization = Organization.objects.select_for_update().get(pk=partnership.organization_id)
    demand_version(partnership, PARTNER_LINKS, version)
    changed = apply_facts(partnership, facts or {})
    _check_facts(partnership, at)
    if changed:
        partnership.save(update_fields=changed)
    _update_organization(organization, organization_facts or {})
    if programs is not None:
        _set_programs({partnership.pk: [program.pk for program in programs]})
    return partnership


@recorded
def archive_partner(partnership: Partnership, *, by: User | None, at: datetime) -> None:
    """Archive a partner: it and its services are hidden from lists and search, and can be restored."""
    Partnership.objects.current().filter(pk=partnership.pk).update(archived_at=at)


@recorded
def archive_partners(partnerships: Iterable[Partnership], *, by: User | None, at: datetime) -> int:
    """Archive partners, and return how many were not archived before."""
    rows = Partnership.objects.current().filter(pk__in=[one.pk for one in partnerships])
    return rows.update(archived_at=at)


@recorded
def restore_partners(partnerships: Iterable[Partnership], *, by: User | None, at: datetime) -> int:
    """Restore archived partners and their organizations, and return how many were archived."""
    known = list(Partnership.objects.archived().filter(pk__in=[one.pk for one in partnerships]))
    for organization_id in sorted({one.organization_id for one in known}):
        _bring_back(organization_id)
    return Partnership.objects.archived().filter(pk__in=[one.pk for one in known]).update(archived_at=None)


@recorded
def restore_partner(partnership: Partnership, *, by: User | None, at: datetime) -> None:
    """Restore an archived partner as it was."""
    _bring_back(partnership.organization_id)
    Partnership.objects.archived().filter(pk=partnership.pk).update(archived_at=None)


# ---------------------------------------------------------------- Organizations
@recorded
def add_organization(state: State, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Organization:
    """Add an organization to a state.

    :raises NameTaken: if the state already has one of this name.
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
    """Change the details of an organization, in all areas at once.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises NameTaken: if another organization of the state has the name.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    demand_version(organization, (), version)
    _update_organization(organization, facts)
    return organization


@recorded
def archive_organization(organization: Organization, *, by: User | None, at: datetime) -> None:
    """Archive an organization that is no longer a partner in any area; it can be restored.

    :raises Refused: if it is a partner in an area.
    """
    # Lock: it must not become a partner while it is being archived.
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    partnership = organization.partnerships.current().select_related("area").order_by("pk").first()
    if partnership:
        message = _("%(organization)s is a partner in %(area)s. Archive it there first.")
        raise Refused(message % {"organization": organization.name, "area": partnership.area.name})
    Organization.objects.current().filter(pk=organization.pk).update(archived_at=at)


@recorded
def restore_organization(organization: Organization, *, by: User | None, at: datetime) -> None:
    """Restore an archived organization."""
    _bring_back(organization.pk)


def _bring_back(*organization_ids: int) -> None:
    # Lock: they must not be archived while they become partners.
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
def _check_facts(partnership: Partnership, at: datetime) -> None:
    since, ended_on = partnership.since, partnership.ended_on
    if since and ended_on and ended_on < since:
        raise Refused(_("A partnership cannot end before it starts. Correct one of the dates."), field="ended_on")
    today = at.astimezone(partnership.area.zone).date()
    for name in ("board_approved_on", "official_approved_on"):
        on = getattr(partnership, name)
        if on and on > today:
            raise Refused(_("This date is in the future. Record the approval after it is given."), field=name)
    if partnership.official_approved_on and not partnership.official:
        raise Refused(_("Enter the chief elected official who approved the partner."), field="official")


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
    bulk.add_rows(
        PartnershipProgram(partnership_id=one, program_id=other) for one, other in sorted(wanted - held.keys())
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
            return bulk.add_rows(Organization(state=state, **each) for each in facts)
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
    :raises Refused: if its dates contradict each other, or an approval is incomplete.
    """
    for _pk, facts in partners:
        _check_facts(Partnership(area=area, **facts), at)
    organizations = [organization_id for organization_id, _facts in partners]
    _bring_back(*organizations)
    try:
        with transaction.atomic():
            made = bulk.add_rows(Partnership(area=area, organization_id=pk, **facts) for pk, facts in partners)
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

    :raises Refused: if the dates of one contradict each other, or an approval is incomplete.
    """
    partnerships = bulk.lock_rows(Partnership.objects.select_related("area"), changes)
    names = bulk.apply_changes(partnerships, changes)
    for partnership in partnerships.values():
        _check_facts(partnership, at)
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
