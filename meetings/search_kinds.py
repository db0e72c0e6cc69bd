"""Groups and trainings in the search of signed-in users. Importing this module registers them."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Group, Meeting, Training
from partners.models import LocalArea
from partners.search.network_fields import Field, contains, means
from partners.search.network_search import SearchKind, register_kinds


def _groups(area: LocalArea, viewer: Any) -> QuerySet:
    return Group.objects.visible_to(viewer).of(area).current()


def _trainings(area: LocalArea, viewer: Any) -> QuerySet:
    rows = Training.objects.visible_to(viewer).of(area).filter(meeting__in=Meeting.objects.on_calendar().values("pk"))
    return rows.select_related("meeting__series")


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
        "training",
        _("Trainings"),
        _trainings,
        "meetings/trainings/_found.html",
        name="topic",
        fields=(
            Field("topic", means(F("topic"))),
            Field("learning", means(F("learning")), _("What people learn")),
            Field("for_whom", means(F("for_whom")), _("Who it is for")),
            Field("teacher_name", contains("teacher_name"), _("Person who teaches")),
        ),
    ),
)
