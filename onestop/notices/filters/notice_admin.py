"""The filters of the notice admin. Each uses an index, or the bounds of scope and time."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import outbox_stats
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.models import Notice
from onestop.notices.notice_types import all_notice_types, secret_codes
from onestop.notices.outbox import DJANGOS_OWN
from onestop.notices.subjects import subject_label
from onestop.ui.lists import Filters

Status = Notice.Status
USUAL_DAYS, USUAL_DAYS_EVERYWHERE = 90, 14  # 90 days of the whole nation take seconds
STATES = [
    ("waiting", gettext_lazy("Waiting to be sent")),
    ("failed", gettext_lazy("Not delivered")),
    ("returned", gettext_lazy("Not delivered: the address bounces")),
    ("uncertain", gettext_lazy("Delivery unknown")),
    ("sent", gettext_lazy("Sent")),
    ("digest_pending", gettext_lazy("Held for a digest")),
    ("digested", gettext_lazy("Sent in a digest")),
    ("in_app_only", gettext_lazy("In the portal only")),
    ("withdrawn", gettext_lazy("Withdrawn")),
]
OF_ANY_AGE = {
    "waiting",
    "digest_pending",
    "uncertain",
}  # few, with indexes of their own, and shown at any age
PEOPLE_LOOKED_FOR = 200


def usual_days(admin: AdminScope) -> int:
    """Return how many days back the list shows by default."""
    return USUAL_DAYS_EVERYWHERE if admin.scope is None else USUAL_DAYS


class NoticeAdminFilters(Filters):
    """The filters of all notices; ``days`` back by default."""

    q = django_filters.CharFilter(label=gettext_lazy("Search in subjects"), method="search")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), empty_label=gettext_lazy("All"), choices=STATES, method="in_state"
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Type"), empty_label=gettext_lazy("All types"))
    who = django_filters.CharFilter(label=gettext_lazy("Person or address"), method="to_person")
    since = django_filters.DateFilter(label=gettext_lazy("Created since"), method="written_since")
    until = django_filters.DateFilter(label=gettext_lazy("Created until"), method="written_until")
    about = django_filters.CharFilter(label=gettext_lazy("About"), method="about_thing", widget=forms.HiddenInput)
    more = ("who", "since", "until")

    def __init__(self, *args: Any, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        own = [(DJANGOS_OWN, _("Emails about the account"))]
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in all_notice_types()] + own

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Filter, by default only the last days."""
        cleaned = self.form.cleaned_data
        if not (cleaned.get("since") or cleaned.get("about") or cleaned.get("state") in OF_ANY_AGE):
            queryset = queryset.filter(written_at__gte=timezone.now() - timedelta(days=self.days))
        return super().filter_queryset(queryset)

    def value_label(self, name: str, value: str) -> str:
        """Return the text of a value; of an object its name, if a notice that the user may see is about it."""
        if name != "about":
            return super().value_label(name, value)
        is_known = self.queryset.filter(about__contains=[value[:80]]).exists()
        return (subject_label(value) if is_known else "") or _("One item")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Filter subjects that contain each of the words, without those of secret types."""
        for word in words.split()[:8]:
            queryset = queryset.filter(subject__icontains=word)
        return queryset.exclude(kind__in=secret_codes())

    def in_state(self, queryset: Any, name: str, state: str) -> QuerySet:
        """Filter by status."""
        if state == "waiting":
            return queryset.filter(Q(status=Status.QUEUED) | Q(status=Status.CLAIMED))
        if state == "returned":
            return outbox_stats.to_addresses_that_come_back(queryset)
        return queryset.filter(status=state)

    def to_person(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Filter by the name or address of the recipient."""
        words = words.strip()
        people = list(User.objects.filter(name__icontains=words).values_list("pk", flat=True)[:PEOPLE_LOOKED_FOR])
        return queryset.filter(Q(to__icontains=words) | Q(recipient__in=people))

    def written_since(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        """Filter notices created on a day or later."""
        return queryset.filter(written_at__gte=_midnight(day))

    def written_until(self, queryset: QuerySet, name: str, day: Any) -> QuerySet:
        """Filter notices created on a day or earlier."""
        return queryset.filter(written_at__lt=_midnight(day + timedelta(days=1)))

    def about_thing(self, queryset: QuerySet, name: str, thing: str) -> QuerySet:
        """Filter notices about an object, named as in "partners.service:12"."""
        return queryset.filter(about__contains=[thing[:80]])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
