"""Add, change, confirm, archive and restore services.

Confirming and changing are different acts: whoever corrects a phone number has not confirmed the other details.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _
from partners.models import Center, Location, Partnership, Service, ServiceCenter, ServiceLocation, ServiceProgram
from partners.search import index
from partners.upkeep import reminder_withdrawals
from partners.upkeep.withdrawals import take_back_answered

# The details of a service that people enter, in the order of the form and of the page.
FACTS = (
    "name", "kind", "description", "audience", "groups", "eligibility", "documents", "cost", "how_to_get_in",
    "hours", "wait_time", "languages", "modes", "accommodations", "phone", "email", "website", "funding_sources",
    "keywords", "is_public", "is_paused", "paused_note", "notes",
)  # fmt: skip
LINKS = ("programs", "centers", "locations")
LINK_TABLES: tuple[tuple[str, Any, str], ...] = (
    ("programs", ServiceProgram, "program_id"),
    ("centers", ServiceCenter, "center_id"),
    ("locations", ServiceLocation, "location_id"),
)
# The details of a service that files hold: also the key by which the next file finds it, and the notes.
IMPORTED = tuple(dict.fromkeys((*FACTS, "source_key", "notes")))
# The links that belong to a version of a service: those that the form shows.
SERVICE_LINKS = ("program_links", "center_links", "location_links")


class CannotKeepService(Refused):
    """A service cannot be saved like this."""


class CannotConfirm(Refused):
    """A service cannot be confirmed, or a confirmation cannot be undone."""


@recorded
def add_service(
    partnership: Partnership, *, facts: Mapping[str, Any], confirm: bool = False, by: User | None, at: datetime
) -> Service:
    """Add a service to a partner; with ``confirm`` it also counts as confirmed.

    :raises CannotKeepService: if the partner is archived, or a location is not theirs.
    """
    # Lock: the partner must not be archived while a service is added to it.
    partnership = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if partnership.is_archived:
        raise CannotKeepService(_("This partner is archived. Restore the partner first."))
    service = Service(partnership=partnership, **{name: facts[name] for name in FACTS if name in facts})
    _forget_pause(service)
    if confirm:
        service.verified_on, service.verified_by = today_there(partnership, at), by
    service.save()
    _link(service, facts)
    return service


@recorded
def update_service(
    service: Service,
    *,
    facts: Mapping[str, Any],
    confirm: bool = False,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Service:
    """Change the details of a service; only with ``confirm`` does it also count as confirmed.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepService: if it is archived, or a location is not the partner's.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    service = lock_service(service)
    demand_version(service, SERVICE_LINKS, version)
    if service.is_archived:
        raise CannotKeepService(_("This service is archived. Restore it before you edit it."))
    for name in FACTS:
        if name in facts:
            setattr(service, name, facts[name])
    _forget_pause(service)
    if confirm:
        service.verified_on, service.verified_by = today_there(service.partnership, at), by
    service.save()
    _link(service, facts)
    if confirm:
        _stop_asking([service], at=at)
    return service


@recorded
def pause_service(service: Service, *, note: str = "", by: User | None, at: datetime) -> None:
    """Record that a service is temporarily closed, and until when or why. It stays listed.

    :raises CannotKeepService: if it is archived.
    """
    _set_pause(service, is_paused=True, note=note.strip())


@recorded
def reopen_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Record that a service is open again.

    :raises CannotKeepService: if it is archived.
    """
    _set_pause(service, is_paused=False, note="")


def _set_pause(service: Service, *, is_paused: bool, note: str) -> None:
    # Lock: a service must not be closed for a while as it is being archived.
    service = lock_service(service)
    if service.is_archived:
        raise CannotKeepService(_("This service is archived. Restore it before you edit it."))
    service.is_paused, service.paused_note = is_paused, note
    service.save(update_fields=["is_paused", "paused_note"])


def _forget_pause(service: Service) -> None:
    """Empty the reason of a service that is open."""
    if not service.is_paused:
        service.paused_note = ""


def facts_of(service: Service) -> dict[str, Any]:
    """Return the details of a service, to fill a form with."""
    facts = {name: getattr(service, name) for name in FACTS}
    return facts | {name: [row.pk for row in getattr(service, name).all()] for name in LINKS}


@recorded
def verify_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Record that a service is still correct.

    :raises CannotConfirm: if the service is archived.
    """
    # Lock: a service must not be confirmed while it is being archived.
    service = lock_service(service)
    if service.is_archived:
        raise CannotConfirm(_("This service is archived. Restore it before you confirm it."))
    _confirm(service, by=by, at=at)


