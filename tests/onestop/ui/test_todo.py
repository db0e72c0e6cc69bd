"""The registry of to-do items: each role sees on its first page what was registered for it."""

from functools import partial
from itertools import count

import pytest
from django.urls import reverse
from django.utils.timezone import now

from onestop.ui import todo
from onestop.ui.todo import NOW, For, TodoItem, TodoPart, TodoPlace, register_todo, todo_items
from tests import factories


def _only(item: TodoItem, place: TodoPlace) -> list[TodoPart]:
    return [[item]]


@pytest.fixture
def registered(monkeypatch):
    """Register one item for each role, and nothing else."""
    monkeypatch.setattr(todo, "_makers", {role: [] for role in For})
    for role in For:
        item = TodoItem(NOW, "clock", f"An item for the {role.value}", "Because.", "/", "Do it")
        register_todo(role, partial(_only, item))


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("staff", {"staff"}),
        ("manager", {"manager"}),
        ("colleague", {"representative"}),
        ("board", {"board"}),
    ],
)
def test_a_first_page_has_the_items_of_the_roles_that_a_person_has_there(registered, as_, area, who, roles):
    page = as_(who).get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert {role.value for role in For if f"An item for the {role.value}" in page} == roles


def test_the_operator_has_also_what_staff_have(registered, client, area):
    client.force_login(factories.make_user(is_superuser=True, is_staff=True))
    page = client.get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "An item for the staff" in page
    assert "An item for the operator" in page


def test_the_page_of_a_state_has_the_items_of_its_administrator(registered, as_, area):
    page = as_("state").get(reverse("dashboards:state", args=[area.state.code])).content.decode()
    assert "An item for the state" in page
    assert "An item for the staff" not in page


def test_what_several_parts_need_is_made_once():
    numbers = count(1)
    place = TodoPlace(now())
    assert [place.once("it", lambda: next(numbers)) for _ in range(2)] == [1, 1]


def test_the_state_decides_on_changes_of_organizations(area, partner, cast):
    for number in range(5):
        organization = factories.make_organization(state=area.state, name=f"Agency {number}")
        factories.make_organization_proposal(organization, cast["manager"])
    items = todo_items([For.STATE], TodoPlace(now(), state=area.state))
    assert [item.what for item in items] == [
        "Joel Abara proposed a change to Agency 0",
        "Joel Abara proposed a change to Agency 1",
        "Joel Abara proposed a change to Agency 2",
        "More proposed changes are pending",
    ]
    assert todo_items([For.STATE], TodoPlace(now(), state=factories.make_state())) == []
