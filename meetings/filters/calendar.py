"""The filters of the calendar."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Group, Meeting
from meetings.scheduling.calendar import of_member
from onestop.ui.lists import Filters
from partners.models import LocalArea

MINE = "mine"


class CalendarFilters(Filters):
    """Filter the meetings of an area's calendar."""

    group = django_filters.ChoiceFilter(label=_("Group"), empty_label=_("All groups I see"), field_name="group")
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), empty_label=_("Everyone's"), choices=[(MINE, _("My groups'"))], method="of_person"
    )

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user if self.request else None
        groups = Group.objects.visible_to(user).of(area).current().order_by("name", "pk")
        self.filters["group"].extra["choices"] = list(groups.values_list("pk", "name"))

    def of_person(self, queryset: QuerySet[Meeting], name: str, whose: str) -> QuerySet[Meeting]:
        """Keep the meetings of groups to which the person belongs."""
        user: Any = self.request.user if self.request else None
        return of_member(queryset, user)  # type: ignore[arg-type]
