"""Filters of the list of agreements."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Party
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership

SOON = timedelta(days=270)
STANDINGS = [
    ("in_force", _("In force")),
    ("expiring", _("Expiring within 270 days")),
    ("expired", _("Expired without a successor")),
    ("ended", _("Ended")),
    ("draft", _("Draft or in review")),
    ("withdrawn", _("Withdrawn")),
]


class AgreementFilters(Filters):
    """Filter the agreements of an area."""

    q = django_filters.CharFilter(label=_("Number or title"), method="search")
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), empty_label=_("Any standing"), choices=STANDINGS, method="stands"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Agreement.Kind.choices)
    partner = django_filters.ChoiceFilter(label=_("Party"), empty_label=_("Any party"), method="of_partner")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Party.objects.current().filter(agreement__area=area, partnership__isnull=False)
        partners = Partnership.objects.filter(pk__in=here.values("partnership")).order_by(
            Lower("organization__name"), "pk"
        )
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep agreements whose number or title contains each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(number__icontains=word) | Q(title__icontains=word))
        return queryset

    def stands(self, queryset: QuerySet, name: str, standing: str) -> QuerySet:
        """Keep agreements with a standing today."""
        return queryset.filter(condition_of(standing, timezone.localdate()))

    def of_partner(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep agreements with a party."""
        parties = Party.objects.current().filter(partnership=pk)
        return queryset.filter(pk__in=parties.values("agreement"))


def condition_of(standing: str, today: date) -> Q:
    """Return the condition of a standing on a day; it is read from dates, never stored. Needs with_succession."""
    executed = Q(status=Agreement.Status.EXECUTED)
    in_force = executed & Q(effective_on__lte=today) & (Q(expires_on=None) | Q(expires_on__gte=today))
    return {
        "in_force": in_force,
        "expiring": in_force & Q(expires_on__lte=today + SOON),
        "expired": executed & Q(expires_on__lt=today, is_succeeded=False),
        "ended": executed & Q(expires_on__lt=today, is_succeeded=True),
        "draft": Q(status__in=Agreement.EDITABLE),
        "withdrawn": Q(status=Agreement.Status.WITHDRAWN),
    }[standing]
