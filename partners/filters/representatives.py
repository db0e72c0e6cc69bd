"""What a list of representatives can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Partnership, Program, Representative

YES_NO = [("yes", "Yes"), ("no", "No")]
LEFT = [("yes", "Those who have left"), ("all", "Both")]


class RepresentativeFilters(Filters):
    """The filters of the contact directory of an area."""

    q = django_filters.CharFilter(label="Name, title, e-mail or partner", method="search")
    partner = django_filters.ChoiceFilter(label="Partner", empty_label="Any partner", method="of_partner")
    program = django_filters.ChoiceFilter(label="Program", empty_label="Any program", method="of_program")
    kind = django_filters.ChoiceFilter(label="Speaks as", empty_label="Any", choices=Representative.Kind.choices)
    signs = django_filters.ChoiceFilter(label="May sign", empty_label="Any", choices=YES_NO, method="signing")
    account = django_filters.ChoiceFilter(label="Account", empty_label="Any", choices=YES_NO, method="with_account")
    archived = ArchivedFilter(label="Left", choices=LEFT, empty_label="Here now")

    more = ("program", "account", "archived")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partnership.objects.visible_to(self.request.user).current().filter(area=area)
        named = partners.order_by(Lower("organization__name"), "pk").values_list("pk", "organization__name")
        self.filters["partner"].extra["choices"] = list(named)
        programs = Program.objects.order_by("position").values_list("code", "short_name")
        self.filters["program"].extra["choices"] = list(programs)

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to people in whose names or addresses each of the words stands."""
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
        """Narrow down to who speaks for one partner."""
        return queryset.filter(partnership=pk)

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Narrow down to who speaks for those who carry a program."""
        return queryset.filter(partnership__program_links__program__code=code)

    def signing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow down to who may sign, or may not."""
        signing = Representative.objects.signing().values("pk")
        return queryset.filter(pk__in=signing) if value == "yes" else queryset.exclude(pk__in=signing)

    def with_account(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow down to who can sign in, or cannot."""
        return queryset.filter(user__isnull=value != "yes")
