"""What a list of services can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from onestop.editing.typed_lists import said_in
from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import Center, LocalArea, Partnership, Program, Service
from partners.seats import seats_of

FRESHNESS = [
    ("fresh", "In the last six months"),
    ("stale", "Longer ago"),
    ("never", "Never"),
    ("unconfirmed", "Longer ago, or never"),
]
PUBLIC = [("yes", "In the public directory"), ("no", "Only for partners")]


class ServiceFilters(Filters):
    """The filters of a list of services of one area."""

    q = django_filters.CharFilter(label="Service, partner, or words in it", method="search")
    partner = django_filters.ChoiceFilter(label="Partner", empty_label="Any partner", method="of_partner")
    kind = django_filters.ChoiceFilter(label="Kind", empty_label="Any kind", choices=Service.Kind.choices)
    freshness = django_filters.ChoiceFilter(label="Confirmed", empty_label="Any", choices=FRESHNESS, method="as_fresh")
    program = django_filters.ChoiceFilter(label="Program", empty_label="Any program", method="of_program")
    center = django_filters.ChoiceFilter(label="Center", empty_label="Any center", method="at_center")
    group = django_filters.ChoiceFilter(
        label="Made for", empty_label="Anybody", choices=Service.Group.choices, method="in_list"
    )
    language = django_filters.ChoiceFilter(label="Language", empty_label="Any language", method="in_language")
    mode = django_filters.ChoiceFilter(
        label="How it is given", empty_label="Any way", choices=Service.Mode.choices, method="in_list"
    )
    accommodation = django_filters.ChoiceFilter(
        label="Accommodation", empty_label="Any", choices=Service.Accommodation.choices, method="in_list"
    )
    public = django_filters.ChoiceFilter(label="Who sees it", empty_label="Any", choices=PUBLIC, method="as_public")
    mine = django_filters.ChoiceFilter(
        label="Whose", empty_label="Everybody's", choices=[("1", "Only ours")], method="of_mine"
    )
    archived = ArchivedFilter()

    # Asked less often; they stand behind "More filters" until one of them is used.
    more = ("program", "center", "group", "language", "mode", "accommodation", "public", "mine", "archived")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partnership.objects.visible_to(self.request.user).filter(area=area, services__isnull=False)
        named = partners.distinct().order_by(Lower("organization__name"), "pk").values_list("pk", "organization__name")
        centers = Center.objects.current().filter(area=area).order_by(Lower("name"), "pk").values_list("pk", "name")
        spoken = said_in(Service.objects.current().filter(partnership__area=area), "languages")
        self._offer("partner", list(named))
        self._offer("center", list(centers))
        self._offer("program", list(Program.objects.order_by("position").values_list("code", "short_name")))
        self._offer("language", [(language, language) for language in spoken])
        if not seats_of(self.request.user).organization_ids:
            del self.filters["mine"]

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.filters[name].extra["choices"] = choices

    def search(self, queryset: Any, name: str, words: str) -> QuerySet:
        """Narrow down to services in which each of the words stands somewhere."""
        return queryset.matching(words)

    def of_partner(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Narrow down to one partner."""
        return queryset.filter(partnership=pk)

    def as_fresh(self, queryset: Any, name: str, code: str) -> QuerySet:
        """Narrow down by how long ago somebody confirmed it."""
        today = timezone.localdate()
        if code == "fresh":
            return queryset.fresh(today)
        if code == "never":
            return queryset.filter(verified_on=None)
        stale = queryset.stale(today)
        return stale.exclude(verified_on=None) if code == "stale" else stale

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Narrow down to what a program carries."""
        return queryset.filter(program_links__program__code=code)

    def at_center(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Narrow down to what is given in a center."""
        return queryset.filter(center_links__center=pk)

    def in_language(self, queryset: QuerySet, name: str, language: str) -> QuerySet:
        """Narrow down to what is given in a language."""
        return queryset.filter(languages__contains=[language])

    def in_list(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow down to services that have this among their groups, modes or accommodations."""
        return queryset.filter(**{f"{name}s__contains": [value]})

    def as_public(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow down to what the public sees, or does not."""
        return queryset.filter(is_public=value == "yes")

    def of_mine(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow down to what the person's own partnerships offer."""
        return queryset.filter(partnership__in=seats_of(self.request.user).partnership_ids)
