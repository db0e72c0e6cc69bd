"""Points of engagement: what members of the board can take on, who has, and what it changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.dashboards.models import Offer, Opportunity
from onestop.dashboards.papers.section import Row, Section, Table, address
from onestop.ui.presentation import shortday
from partners.models import LocalArea

LABEL = gettext_lazy("Points of engagement")
HELP = gettext_lazy("What members of the board can take on, what was taken on, and what it changed.")
BACK = timedelta(days=365)


@dataclass(frozen=True)
class Engaged:
    """The opportunities of an area that are open, the offers that were taken on, and those that are done."""

    open: Sequence[Opportunity]
    taken: Sequence[Offer]
    done: Sequence[Offer]


def read_points(area: LocalArea, today: date) -> Engaged:
    """Return the points of engagement of an area, and what was done in 12 months; two queries."""
    rows = list(Opportunity.objects.open_on(today).filter(area=area).order_by("kind", "title", "pk"))
    offers = Offer.objects.taken().filter(opportunity__area=area, opportunity__archived_at=None)
    found = list(offers.select_related("opportunity", "term").order_by("-taken_at", "-pk"))
    held = Counter(offer.opportunity_id for offer in found)
    done = [offer for offer in found if offer.done_on and offer.done_on >= today - BACK]
    return Engaged(
        [each for each in rows if held[each.pk] < each.places],
        [offer for offer in found if offer.status == Offer.Status.TAKEN],
        sorted(done, key=lambda offer: offer.done_on or date.min, reverse=True),
    )


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; two queries."""
    points = read_points(area, today)
    return Section(
        str(_("Points of engagement")),
        [in_words(points)],
        tables_of(points),
        why=_("Members of the board give real control and real contributions when they take something on."),
        url=address("dashboards:opportunity_list", area.slug),
        source=_("All points of engagement"),
    )


def in_words(points: Engaged) -> str:
    """Return how much can be taken on, is taken on, and was done."""
    can = ngettext("%(number)d thing can be taken on.", "%(number)d things can be taken on.", len(points.open)) % {
        "number": len(points.open)
    }
    more = _("Taken on now: %(taken)d. Done in the last 12 months: %(done)d.") % {
        "taken": len(points.taken),
        "done": len(points.done),
    }
    return f"{can} {more}"


def tables_of(points: Engaged) -> list[Table]:
    """Return what can be taken on, what is taken on, and what was done and changed."""
    return [
        Table(
            _("What you can take on"),
            [_("What"), _("Kind"), _("How long it takes"), _("By when"), _("Whom to ask")],
            [
                Row(
                    [
                        each.title,
                        str(each.get_kind_display()),
                        each.effort,
                        shortday(each.until_on) if each.until_on else _("Any time"),
                        each.contact or "-",
                    ],
                    address("dashboards:opportunity_detail", each.pk),
                )
                for each in points.open
            ],
        ),
        Table(
            _("Taken on"),
            [_("What"), _("By"), _("Since")],
            [Row([offer.opportunity.title, offer.term.name, shortday(offer.taken_at)]) for offer in points.taken],
        ),
        Table(
            _("Done in the last 12 months"),
            [_("What"), _("By"), _("Done"), _("What it changed")],
            [
                Row([offer.opportunity.title, offer.term.name, shortday(offer.done_on), offer.changed or "-"])
                for offer in points.done
            ],
        ),
    ]
