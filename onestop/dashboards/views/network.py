"""The network map: who works with whom, as figures, table and picture; and the ties of one partner."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from onestop.dashboards.forms.network import NetworkFilters, Period, period_of
from onestop.dashboards.network import page as pages
from onestop.dashboards.network import rows
from onestop.dashboards.network.drawing import draw_network
from onestop.dashboards.network.layout import places_of
from onestop.dashboards.network.measures import JOINS, NEVER
from onestop.dashboards.network.ties import network_of, read_nodes, read_things
from onestop.dashboards.tables.network import NetworkTable
from onestop.ops.request_numbers import whole_number
from onestop.ui import spreadsheets
from onestop.ui.lists import PER_PAGE_CHOICES, Applied, address_with, first_shown, last_shown, per_page
from partners.models import LocalArea, Partnership
from partners.network.current_area import enter_area, show_area
from partners.network.shared_work import shared_kinds, visible_things

TIES, STRANGERS = "tie", "stranger"


def network_map(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show who works with whom in an area, drawn from what is recorded."""
    area = enter_area(request, slug)
    period = period_of(request.GET.get("time", ""), timezone.localdate())
    kinds = [kind.code for kind in shared_kinds() if kind.code == request.GET.get("kind")]
    whole = bool(request.GET.get("whole"))
    page = pages.read_page(area, (period.first, period.last), period.before, kinds=kinds, whole=whole)
    form = NetworkFilters(request.GET, nodes=page.nodes.values())
    found = rows.partner_rows(page.measures)
    if request.GET.get("export") in spreadsheets.FORMATS:
        return _export(request, area, page, found)
    leaving = pages.leaving_of(page, whole_number(request.GET.get("leaves")) or 0)
    marked = leaving.node.pk if leaving else next(iter(page.measures.holding), None)
    context = {
        "title": _("Network map"),
        "area": area,
        "period": period,
        "page_of": page,
        "figures": pages.figures_of(page, leaves_url=address_with(request, leaves="", page=None)),
        "leaving": leaving,
        "say": pages.say_picture(page, marked),
        "picture": draw_network(page.measures, places_of(page.network), marked=marked, query=_query(request)),
        "marked": page.nodes[marked] if marked else None,
        "strangers": rows.strangers_by_partner(page.network, page.strangers),
        "joins": _joins_in_words(),
        "tie_exports": _exports(request, TIES),
        "stranger_exports": _exports(request, STRANGERS),
        **_table_context(request, found, form, period),
    }
    return render(request, "dashboards/network/network_map.html", context)


def _table_context(request: HttpRequest, found: list[rows.PartnerRow], form: Any, period: Period) -> dict[str, Any]:
    """Return what the filter bar and the table need, as ``onestop.ui.lists.list_page`` gives it for querysets."""
    sheet = NetworkTable(found)
    tables.RequestConfig(request, paginate=False).configure(sheet)
    sheet.paginator = Paginator(sheet.rows, per_page(request))
    sheet.page = sheet.paginator.get_page(request.GET.get("page"))
    sheet.given = {"query": _query(request)}
    return {
        "table": sheet,
        "filter": SimpleNamespace(form=form, more=(), uses_more=False),
        "applied": _applied(request, form),
        "first_shown": first_shown(sheet.page),
        "last_shown": last_shown(sheet.page),
        "per_page_choices": [(size, address_with(request, per_page=size, page=None)) for size in PER_PAGE_CHOICES],
        "export_urls": [(kind, address_with(request, export=kind, page=None)) for kind in spreadsheets.FORMATS],
    }


def _query(request: HttpRequest) -> str:
    """Return what the pages of partners take on of the filters: the time, and the things of the whole network."""
    kept = {name: request.GET[name] for name in ("time", "whole") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _applied(request: HttpRequest, form: Any) -> list[Applied]:
    found = []
    for name, value in form.chosen.items():
        field = form.fields[name]
        words = dict(getattr(field, "choices", ())).get(value, _("Yes"))
        found.append(Applied(str(field.label), str(words), address_with(request, **{name: None, "page": None})))
    return found


def _joins_in_words() -> list[tuple[str, str]]:
    """Return the words for how often a partner joins others, with the share from which each is said."""
    found = [(str(words), _("more than %(share)d%%") % {"share": round(100 * least)}) for least, words in JOINS]
    return [*found, (str(NEVER), "0%")]


def _exports(request: HttpRequest, what: str) -> list[tuple[str, str]]:
    return [(kind, address_with(request, export=kind, by=what, page=None)) for kind in spreadsheets.FORMATS]


def _export(
    request: HttpRequest, area: LocalArea, page: pages.NetworkPage, found: list[rows.PartnerRow]
) -> HttpResponseBase:
    """Return the file of the partners, of the ties or of who never met; none has the names of things."""
    files: dict[str, tuple[str, Any, Any]] = {
        TIES: (_("Ties"), rows.TIE_HEADER, rows.export_ties(page.network)),
        STRANGERS: (
            _("Never met"),
            rows.STRANGER_HEADER,
            rows.export_strangers(rows.strangers_by_partner(page.network, page.strangers)),
        ),
    }
    everything = (_("Network"), rows.PARTNER_HEADER, rows.export_partners(found))
    title, header, lines = files.get(request.GET.get("by", ""), everything)
    return spreadsheets.response(
        request.GET["export"],
        name=f"{slugify(title)}-{area.slug}-{timezone.localdate():%Y-%m-%d}",
        header=[str(one) for one in header],
        rows=lines,
        sheet=title,
    )


def partner_ties(request: HttpRequest, pk: int) -> HttpResponse:
    """Show with whom one partner is tied, through what, and since when."""
    partners = Partnership.objects.visible_to(request.user).select_related("organization", "area__state")
    partnership = get_object_or_404(partners, pk=pk)
    area = show_area(request, partnership.area)
    period = period_of(request.GET.get("time", ""), timezone.localdate())
    nodes = read_nodes(area)
    shared, whole = read_things(area, nodes, period.first, period.last), bool(request.GET.get("whole"))
    network = network_of(nodes, shared, whole=whole)
    things = network.things_of(pk) if pk in nodes else []
    found = rows.tie_rows(network, pk, visible_things(things, request.user))
    tied = {row.pk for row in found}
    context = {
        "title": _("Ties of %(partner)s") % {"partner": partnership.organization.name},
        "crumbs": [
            (_("Network map"), reverse("dashboards:network_map", args=[area.slug])),
            (partnership.organization.name, reverse("partners:partnership_detail", args=[pk])),
        ],
        "here": _("Ties"),
        "partnership": partnership,
        "area": area,
        "period": period,
        "rows": found,
        "query": _query(request),
        "wide": [thing for thing in network.wide if pk in thing.partnerships],
        "others": [node for node in nodes.values() if node.pk != pk and node.pk not in tied],
    }
    return render(request, "dashboards/network/partner_ties.html", context)
