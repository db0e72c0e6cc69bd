"""What partners offer: adding, changing, confirming, putting away.

Confirming ("still right") and changing are different acts: who mends a telephone number has not said that the rest is
right.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import Location, Partnership, Service
from partners.upkeep import reminder_withdrawals
from partners.upkeep.withdrawals import take_back_answered

# What a person writes about a service, in the order of the form and of the page.
FACTS = (
    "name", "kind", "description", "audience", "groups", "eligibility", "documents", "cost", "how_to_get_in",
    "hours", "wait_time", "languages", "modes", "accommodations", "phone", "email", "website", "funding_sources",
    "keywords", "is_public",
)  # fmt: skip
LINKS = ("programs", "centers", "locations")
# What counts as one version of a service: whatever the form shows.
SERVICE_LINKS = ("program_links", "center_links", "location_links")


class CannotKeepService(Refused):
    """A service cannot be kept like this."""


class CannotConfirm(Refused):
    """A service cannot be confirmed, or a confirmation cannot be taken back."""


@recorded
def add_service(
    partnership: Partnership, *, facts: Mapping[str, Any], confirm: bool = False, by: User | None, at: datetime
) -> Service:
    """Add a service to what a partner offers; with ``confirm`` whoever writes it also says that all of it is right.

    :raises CannotKeepService: if the partner is archived, or a place is not theirs.
    """
    # Lock: the partner must not be put away while something is added to it.
    partnership = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if partnership.is_archived:
        raise CannotKeepService("This partner is archived. Restore the partner first.")
    service = Service(partnership=partnership, **{name: facts[name] for name in FACTS if name in facts})
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
    """Change what is written about a service; only with ``confirm`` does it also count as confirmed.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepService: if it is archived, or a place is not the partner's.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    service = _lock(service)
    demand_version(service, SERVICE_LINKS, version)
    if service.is_archived:
        raise CannotKeepService("This service is archived. Restore it before you change it.")
    for name in FACTS:
        if name in facts:
            setattr(service, name, facts[name])
    if confirm:
        service.verified_on, service.verified_by = today_there(service.partnership, at), by
    service.save()
    _link(service, facts)
    if confirm:
        _stop_asking([service], at=at)
    return service


def facts_of(service: Service) -> dict[str, Any]:
    """Return what is written about a service, to begin another one like it."""
    facts = {name: getattr(service, name) for name in FACTS}
    return facts | {name: [row.pk for row in getattr(service, name).all()] for name in LINKS}


@recorded
def verify_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Record that somebody who knows says: this is still right.

    :raises CannotConfirm: if the service is archived.
    """
    # Lock: a service must not be confirmed in the moment in which it is put away.
    service = _lock(service)
    if service.is_archived:
        raise CannotConfirm("This service is archived; what is not offered cannot be confirmed.")
    _confirm(service, by=by, at=at)


@recorded
def verify_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Record "still right" for many services at once; return for how many. Archived ones are left alone."""
    return len(_verify(services, lambda service: True, by=by, at=at))


@recorded
def verify_seen(
    services: Collection[Service], *, seen: Mapping[int, str], by: User | None, at: datetime
) -> list[Service]:
    """Record "still right" for services as somebody has read them; return for which.

    ``seen`` holds the look of each (``look_of``): what has changed since is not what they agreed to, and is left alone.
    """
    return _verify(services, lambda service: seen.get(service.pk) == look_of(service), by=by, at=at)


def look_of(service: Service) -> str:
    """Return a short mark of all that is written about a service, which is another one when that changes."""
    said = json.dumps([getattr(service, name) for name in FACTS])
    return hashlib.blake2s(said.encode(), digest_size=12).hexdigest()


def _verify(
    services: Collection[Service], fits: Callable[[Service], bool], *, by: User | None, at: datetime
) -> list[Service]:
    # Lock in one order, so that two people who pick the same rows do not wait for each other for ever.
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
    """Take back today's own "still right": the confirmation before it counts again.

    :raises CannotConfirm: if the person has not confirmed the service today.
    """
    if not unverify_services([service], by=by, at=at):
        raise CannotConfirm("You can take back only your own confirmation, and only on the same day.")


