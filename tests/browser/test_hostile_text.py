"""What people type, in a real browser: no element of a page is theirs, and no request leaves that we did not make."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Request, Route

from tests import hostile
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
# A path of ours may have a token that looks like the mark; what people type in a path has other signs, too.
THEIRS = """() => [...document.querySelectorAll("*")].flatMap((element) => [
  ...(/qz[0-9]/.test(element.localName) ? [element.localName] : []),
  ...[...element.attributes].filter(({name, value}) => /qz[0-9]/.test(name) || (/qz[0-9]/.test(value)
    && !/^[/][A-Za-z0-9_./-]*$/.test(value) && (/^(on|hx-|data-hx-|style$|srcdoc$|src$)/.test(name)
      || /^\\\\s*(javascript|data|vbscript):/i.test(value))))
    .map(({name}) => `${element.localName} ${name}`)])"""
PAGES = {
    "staff": """
        partners:representative_add/partner partners:representative_edit/alternate partners:person_deactivate/person
        notices:preferences partners:partnership_detail/partner partners:partnership_list/area notices:inbox
        partners:partnership_add/area partners:service_history/service partners:term_detail/term dashboards:home/area
        partners:practice_edit/practice partners:practice_history/practice partners:center_detail/center
        partners:manual_edition/edition partners:proposal_detail/proposal partners:unreachable_list/area
        partners:notice_detail/area/notice""",
    "manager": """partners:service_detail/service partners:service_edit/service partners:partnership_confirm/partner
        partners:service_spanish/service partners:service_spanish_edit/service partners:service_spanish_history/service
        partners:service_pause/service""",
    "board": "partners:coverage/area partners:presence_board/area partners:practice_detail/practice",
    None: "partners:directory_area/area partners:directory_service/service partners:confirm/question",
}


@pytest.fixture
def world(area, partner, cast, settings, tmp_path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return hostile.build_world(area, partner, cast)


def sent_by(page: Page) -> list[Request]:
    """Return the list to which a page's requests are added."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    return sent


def is_ours(request: Request, url: str) -> bool:
    """Return whether a page asked for itself, or for what belongs to every page."""
    to = urlsplit(request.url)
    return request.method == "GET" and (to.path == url or to.path.startswith("/static/") or request.url[:5] == "data:")


@pytest.mark.parametrize("who", ["staff", None, *(also(who) for who in PAGES if who not in ("staff", None))])
def test_nothing_in_a_page_is_theirs_and_nothing_is_sent(open_page: OpenPage, world, cast, who):
    page = open_page(cast[who] if who else None)
    sent = sent_by(page)
    for name, *parts in (line.split("/") for line in PAGES[who].split()):
        url = reverse(name, args=[getattr(world, part) for part in parts])
        answer = page.goto(url)
        assert answer
        assert answer.ok, url
        assert hostile.MARK.search(page.content()), f"{url} shows nothing that was typed"
        page.wait_for_timeout(50)  # what starts with the page has started
        assert page.evaluate(THEIRS) == [], url
        frames = [urlsplit(frame.url).path for frame in page.frames[1:]]
        assert [each.url for each in sent if not (is_ours(each, url) or urlsplit(each.url).path in frames)] == []
        sent.clear()


UNMARKED = [
    "<i hx-post='{0}' hx-vals='{{\"role\":\"staff\"}}' hx-trigger='load'></i>",
    "<i data-hx-post='{0}' data-hx-trigger='load'></i>",
    "<i hx-post='{0}' hx-trigger='load' hx-include='[name=csrfmiddlewaretoken]' data-op-live=''></i>",
    "<i hx-get='{0}' hx-trigger='revealed, every 10ms' data-op-live='0123456789abcdef0123456789abcdef'></i>",
    "<i hx-put='{0}' hx-trigger='mousemove from:body'></i>",
    "<div hx-boost='true' hx-target='body'><a href='{0}'>Here</a></div>",
]


def test_htmx_does_nothing_for_what_no_template_marked(open_page: OpenPage, cast, partner):
    """Should something stand in a page unescaped after all: it is nothing but words in another face."""
    page = open_page(cast["staff"])
    sent, url = sent_by(page), reverse("partners:representative_add", args=[partner.pk])
    inside: list[str] = []

    def put_inside(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        mark = text.partition("[data-op-live=\\&quot;")[2][:32]
        pieces = "".join(inside).replace("MARK", mark)
        route.fulfill(response=answer, body=text.replace('class="op-field__help"', f">{pieces}<p class='x'", 1))

    page.route(f"**{url}", put_inside)
    inside[:] = [piece.format("/strange/") for piece in UNMARKED]
    page.goto(url)
    page.mouse.move(200, 200)
    page.mouse.move(300, 300)
    page.wait_for_load_state("networkidle")
    assert page.locator("i[hx-post]").count() == 2
    assert page.evaluate("htmx.config.selfRequestsOnly && !htmx.config.allowEval && htmx.config.disableInheritance")
    assert [each.url for each in sent if "strange" in each.url] == []
    # The same with the mark of this session is ours.
    inside[:] = ["<i hx-get='/health/live' hx-trigger='load' hx-swap='none' data-op-live='MARK'></i>"]
    with page.expect_request("**/health/live") as asked:
        page.goto(url)
    assert asked.value.method == "GET"
    assert "x-csrftoken" not in asked.value.headers
