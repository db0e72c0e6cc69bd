"""Bounced email: notify the staff of an area which of their people cannot be reached, and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.notices import notice_types, planners
from onestop.notices.messages import Message
from onestop.notices.models import Bounce, Notice
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.planners import Planner
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Role
from partners.notices import examples
from partners.notices.audiences import is_staff, seated_in
from partners.people.unreachable import CAME_BACK, unreachable_since

NEWS = timedelta(days=30)  # older bounces are only on the to-do list

notice_types.declare(
    NoticeType(
        CAME_BACK,
        gettext_lazy("Email bounces"),
        gettext_lazy("The email address of a representative, a manager or an invited person does not work."),
        Reason.TRANSACTIONAL,
        template="bounced",
        goes_to=gettext_lazy("The One-Stop staff of the area, once for each address."),
        is_for=is_staff,
        example=examples.bounced,
    )
)


def plan(at: datetime) -> Iterator[Message]:
    """Yield a message to the staff of the area for each address that started to bounce; seven queries for all areas."""
    pairs = unreachable_since(at - NEWS)
    areas = LocalArea.objects.current().select_related("state").in_bulk({person.area_id for _bounce, person in pairs})
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
                why=_("You are One-Stop staff of %(area)s.") % {"area": area.name},
                path=reverse("partners:unreachable_list", args=[area.slug]),
                zone=area.zone,
            )


def vanished(at: datetime) -> NoticeQuerySet:
    """Return unsent notices about addresses that somebody has marked as working."""
    label = f"{Bounce._meta.label_lower}:"
    unsent = Notice.objects.unsent().filter(kind=CAME_BACK).values_list("pk", "about")
    of_bounce = {pk: int(name.removeprefix(label)) for pk, about in unsent for name in about if name.startswith(label)}
    still_open = set(Bounce.objects.filter(pk__in=of_bounce.values(), cleared_at=None).values_list("pk", flat=True))
    over = [pk for pk, bounce in of_bounce.items() if bounce not in still_open]
    return Notice.objects.filter(pk__in=over)


planners.register(
    Planner(
        CAME_BACK,
        gettext_lazy("Bounced email"),
        gettext_lazy(
            "Notifies staff once when email to one of their people bounces, with the answer of the mail server."
        ),
        plan,
        vanished,
    )
)
