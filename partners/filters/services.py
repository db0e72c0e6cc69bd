"""The filters of a list of services."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.choices import choices_for_services
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Service, ServiceText
from partners.seats import seats_of

FRESHNESS = [
    ("fresh", _("In the last 6 months")),
    ("stale", _("More than 6 months ago")),
    ("never", _("Never")),
    ("unconfirmed", _("Not in the last 6 months")),
]
PUBLIC = [("yes", _("In the public directory")), ("no", _("Partners only"))]
SPANISH = [
    ("none", _("No Spanish text")),
    ("behind", _("Spanish behind the English")),
    ("unconfirmed", _("Spanish not confirmed in the last 6 months")),
    ("any", _("With a Spanish text")),
]
OPEN = [("no", _("Temporarily closed")), ("yes", _("Open"))]
MINE = [("1", _("Services of my partners"))]


def has_spanish(code: str, today: date) -> Q:
    """Return the condition of services for a choice of ``SPANISH``."""
    texts = ServiceText.objects.by_language(ServiceText.Language.SPANISH)
    if code == "none":
        return ~Q(texts.of_each())
    some = {"behind": texts.behind(), "unconfirmed": texts.stale(today)}.get(code, texts)
    return Q(some.of_each())


class ServiceFilters(Filters):
    """The filters of a list of services of one area."""

    q = django_filters.CharFilter(label=_("Service, partner or keyword"), method="search")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Service.Kind.choices)
    freshness = django_filters.ChoiceFilter(
        label=_("Last confirmed"), empty_label=_("Any time"), choices=FRESHNESS, method="as_fresh"
    )
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="of_program")
    center = django_filters.ChoiceFilter(label=_("Center"), empty_label=_("Any center"), method="at_center")
    group = django_filters.ChoiceFilter(
        label=_("Groups served"), empty_label=_("Any group"), choices=Service.Group.choices, method="in_list"
    )
    language = django_filters.ChoiceFilter(label=_("Language"), empty_label=_("Any language"), method="in_language")
    mode = django_filters.ChoiceFilter(
        label=_("How it is offered"), empty_label=_("Any way"), choices=Service.Mode.choices, method="in_list"
    )
    accommodation = django_filters.ChoiceFilter(
        label=_("Accommodation"),
        empty_label=_("Any accommodation"),
        choices=Service.Accommodation.choices,
        method="in_list",
    )
    spanish = django_filters.ChoiceFilter(
        label=_("Spanish text"), empty_label=_("Any"), choices=SPANISH, method="in_spanish"
    )
    open = django_filters.ChoiceFilter(label=_("Open"), empty_label=_("Any"), choices=OPEN, method="as_open")
    public = django_filters.ChoiceFilter(
        label=_("Visible to"), empty_label=_("Anyone"), choices=PUBLIC, method="as_public"
    )
    mine = django_filters.ChoiceFilter(
        label=_("Managed by"), empty_label=_("Any partner"), choices=MINE, method="of_mine"
    )
    archived = ArchivedFilter()

    # Used less often; folded under "More filters" until one of them is set.
    more = (
        "program", "center", "group", "language", "mode", "accommodation", "spanish", "open", "public", "mine",
        "archived",
    )  # fmt: skip

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in choices_for_services(area.pk).items():
            self.filters[name].extra["choices"] = choices
        if not seats_of(self.request.user).organization_ids:
            del self.filters["mine"]

    def search(self, queryset: Any, name: str, words: str) -> QuerySet:
        """Return services that contain each of the words."""
        return queryset.matching(words)

    def of_partner(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Return the services of one partner."""
        return queryset.filter(partnership=pk)

    def as_fresh(self, queryset: Any, name: str, code: str) -> QuerySet:
        """Return services by how recently they were confirmed."""
        today = timezone.localdate()
        if code == "fresh":
            return queryset.fresh(today)
        if code == "never":
            return queryset.filter(verified_on=None)
        stale = queryset.stale(today)
        return stale.exclude(verified_on=None) if code == "stale" else stale

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Return the services of a program."""
        return queryset.filter(program_links__program__code=code)

    def at_center(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Return services offered at a center."""
        return queryset.filter(center_links__center=pk)

    def in_language(self, queryset: QuerySet, name: str, language: str) -> QuerySet:
        """Return services offered in a language."""
        return queryset.filter(languages__contains=[language])

    def in_list(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return services that have a value among their groups, modes or accommodations."""
        return queryset.filter(**{f"{name}s__contains": [value]})

    def in_spanish(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Return services by whether they have a Spanish text, and whether it is up to date."""
        return queryset.filter(has_spanish(code, timezone.localdate()))

    def as_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return services that are closed for a while, or not."""
        return queryset.filter(is_paused=value == "no")

    def as_public(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return services that are in the public directory, or not."""
        return queryset.filter(is_public=value == "yes")

    def of_mine(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the services of the person's own partnerships."""
        return queryset.filter(partnership__in=seats_of(self.request.user).partnership_ids)
