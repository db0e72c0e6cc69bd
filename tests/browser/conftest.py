"""A real Chromium for the tests in this folder: one browser a run, one context a test, no complaint unheard."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from partners.network import public_pages
from tests.chromium import find_chromium
from tests.signing_in import sign_in

# Playwright's loop runs in the thread of the tests; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Every page loads its scripts anew and soon ends: optimizing them takes more time than it saves.
SCRIPTS = "--js-flags=--max-optimized-bytecode-size=0 --min-semi-space-size=32"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What may differ in another theme or at another width: what is hidden, moved or scrolls there.
LOOKS = (
    "color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "aria-hidden-focus",
    "nested-interactive", "label", "button-name", "link-name", "region", "empty-heading", "page-has-heading-one",
)  # fmt: skip
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this process."""
    program = find_chromium()
    if program is None:
        pytest.fail("There is no Chromium. `make test` installs one; or name it in CHROMIUM.")
    arguments = ["--disable-dev-shm-usage", "--disable-gpu", "--force-prefers-reduced-motion", SCRIPTS]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def nothing_is_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no public page stay in a window's cache: the next test has other data."""
    monkeypatch.setattr(public_pages, "KEPT_SECONDS", 0)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has complained of: console errors, broken policies, exceptions, answers of 500 and more.

    Must be empty when the test ends; a test that provokes one clears the list after looking at it.
    """
    return []


class Windows:
    """Browser contexts that tests take in turn, emptied in between; what they have fetched stays in their cache."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.free: dict[bool, list[BrowserContext]] = {True: [], False: []}  # by whether scripts run

    def take(self, *, javascript: bool) -> BrowserContext:
        """Return a context without pages and cookies."""
        if self.free[javascript]:
            return self.free[javascript].pop()
        return self.browser.new_context(
            base_url=self.address, reduced_motion="reduce", java_script_enabled=javascript, locale="en-US"
        )

    def give_back(self, context: BrowserContext, *, javascript: bool) -> None:
        """Forget all that a test has left in a context."""
        context.clear_cookies()
        context.clear_permissions()
        page = context.pages[0]
        session = context.new_cdp_session(page)
        origin = {"origin": self.address, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
        session.send("Storage.clearDataForOrigin", origin)
        for page in context.pages:
            page.close()
        self.free[javascript].append(context)


@pytest.fixture(scope="session")
def windows(chromium: Browser, live_server: Any) -> Windows:
    """The windows of this process."""
    return Windows(chromium, live_server.url)


@pytest.fixture
def open_page(windows: Windows, complaints: list[str]) -> Iterator[OpenPage]:
    """Return a function that opens an empty window: ``open_page(user, width=360, theme="dark", javascript=False)``.

    Addresses are relative to the portal: ``page.goto("/")``.
    """
    taken: list[tuple[BrowserContext, bool]] = []

    def open_one(
        user: Any = None, *, width: int = 1280, height: int = 800, theme: str = "light", javascript: bool = True
    ) -> Page:
        context = windows.take(javascript=javascript)
        taken.append((context, javascript))
        if user is not None:
            sign_in_window(context, windows.address, user)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.set_default_timeout(10_000)
        listen(page, complaints)
        return page

    yield open_one
    for context, javascript in taken:
        windows.give_back(context, javascript=javascript)
    assert complaints == [], "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of somebody who has not signed in."""
    return open_page()


def sign_in_window(context: BrowserContext, address: str, user: Any) -> None:
    """Give a window the session of a user."""
    client = Client()
    sign_in(client, user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what the browser complains of."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{page.url}: {message.text} {message.location.get('url', '')}")

    def response(answer: Response) -> None:
        if answer.status >= 500:
            complaints.append(f"{answer.url} answered {answer.status}")

    page.on("console", console)
    page.on("pageerror", lambda problem: complaints.append(f"{page.url}: {problem}"))
    page.on("response", response)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core."""
    return AXE.read_text()


# The frame is the same on every page: tests that walk many pages look at it on the first.
FRAME = [[part] for part in (".op-side", ".op-top", ".op-foot", ".op-tabbar")]


@pytest.fixture
def axe(axe_source: str) -> Callable[..., None]:
    """Return a function that fails, with what and where, if axe-core finds anything on the page.

    ``axe(page, frame=False)`` does not look at the navigation around the page, ``axe(page, only=LOOKS)`` only at what
    depends on the colors and the width.
    """

    def check(page: Page, *, frame: bool = True, only: Sequence[str] = ()) -> None:
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(f"{axe_source}\n;undefined")  # goes past the page's own policy, which forbids strange scripts
        run = {"type": "rule", "values": list(only)} if only else RULES
        options = json.dumps({"runOnly": run, "resultTypes": ["violations"], "preload": False})
        parts = "document" if frame else json.dumps({"exclude": FRAME})
        found = page.evaluate(f"axe.run({parts}, {options}).then(result => result.violations)")
        lines = []
        for problem in found:
            lines.append(f"{problem['id']} ({problem['impact']}): {problem['help']}")
            lines += [f"    {node['html'][:200]}\n    {node['failureSummary']}" for node in problem["nodes"][:3]]
        assert not lines, f"axe-core on {page.url}:\n" + "\n".join(lines)

    return check
