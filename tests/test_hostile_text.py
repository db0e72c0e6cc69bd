"""Hostile text is shown as text: in forms with errors, mail, files, and PDFs.

tests/test_matrix.py checks every page of every role in the same way.
"""

import copy
import csv
import dataclasses
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import openpyxl
import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.db import models, transaction
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import override_settings
from django.urls import reverse
from django.utils.timezone import now
from lxml import etree
from lxml import html as lxml_html

from onestop.notices import notice_types
from onestop.notices.messages import Message
from onestop.notices.rendering import render
from partners.manual import paper
from partners.manual.gathering import gather
from partners.models import ImportRun
from tests import factories, hostile
from tests.matrix import LINES, address
from tests.signing_in import sign_in
from tests.standing import Standing, made_once, make_standing
from tests.test_house import TRUSTED

LEAVE = {"/account/logout/", "/account/sessions/"}  # forms that sign out


@pytest.fixture(scope="module")
def standing_of_module(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Standing]:
    """The cast, and an area in which all typed text is hostile."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        made_once(django_db_blocker, lambda: make_standing(hostile.build_world)) as made,
    ):
        yield made


@pytest.fixture
def area(standing) -> Any:
    return standing.area


@pytest.fixture
def cast(standing) -> Any:
    return standing.cast


@pytest.fixture
def world(standing, settings) -> Any:
    """An area in which all typed text is hostile."""
    settings.ACCOUNT_RATE_LIMITS = False
    return standing.world


def test_hostile_text_fills_every_column_that_people_type_into(world):
    columns = {f"{model._meta.label}.{column.name}" for model, column in hostile.typed_columns()}
    assert columns - world.filled == set(), "no row has these columns"
    there = {f"{model._meta.label}.{column.name}" for model in apps.get_models() for column in model._meta.fields}
    assert set(hostile.NOT_TYPED) - there == set(), "these columns do not exist"


# ---------------------------------------------------------------- All forms and files of staff
class Walk:
    """Walk through the portal as a user, and record faults."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        sign_in(self.client, user)
        self.client.get("/", follow=True)  # which remembers the area in the session
        self.wrong: list[str] = []
        self.trusting: set[str] = set()
        self.files: set[str] = set()
        self.forms: set[tuple[str, ...]] = set()

    def open(self, url: str, method: str = "GET", /, **data: Any) -> str:
        """Return the page of a URL, following redirects; everything written is rolled back."""
        with transaction.atomic():
            response = self.client.generic(method, url) if not data else getattr(self.client, method.lower())(url, data)
            if response.status_code in (301, 302) and urlsplit(response["Location"]).path not in LEAVE:
                response = self.client.get(response["Location"])
            transaction.set_rollback(True)
        cache.clear()
        if response.status_code >= 500:
            self.wrong.append(f"{method} {url}: {response.status_code}")
        if not response.get("Content-Type", "").startswith("text/html"):
            return ""
        page = response.content.decode()
        self.wrong += [f"{method} {url}: {trace}" for trace in hostile.traces(page)]
        return page

    def take_files(self, url: str, page: Any) -> None:
        """Check the files that a page links to."""
        for link in page.xpath("//a[@data-op-export]/@href") if url != "/components/" else ():
            response = self.client.get(urljoin(url, link))
            assert response.status_code == 200, link
            assert "html" not in response["Content-Type"], (url, link)
            self.wrong += [
                f"{url}: {cell!r} runs" for cell in running_cells(response["Content-Type"], response.getvalue())
            ]
            assert re.fullmatch(r'attachment; filename="[\w-]+\.(csv|xlsx)"', response["Content-Disposition"])
            self.files.add(re.sub(r"\?.*", "", url) + link[-4:])

    def send_forms(self, url: str, page: Any) -> None:
        """Send each form of a page that was not sent before, with hostile text in every text field."""
        for form in page.xpath("//main//form"):
            method, target = form.get("method", "get").upper(), urljoin(url, form.get("action") or "")
            named = [field for field in form.xpath(".//input|.//textarea|.//select") if field.get("name")]
            mark = (method, re.sub(r"\d+", "#", urlsplit(target).path), *sorted({field.get("name") for field in named}))
            if mark in self.forms or urlsplit(target).path in LEAVE:
                continue
            self.forms.add(mark)
            data: dict[str, Any] = {}
            for field in named:
                data.setdefault(field.get("name"), []).extend(typed_into(field))
            self.open(target, method, **data)


def typed_into(field: Any) -> list[str]:
    """Return the hostile values for a field, or its current ones if it is not for text."""
    kind = field.get("type", "text")
    if field.tag == "textarea" or (field.tag == "input" and kind in ("text", "search", "url", "tel")):
        return [hostile.text(int(field.get("maxlength") or 200) if int(field.get("maxlength") or 200) > 8 else None)]
    if kind == "email":
        return [hostile.email("typed")]
    if field.tag == "select":
        return [option.get("value") or "" for option in field.xpath(".//option[@selected]|.//option[1]")][-1:]
    if kind in ("checkbox", "radio") and field.get("checked") is None:
        return []
    return [field.get("value") or ""]


