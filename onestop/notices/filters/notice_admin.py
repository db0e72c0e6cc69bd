"""What a list of all that was told can be narrowed down by. Each rides an index, or the bounds of scope and time."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import outbox_stats
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.models import Notice
from onestop.notices.notice_types import all_notice_types
from onestop.notices.outbox import DJANGOS_OWN
from onestop.ui.lists import Filters

Status = Notice.Status
USUAL_DAYS, USUAL_DAYS_EVERYWHERE = 90, 14  # to look through 90 days of the whole nation takes seconds
STATES = [
    ("waiting", "Waiting to be sent"),
    ("failed", "Not delivered"),
    ("returned", "Not delivered: the address comes back"),
    ("uncertain", "Perhaps sent"),
    ("sent", "Sent"),
    ("digest_pending", "Waits for a digest"),
    ("digested", "Told in a digest"),
    ("in_app_only", "Told in the portal only"),
    ("withdrawn", "Withdrawn"),
]
OF_ANY_AGE = {
    "waiting",
    "digest_pending",
    "uncertain",
}  # few, and on indexes of their own; none of them is ever too old
PEOPLE_LOOKED_FOR = 200


def usual_days(admin: AdminScope) -> int:
    """Return how many days back the list shows unless others are asked for."""
    return USUAL_DAYS_EVERYWHERE if admin.scope is None else USUAL_DAYS


class NoticeAdminFilters(Filters):
    """The filters of all that was told; ``days`` back unless others are asked for."""

    q = django_filters.CharFilter(label="Words in the subject", method="search")
    state = django_filters.ChoiceFilter(label="State", empty_label="Any", choices=STATES, method="in_state")
    kind = django_filters.ChoiceFilter(label="What", empty_label="Anything")
    who = django_filters.CharFilter(label="Person or address", method="to_person")
    since = django_filters.DateFilter(label="Written since", method="written_since")
    until = django_filters.DateFilter(label="Written until", method="written_until")
    about = django_filters.CharFilter(label="About", method="about_thing", widget=forms.HiddenInput)
    more = ("who", "since", "until")

    def __init__(self, *args: Any, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        own = [(DJANGOS_OWN, "E-mails about the account")]
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in all_notice_types()] + own

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Narrow down, and keep to the last days unless others were asked for."""
        asked = self.form.cleaned_data
        if not (asked.get("since") or asked.get("about") or asked.get("state") in OF_ANY_AGE):
            queryset = queryset.filter(written_at__gte=timezone.now() - timedelta(days=self.days))
        return super().filter_queryset(queryset)

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to subjects in which each of the words stands; those of the account are not shown."""
        for word in words.split()[:8]:
            queryset = queryset.filter(subject__icontains=word)
        return queryset.exclude(kind=DJANGOS_OWN)

    def in_state(self, queryset: Any, name: str, state: str) -> QuerySet:
        """Narrow down by what has become of it."""
        if state == "waiting":
            return queryset.filter(Q(status=Status.QUEUED) | Q(status=Status.CLAIMED))
        if state == "returned":
            return outbox_stats.to_addresses_that_come_back(queryset)
        return queryset.filter(status=state)

    def to_person(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to people by their name or address."""
        words = words.strip()
        people = list(User.objects.filter(name__icontains=words).values_list("pk", flat=True)[:PEOPLE_LOOKED_FOR])
        return queryset.filter(Q(to__icontains=words) | Q(recipient__in=people))

    def written_since(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        """Narrow down to what was written on a day or later."""
        return queryset.filter(written_at__gte=_midnight(day))

    def written_until(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        """Narrow down to what was written on a day or earlier."""
        return queryset.filter(written_at__lt=_midnight(day + timedelta(days=1)))

    def about_thing(self, queryset: QuerySet, name: str, thing: str) -> QuerySet:
        """Narrow down to what concerns a thing, named as in "partners.service:12"."""
        return queryset.filter(about__contains=[thing[:80]])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
