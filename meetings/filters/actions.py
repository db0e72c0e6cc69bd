"""Filters of the list of action items and of its board."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.actions.reading import LATELY, SOON
from meetings.models import ActionItem, Group
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership
from partners.seats import seats_of

MINE, ORGANIZATION = "mine", "organization"
WHOSE = [(MINE, _("Mine")), (ORGANIZATION, _("My organization's"))]
STATES = [
    ("overdue", _("Overdue")), ("soon", _("Due in two weeks")), ("later", _("Due later")),
    ("asked", _("Another day asked for")), ("done", _("Done in the last 30 days")), ("all_done", _("Done")),
    ("dropped", _("Dropped")), ("any", _("Open and closed")), ("removed", _("Removed")),
]  # fmt: skip
WITHIN = [("7", _("7 days")), ("14", _("14 days")), ("30", _("30 days")), ("90", _("90 days"))]


class BoardFilters(Filters):
    """Filter the action items of an area by what it shows of them in all its columns."""

    q = django_filters.CharFilter(label=_("Action item or person"), method="search")
    whose = django_filters.ChoiceFilter(label=_("Whose"), empty_label=_("Everybody's"), choices=WHOSE, method="of_whom")
    group = django_filters.ChoiceFilter(label=_("Group"), empty_label=_("Any group"), field_name="group")
    organization = django_filters.ChoiceFilter(
        label=_("Organization"), empty_label=_("Any organization"), field_name="partnership"
    )

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.request is not None
        groups = Group.objects.visible_to(self.request.user).of(area).order_by(Lower("name"), "pk")
        self.filters["group"].extra["choices"] = list(groups.values_list("pk", "name"))
        known = ActionItem.objects.filter(partnership__area=area).order_by().values("partnership")
        partners = Partnership.objects.filter(pk__in=known).order_by(Lower("organization__name"), "pk")
        self.filters["organization"].extra["choices"] = list(partners.values_list("pk", "organization__name"))

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep items whose text, person or organization contains each of the words."""
        for word in words.split():
            queryset = queryset.filter(
                Q(text__icontains=word) | Q(name__icontains=word) | Q(partnership__organization__name__icontains=word)
            )
        return queryset

    def of_whom(self, queryset: QuerySet, name: str, whose: str) -> QuerySet:
        """Keep one's own, or those of one's organization."""
        assert self.request is not None
        user = self.request.user
        if whose == MINE:
            return queryset.filter(ActionItem.objects.mine(user))
        return queryset.filter(partnership__in=seats_of(user).partnership_ids)


class ActionFilters(BoardFilters):
    """Filter the list of action items of an area; open ones, unless another state is asked for."""

    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Open"), choices=STATES, method="in_state")
    within = django_filters.ChoiceFilter(
        label=_("Due within"), empty_label=_("Any time"), choices=WITHIN, method="due_within"
    )

    def in_state(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep items in a state today."""
        today, opened = timezone.localdate(), Q(status=ActionItem.Status.OPEN)
        conditions = {
            "overdue": opened & Q(due_on__lt=today),
            "soon": opened & Q(due_on__range=(today, today + SOON)),
            "later": opened & Q(due_on__gt=today + SOON),
            "asked": opened & Q(asked_due_on__isnull=False),
            "done": Q(status=ActionItem.Status.DONE, closed_at__gte=timezone.now() - LATELY),
            "all_done": Q(status=ActionItem.Status.DONE),
            "dropped": Q(status=ActionItem.Status.DROPPED),
        }
        return queryset.filter(conditions[state]) if state in conditions else queryset

    def due_within(self, queryset: QuerySet, name: str, days: str) -> QuerySet:
        """Keep open items that are due in so many days, or overdue."""
        until = timezone.localdate() + timedelta(days=int(days))
        return queryset.filter(due_on__lte=until)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Show open items unless a state is asked for, and removed ones only if they are."""
        rows = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state")
        rows = rows.exclude(archived_at=None) if state == "removed" else rows.filter(archived_at=None)
        return rows if state else rows.filter(status=ActionItem.Status.OPEN)
