"""What a list of partners can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpRequest

from onestop.ui.lists import Filters
from partners.models import Partnership, Program

ARCHIVED = [("yes", "Archived ones"), ("all", "Both")]
REASONS = [
    ("nobody", "No main representative"),
    ("alone", "One person alone, in any function"),
    ("speaks_alone", "One person alone speaks"),
    ("signs_alone", "One person alone signs"),
    ("edits_alone", "One person alone edits"),
    ("reads_alone", "One person alone receives notices"),
    ("stale", "Services not confirmed"),
    ("uncovered", "Carries no program"),
]
ALONE = {
    "speaks_alone": "speakers",
    "signs_alone": "signatories",
    "edits_alone": "editors",
    "reads_alone": "readers",
}


class ArchivedFilter(django_filters.ChoiceFilter):
    """Shows what is in use, unless somebody asks for what was put away."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": "Archived", "choices": ARCHIVED, "empty_label": "In use"} | kwargs
        super().__init__(**given)

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        """Return the rows in use, or those that were asked for."""
        if value == "all":
            return queryset
        return queryset.exclude(archived_at=None) if value == "yes" else queryset.filter(archived_at=None)


def shows_archived(request: HttpRequest) -> bool:
    """Whether a list shows archived rows, alone or with the others."""
    return request.GET.get("archived") in dict(ARCHIVED)


class PartnershipFilters(Filters):
    """The filters of a list of partners."""

    more = ("status", "archived")

    q = django_filters.CharFilter(label="Name, service or person", method="search")
    program = django_filters.ChoiceFilter(label="Program", empty_label="Any program", method="carrying")
    commitment = django_filters.ChoiceFilter(
        label="Commitment", empty_label="Any", choices=Partnership.Commitment.choices
    )
    status = django_filters.ChoiceFilter(label="Status", empty_label="Any", choices=Partnership.Status.choices)
    attention = django_filters.ChoiceFilter(
        label="Needs attention", empty_label="Any reason", choices=REASONS, method="needing"
    )
    archived = ArchivedFilter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = Program.objects.order_by("position").values_list("code", "short_name")
        self.filters["program"].extra["choices"] = [*programs, ("none", "No program")]

    def search(self, queryset: Any, name: str, words: str) -> Any:
        """Narrow down to what the words stand in."""
        return queryset.matching(words.strip())

    def carrying(self, queryset: Any, name: str, code: str) -> Any:
        """Narrow down to those who carry a program, or none."""
        if code == "none":
            return queryset.without_program()
        return queryset.filter(program_links__program__code=code)

    def needing(self, queryset: Any, name: str, reason: str) -> Any:
        """Narrow down to those who need somebody for a reason."""
        if reason == "nobody":
            return queryset.filter(main_name="")
        if reason == "alone":
            return queryset.resting_on_one_person()
        if reason in ALONE:
            return queryset.filter(**{ALONE[reason]: 1})
        if reason == "stale":
            return queryset.filter(services_fresh__lt=F("services_total"))
        return queryset.without_program()
