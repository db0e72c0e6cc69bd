"""Breadcrumbs return to a list as the person left it."""

from django.contrib.sessions.backends.cache import SessionStore
from django.template import Context, Template
from django.test import RequestFactory

from onestop.ui import last_list_state


def visit(session, address):
    request = RequestFactory().get(address)
    request.session = session
    last_list_state.remember(request)
    return request


def test_the_breadcrumb_links_to_the_list_with_its_filters():
    request = visit(SessionStore(), "/areas/riverbend/partners/?q=legal&page=2")
    crumb = Template("{% way_back '/areas/riverbend/partners/' %}").render(Context({"request": request}))
    assert crumb == "/areas/riverbend/partners/?q=legal&amp;page=2"


def test_a_list_without_filters_is_remembered_without_filters():
    session = SessionStore()
    visit(session, "/partners/?q=legal")
    request = visit(session, "/partners/")
    assert last_list_state.address_of(request, "/partners/") == "/partners/"


def test_the_same_list_again_does_not_write_the_session():
    session = SessionStore()
    visit(session, "/partners/?q=legal")
    session.modified = False
    visit(session, "/partners/?q=legal")
    assert not session.modified


def test_only_the_latest_lists_are_kept():
    session = SessionStore()
    for number in range(last_list_state.KEPT + 5):
        request = visit(session, f"/list-{number}/?q=a")
    assert len(session[last_list_state.SESSION_KEY]) == last_list_state.KEPT
    assert last_list_state.address_of(request, "/list-0/") == "/list-0/"