def running_cells(kind: str, body: bytes) -> Iterator[Any]:
    """Yield the cells of a file that a spreadsheet program would run as formulas."""
    if "csv" in kind:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
        yield from (cell for row in rows for cell in row if re.match(r"\s*[=+\-@\t\r]", cell))
    else:
        for sheet in openpyxl.load_workbook(io.BytesIO(body)):
            yield from (cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f")


@pytest.mark.long
def test_every_form_and_file_of_staff_shows_hostile_text_as_text(world, cast):
    walk, rendered = Walk(cast["staff"]), set()

    def look(sender: Any, template: Any, **_: Any) -> None:
        rendered.add(template)

    template_rendered.connect(look)
    try:
        for line in LINES:
            if line.method == "GET" and line.answers["staff"] == "ok":
                url = address(line, world)
                if html := walk.open(url):
                    page = lxml_html.document_fromstring(html)
                    walk.take_files(url, page)
                    walk.send_forms(url, page)
    finally:
        template_rendered.disconnect(look)
    assert walk.wrong == []
    assert (len(walk.forms) > 80, len(walk.files) > 20) == (True, True), (len(walk.forms), len(walk.files))
    assert {each.name for each in rendered if TRUSTED.search(each.source)} == set(), (
        "a template of a package marks text as safe"
    )


def test_the_administration_shows_hostile_text_as_text(world):
    walk = Walk(factories.make_user("Olga Perez", is_superuser=True, is_staff=True))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        walk.open(reverse(f"{name}_changelist"))
        if row := model._default_manager.first():
            walk.open(reverse(f"{name}_change", args=[row.pk]))
            walk.open(reverse(f"{name}_history", args=[row.pk]))
            walk.open(reverse(f"{name}_delete", args=[row.pk]))
    assert walk.wrong == []


def test_imports_show_hostile_cells_as_text(world, cast):
    walk = Walk(cast["staff"])
    for run in ImportRun.objects.all():
        for page in ("import_detail", "import_columns", "import_commit"):
            walk.open(reverse(f"partners:{page}", args=[run.pk]))
    assert walk.wrong == []


def test_a_qr_code_has_only_known_elements(client, world):
    codes = [line for line in LINES if line.method == "GET" and "code" in line.name and "directory" in line.name]
    drawings = [client.get(address(line, world)) for line in codes]
    drawings = [each for each in drawings if each.headers.get("Content-Type") == "image/svg+xml"]
    assert drawings
    for drawing in drawings:
        names = {etree.QName(part).localname for part in etree.fromstring(drawing.content).iter()}
        assert names == {"svg", "title", "g", "path"}


# ---------------------------------------------------------------- Paper and mail
@pytest.mark.parametrize("is_public", [False, True])
def test_the_manual_shows_hostile_text_as_text(world, area, is_public):
    manual = gather(area, today=now().date())
    page = paper.html_of(manual.for_public() if is_public else manual, {"asked_at": now()})
    assert len(set(hostile.MARK.findall(page))) > 20
    assert hostile.traces(page) == []


def poison(value: Any) -> Any:
    """Return the context of a mail with hostile text in place of all text."""
    if isinstance(value, str):
        return value if value.startswith(("/", "http")) else hostile.text()
    if isinstance(value, models.Model):
        column: Any
        for column in value._meta.concrete_fields:
            if (type(value), column) in TYPED and column.attname in value.__dict__:
                setattr(value, column.attname, hostile.hostile(column, getattr(value, column.attname)))
            elif column.is_relation and column.is_cached(value) and (related := column.get_cached_value(value)):
                poison(related)
        return value
    if isinstance(value, dict):
        return {key: poison(inner) for key, inner in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(poison(inner) for inner in value)
    if isinstance(value, list | tuple):
        return type(value)(poison(inner) for inner in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **{name: poison(part) for name, part in parts.items()})
    return value


TYPED = set(hostile.typed_columns())
KINDS = [kind.code for kind in notice_types.all_notice_types() if kind.example]


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.django_db
def test_mail_shows_hostile_text_as_text(code):
    kind = notice_types.notice_type_of(code)
    assert kind.example
    context = poison(copy.deepcopy(dict(kind.example())))
    message = Message(code, key="k", to=hostile.email("to"), context=context, why=hostile.text())
    subject, text, html = render(message, kind, links={})
    assert hostile.MARK.search(html)
    assert hostile.traces(html) == []
    assert "&lt;" not in text + subject
    assert not re.search(r"[\r\n]", subject)