@recorded
def verify_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Confirm many services at once; return how many. Archived ones are skipped."""
    return len(_verify(services, lambda service: True, by=by, at=at))


@recorded
def verify_seen(
    services: Collection[Service], *, seen: Mapping[int, str], by: User | None, at: datetime
) -> list[Service]:
    """Confirm services as a person has read them; return which.

    ``seen`` holds the fingerprint of each (``look_of``): a service that has changed since is skipped, because the
    person has not read its present details.
    """
    return _verify(services, lambda service: seen.get(service.pk) == look_of(service), by=by, at=at)


def look_of(service: Service) -> str:
    """Return a fingerprint of the details of a service, which changes when they change."""
    details = json.dumps([getattr(service, name) for name in FACTS])
    return hashlib.blake2s(details.encode(), digest_size=12).hexdigest()


def _verify(
    services: Collection[Service], fits: Callable[[Service], bool], *, by: User | None, at: datetime
) -> list[Service]:
    # Lock in one order, so that two people who pick the same rows cannot deadlock.
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=[service.pk for service in services])
    current = rows.filter(archived_at=None).select_related("partnership__area").order_by("pk")
    chosen = [service for service in current if fits(service)]
    for service in chosen:
        service.verified_on, service.verified_by = today_there(service.partnership, at), by
    Service.objects.bulk_update(chosen, ["verified_on", "verified_by"])
    _stop_asking(chosen, at=at)
    return chosen


@recorded
def unverify_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Undo one's own confirmation of today; the confirmation before it counts again.

    :raises CannotConfirm: if the person has not confirmed the service today.
    """
    if not unverify_services([service], by=by, at=at):
        raise CannotConfirm(_("You can undo only your own confirmation, and only on the same day."))


@recorded
def unverify_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Undo one's own confirmations of today; return how many. Confirmations by others are not changed."""
    # Lock: another person's confirmation must not be undone as it is being made.
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=[service.pk for service in services])
    own = rows.exclude(verified_by=None).filter(verified_by=by).select_related("partnership__area").order_by("pk")
    todays = [service for service in own if service.verified_on == today_there(service.partnership, at)]
    put_back_confirmation(todays)
    return len(todays)


def put_back_confirmation(services: Collection[Service]) -> None:
    """Restore the previous confirmation of services that the caller has locked."""
    before = _confirmed_before(services)
    for service in services:
        service.verified_on, service.verified_by_id = before.get(service.pk, (None, None))
    Service.objects.bulk_update(services, ["verified_on", "verified_by"])


def _confirmed_before(services: Collection[Service]) -> dict[int, tuple[date | None, int | None]]:
    """Return for each service the confirmation before its present one, from its history."""
    now = {service.pk: (service.verified_on, service.verified_by_id) for service in services}
    events: Any = Service.pgh_event_model._default_manager  # type: ignore[attr-defined]
    before: dict[int, tuple[date | None, int | None]] = {}
    for pk, *confirmed in (
        events.filter(pgh_obj_id__in=now).order_by("-pgh_id").values_list("pgh_obj_id", "verified_on", "verified_by_id")
    ):
        if tuple(confirmed) != now[pk]:
            before.setdefault(pk, (confirmed[0], confirmed[1]))
    return before


@recorded
def archive_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Archive a service: it is hidden from lists and search, keeps its history, and can be restored."""
    service = lock_service(service)
    if not service.is_archived:
        service.archived_at = at
        service.save(update_fields=["archived_at"])


@recorded
def archive_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Archive many services at once; return how many were not archived already."""
    return Service.objects.filter(pk__in=[service.pk for service in services], archived_at=None).update(archived_at=at)


@recorded
def restore_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Restore an archived service.

    :raises CannotKeepService: if its partner is archived.
    """
    service = lock_service(service)
    if service.partnership.is_archived:
        name = service.partnership.organization.name
        raise CannotKeepService(_("%(partner)s is archived. Restore the partner first.") % {"partner": name})
    service.archived_at = None
    service.save(update_fields=["archived_at"])


@recorded
def restore_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Restore many archived services; return how many. Those of archived partners stay archived."""
    rows = Service.objects.filter(pk__in=[service.pk for service in services], partnership__archived_at=None)
    return rows.exclude(archived_at=None).update(archived_at=None)


def today_there(partnership: Partnership, at: datetime) -> date:
    """Return today's date in the time zone of the partner's area."""
    return at.astimezone(partnership.area.zone).date()


def lock_service(service: Service) -> Service:
    """Return a service with its partner and area, locked until the running transaction ends."""
    rows = Service.objects.select_for_update(of=("self", "partnership"))
    return rows.select_related("partnership__area", "partnership__organization").get(pk=service.pk)


def _confirm(service: Service, *, by: User | None, at: datetime) -> None:
    service.verified_on, service.verified_by = today_there(service.partnership, at), by
    service.save(update_fields=["verified_on", "verified_by"])
    _stop_asking([service], at=at)


