"""Imports of messy files: the header is chosen with keys, on a phone and without scripts."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils.timezone import now

from onestop.accounts.models import User
from partners.importing import runs
from partners.models import ImportRun, LocalArea
from tests.browser.conftest import OpenPage
from tests.partners.importing import messy

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")  # a folder, to look at the pages


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def run(area: LocalArea) -> ImportRun:
    return runs.start_import(
        area, "partners", ContentFile(messy.roster(), name="roster.xlsx"), by=None, at=now()
    )  # fmt: skip


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (360, True), (360, False)])
def test_the_header_is_chosen_with_keys(
    open_page: OpenPage, axe: Callable[..., None], cast: dict[str, User], run: ImportRun, width: int, javascript: bool
) -> None:
    page = open_page(cast["staff"], width=width, javascript=javascript)
    page.goto(f"/imports/{run.pk}/columns/")
    assert fits(page)
    if javascript:
        axe(page, frame=False)
    picture(page, f"header-{width}-{javascript}")
    page.get_by_label("Row 3", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Row 4", exact=True).is_checked()
    page.get_by_label("The titles continue in the next row").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Read the file with this header").press("Enter")
    page.wait_for_url("**/columns/")
    page.get_by_text("Header: row 4").wait_for()
    run.refresh_from_db()
    assert run.layout["header"] == [4]


@pytest.mark.parametrize("width", [1280, 360])
def test_left_out_rows_are_imported_all_the_same(
    open_page: OpenPage, axe: Callable[..., None], cast: dict[str, User], run: ImportRun, width: int
) -> None:
    runs.name_columns(run, run.mapping, {}, at=now())
    assert runs.work_on(run.pk, at=now())
    page = open_page(cast["staff"], width=width)
    page.goto(f"/imports/{run.pk}/?rows=left_out")
    assert fits(page)
    axe(page, frame=False)
    picture(page, f"left-out-{width}")
    page.get_by_label("Import row 19").check()
    page.get_by_label("It is the heading of a section.").check()
    page.get_by_role("button", name="Read the file with these rows").click()
    page.wait_for_url(f"**/imports/{run.pk}/")
    run.refresh_from_db()
    assert (run.layout["keep_rows"], run.layout["keep_reasons"]) == ([19], ["heading"])
