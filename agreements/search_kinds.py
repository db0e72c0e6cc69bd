"""Agreements in the search of signed-in users. Importing this module registers them."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from partners.models import LocalArea
from partners.search.network_fields import Field, contains, means
from partners.search.network_search import SearchKind, register_kinds


def _agreements(area: LocalArea, viewer: Any) -> QuerySet:
    seen = Agreement.objects.visible_to(viewer).filter(Q(area=area) | Q(further_areas__area=area))
    return Agreement.objects.with_terms().filter(pk__in=seen.values("pk"))


register_kinds(
    SearchKind(
        "agreement",
        _("Agreements"),
        _agreements,
        "agreements/_found.html",
        name="title",
        fields=(Field("number", contains("number"), _("Number")), Field("title", means(F("title")))),
    )
)
