"""The filters of the lists of accounts and invitations."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.models import Invitation, Membership, Role
from partners.models.invitations import OUTCOMES

SEEN = [
    ("30", _("In the last 30 days")),
    ("90", _("In the last 90 days")),
    ("older", _("More than 90 days ago")),
    ("never", _("Never")),
]
STATUS = list(OUTCOMES.items())


class SeatFilters(Filters):
    """The filters of accounts."""

    q = django_filters.CharFilter(method="search", label=_("Name, email or organization"))
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"), empty_label=_("Any role"))
    seen = django_filters.ChoiceFilter(
        choices=SEEN, method="by_sign_in", label=_("Last signed in"), empty_label=_("Any time")
    )

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return rows that contain each word."""
        for word in value.split():
            rows = rows.filter(
                Q(user__name__icontains=word)
                | Q(user__email__icontains=word)
                | Q(partnership__organization__name__icontains=word)
                | Q(partnership__organization__short_name__icontains=word)
            )
        return rows

    def by_sign_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return people by their last sign-in."""
        if value == "never":
            return rows.filter(user__last_login=None)
        limit = timezone.now() - timedelta(days=90 if value == "older" else int(value))
        return rows.filter(**{f"user__last_login__{'lt' if value == 'older' else 'gte'}": limit})


class InvitationFilters(Filters):
    """The filters of invitations."""

    q = django_filters.CharFilter(method="search", label=_("Name, email or organization"))
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"), empty_label=_("Any role"))
    status = django_filters.ChoiceFilter(
        choices=STATUS, method="by_status", label=_("Status"), empty_label=_("Any status")
    )

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return rows that contain each word."""
        for word in value.split():
            rows = rows.filter(
                Q(name__icontains=word) | Q(email__icontains=word) | Q(partnership__organization__name__icontains=word)
            )
        return rows

    def by_status(self, rows: Any, name: str, value: str) -> QuerySet:
        """Return invitations with this outcome."""
        now = timezone.now()
        if value == "waiting":
            return rows.waiting(now)
        if value == "expired":
            return rows.expired(now)
        return rows.exclude(**{f"{value}_at": None})
