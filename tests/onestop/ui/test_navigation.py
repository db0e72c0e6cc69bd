"""Navigation by role, area switcher, light and dark theme."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import include, path
from django.views import View

from onestop.ui import navigation as frame
from onestop.ui.navigation import Entry, Navigation, Page

partners = [path("areas/<slug:slug>/partners/", View.as_view(), name="partnership_list")]
urlpatterns = [
    path("gallery/", View.as_view(), name="components"),
    path("", include((partners, "partners"))),
]
pytestmark = pytest.mark.urls(__name__)

AREAS = [SimpleNamespace(name=name, slug=name.lower()) for name in ("Riverbend", "Tanager")]


def area_named(user: Any, slug: str) -> Any:
    return next((area for area in AREAS if area.slug == slug), None)


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    mine: list[Entry] = []
    monkeypatch.setattr(frame, "_entries", mine)
    monkeypatch.setattr(frame, "_areas_of", [lambda user: AREAS])
    monkeypatch.setattr(frame, "_area_named", [area_named])
    return mine


def request_for(view_name: str = "components", **more: Any) -> Any:
    request: Any = RequestFactory().get("/")
    request.user = SimpleNamespace(is_authenticated=True, theme="dark")
    request.session = {}
    request.resolver_match = SimpleNamespace(view_name=view_name, kwargs={})
    for name, value in more.items():
        setattr(request, name, value)
    return request


def labels(navigation: Navigation) -> list[str]:
    return [str(link.label) for _, links in navigation.groups for link in links]


def test_an_entry_without_a_page_is_not_shown(entries: list[Entry]):
    entries += [Entry("Gallery", icon="x", name="components"), Entry("Tomorrow", icon="x", name="later:list")]
    assert labels(Navigation(request_for())) == ["Gallery"]


def test_an_entry_that_is_not_for_the_user_is_not_shown(entries: list[Entry]):
    entries.append(Entry("Gallery", icon="x", name="components", who=lambda request: False))
    assert labels(Navigation(request_for())) == []


def test_an_anonymous_user_sees_only_public_entries(entries: list[Entry]):
    entries += [Entry("Gallery", icon="x", name="components")]
    entries += [Entry("Find", icon="x", name="components", group=frame.PUBLIC)]
    navigation = Navigation(request_for(user=AnonymousUser()))
    assert labels(navigation) == []
    assert [link.label for link in navigation.public] == ["Find"]
    assert navigation.area is None


def test_an_entry_in_an_area_links_to_the_area_of_the_page(entries: list[Entry]):
    entries.append(Entry("Partners", icon="x", name="partners:partnership_list", in_area=True))
    navigation = Navigation(request_for(area=AREAS[1]))
    assert [link.url for _, links in navigation.groups for link in links] == ["/areas/tanager/partners/"]


def test_on_other_pages_the_area_is_the_one_visited_last(entries: list[Entry]):
    assert Navigation(request_for(session={"area": "tanager"})).area is AREAS[1]
    assert Navigation(request_for(session={"area": "gone"})).area is AREAS[0]


def test_only_the_entry_that_fits_best_is_current(entries: list[Entry]):
    entries += [
        Entry("All", icon="x", name="components", marks=("partners:",)),
        Entry("Partners", icon="x", name="components", marks=("partners:partnership_",)),
    ]
    navigation = Navigation(request_for("partners:partnership_detail"))
    assert [link.label for _, links in navigation.groups for link in links if link.current] == ["Partners"]


def grouped(**more: Any) -> Entry:
    pages = (
        Page("Partners", name="partners:partnership_list", in_area=True),
        Page("Gallery", name="components", **more),
    )
    return Entry("Network", icon="x", name="partners:partnership_list", in_area=True, pages=pages)


def test_pages_that_belong_together_are_tabs_of_one_entry(entries: list[Entry]):
    entries.append(grouped())
    navigation = Navigation(request_for("components", area=AREAS[0]))
    assert labels(navigation) == ["Network"]
    assert [link.current for _, links in navigation.groups for link in links] == [True]
    assert [(str(tab.label), tab.url, tab.current) for tab in navigation.section] == [
        ("Partners", "/areas/riverbend/partners/", False),
        ("Gallery", "/gallery/", True),
    ]
    assert navigation.section_label == "Network"


def test_tabs_are_shown_on_their_own_pages_only(entries: list[Entry]):
    entries.append(grouped())
    detail = Navigation(request_for("partners:partnership_detail", area=AREAS[0]))
    assert [link.current for _, links in detail.groups for link in links] == [True]
    assert detail.section == []


def test_a_person_who_may_open_one_page_sees_no_tabs(entries: list[Entry]):
    entries.append(grouped(who=lambda request: False))
    assert Navigation(request_for("partners:partnership_list", area=AREAS[0])).section == []


def test_switching_the_area_stays_on_the_same_page(entries: list[Entry]):
    here = SimpleNamespace(view_name="partners:partnership_list", kwargs={"slug": "riverbend"})
    links = Navigation(request_for(resolver_match=here, area=AREAS[0])).area_links
    assert [(link.url, link.current) for link in links] == [
        ("/areas/riverbend/partners/", True),
        ("/areas/tanager/partners/", False),
    ]


def test_more_is_current_when_no_tab_is(entries: list[Entry]):
    entries += [Entry("Home", icon="x", name="components", marks=("home",), tab=1)]
    entries += [Entry("Imports", icon="x", name="components", marks=("imports",))]
    assert Navigation(request_for("imports")).is_elsewhere
    assert not Navigation(request_for("home")).is_elsewhere


@pytest.mark.parametrize(
    ("user", "cookie", "theme"),
    [
        (SimpleNamespace(theme="dark"), "light", "dark"),
        (AnonymousUser(), "light", "light"),
        (AnonymousUser(), "pink", "system"),
        (AnonymousUser(), None, "system"),
    ],
)
def test_theme(user: Any, cookie: str | None, theme: str):
    request = request_for(user=user)
    if cookie:
        request.COOKIES[frame.THEME_COOKIE] = cookie
    assert frame.theme_of(request) == theme
