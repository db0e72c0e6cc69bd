"""Every page in a real browser for every role: on a desk in light, on a phone in the dark; and the work by keyboard."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.test.signals import template_rendered
from django.utils import timezone
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from partners.models import Program, Service
from tests import factories
from tests.browser.conftest import LOOKS
from tests.matrix import LINES, address
from tests.thorough import also
from tests.world import build_world

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

# No pages of ours: files, pieces, answers for machines, and what the tests of sign-in and of the components walk.
NO_PAGES = (
    "health", "account_", "mfa_", "components", "partners:import_template", "partners:import_unreadable",
    "partners:import_remarks", "partners:import_progress", "partners:directory_code", "partners:directory_service_code",
    "partners:hsds_", "partners:manual_print_", "agreements:pdf_progress", "agreements:pdf_file",
    "agreements:sign_text_file", "agreements:sign_executed_file", "agreements:link_text_file",
    "agreements:link_executed_file", "agreements:frozen_", "agreements:sealed_", "agreements:evidence_package",
    "partners:notice_mail", "partners:notice_kind_mail", "files:download", "meetings:feed", "meetings:paper_by_link",
    "meetings:pdf_progress", "meetings:pdf_file", "meetings:minutes_public_file",
    "meetings:board_bylaws", "meetings:board_paper", "meetings:board_meeting_entry",
    "meetings:room_quorum", "meetings:check_in_drawing", "agreements:delivery_choose",
    "agreements:budget_workbook", "agreements:budget_csv",
    "dashboards:pdf_progress", "dashboards:pdf_file", "dashboards:packet_link_file",
)  # fmt: skip
# Pages of one template, or of the form for adding: without --all, one of each is looked at.
ALIKE = ("_history", "_archive", "_edit")
SIDEWAYS = """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
  && !e.closest('.op-tablebox, .op-tabs, .visually-hidden')).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def world(area, partner, cast) -> Any:
    for user in cast.values():
        confirm_address(user)
    world = build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])
    enlarge(area, partner, world)
    return world


def enlarge(area, partner, world) -> None:
    """Add what makes pages longer and wider: three more centers, gaps, decisions, a bare partner, another area."""
    another = factories.make_area(state=area.state, name="Lower Tanager Valley")
    decided = [Program.objects.get(code=code) for code in ("nfjp", "tanf")]
    factories.make_decision(area, decided[0], kind="agreement", agreement_partner=partner)
    factories.make_decision(another, decided[1], kind="exempted")
    kinds = {"Millpond": "affiliate", "Eastgate": "specialized", "A Center With a Very Long Name": "comprehensive"}
    for name, kind in kinds.items():
        center = factories.make_center(area, name=name, kind=kind, certified_on=date(2022, 1, 3))
        factories.make_presence(partner, center, weekday=3, who="T. Okafor", desk="Second floor, room 210")
    today = timezone.now().astimezone(area.zone).date()
    factories.make_absence(
        center=area.centers.get(name="Millpond"), first_on=today, last_on=today, reason="Frozen pipes"
    )
    bare = factories.make_partnership(area, name="Millpond Association of Neighborhood Kitchens")
    bare.programs.add(Program.objects.get(code="snap-et"))
    factories.make_partnership(area, name="Perhaps Next Year", status="prospective")
    world.bare = bare.pk


def pages_for(who: str, world: Any, *, whole: bool = True) -> list[str]:
    """Return the addresses that answer with a page to somebody, each once, whatever the matrix asks for besides."""
    lines = [line for line in LINES if line.method == "GET" and line.answers[who] == "ok"]
    lines = [line for line in lines if not line.name.startswith(NO_PAGES)]
    if not whole:
        first = {next(line.name for line in lines if line.name.endswith(end)) for end in ALIKE}
        lines = [line for line in lines if line.name in first or not line.name.endswith(ALIKE)]
    found = [address(line, world) for line in lines]
    return list(dict.fromkeys([*found, f"/partners/{world.bare}/", f"/areas/{world.area}/coverage/snap-et/"]))


