"""The filters of the list of representatives."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.choices import choices_for_people
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Representative

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
LEFT = [("yes", _("Former")), ("all", _("Current and former"))]


class RepresentativeFilters(Filters):
    """The filters of the contact directory of an area."""

    q = django_filters.CharFilter(label=_("Name, title, email or partner"), method="search")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="of_program")
    kind = django_filters.ChoiceFilter(label=_("Role"), empty_label=_("Any role"), choices=Representative.Kind.choices)
    signs = django_filters.ChoiceFilter(label=_("Signatory"), empty_label=_("Any"), choices=YES_NO, method="signing")
    account = django_filters.ChoiceFilter(
        label=_("Account"), empty_label=_("Any"), choices=YES_NO, method="with_account"
    )
    archived = ArchivedFilter(label=_("Current or former"), choices=LEFT, empty_label=_("Current"))

    more = ("program", "account", "archived")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in choices_for_people(area.pk).items():
            self.filters[name].extra["choices"] = choices

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return people whose name, title, contact or partner contains each word."""
        for word in words.split():
            queryset = queryset.filter(
                Q(name__icontains=word)
                | Q(job_title__icontains=word)
                | Q(email__icontains=word)
                | Q(phone__icontains=word)
                | Q(partnership__organization__name__icontains=word)
                | Q(partnership__organization__short_name__icontains=word)
            )
        return queryset

    def of_partner(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Return the representatives of one partner."""
        return queryset.filter(partnership=pk)

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Return the representatives of partners that carry a program."""
        return queryset.filter(partnership__program_links__program__code=code)

    def signing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the people who can sign now, or cannot."""
        signing = Representative.objects.signing().values("pk")
        return queryset.filter(pk__in=signing) if value == "yes" else queryset.exclude(pk__in=signing)

    def with_account(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the people with an account, or without."""
        return queryset.filter(user__isnull=value != "yes")
