"""Lists: filter, sort, paginate, select, export, save the view.

A view passes a queryset of what the person may see, a filter set and a table; ``list_page`` does the rest, with the
same number of queries for ten rows and for ten thousand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify

from onestop.ops.request_numbers import whole_number, whole_numbers
from onestop.ui import last_list_state, spreadsheets

PER_PAGE = 25
PER_PAGE_CHOICES = (25, 50, 100)
LONGEST_TYPED = 200  # characters of a text filter


class Filters(django_filters.FilterSet):
    """Base class of filter bars. A field named ``q`` is the search box, wide and first.

    Fields named in ``more`` are hidden under "More filters" until one of them is used.
    """

    more: tuple[str, ...] = ()

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        """Return the filters, with a maximum length for text."""
        found: dict[str, django_filters.Filter] = super().get_filters()
        for one in found.values():
            if isinstance(one, django_filters.CharFilter):
                one.extra.setdefault("max_length", LONGEST_TYPED)
        return found

    @property
    def uses_more(self) -> bool:
        """Whether one of the hidden fields filters the list."""
        return any(self.data.get(name) for name in self.more)

    def value_label(self, name: str, value: str) -> str:
        """Return the text of a filter's value: the label of a choice, or the value itself."""
        for key, label in getattr(self.form.fields[name], "choices", ()):
            if str(key) == value:
                return str(label)
        return value


class Table(tables.Table):
    """Base class of tables. ``row_header`` is the column that names the row; ``picks`` adds a checkbox to each row.

    ``given`` is what the view has fetched for all rows of the page at once, under the names in the table's docstring.
    ``loads`` names the columns of the database that its cells need, if these are few of many.
    """

    loads: tuple[str, ...] = ()
    row_header = ""
    caption: str | Promise = ""
    picks = False
    given: Mapping[str, Any] = {}

    class Meta:
        template_name = "components/table.html"
        attrs = {"class": "op-table op-table--stack"}
        order_by_field = "sort"
        default = "-"


@dataclass(frozen=True)
class Export:
    """The file that a list exports: a header, and the rows of a queryset with a constant number of queries."""

    header: Sequence[str | Promise]
    rows: Callable[[QuerySet], Iterable[Sequence[Any]]]


