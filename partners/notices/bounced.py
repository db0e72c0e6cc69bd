"""Mail that came back: the staff of an area are told whom of theirs nobody reaches, what was said, and what to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from onestop.notices import notice_types, planners
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.planners import Planner
from partners.models import LocalArea, Role
from partners.notices import examples
from partners.notices.audiences import is_staff, seated_in
from partners.people.unreachable import CAME_BACK, unreachable_since

NEWS = timedelta(days=30)  # older ones stand among the needs, and are told nobody anew

notice_types.declare(
    NoticeType(
        CAME_BACK,
        "Mail to somebody comes back",
        "Nobody is reached at the address of a representative, a manager or somebody who was invited.",
        Reason.TRANSACTIONAL,
        template="bounced",
        goes_to="The One-Stop staff of the area, once for each address.",
        is_for=is_staff,
        example=examples.bounced,
    )
)


def plan(at: datetime) -> Iterator[Message]:
    """Yield for each address that came to reach nobody a word to the staff of its area; seven queries for all areas."""
    pairs = unreachable_since(at - NEWS)
    areas = LocalArea.objects.current().select_related("state").in_bulk({person.area_id for _, person in pairs})
    staff = seated_in(Role.STAFF, areas)
    for bounce, person in pairs:
        area = areas.get(person.area_id)
        for user in staff.get(person.area_id, []) if area else []:
            if area is None or user.email == person.address:
                continue
            yield Message(
                kind=CAME_BACK,
                key=f"{CAME_BACK}:{bounce.pk}:{area.pk}:{user.pk}",
                to=user,
                about=[bounce, person.thing],
                scope=area,
                context={"person": person, "said": bounce.said, "bounced_at": bounce.at, "area": area},
                why=f"You are One-Stop staff of {area.name}.",
                path=reverse("partners:unreachable_list", args=[area.slug]),
                zone=area.zone,
            )


def vanished(at: datetime) -> NoticeQuerySet:
    """Return what was not sent yet of addresses that somebody trusts again."""
    label = f"{Bounce._meta.label_lower}:"
    waiting = Notice.objects.unsent().filter(kind=CAME_BACK).values_list("pk", "about")
    of_bounce = {pk: int(name.removeprefix(label)) for pk, about in waiting for name in about if name.startswith(label)}
    open_still = set(Bounce.objects.filter(pk__in=of_bounce.values(), cleared_at=None).values_list("pk", flat=True))
    over = [pk for pk, bounce in of_bounce.items() if bounce not in open_still]
    return Notice.objects.filter(pk__in=over)


planners.register(
    Planner(
        CAME_BACK,
        "Mail that comes back",
        "Staff are told once when mail to one of their people came back, with what the server said.",
        plan,
        vanished,
    )
)
