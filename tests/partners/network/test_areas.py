"""The page of a local area: detail and edit."""

import pytest
from django.urls import reverse

from partners.models import LocalArea
from tests import factories
from tests.partners.upkeep.test_services import filled


def page(name: str, area: LocalArea) -> str:
    return reverse(f"partners:area_{name}", args=[area.slug])


def test_the_page_shows_board_state_time_zone_centers_and_staff(as_, area):
    factories.make_center(area, name="Center Street")
    answer = as_("board").get(page("detail", area)).content.decode()
    for words in ("Riverbend Workforce Board", "Riverland Department of Labor", "Eastern", "July 1", "Center Street"):
        assert words in answer
    assert "Dana Whitcomb" in answer


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("state", 403), ("board", 403), ("manager", 403), ("stranger", 404)]
)
def test_only_staff_edit_an_area(as_, area, who, status):
    assert as_(who).get(page("edit", area)).status_code == status


def test_staff_edit_an_area_and_its_slug_stays(as_, area):
    client = as_("staff")
    data = filled(client, page("edit", area), name="Riverbend and Hills", time_zone="America/Chicago")
    assert client.post(page("edit", area), data).url == page("detail", area)
    area.refresh_from_db()
    assert (area.name, area.slug, area.time_zone) == ("Riverbend and Hills", "riverbend", "America/Chicago")
    assert "Dana Whitcomb" in client.get(page("history", area)).content.decode()


def test_the_name_of_an_area_is_unique_in_its_state(as_, area):
    factories.make_area(state=area.state, name="Hills")
    client = as_("staff")
    answer = client.post(page("edit", area), filled(client, page("edit", area), name="hills", board_name="Kept Board"))
    assert "Riverland already has an area named hills." in answer.content.decode()
    assert "Kept Board" in answer.content.decode()


def test_an_unknown_time_zone_is_refused(as_, area):
    client = as_("staff")
    answer = client.post(page("edit", area), filled(client, page("edit", area), time_zone="Mars/Olympus"))
    assert "time_zone" in answer.context["form"].errors


def test_a_concurrent_change_is_merged_into_the_form(as_, area):
    mine = filled(as_("staff"), page("edit", area), name="Riverbend and Hills")
    LocalArea.objects.filter(pk=area.pk).update(board_name="Another Board")
    answer = as_("staff").post(page("edit", area), mine)
    assert answer.status_code == 200
    assert answer.context["form"]["board_name"].value() == "Another Board"
