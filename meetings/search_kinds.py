"""Groups and action items in the search of signed-in users. Importing this module registers them."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Group
from partners.models import LocalArea
from partners.search.network_fields import Field, contains, means
from partners.search.network_search import SearchKind, register_kinds


def _groups(area: LocalArea, viewer: Any) -> QuerySet:
    return Group.objects.visible_to(viewer).of(area).current()


def _actions(area: LocalArea, viewer: Any) -> QuerySet:
    here = Q(group__in=Group.objects.of(area).values("pk")) | Q(partnership__area=area)
    rows = ActionItem.objects.visible_to(viewer).filter(here).current()
    return rows.select_related("group", "partnership__organization")


register_kinds(
    SearchKind(
        "group",
        _("Groups"),
        _groups,
        "meetings/_found.html",
        name="name",
        fields=(Field("name", means(F("name"))), Field("purpose", means(F("purpose")), _("Charter"))),
    ),
    SearchKind(
        "action",
        _("Action items"),
        _actions,
        "meetings/actions/_found.html",
        name="text",
        fields=(
            Field("text", means(F("text"))),
            Field("detail", means(F("detail")), _("Details")),
            Field("name", contains("name"), _("Person")),
        ),
    ),
)
