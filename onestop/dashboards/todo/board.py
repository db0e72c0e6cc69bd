"""What a member of a board is offered, until they answer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.models import Offer
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

NEAR = timedelta(days=14)


def offered(user: Any, area: LocalArea, today: date) -> TodoPart:
    """Return what was offered to a member of the board of an area and can still be taken on."""
    return SmallQuery(_offered(area.pk, user.pk, today), lambda rows: _items(rows, area, today))


@written_once
def _offered(area: int, user: int, today: date) -> QuerySet[Any, Any]:
    can_be_taken = Q(opportunity__until_on=None) | Q(opportunity__until_on__gte=today)
    rows = Offer.objects.filter(
        can_be_taken, opportunity__area=area, opportunity__closed_at=None, opportunity__archived_at=None,
        status=Offer.Status.OFFERED, term__user=user, term__archived_at=None,
    )  # fmt: skip
    serving = Q(term__last_on=None) | Q(term__last_on__gte=today)
    named = {name: F(f"opportunity__{name}") for name in ("title", "effort", "until_on")}
    return rows.filter(serving).order_by("opportunity__until_on", "pk").values(of=F("opportunity"), **named)


def _items(rows: list[Row], area: LocalArea, today: date) -> Iterator[TodoItem]:
    for row in rows[:NAMED]:
        until = row["until_on"]
        yield TodoItem(
            kind=SOON if until and until <= today + NEAR else LATER,
            icon="hand-index-thumb",
            what=row["title"],
            why=_("Offered to you. %(effort)s.") % {"effort": row["effort"]},
            url=reverse("dashboards:opportunity_detail", args=[row["of"]]),
            do=_("Take it on"),
            do_url=reverse("dashboards:opportunity_take", args=[row["of"]]),
            due_on=until,
        )
    if number := len(rows[NAMED:]):
        words = ngettext("%(number)d more offer to you", "%(number)d more offers to you", number) % {"number": number}
        yield see_all(LATER, words, reverse("dashboards:opportunity_list", args=[area.slug]), _("View them"))