def fits(page: Page) -> list[str]:
    """Return what is wider than the window; nothing if the page does not scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    return page.evaluate(SIDEWAYS) or ["the page itself"]


# The pages of the staff are halved, so that two processes share them.
SHARES = [("staff", 0, 2), ("staff", 1, 2), also("manager", 0, 1), also("board", 0, 1), also("state", 0, 1)]


@pytest.mark.long
@pytest.mark.parametrize(("who", "first", "step"), SHARES)
def test_every_page_is_accessible_and_fits(
    open_page: OpenPage, axe, cast: dict[str, User], world: Any, who, first, step, pytestconfig: pytest.Config
):
    """A desk in the light and a phone in the dark show between them every rule of shape and of color once.

    Without ``--all``, axe looks at one page of each template, on a desk; of all others, and of all on a phone, only the
    width is looked at, and of pages that are alike only one is opened.
    """
    wrong, whole, looked_at = [], pytestconfig.getoption("all"), set()
    page = open_page(cast[who])
    staff_see = set(pages_for("staff", world)) - {f"/areas/{world.area}/"}
    frame = True
    for where in pages_for(who, world, whole=whole)[first::step]:
        # What others see of a page of the staff's is less of the same: only its width is looked at again.
        shared = who != "staff" and where in staff_see
        if not shared:
            show(page, width=1280, theme="light" if whole else "")
            with template_of_page() as template:
                page.goto(where)
            is_new = template[0] not in looked_at
            looked_at.add(template[0])
            wrong += problems_of(page, axe if whole or is_new else None, frame=frame)
        show(page, width=360, theme="dark" if whole else "")
        if shared:
            page.goto(where)
        wrong += problems_of(page, axe if whole and not shared else None, frame=frame, only=LOOKS)
        frame = frame and shared
    assert wrong == [], "\n".join(wrong)


@contextmanager
def template_of_page() -> Iterator[list[str]]:
    """Yield the templates that the live server renders meanwhile; the first is that of the page."""
    rendered: list[str] = []

    def note(template: Any, **_more: Any) -> None:
        rendered.append(template.name)

    template_rendered.connect(note)
    try:
        yield rendered
    finally:
        template_rendered.disconnect(note)


def show(page: Page, *, width: int, theme: Any) -> None:
    """Change the window, and the colors if they are given, also of a page that is open."""
    page.set_viewport_size({"width": width, "height": 800})
    if theme:
        page.emulate_media(color_scheme=theme)


def problems_of(page: Page, axe: Any, *, frame: bool, only: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the page that is open."""
    wide = fits(page)
    wrong = [f"{page.url} scrolls sideways: {wide}"] if wide else []
    if axe:
        try:
            axe(page, frame=frame, only=only)
        except AssertionError as problem:
            wrong.append(str(problem))
    return wrong


def test_programs_and_coverage_are_read_as_cards_on_a_phone(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["board"], width=360)
    coverage = f"/areas/{world.area}/coverage/"
    for where in ("/programs/", "/programs/aefla/", coverage, f"{coverage}aefla/", f"{coverage}nfjp/"):
        page.goto(where)
        assert fits(page) == [], where
        cells = "cells => cells.map(e => [e.dataset.label, e.innerText.trim(), e.getBoundingClientRect().width])"
        for label, value, width in page.eval_on_selector_all("main td[data-label]:not(.is-empty)", cells):
            assert value, f"{label} on {where}"
            assert value != label, f"{where} says {label} twice"
            assert width > 200, f"{label} on {where} is {width} pixels wide"


def test_a_manager_finds_and_mends_a_service_by_keyboard_alone(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["manager"])
    page.goto(f"/areas/{world.area}/services/")
    page.get_by_label("Service, partner or keyword").focus()
    page.keyboard.type("ged")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Service, partner or keyword: ged")).to_be_visible()
    page.get_by_role("link", name="GED classes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="GED classes", level=1)).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Email").focus()
    page.keyboard.type("nobody")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    summary = page.locator("[data-op-errsum]")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("@millrace.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="nobody@millrace.example")).to_be_visible()
    assert Service.objects.get(pk=world.service).email == "nobody@millrace.example"


def test_one_tap_confirms_and_undo_takes_it_back(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["manager"], width=360)
    page.goto(f"/services/{world.service}/")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="GED classes is confirmed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Never confirmed.")).to_be_visible()
    assert Service.objects.get(pk=world.service).verified_on is None


def test_picked_services_are_confirmed_at_once(open_page: OpenPage, cast: dict[str, User], world: Any, partner):
    factories.make_service(partner, name="Driving lessons")
    page = open_page(cast["staff"])
    page.goto(f"/areas/{world.area}/services/")
    page.get_by_label("Select GED classes").check()
    page.get_by_label("Select Driving lessons").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("2 services are confirmed.")).to_be_visible()


def test_suggestions_go_on_after_a_comma(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["manager"])
    page.goto(f"/services/{world.service}/edit/")
    box = page.get_by_label("Languages")
    box.fill("English, ")
    offered = page.evaluate("[...document.getElementById('id_languages').list.options].map(option => option.value)")
    assert "English, Spanish" in offered
    assert "English, English" not in offered


def test_without_script_the_work_can_be_done(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["manager"], javascript=False)
    page.goto(f"/areas/{world.area}/services/")
    page.get_by_label("Service, partner or keyword").fill("ged")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="GED classes").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Cost").fill("$20 for the test")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("$20 for the test")).to_be_visible()
