"""Add, edit, archive and restore offices, and record who holds them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.board.holding import CannotHold, demand_free, end_before, set_facts, set_removed
from partners.models import LocalArea, Office, Organization, Tenure

FACTS = ("kind", "title", "jurisdiction")
LINKS = ("tenures",)
OWN = ("proof",)
ONE_DAY = timedelta(days=1)


class CannotKeepOffice(Refused):
    """An office cannot be changed like this."""


@recorded
def add_office(place: LocalArea | Organization, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Office:
    """Add an office of an area or of an organization.

    :raises CannotKeepOffice: if it has one with this title, or its kind does not fit there.
    """
    owner = {"area": place} if isinstance(place, LocalArea) else {"organization": place}
    office = Office(**owner, **{name: facts[name] for name in FACTS if name in facts})
    _save(office)
    return office


@recorded
def update_office(
    office: Office, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Office:
    """Edit an office.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepOffice: if it is archived, or another one has the title.
    """
    office = lock_office(office)
    demand_version(office, (), version)
    if office.is_archived:
        raise CannotKeepOffice(_("This office is archived. Restore it before you edit it."))
    apply_facts(office, {name: facts[name] for name in FACTS if name in facts})
    _save(office)
    return office


@recorded
def archive_office(office: Office, *, by: User | None, at: datetime) -> None:
    """Archive an office that no longer exists. Who held it stays on record."""
    office = lock_office(office)
    if not office.is_archived:
        office.archived_at = at
        office.save(update_fields=["archived_at"])


@recorded
def restore_office(office: Office, *, by: User | None, at: datetime) -> None:
    """Restore an archived office.

    :raises CannotKeepOffice: if another one has its title by now.
    """
    office = lock_office(office)
    if office.is_archived:
        office.archived_at = None
        _save(office)


@recorded
def add_tenure(office: Office, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Tenure:
    """Record who holds an office.

    An open time of a predecessor ends the day before: a new mayor takes office, and nobody notes that the old one left.

    :raises CannotHold: if the office is archived, or somebody else holds it on one of the days.
    """
    office = lock_office(office)
    if office.is_archived:
        raise CannotHold(_("This office is archived. Restore it first."))
    tenure = Tenure(office=office)
    set_facts(tenure, facts, OWN, by=by)
    _end_predecessor(tenure)
    demand_free(tenure, office.tenures)
    tenure.save()
    return tenure


@recorded
def update_tenure(
    tenure: Tenure, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Tenure:
    """Edit who holds an office and when.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotHold: if it was removed, or somebody else holds the office on one of the days.
    """
    office = lock_office(tenure.office)
    tenure = _read(tenure)
    demand_version(tenure, (), version)
    if tenure.is_archived:
        raise CannotHold(_("This entry was removed. Restore it before you edit it."))
    set_facts(tenure, facts, OWN, by=by)
    demand_free(tenure, office.tenures)
    tenure.save()
    return tenure


@recorded
def remove_tenure(tenure: Tenure, *, by: User | None, at: datetime) -> None:
    """Remove an entry that was recorded by mistake."""
    lock_office(tenure.office)
    tenure = _read(tenure)
    if not tenure.is_archived:
        set_removed(tenure, at=at)


@recorded
def restore_tenure(tenure: Tenure, *, by: User | None, at: datetime) -> None:
    """Restore a removed entry.

    :raises CannotHold: if somebody else holds the office on one of the days by now.
    """
    office = lock_office(tenure.office)
    tenure = _read(tenure)
    if tenure.is_archived:
        demand_free(tenure, office.tenures)
        tenure.archived_at = None
        tenure.save(update_fields=["archived_at"])


def end_tenures_of(user: User, *, reason: str, at: datetime) -> None:
    """End the tenures of a person whose account is closed: the day before, or before they begin."""
    for tenure in Tenure.objects.current().filter(user=user).select_related("office__area").order_by("office", "pk"):
        lock_office(tenure.office)
        today = at.astimezone(tenure.office.area.zone).date() if tenure.office.area else at.date()
        end_before(tenure, today, reason=reason, at=at)


def with_holders(offices: QuerySet[Office], today: date) -> list[tuple[Office, Tenure | None]]:
    """Return offices by rank, each with who holds it on a day; two queries."""
    ranks = {kind: number for number, kind in enumerate(Office.Kind.values)}
    known = sorted(offices, key=lambda office: (ranks[office.kind], office.title.casefold(), office.pk))
    held = Tenure.objects.on(today).filter(office__in=[office.pk for office in known])
    holders = {tenure.office_id: tenure for tenure in held}
    return [(office, holders.get(office.pk)) for office in known]


def lock_office(office: Office) -> Office:
    """Lock an office: of two who fill it at once, the second sees the first."""
    rows = Office.objects.select_for_update(of=("self",)).select_related("area__state", "organization")
    return rows.get(pk=office.pk)


def _end_predecessor(tenure: Tenure) -> None:
    before = tenure.office.tenures.current().filter(until_on=None, ended_on=None, from_on__lt=tenure.from_on).first()
    if before:
        before.until_on = tenure.from_on - ONE_DAY
        before.save(update_fields=["until_on"])


def _save(office: Office) -> None:
    fitting = Office.OF_AREAS if office.area_id else Office.OF_ORGANIZATIONS
    if office.kind not in fitting:
        raise CannotKeepOffice(_("Select one of the kinds in the list."), field="kind")
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError:
        message = _("There is an office with this title already.")
        raise CannotKeepOffice(message, field="title") from None


def _read(tenure: Tenure) -> Tenure:
    return Tenure.objects.select_related("office__area", "office__organization", "user", "proof_file").get(pk=tenure.pk)
