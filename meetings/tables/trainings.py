"""The table of trainings."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Training
from meetings.trainings.participants import total_of
from meetings.trainings.taught import teachers_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, when
from onestop.ui.row_values import address_of


class TrainingTable(Table):
    """Trainings of an area, as meetings. Needs with_training, and who took part by training in ``given["staff"]``."""

    row_header = "topic"
    caption = gettext_lazy("Trainings")

    topic = tables.Column(accessor="title", verbose_name=gettext_lazy("Topic"))
    starts_at = tables.Column(verbose_name=gettext_lazy("When"))
    group = tables.Column(accessor="group__name", verbose_name=gettext_lazy("Group"), orderable=False)
    programs = tables.Column(accessor="pk", verbose_name=gettext_lazy("Programs"), orderable=False)
    teachers = tables.Column(accessor="pk", verbose_name=gettext_lazy("Taught by"), orderable=False)
    staff = tables.Column(
        empty_values=(), verbose_name=gettext_lazy("Staff"), orderable=False, attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        sequence = ("topic", "starts_at", "group", "programs", "teachers", "staff")

    def render_topic(self, record: Any) -> SafeString:
        url = address_of("meetings:meeting_detail", record.pk)
        return format_html('<a href="{}">{}</a>{}', url, topic_of(record), _state(record))

    def value_topic(self, record: Any) -> str:
        return topic_of(record)

    def render_starts_at(self, record: Any) -> str:
        return when(record.local_start, "plain")

    def render_programs(self, record: Any) -> str:
        return ", ".join(programs_of(record)) or self.default

    def render_teachers(self, record: Any) -> str:
        training = training_of(record)
        return ", ".join(teachers_of(training)) if training else self.default

    def render_staff(self, record: Any) -> str:
        training = training_of(record)
        participants = self.given.get("staff", {}).get(training.pk, ()) if training else ()
        return str(total_of(participants)) if participants else str(self.default)

    def order_topic(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by("-title" if is_descending else "title"), True


def _state(record: Any) -> SafeString | str:
    if record.is_canceled:
        return format_html(" {}", chip("rest", _("Canceled"), "x-circle"))
    if record.ends_at > timezone.now():
        return format_html(" {}", chip("way", _("Coming"), "calendar3"))
    return ""


def training_of(meeting: Any) -> Training | None:
    """Return what was entered about a training, if anything was. Needs the training of the meeting."""
    training: Training | None = getattr(meeting, "training", None)
    return training


def topic_of(meeting: Any) -> str:
    """Return the topic of a training, or else the title of the meeting."""
    training = training_of(meeting)
    return training.topic if training else str(meeting.title)


def programs_of(meeting: Any) -> list[str]:
    """Return the short names of the programs of a training. Needs them prefetched."""
    training = training_of(meeting)
    return [program.short_name for program in training.programs.all()] if training else []
