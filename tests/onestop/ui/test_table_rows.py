"""The rows of tables: the same cells as the library's, escaped, with headings and checkboxes."""

import re
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
import pytest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.table_rows import table_rows
from partners.models import Service
from tests import factories


class Sheet(Table):
    """A column of each sort."""

    row_header = "name"
    picks = True

    name = tables.Column()
    kind = tables.Column(verbose_name="Kind")
    partner = tables.Column(accessor="partnership__organization__name")
    cost = tables.Column(verbose_name="Cost", default="Not provided", attrs={"td": {"class": "op-nowrap"}})
    confirmed = tables.Column(accessor="verified_on", verbose_name="Confirmed")
    missing = tables.Column(accessor="partnership__no_such_thing", empty_values=())
    number = tables.Column(accessor="pk", attrs={"td": {"class": "is-num"}})
    page = tables.TemplateColumn("{{ record.name }} {{ value }}", accessor="pk", verbose_name="A & B")
    listed = tables.Column(accessor="is_public")

    class Meta(Table.Meta):
        pass

    def render_name(self, record: Any) -> SafeString:
        return format_html('<a href="#">{}</a>', record.name)

    def render_number(self, value: int, table: Any, bound_column: Any, **rest: Any) -> str:
        return f"{value} {bound_column.name} {table.row_header} {sorted(rest)}"

    def render_listed(self, value: bool, record: Service) -> str:
        return f"{value} & {record.kind}"


@pytest.fixture
def sheet(partner):
    factories.make_service(partner, name="R & D <i>", kind="training", cost="")
    factories.make_service(partner, name="Basics", cost="<b>$5</b>", is_public=False)
    sheet = Sheet(Service.objects.order_by("pk"))
    sheet.paginate()
    return sheet


def cells(html: str) -> list[list[str]]:
    """Return the contents of the cells of each row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [re.findall(r"<th[^>]*>(.*?)</th>|<div>(.*?)</div>", row) for row in rows]


def test_each_cell_is_that_of_the_library(sheet):
    shown = [["".join(cell) for cell in row] for row in cells(table_rows(Context(), sheet, "name"))]
    rows = list(sheet.paginated_rows)
    assert len(shown) == len(rows) == 2
    for mine, row in zip(shown, rows, strict=True):
        theirs = [row.get_cell(name) for name in sheet.columns.names()]
        assert mine == [str(format_html("{}", cell)) for cell in theirs]


def test_a_row_has_a_heading_labels_classes_and_a_checkbox(sheet):
    first, second = table_rows(Context(), sheet, "name").split("</tr>")[:2]
    assert '<th scope="row"><a href="#">R &amp; D &lt;i&gt;</a></th>' in first
    assert 'aria-label="Select R &amp; D &lt;i&gt;"' in first
    assert '<td class="op-nowrap is-empty" data-label="Cost"><div>Not provided</div></td>' in first
    assert '<td class="op-nowrap" data-label="Cost"><div>&lt;b&gt;$5&lt;/b&gt;</div></td>' in second
    assert 'data-label="A &amp; B"' in first
    assert '<td data-label="Kind"><div>Training</div></td>' in first
    assert '<td class="is-empty" data-label="Confirmed"><div>-</div></td>' in first


def test_a_row_without_a_name_has_the_name_of_its_record():
    class Plain(Table):
        row_header = "name"
        picks = True
        name = tables.Column(default="")

    class Record(dict):
        pk = 7

        def __str__(self) -> str:
            return "Record 7"

    sheet = Plain([Record(name="")])
    sheet.paginate()
    assert 'value="7" form="picked" aria-label="Select Record 7"' in table_rows(Context(), sheet, "name")


def test_values_are_found_in_mappings_and_calls_and_an_error_of_a_record_is_not_hidden():
    class Plain(Table):
        name = tables.Column(accessor="deep__call")

    sheet = Plain([{"deep": SimpleNamespace(call=lambda: "Called")}, {"deep": None}, {}])
    sheet.paginate()
    assert [row[0][1] for row in cells(table_rows(Context(), sheet, ""))] == ["Called", "—", "—"]

    def fail() -> None:
        raise ZeroDivisionError

    sheet = Plain([{"deep": SimpleNamespace(call=fail)}])
    sheet.paginate()
    with pytest.raises(ZeroDivisionError):
        table_rows(Context(), sheet, "")
