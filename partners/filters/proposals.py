"""The filters of a list of proposals."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership, Proposal


class ProposalFilters(Filters):
    """The filters of a list of proposals of one area."""

    q = django_filters.CharFilter(label=_("Service, partner or person"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=Proposal.Status.choices
    )
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concerned = Proposal.objects.visible_to(self.request.user).values("service__partnership")
        partners = Partnership.objects.filter(area=area, pk__in=concerned)
        named = partners.order_by(Lower("organization__name"), "pk").values_list("pk", "organization__name")
        self.filters["partner"].extra["choices"] = list(named)

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return proposals whose service, partner and proposer contain each of the words."""
        for word in words.split()[:8]:
            queryset = queryset.filter(
                Q(service__name__icontains=word)
                | Q(proposer_name__icontains=word)
                | Q(service__partnership__organization__name__icontains=word)
            )
        return queryset

    def of_partner(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Return proposals about the services of one partner."""
        return queryset.filter(service__partnership=pk)
