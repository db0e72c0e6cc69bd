"""The turnout of a group as a sentence, a chart, and a table to download."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.turnout.reading import Turnout
from onestop.ui.charts import TARGET, BarChart, Series
from onestop.ui.presentation import shortday


def say_turnout(turnout: Turnout) -> str:
    """Return the turnout in a sentence or two."""
    number = len(turnout.days)
    words = [
        ngettext(
            "%(number)d meeting was held; %(share)d %% of the seats were filled.",
            "%(number)d meetings were held; on average %(share)d %% of the seats were filled.",
            number,
        ) % {"number": number, "share": turnout.share or 0}
    ]  # fmt: skip
    if rule := turnout.with_rule:
        words.append(
            ngettext(
                "There was a quorum at %(quorums)d of %(number)d meeting.",
                "There was a quorum at %(quorums)d of %(number)d meetings.",
                len(rule),
            ) % {"quorums": turnout.quorums, "number": len(rule)}
        )  # fmt: skip
    return " ".join(words)


def turnout_chart(turnout: Turnout) -> BarChart | None:
    """Return how many seats were filled at each meeting, the oldest first; nothing before the second meeting."""
    days = list(reversed(turnout.days))
    if len(days) < 2:
        return None
    series = [Series(_("Seats filled"), [day.counts.came for day in days])]
    if turnout.with_rule:
        series.append(Series(_("Voting seats needed for a quorum"), [day.needed or None for day in days], TARGET))
    least, most = (find(day.counts.came for day in days) for find in (min, max))
    return BarChart(
        title=_("Turnout of each meeting"),
        say=_("Between %(least)d and %(most)d seats were filled.") % {"least": least, "most": most},
        labels=[shortday(day.meeting.local_start) for day in days],
        series=series,
        of=_("Meeting"),
    )


def export_header(turnout: Turnout) -> list[str]:
    """Return the header of the table to download: the counts, and a column for each meeting, the oldest first."""
    meetings = [shortday(day.meeting.local_start) for day in reversed(turnout.days)]
    return [
        _("Kind"), _("Name"), _("Person today"), _("Meetings"), _("Came"), _("By alternate"), _("Excused"), _("Absent"),
        _("Share in percent"), _("Missed in a row"), _("Last came"), *meetings,
    ]  # fmt: skip


def export_rows(turnout: Turnout) -> Iterator[list[Any]]:
    """Yield a row for each partner, and for each seat and member without one."""
    for kind, lines in ((_("Partner"), turnout.partners), (_("Seat"), turnout.seats)):
        for line in lines:
            counts, last = line.counts, line.last_came
            yield [
                kind, line.name, line.person, counts.meetings, counts.came, counts.alternate, counts.excused,
                counts.absent, counts.share, line.streak.missed, last.local_start.date() if last else None,
                *(str(mark.word) if mark else "" for _meeting, mark in reversed(line.cells)),
            ]  # fmt: skip
