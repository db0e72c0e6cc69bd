"""Notify people that an organization they work with has become a partner in another area.

Whoever adds a partner sees only the name of a known organization. Its managers and the staff of its other areas are
notified, so that no area can add it without their knowledge.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Membership, Partnership, Role

JOINED = "partners.organization_joined"


def notify_joined(partnerships: Collection[Partnership], *, by: User | None, at: datetime) -> None:
    """Notify managers and the staff of other areas of new partners, each person once per partner; in four queries.

    New organizations, which are not partners elsewhere and have no managers, cause no notifications: one query.
    """
    known = _known_before(partnerships)
    if not known:
        return
    pks = [row.pk for row in partnerships if row.organization_id in known]
    joined = list(Partnership.objects.filter(pk__in=pks).select_related("organization", "area").order_by("pk"))
    elsewhere: dict[int, list[Partnership]] = defaultdict(list)
    others = Partnership.objects.current().filter(organization__in={row.organization_id for row in joined})
    for row in others.select_related("area").order_by("pk"):
        elsewhere[row.organization_id].append(row)
    seats = _seats_concerned([row for rows in elsewhere.values() for row in rows], joined)
    notify_many([message for row in joined for message in _messages(row, elsewhere, seats, by, at)], at=at)


def _known_before(partnerships: Collection[Partnership]) -> set[int]:
    """Return those of the organizations that are a partner elsewhere, or have people with seats for all areas."""
    organizations = bulk.among(row.organization_id for row in partnerships)
    others = Partnership.objects.current().filter(organization__in=organizations)
    elsewhere = others.exclude(pk__in=bulk.among(row.pk for row in partnerships)).values_list("organization_id")
    seats = Membership.objects.current().filter(organization__in=organizations).values_list("organization_id")
    return {pk for (pk,) in elsewhere.order_by().union(seats.order_by())}


def _seats_concerned(others: list[Partnership], joined: list[Partnership]) -> list[Membership]:
    managers = Q(partnership__in=others) | Q(organization__in={row.organization_id for row in joined})
    staff = Q(role=Role.STAFF, area__in={row.area_id for row in others})
    rows = Membership.objects.current().filter(managers & Q(role=Role.MANAGER) | staff, user__is_active=True)
    return list(rows.select_related("user", "area", "partnership__area", "organization").order_by("since", "pk"))


def _messages(
    joined: Partnership,
    elsewhere: dict[int, list[Partnership]],
    seats: list[Membership],
    by: User | None,
    at: datetime,
) -> list[Message]:
    others = {row.pk: row for row in elsewhere[joined.organization_id] if row.area_id != joined.area_id}
    area_ids = {row.area_id: row.pk for row in others.values()}
    name = joined.organization.name
    messages: dict[int, Message] = {}
    for seat in seats:
        own: Partnership | None = None
        scope: LocalArea | None = None
        if seat.organization_id == joined.organization_id:
            why = _("You manage %(organization)s.") % {"organization": name}
        elif seat.partnership_id in others:
            own = others[seat.partnership_id]
            why, scope = _("You manage %(organization)s in %(area)s."), own.area
            why %= {"organization": name, "area": scope}
        elif seat.area_id in area_ids:
            own = others[area_ids[seat.area_id]]
            why, scope = _("You are One-Stop staff in %(area)s, where %(organization)s is a partner."), own.area
            why %= {"organization": name, "area": scope}
        else:
            continue
        if seat.user_id in messages or seat.user == by:
            continue
        messages[seat.user_id] = Message(
            kind=JOINED,
            key=f"joined:{joined.pk}:{seat.user_id}",
            to=seat.user,
            about=[own or joined.organization],
            scope=scope,
            why=why,
            path=reverse("partners:organization_detail", args=[joined.organization_id]),
            zone=scope.zone if scope else joined.area.zone,
            context={"organization": joined.organization, "area": joined.area, "by": by},
        )
    return list(messages.values())
