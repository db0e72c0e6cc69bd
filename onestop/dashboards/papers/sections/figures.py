"""The figures of an area on one page: what each is, how it moved, why it matters, and the lines of two years.

They come from the same functions as the dashboard of the board and the snapshots, so that all three say the same.
"""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.board.charts import trend_charts
from onestop.dashboards.board.figures import BoardFigure, board_figures, numbers_of
from onestop.dashboards.board.reading import BoardData, read_board
from onestop.dashboards.board.sentences import in_short
from onestop.dashboards.board.snapshots import before_of, history_of
from onestop.dashboards.board.times import end_of
from onestop.dashboards.papers.section import Mark, Row, Section, Table, drawing_of_several
from partners.models import LocalArea

LABEL = gettext_lazy("Summary figures")
HELP = gettext_lazy("The figures of the dashboard on one page, why each matters, and their lines over two years.")


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; a fixed number of queries."""
    data = read_board(area, day=today, at=end_of(area, today))
    history = history_of(area, today)
    rows = [
        Row([each.label, f"{each.value} ({each.rest})" if each.rest else each.value, _moved(each), each.note], each.url)
        for each in board_figures(data, numbers_of(data), before_of(history, today))
    ]
    header = [_("Figure"), _("Now"), _("What to know"), _("Why it matters")]
    trends = trend_charts(history)
    return Section(
        str(_("Summary figures")),
        [_("%(label)s: %(text)s") % {"label": said.label, "text": said.text} for said in in_short(data)],
        [Table(_("Figures of the network"), header, [*rows, *_further(data)])],
        [drawing_of_several(str(trends.title), str(trends.say), trends.charts)] if trends else [],
        why=_("The state of the network in two minutes. Each figure comes from the pages of the portal."),
    )


def _moved(figure: BoardFigure) -> Mark | str:
    return Mark(figure.trend_kind or "rest", figure.trend, figure.trend_icon) if figure.trend else "-"


def _further(data: BoardData) -> list[Row]:
    """Return the figures that the dashboard has in sentences only."""
    network, slug = data.network, data.area.slug
    several = _("%(part)d of %(whole)d") % {"part": network.fresh, "whole": network.services}
    return [
        Row(
            [_("Active partners"), str(network.partners), "-", _("Organizations that serve customers here together.")],
            reverse("partners:partnership_list", args=[slug]),
        ),
        Row(
            [
                _("Services confirmed in six months"),
                several,
                "-",
                _("Unconfirmed services may be out of date, and customers are sent the wrong way."),
            ],
            reverse("partners:service_list", args=[slug]),
        ),
    ]
