"""The filters of the week of an area, and of the list of all hours."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import Center, LocalArea, Partnership, Presence, Program, Rhythm, Weekday

VALID = [("now", _("Current")), ("coming", _("Future")), ("over", _("Ended"))]


class WeekFilters(Filters):
    """The filters of the week: which center, which partner, which program."""

    week = django_filters.CharFilter(label=_("Week"), widget=forms.HiddenInput, method="leave")
    center = django_filters.ChoiceFilter(label=_("Center"), empty_label=_("Any center"), field_name="center_id")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), field_name="partnership_id")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="of_program")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centers = Center.objects.current().filter(area=area).order_by(Lower("name"), "pk")
        partners = Partnership.objects.current().filter(area=area, presences__archived_at=None, presences__isnull=False)
        named = partners.distinct().order_by(Lower("organization__name"), "pk")
        programs = Program.objects.filter(partnership_links__partnership__in=partners.values("pk")).distinct()
        self._offer("center", centers.values_list("pk", "name"))
        self._offer("partner", named.values_list("pk", "organization__name"))
        self._offer("program", programs.order_by("position").values_list("code", "short_name"))

    def _offer(self, name: str, choices: QuerySet) -> None:
        self.filters[name].extra["choices"] = list(choices)

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return all rows: the page shows the week."""
        return queryset

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Return hours of the partners of a program."""
        return queryset.filter(partnership__program_links__program__code=code)


class PresenceFilters(WeekFilters):
    """The filters of the list of all hours."""

    week = None
    q = django_filters.CharFilter(label=_("Partner, person or location"), method="search")
    weekday = django_filters.ChoiceFilter(label=_("Day"), empty_label=_("Any day"), choices=Weekday.choices)
    rhythm = django_filters.ChoiceFilter(label=_("Repeats"), empty_label=_("Any"), choices=Rhythm.choices)
    way = django_filters.ChoiceFilter(
        label=_("In person or remote"), empty_label=_("Either"), choices=Presence.Way.choices
    )
    valid = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=VALID, method="valid_then"
    )
    archived = ArchivedFilter()

    more = ("program", "rhythm", "way", "valid", "archived")

    class Meta:
        model = Presence
        fields: tuple[str, ...] = ("q", "center", "partner", "weekday")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return hours that contain each of the words."""
        for word in words.split():
            queryset = queryset.filter(
                Q(partnership__organization__name__icontains=word)
                | Q(partnership__organization__short_name__icontains=word)
                | Q(center__name__icontains=word)
                | Q(who__icontains=word)
                | Q(desk__icontains=word)
            )
        return queryset

    def valid_then(self, queryset: Any, name: str, value: str) -> QuerySet:
        """Return hours that are current, future or ended."""
        today = timezone.localdate()
        if value == "now":
            return queryset.holding(today, today)
        return queryset.filter(begins_on__gt=today) if value == "coming" else queryset.filter(ends_on__lt=today)
