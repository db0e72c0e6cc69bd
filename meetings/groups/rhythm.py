"""The rhythm that a group was promised, beside the gaps between its meetings that there really were.

A gap is counted between meetings that took place, and from the last of them until today: a group that has not met for
half as long again as promised has drifted, whatever is planned. One late meeting is slipping.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Group, Meeting

KEEPS, SLIPPING, DRIFTED, NEW, FREE = "keeps", "slipping", "drifted", "new", "free"
WORDS = {
    KEEPS: ("good", gettext_lazy("Keeps it"), "check-circle-fill"),
    SLIPPING: ("soon", gettext_lazy("Slipping"), "exclamation-triangle-fill"),
    DRIFTED: ("now", gettext_lazy("Drifted"), "x-octagon-fill"),
    NEW: ("way", gettext_lazy("Has not met yet"), "circle"),
    FREE: ("rest", gettext_lazy("Meets as needed"), "circle"),
}
DRIFTS_AT = 1.5  # times the promised gap
LOOKS_BACK = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Rhythm:
    """How a group keeps its rhythm: the days on which it met, oldest first, its next meeting, and today."""

    group: Group
    met_on: Sequence[date]
    next_at: datetime | None
    today: date

    @property
    def gaps(self) -> list[int]:
        """The days between each two meetings."""
        return [(later - earlier).days for earlier, later in zip(self.met_on, self.met_on[1:], strict=False)]

    @property
    def since_last(self) -> int | None:
        """The days since it last met; ``None`` if it never did."""
        return (self.today - self.met_on[-1]).days if self.met_on else None

    @property
    def last_gap(self) -> int | None:
        """The gap that counts: the last one between two meetings, or the days since, if these are more."""
        if self.since_last is None:
            return None
        return max([self.since_last, *self.gaps[-1:]])

    @property
    def standing(self) -> str:
        """How it keeps its promise, as a key of ``WORDS``."""
        promised, since = self.group.promised_days, self.since_last
        if promised is None:
            return FREE
        if since is None:
            return NEW
        if since > promised * DRIFTS_AT:
            return DRIFTED
        return SLIPPING if max([since, *self.gaps[-1:]]) > promised else KEEPS

    @property
    def chip(self) -> tuple[str, str, str]:
        """The standing as kind, word and icon."""
        kind, word, icon = WORDS[self.standing]
        return kind, str(word), icon

    @property
    def gap_words(self) -> str:
        """The gap that counts, in words: "56 days"."""
        gap = self.last_gap
        return ngettext("%(days)d day", "%(days)d days", gap) % {"days": gap} if gap is not None else _("never met")


def rhythms_of(groups: Iterable[Group], *, at: datetime) -> list[Rhythm]:
    """Return the rhythm of each group; two queries, however many groups. Needs their areas."""
    zones = {group: group.zone for group in groups}
    held = Meeting.objects.filter(group__in=zones, status=Meeting.Status.HELD, starts_at__gte=at - LOOKS_BACK)
    met: dict[int, list[datetime]] = defaultdict(list)
    for group, starts_at in held.order_by("starts_at").values_list("group", "starts_at"):
        met[group].append(starts_at)
    coming = Meeting.objects.coming(at).filter(group__in=zones).order_by().values("group")
    next_at = dict(coming.annotate(next_at=Min("starts_at")).values_list("group", "next_at"))
    return [
        Rhythm(
            group,
            [start.astimezone(zone).date() for start in met[group.pk]],
            next_at.get(group.pk),
            at.astimezone(zone).date(),
        )
        for group, zone in zones.items()
    ]
