"""Agreements of an area: in force, expiring, expired without a successor, and those on their way."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Agreement
from agreements.terms.standings import EXPIRING, LAPSED, Standing, standing_of
from onestop.dashboards.papers.section import Mark, Row, Section, Table
from onestop.ui.presentation import shortday
from partners.models import LocalArea

LABEL = gettext_lazy("Agreements")
HELP = gettext_lazy("Which agreements are in force, which end soon, and which have lapsed.")
Status = Agreement.Status
UNDER_WAY = (Status.REVIEW, Status.SIGNING)
Found = tuple[Any, Standing]


def agreements_in(area: LocalArea, today: date) -> list[Found]:
    """Return the agreements of an area that its board sees, each with its standing, the first to end first; one query.

    Drafts and withdrawn ones are not among them. Amendments are: the dashboard counts them, too.
    """
    rows = Agreement.objects.of(area).exclude(status__in=[Status.DRAFT, Status.WITHDRAWN]).with_terms()
    found = [(agreement, standing_of(agreement, today)) for agreement in rows.order_by("number", "pk")]
    return sorted(found, key=lambda each: each[0].ends_on or date.max)


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; one query."""
    found = agreements_in(area, today)
    urgent = [each for each in found if each[1].needs_attention]
    holding = [each for each in found if each[1].holds and not each[1].needs_attention]
    coming = [each for each in found if each[0].status in UNDER_WAY]
    return Section(
        str(_("Agreements")),
        [in_words(found)],
        [
            _table(_("Agreements that end soon or have lapsed"), urgent),
            _table(_("Agreements in review or out for signature"), coming),
            _table(_("Other agreements in force"), holding),
        ],
        why=_("Partners serve customers under these agreements. A lapsed one is a promise without a text."),
        url=reverse("agreements:agreement_list", args=[area.slug]),
        source=_("All agreements"),
    )


def in_words(found: Sequence[Found]) -> str:
    """Return how many agreements are in force, end soon, and have lapsed."""
    standings = [standing for _agreement, standing in found]
    holding = sum(each.holds for each in standings)
    words = ngettext(
        "%(holding)d agreement is in force. Within 270 days without a successor: %(expiring)d. Lapsed: %(lapsed)d.",
        "%(holding)d agreements are in force. Within 270 days without a successor: %(expiring)d. Lapsed: %(lapsed)d.",
        holding,
    )
    expiring = sum(each.code == EXPIRING for each in standings)
    return words % {
        "holding": holding,
        "expiring": expiring,
        "lapsed": sum(each.code == LAPSED for each in standings),
    }


def mark_of(standing: Standing) -> Mark:
    """Return the status of an agreement."""
    return Mark(standing.kind, standing.word, standing.icon)


def _table(caption: str, found: Sequence[Found]) -> Table:
    """Return a table of agreements; what their status means has no column if there is nothing to say."""
    header = [_("Agreement"), _("Kind"), _("Status"), _("Last day"), _("What this means")]
    columns = len(header) if any(standing.meaning for _agreement, standing in found) else len(header) - 1
    return Table(caption, header[:columns], [_row(agreement, standing, columns) for agreement, standing in found])


def _row(agreement: Any, standing: Standing, columns: int) -> Row:
    last = shortday(agreement.ends_on) if agreement.ends_on else _("Open-ended")
    cells: list[str | Mark] = [
        str(agreement),
        str(agreement.get_kind_display()),
        mark_of(standing),
        last,
        standing.meaning,
    ]
    return Row(cells[:columns], agreement.get_absolute_url())
