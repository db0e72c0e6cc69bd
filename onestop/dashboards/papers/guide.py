"""The guide to engage board members: what they can take on, what was taken on, and what it changed."""

from datetime import date

from onestop.dashboards.papers.section import Row, Section, Table
from onestop.dashboards.papers.sections.opportunities import Engaged, in_words, read_points, tables_of
from onestop.ui.presentation import shortday
from onestop.ui.sentences import retold as _
from partners.models import LocalArea


def guide_sections(area: LocalArea, today: date) -> list[tuple[str, Section]]:
    """Return the sections of the guide of an area on a day; two queries."""
    points = read_points(area, today)
    can_take, taken, done = tables_of(points)
    return [
        ("why", _why(points)),
        ("can-take", Section(str(_("What you can take on")), [_details(each) for each in points.open], [can_take])),
        ("taken", Section(str(_("What members have taken on")), [_in_short(points)], [taken])),
        ("changed", Section(str(_("What it changed")), [], [done, _by_kind(points)])),
    ]


def _why(points: Engaged) -> Section:
    return Section(
        str(_("Why members of the board take things on")),
        [
            _(
                "Boards that only review lose their members. Members stay when they have real control over something "
                "and when what they contribute changes something. Each point of engagement below is small, has a "
                "person to ask, and ends with what it changed."
            ),
            in_words(points),
            _(
                "To take something on, sign in and choose it under Points of engagement, or tell the contact named on "
                "the first page."
            ),
        ],
    )


def _details(opportunity: object) -> str:
    title, text = str(opportunity), getattr(opportunity, "text", "")
    return f"{title}. {text}" if text else title


def _in_short(points: Engaged) -> str:
    if not points.taken:
        return str(_("Nobody has taken on anything at the moment."))
    first = points.taken[-1]
    return str(_("The longest under way: %(what)s, since %(day)s.")) % {
        "what": first.opportunity,
        "day": shortday(first.taken_at),
    }


def _by_kind(points: Engaged) -> Table:
    """Return how many of each kind are open, taken on and done."""
    kinds: dict[str, list[int]] = {}
    for place, found in enumerate(
        (list(points.open), [o.opportunity for o in points.taken], [o.opportunity for o in points.done])
    ):
        for each in found:
            kinds.setdefault(str(each.get_kind_display()), [0, 0, 0])[place] += 1
    rows = [Row([kind, *map(str, numbers)]) for kind, numbers in sorted(kinds.items())]
    header = [_("Kind"), _("Can be taken on"), _("Taken on"), _("Done in 12 months")]
    return Table(_("Points of engagement by kind"), header, rows, frozenset({1, 2, 3}))
