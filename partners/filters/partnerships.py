"""The filters of a list of partners, and the filter of archived rows."""

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.choices import program_choices
from partners.models import Partnership

ARCHIVED = [("yes", _("Archived only")), ("all", _("Current and archived"))]
REASONS = [
    ("nobody", _("No main representative")),
    ("alone", _("Depends on one person")),
    ("speaks_alone", _("Only one representative")),
    ("signs_alone", _("Only one signatory")),
    ("edits_alone", _("Only one person edits")),
    ("reads_alone", _("Only one person receives notifications")),
    ("stale", _("Services not confirmed")),
    ("uncovered", _("No program")),
    ("unapproved", _("Additional partner without approval")),
]
ALONE = {
    "speaks_alone": "speakers",
    "signs_alone": "signatories",
    "edits_alone": "editors",
    "reads_alone": "readers",
}


class ArchivedFilter(django_filters.ChoiceFilter):
    """Shows current rows, unless archived rows are requested."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"label": _("Archived"), "choices": ARCHIVED, "empty_label": _("Current only")} | kwargs
        super().__init__(**given)

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        """Return the current rows, the archived ones, or both."""
        if value == "all":
            return queryset
        return queryset.exclude(archived_at=None) if value == "yes" else queryset.filter(archived_at=None)


def shows_archived(request: HttpRequest) -> bool:
    """Whether a list shows archived rows, alone or with the others."""
    return request.GET.get("archived") in dict(ARCHIVED)


class PartnershipFilters(Filters):
    """The filters of a list of partners."""

    more = ("status", "archived")

    q = django_filters.CharFilter(label=_("Name, service or person"), method="search")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="carrying")
    commitment = django_filters.ChoiceFilter(
        label=_("Commitment"), empty_label=_("Any"), choices=Partnership.Commitment.choices
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=Partnership.Status.choices
    )
    attention = django_filters.ChoiceFilter(
        label=_("Needs attention"), empty_label=_("Any reason"), choices=REASONS, method="needing"
    )
    archived = ArchivedFilter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["program"].extra["choices"] = [*program_choices(), ("none", _("No program"))]

    def search(self, queryset: Any, name: str, words: str) -> Any:
        """Return partners whose name, services or representatives contain the text."""
        return queryset.matching(words.strip())

    def carrying(self, queryset: Any, name: str, code: str) -> Any:
        """Return partners that carry out a program, or none."""
        if code == "none":
            return queryset.without_program()
        return queryset.filter(program_links__program__code=code)

    def needing(self, queryset: Any, name: str, reason: str) -> Any:
        """Return partners that need attention for a reason."""
        if reason == "nobody":
            return queryset.filter(main_name="")
        if reason == "alone":
            return queryset.resting_on_one_person()
        if reason in ALONE:
            return queryset.filter(**{ALONE[reason]: 1})
        if reason == "stale":
            return queryset.filter(services_fresh__lt=F("services_total"))
        if reason == "unapproved":
            return queryset.unapproved()
        return queryset.without_program()
