"""How lists of people and invitations are narrowed."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from onestop.ui.lists import Filters
from partners.models import Invitation, Membership, Role

SEEN = [("30", "Within 30 days"), ("90", "Within 90 days"), ("older", "Longer ago"), ("never", "Never")]
STATUS = [("waiting", "Waiting"), ("expired", "Expired"), ("accepted", "Accepted"), ("withdrawn", "Withdrawn")]


class SeatFilters(Filters):
    """Of people with accounts."""

    q = django_filters.CharFilter(method="search", label="Name, e-mail or organization")
    role = django_filters.ChoiceFilter(choices=Role.choices, label="Role", empty_label="Any role")
    seen = django_filters.ChoiceFilter(choices=SEEN, method="by_sign_in", label="Signed in", empty_label="Any time")

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return rows in which each word stands somewhere."""
        for word in value.split():
            rows = rows.filter(
                Q(user__name__icontains=word)
                | Q(user__email__icontains=word)
                | Q(partnership__organization__name__icontains=word)
                | Q(partnership__organization__short_name__icontains=word)
            )
        return rows

    def by_sign_in(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return people by when they were here last."""
        if value == "never":
            return rows.filter(user__last_login=None)
        limit = timezone.now() - timedelta(days=90 if value == "older" else int(value))
        return rows.filter(**{f"user__last_login__{'lt' if value == 'older' else 'gte'}": limit})


class InvitationFilters(Filters):
    """Of invitations."""

    q = django_filters.CharFilter(method="search", label="Name, e-mail or organization")
    role = django_filters.ChoiceFilter(choices=Role.choices, label="Role", empty_label="Any role")
    status = django_filters.ChoiceFilter(choices=STATUS, method="by_status", label="Status", empty_label="Any status")

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Return rows in which each word stands somewhere."""
        for word in value.split():
            rows = rows.filter(
                Q(name__icontains=word) | Q(email__icontains=word) | Q(partnership__organization__name__icontains=word)
            )
        return rows

    def by_status(self, rows: Any, name: str, value: str) -> QuerySet:
        """Return invitations by what became of them."""
        now = timezone.now()
        if value == "waiting":
            return rows.waiting(now)
        if value == "expired":
            return rows.expired(now)
        return rows.exclude(**{f"{value}_at": None})
