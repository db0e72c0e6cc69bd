"""The rows of a table, written without a template: a page has hundreds of cells, and each would cost several nodes.

django-tables2 knows the columns, their order, their sorting and their exports. Its way to a cell, which looks for the
arguments of a method and for the choices of a field in every row, takes a third of a page's time; here that is done
once for each column. A column may have ``render_<name>`` of the table, any class with ``render``, or neither.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from typing import Any

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from onestop.ui.markup import format_html, format_html_join, join_html
from onestop.ui.row_values import has_labels, label_of

register = template.Library()


@register.simple_tag(takes_context=True)
def table_rows(context: Context, table: Any, row_header: str) -> SafeString:
    """Return the rows of a page of a table; the column ``row_header`` names each row."""
    columns = [_Column(column, table, context) for column in table.columns]
    rows = (_row(row, columns, table.picks, row_header) for row in table.paginated_rows)
    return format_html_join("", "<tr>{}{}</tr>", rows)


def _row(row: Any, columns: Iterable["_Column"], picks: bool, row_header: str) -> tuple[str, str]:
    """Return the checkbox of a row, if it has one, and its other cells."""
    cells, name = [], ""
    for column in columns:
        cell, is_empty = column.cell(row)
        if column.name == row_header:
            cells.append(format_html('<th scope="row"{}>{}</th>', column.css_class, cell))
            name = cell
        else:
            css = column.empty_class if is_empty else column.css_class
            cells.append(format_html("<td{}{}><div>{}</div></td>", css, column.label, cell))
    return _box(row, name) if picks else "", join_html(cells)


def _box(row: Any, name: str) -> SafeString:
    return format_html(
        '<td class="is-check"><input class="form-check-input" type="checkbox" name="pick" value="{}" form="picked"'
        ' aria-label="{}" data-op-pick></td>',
        _key(row.record),
        gettext("Select %(name)s") % {"name": _name(row, name)},
    )


def _key(record: Any) -> Any:
    return record.get("pk", getattr(record, "pk", "")) if isinstance(record, dict) else getattr(record, "pk", "")


def _name(row: Any, cell: str) -> str:
    """Return the text of the cell that names a row."""
    words = unescape(re.sub(r"<[^<>]*>", " ", cell))
    return " ".join(words.split()) or str(row.record)


class _Column:
    """A column of one table on one page, with all that is the same for each of its cells."""

    def __init__(self, bound: Any, table: Any, context: Context) -> None:
        self.name, self.bound, self.table, self.context = bound.name, bound, table, context
        self.default = bound.default
        self.empty_values = bound.column.empty_values
        self.path = str(bound.accessor).split("__")
        self.asked = _asked(bound.render)
        css = bound.attrs["td"].get("class") or ""
        self.css_class = format_html(' class="{}"', css) if css else ""
        self.empty_class = format_html(' class="{}"', f"{css} is-empty".strip())
        self.label = format_html(' data-label="{}"', bound.header)

    def cell(self, row: Any) -> tuple[str, bool]:
        """Return the HTML of a cell, and whether there is nothing in it."""
        value = self._value(row.record)
        shown = self.default if value in self.empty_values else self._render(row, value)
        is_empty = shown == self.default or shown == ""
        return shown if isinstance(shown, SafeString) else render_value_in_context(shown, self.context), is_empty

    def _render(self, row: Any, value: Any) -> Any:
        given = {
            "value": value,
            "record": row.record,
            "column": self.bound.column,
            "bound_column": self.bound,
            "bound_row": row,
            "table": self.table,
        }
        return self.bound.render(**(given if self.asked is None else {name: given[name] for name in self.asked}))

    def _value(self, record: Any) -> Any:
        """Return the value of a record, of a related object or of a key; the label of a choice; nothing if none."""
        for step in self.path:
            try:
                if isinstance(record, Model):
                    record = label_of(record, step) if has_labels(type(record), step) else getattr(record, step)
                else:
                    record = record[step] if isinstance(record, Mapping) else getattr(record, step)
            except (AttributeError, KeyError, ObjectDoesNotExist):
                return None
            if callable(record):
                record = record()
            if record is None:
                return None
        return record


def _asked(render: Callable[..., Any]) -> tuple[str, ...] | None:
    """Return the names of the arguments of a column's method; nothing if it takes all there are."""
    parameters = inspect.signature(render).parameters.values()
    return None if any(one.kind is one.VAR_KEYWORD for one in parameters) else tuple(one.name for one in parameters)