@dataclass(frozen=True)
class Applied:
    """A filter in use: its label, its value, and the URL without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class BulkAction:
    """An action on the selected rows: a POST of their ids (``pick``) to a URL."""

    label: str
    url: str
    icon: str = ""


def list_page(
    request: HttpRequest,
    *,
    key: str,
    title: str,
    queryset: QuerySet,
    filters: type[Filters],
    table: type[Table],
    template: str = "layouts/list.html",
    export: Export | None = None,
    given: Callable[[list[Any]], Mapping[str, Any]] | None = None,
    bulk_actions: Sequence[BulkAction] = (),
    context: dict[str, Any] | None = None,
    most: int | None = None,
    total: int | None = None,
    **filter_options: Any,
) -> HttpResponseBase:
    """Return the page of a list, or with ``?export=csv|xlsx`` the file of all rows that match.

    ``key`` identifies the list in a person's saved views, and includes the area if the list is of one area. ``given``
    returns what the table needs besides the rows of the page. A list that may have millions of rows sets how many at
    ``most`` are counted and paginated. A view that knows how many rows there are without filters passes the ``total``.
    """
    bar = filters(request.GET, queryset=queryset, request=request, **filter_options)
    rows = bar.qs if bar.is_valid() else queryset
    sheet = table(rows)  # without the request, with which the table would paginate itself and count all rows
    tables.RequestConfig(request, paginate=False).configure(sheet)
    end_order_in_pk(sheet)
    if request.GET.get("export") in spreadsheets.FORMATS:
        return send_export(request, sheet, export, title)
    last_list_state.remember(request)
    if table.loads:
        sheet.data.data = sheet.data.data.only(*table.loads)
    pages = LongPaginator(sheet, per_page(request), most) if most else Paginator(sheet.rows, per_page(request))
    is_filtered = any(request.GET.get(name) for name in bar.filters)
    if total is not None and not is_filtered:
        vars(pages)["count"] = total  # a cached property
    sheet.paginator = pages  # before its rows are read: without a paginator the table fetches all
    # A page that no longer exists becomes the last one.
    sheet.page = pages.get_page(request.GET.get("page"))
    if given:
        sheet.given = given(list(sheet.page.object_list.data))
    return render(
        request,
        template,
        {
            "title": title,
            "list_key": key,
            "filter": bar,
            "applied": list(applied_filters(bar, request.GET)),
            "table": sheet,
            "is_filtered": is_filtered,
            "first_shown": first_shown(sheet.page),
            "last_shown": last_shown(sheet.page),
            "per_page_choices": [(size, address_with(request, per_page=size, page=None)) for size in PER_PAGE_CHOICES],
            "export_urls": [(kind, address_with(request, export=kind, page=None)) for kind in spreadsheets.FORMATS],
            "bulk_actions": bulk_actions if table.picks else (),
            "saved_views": request.user.views_of(key) if request.user.is_authenticated else (),
            "query_string": address_with(request, page=None, export=None).removeprefix("?"),
            **(context or {}),
        },
    )


class LongPaginator(Paginator):
    """Paginate a list that may be very long: count a limited number of rows, and tell whether there are more."""

    def __init__(self, sheet: Table, per_page: int, most: int) -> None:
        super().__init__(sheet.rows, per_page)
        self.sheet, self.most = sheet, most

    @cached_property
    def _counted(self) -> int:
        return self.sheet.data.data.order_by()[: self.most + 1].count()

    @property
    def count(self) -> int:
        """The number of rows, or the limit if there are more."""
        return min(self._counted, self.most)

    @property
    def has_uncounted(self) -> bool:
        """Whether there are more rows than the limit."""
        return self._counted > self.most


def per_page(request: HttpRequest) -> int:
    """Return the number of rows per page that the request asks for, if it is one of the choices."""
    size = whole_number(request.GET.get("per_page"))
    return size if size is not None and size in PER_PAGE_CHOICES else PER_PAGE


def end_order_in_pk(sheet: Table) -> None:
    """Make the order of rows total, so that no row is on two pages or on none."""
    rows = sheet.data.data
    order = rows.query.order_by
    if not order or order[-1] not in {"pk", "-pk"}:
        sheet.data.data = rows.order_by(*order, "pk")


def first_shown(page: Page) -> int:
    """Return the number of the first row of the page; 0 if there is none."""
    return page.start_index() if page.paginator.count else 0


def last_shown(page: Page) -> int:
    """Return the number of the last row of the page."""
    return page.end_index()


def address_with(request: HttpRequest, **changes: Any) -> str:
    """Return the query string of this page with some parameters set, or removed if the value is ``None``."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def applied_filters(bar: Filters, query: QueryDict) -> Iterator[Applied]:
    """Yield each filter in use, with the URL that removes it."""
    for name in bar.filters:
        field = bar.form.fields[name]
        for value in (value for value in query.getlist(name) if value):
            rest = [(key, item) for key, items in query.lists() for item in items if (key, item) != (name, value)]
            without = urlencode([(key, item) for key, item in rest if key not in ("page", "export", "pick")])
            yield Applied(label=str(field.label or name), value=bar.value_label(name, value), without=f"?{without}")


def send_export(request: HttpRequest, sheet: Table, export: Export | None, title: str) -> HttpResponseBase:
    """Return the file of all rows that match the filters, or of the selected ones, in the order shown."""
    rows = sheet.data.data
    if picked := whole_numbers(request.GET.getlist("pick")):
        rows = rows.filter(pk__in=picked)
    chosen = export or as_shown(sheet)
    name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.response(
        request.GET["export"],
        name=name,
        header=[str(title) for title in chosen.header],
        rows=chosen.rows(rows),
        sheet=title,
    )


def as_shown(sheet: Table) -> Export:
    """Return the export of a table's own columns, for lists that are not imported again."""

    def rows(queryset: QuerySet) -> Iterator[Sequence[Any]]:
        return iter(list(type(sheet)(queryset).as_values())[1:])

    header = [str(column.header) for column in sheet.columns if not column.column.exclude_from_export]
    return Export(header=header, rows=rows)