def _stop_asking(services: Collection[Service], *, at: datetime) -> None:
    """Withdraw queued requests to confirm. The portal asks about the remaining services a week later."""
    take_back_answered(services, at=at)
    partners = [service.partnership_id for service in services]
    reminder_withdrawals.take_back_stale_services(partners, why=_("Services were confirmed."))


def _link(service: Service, facts: Mapping[str, Any]) -> None:
    _link_many([(service, {name: [thing.pk for thing in facts[name]] for name in LINKS if name in facts})])


# ---------------------------------------------------------------- Many at once
@recorded
def add_services(services: Sequence[tuple[int, Mapping[str, Any]]], *, by: User | None, at: datetime) -> list[Service]:
    """Add many services, each with the id of its partnership and its facts; programs, centers and locations are ids.

    They do not count as confirmed.

    :raises CannotKeepService: if a partner is archived, or a center or location is not theirs.
    """
    # Lock: the partners must not be archived while services are added to them.
    partnerships = bulk.lock_rows(
        Partnership.objects.only("archived_at", "area", "organization"), [pk for pk, facts in services]
    )
    if any(partnership.is_archived for partnership in partnerships.values()):
        raise CannotKeepService(_("This partner is archived. Restore the partner first."))
    made = [
        Service(partnership=partnerships[pk], **{name: facts[name] for name in IMPORTED if name in facts})
        for pk, facts in services
    ]
    with index.write_listings_once(lambda: [service.pk for service in made]):
        bulk.add_rows(made)
        _link_many([(service, facts) for service, (pk, facts) in zip(made, services, strict=True)], new=True)
    return made


@recorded
def update_services(changes: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Change many services, each by its id; programs, centers and locations are ids. This confirms none of them.

    :raises CannotKeepService: if one is archived, or a center or location is not the partner's.
    """
    services = bulk.lock_rows(Service.objects.select_related("partnership"), changes)
    if any(service.is_archived for service in services.values()):
        raise CannotKeepService(_("This service is archived. Restore it before you edit it."))
    names = bulk.apply_changes(services, changes, IMPORTED)
    with index.write_listings_once(lambda: list(services)):
        bulk.save_rows(services.values(), names)
        _link_many([(services[pk], facts) for pk, facts in changes.items()])


def _link_many(services: Sequence[tuple[Service, Mapping[str, Any]]], *, new: bool = False) -> None:
    """Set the programs, centers and locations of services, where the facts name any. Needs their partnerships."""
    _check_places(services)
    for name, model, column in LINK_TABLES:
        _set_links(model, column, {s.pk: facts[name] for s, facts in services if facts.get(name) is not None}, new=new)


def _set_links(model: Any, column: str, wanted: Mapping[int, Collection[int]], *, new: bool) -> None:
    """Set what services are linked with, both by id; links with archived places stay."""
    links = dict.fromkeys((service, pk) for service, those in wanted.items() for pk in those)
    held: dict[tuple[int, int], int] = {}
    if not new:
        there = model._default_manager.filter(service__in=bulk.among(wanted))
        held = {(service, pk): link for link, service, pk in there.values_list("pk", "service_id", column)}
    if gone := [held[link] for link in held.keys() - links.keys()]:
        rows = model._default_manager.filter(pk__in=bulk.among(gone))
        if model is not ServiceProgram:
            # Archived places cannot be selected in the form; keep their links in case they are restored.
            rows = rows.filter(**{f"{column.removesuffix('_id')}__archived_at": None})
        rows.delete()
    added = [model(**{"service_id": service, column: pk}) for service, pk in links if (service, pk) not in held]
    bulk.add_rows(added)


def _check_places(services: Sequence[tuple[Service, Mapping[str, Any]]]) -> None:
    """Refuse centers of other areas, and locations of other partners."""
    named = {
        name: {pk for service, facts in services for pk in facts.get(name) or ()} for name in ("centers", "locations")
    }
    centers = dict(Center.objects.filter(pk__in=named["centers"]).values_list("pk", "area_id"))
    rows = Location.objects.filter(pk__in=named["locations"])
    owners = {pk: (one, other) for pk, one, other in rows.values_list("pk", "organization_id", "partnership_id")}
    for service, facts in services:
        partnership = service.partnership
        if any(centers[pk] != partnership.area_id for pk in facts.get("centers") or ()):
            raise CannotKeepService(_("Select only centers in the area of the service."), field="centers")
        for pk in facts.get("locations") or ():
            organization_id, partnership_id = owners[pk]
            if organization_id != partnership.organization_id or partnership_id not in (None, partnership.pk):
                raise CannotKeepService(_("Select only the partner's own locations."), field="locations")