@recorded
def unverify_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Take back today's own "still right" of many services; return of how many. What others have said stays."""
    # Lock: another person's confirmation must not be taken back in the moment in which it comes.
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=[service.pk for service in services])
    told = rows.exclude(verified_by=None).filter(verified_by=by).select_related("partnership__area").order_by("pk")
    todays = [service for service in told if service.verified_on == today_there(service.partnership, at)]
    put_back_confirmation(todays)
    return len(todays)


def put_back_confirmation(services: Collection[Service]) -> None:
    """Let the confirmation before their present one count again, for services that the caller has locked."""
    before = _said_before(services)
    for service in services:
        service.verified_on, service.verified_by_id = before.get(service.pk, (None, None))
    Service.objects.bulk_update(services, ["verified_on", "verified_by"])


def _said_before(services: Collection[Service]) -> dict[int, tuple[date | None, int | None]]:
    """Return for each service the confirmation before its present one, as its history has it."""
    now = {service.pk: (service.verified_on, service.verified_by_id) for service in services}
    events: Any = Service.pgh_event_model._default_manager  # type: ignore[attr-defined]
    before: dict[int, tuple[date | None, int | None]] = {}
    for pk, *said in (
        events.filter(pgh_obj_id__in=now).order_by("-pgh_id").values_list("pgh_obj_id", "verified_on", "verified_by_id")
    ):
        if tuple(said) != now[pk]:
            before.setdefault(pk, (said[0], said[1]))
    return before


@recorded
def archive_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Put a service away: nobody finds it any more; its history stays, and it can be restored."""
    service = _lock(service)
    if not service.is_archived:
        service.archived_at = at
        service.save(update_fields=["archived_at"])


@recorded
def archive_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Put many services away at once; return how many were not away already."""
    return Service.objects.filter(pk__in=[service.pk for service in services], archived_at=None).update(archived_at=at)


@recorded
def restore_service(service: Service, *, by: User | None, at: datetime) -> None:
    """Offer an archived service again.

    :raises CannotKeepService: if its partner is archived.
    """
    service = _lock(service)
    if service.partnership.is_archived:
        raise CannotKeepService(f"{service.partnership.organization.name} is archived. Restore the partner first.")
    service.archived_at = None
    service.save(update_fields=["archived_at"])


@recorded
def restore_services(services: Collection[Service], *, by: User | None, at: datetime) -> int:
    """Offer many archived services again; return how many. Those of archived partners stay away."""
    rows = Service.objects.filter(pk__in=[service.pk for service in services], partnership__archived_at=None)
    return rows.exclude(archived_at=None).update(archived_at=None)


def today_there(partnership: Partnership, at: datetime) -> date:
    """Return which day it is where the partner works."""
    return at.astimezone(partnership.area.zone).date()


def _lock(service: Service) -> Service:
    rows = Service.objects.select_for_update(of=("self", "partnership"))
    return rows.select_related("partnership__area", "partnership__organization").get(pk=service.pk)


def _confirm(service: Service, *, by: User | None, at: datetime) -> None:
    service.verified_on, service.verified_by = today_there(service.partnership, at), by
    service.save(update_fields=["verified_on", "verified_by"])
    _stop_asking([service], at=at)


def _stop_asking(services: Collection[Service], *, at: datetime) -> None:
    """Take back what asks for it and was not sent yet. Of what is left to confirm, the portal asks a week later."""
    take_back_answered(services, at=at)
    partners = [service.partnership_id for service in services]
    reminder_withdrawals.take_back_stale_services(partners, why="Services were confirmed meanwhile.")


def _link(service: Service, facts: Mapping[str, Any]) -> None:
    if any(center.area_id != service.partnership.area_id for center in facts.get("centers", ())):
        raise CannotKeepService("A service is given in centers of its own area.", field="centers")
    partnership = service.partnership
    places_given: Iterable[Location] = facts.get("locations", ())
    if any(
        place.organization_id != partnership.organization_id or place.partnership_id not in (None, partnership.pk)
        for place in places_given
    ):
        raise CannotKeepService("A service is given at the partner's own locations.", field="locations")
    if "programs" in facts:
        service.programs.set(facts["programs"])
    for name in ("centers", "locations"):
        if name in facts:
            # Nobody could choose what is archived; it keeps its mention in case it opens again.
            places = getattr(service, name)
            places.set([*facts[name], *places.archived()])
