"""The local area itself: what it is, changing it."""

import pytest
from django.urls import reverse

from partners.models import LocalArea
from tests import factories
from tests.partners.upkeep.test_services import filled


def page(name: str, area: LocalArea) -> str:
    return reverse(f"partners:area_{name}", args=[area.slug])


def test_the_page_says_what_the_area_is(as_, area):
    factories.make_center(area, name="Center Street")
    answer = as_("board").get(page("detail", area)).content.decode()
    for words in ("Riverbend Workforce Board", "Riverland Department of Labor", "Eastern", "July 1", "Center Street"):
        assert words in answer
    assert "Dana Whitcomb" in answer


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("state", 403), ("board", 403), ("manager", 403), ("stranger", 404)]
)
def test_only_staff_change_it(as_, area, who, status):
    assert as_(who).get(page("edit", area)).status_code == status


def test_staff_change_it_and_the_address_stays(as_, area):
    client = as_("staff")
    data = filled(client, page("edit", area), name="Riverbend and Hills", time_zone="America/Chicago")
    assert client.post(page("edit", area), data).url == page("detail", area)
    area.refresh_from_db()
    assert (area.name, area.slug, area.time_zone) == ("Riverbend and Hills", "riverbend", "America/Chicago")
    assert "Dana Whitcomb" in client.get(page("history", area)).content.decode()


def test_a_name_stands_once_in_a_state(as_, area):
    factories.make_area(state=area.state, name="Hills")
    client = as_("staff")
    answer = client.post(page("edit", area), filled(client, page("edit", area), name="hills", board_name="Kept Board"))
    assert "Riverland has an area named hills already." in answer.content.decode()
    assert "Kept Board" in answer.content.decode()


def test_a_time_zone_of_our_own_is_refused(as_, area):
    client = as_("staff")
    answer = client.post(page("edit", area), filled(client, page("edit", area), time_zone="Mars/Olympus"))
    assert "time_zone" in answer.context["form"].errors


def test_two_who_save_at_once_lose_nothing(as_, area):
    mine = filled(as_("staff"), page("edit", area), name="Riverbend and Hills")
    LocalArea.objects.filter(pk=area.pk).update(board_name="Another Board")
    answer = as_("staff").post(page("edit", area), mine)
    assert answer.status_code == 200
    assert answer.context["form"]["board_name"].value() == "Another Board"
