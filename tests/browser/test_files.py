"""Uploading a file in a real browser: refused, chosen, kept when the form has another error, removed, downloaded."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from tests import factories
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Letter of appointment of Ann Lee as Mayor of Millpond, signed by the city clerk.pdf"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(name: str, contents: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": contents}


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), also(1280, "dark")])
def test_a_file_is_chosen_once(open_page: OpenPage, axe: Any, area, cast: dict[str, User], width: int, theme: str):
    confirm_address(cast["staff"])
    office = factories.make_office(area, title="Mayor of Millpond")
    page = open_page(cast["staff"], width=width, theme=theme)
    page.goto(office.get_absolute_url())
    page.get_by_role("link", name="Record who holds it").first.click()
    letter, record = page.get_by_label(re.compile("Appointment letter")), page.get_by_role("button", name="Record")
    page.get_by_label("First day").fill("2030-01-01")
    letter.set_input_files(file("letter.pdf", b"%PDF-1.4"))
    record.click()
    expect(page.get_by_role("alert")).to_contain_text("The PDF is damaged or incomplete.")
    letter.set_input_files(file(LONG, factories.make_pdf_file()))
    record.click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the name, or choose an account.")
    expect(page.locator("main")).to_contain_text(f"{LONG} (PDF, 1 kB)")
    axe(page)
    page.get_by_label("Full name").fill("Ann Lee")
    record.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Appointment letter.*Ann Lee")).click()
    assert download.value.suggested_filename == LONG
    axe(page)
