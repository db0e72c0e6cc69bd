"""Filters of the lists of raised issues, of an area and of a state."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import RaisedIssue
from meetings.raised.reading import LONG
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership, State

Status = RaisedIssue.Status
WAITING, OLD = "waiting", "old"
STATES = (
    (WAITING, _("Waiting for an answer")),
    (OLD, _("Waiting for more than 30 days")),
    (Status.OPEN, _("Not sent yet")),
    (Status.SENT, _("Waiting for the state")),
    (Status.FEDERAL, _("At the federal level")),
    (Status.ANSWERED, Status.ANSWERED.label),
    (Status.CLOSED, Status.CLOSED.label),
)


class RaisedFilters(Filters):
    """Filter raised issues by words and status."""

    q = django_filters.CharFilter(label=_("Search issues and answers"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=STATES, method="by_state"
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep issues with each of the words, in what was raised or in what happened to it."""
        for word in words.split():
            said = RaisedIssue.objects.filter(entries__text__icontains=word).values("pk")
            queryset = queryset.filter(
                Q(title__icontains=word)
                | Q(text__icontains=word)
                | Q(partnership__organization__name__icontains=word)
                | Q(pk__in=said)
            )
        return queryset

    def by_state(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep issues of a status."""
        if state in (WAITING, OLD):
            queryset = queryset.filter(status__in=RaisedIssue.WAITING)
            before = timezone.now() - timedelta(days=LONG)
            return queryset.filter(raised_at__lt=before) if state == OLD else queryset
        return queryset.filter(status=state)


class AreaRaisedFilters(RaisedFilters):
    """Filter the issues of an area also by who raised them."""

    partner = django_filters.ChoiceFilter(label=_("Raised by"), empty_label=_("Anybody"), field_name="partnership")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        raised = RaisedIssue.objects.filter(area=area).order_by().values("partnership")
        partners = Partnership.objects.filter(pk__in=raised).order_by(Lower("organization__name"), "pk")
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))


class StateRaisedFilters(RaisedFilters):
    """Filter the issues that were sent to a state also by area."""

    area = django_filters.ChoiceFilter(label=_("Area"), empty_label=_("Any area"), field_name="area")

    def __init__(self, *args: Any, state: State, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = LocalArea.objects.current().filter(state=state).order_by(Lower("name"), "pk")
        self.filters["area"].extra["choices"] = list(areas.values_list("pk", "name"))
