"""The accessibility and privacy statements, and the icon at its traditional address."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize("name", ["accessibility", "privacy"])
def test_statements_are_public_and_set_no_cookie(client, area, name, settings):
    settings.CONTACT_EMAIL = "help@board.example"
    answer = client.get(reverse(name), {"area": area.slug})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not answer.cookies
    assert "mailto:help@board.example" in page
    assert reverse("partners:directory_centers", args=[area.slug]) in page


@pytest.mark.parametrize("slug", ["", "nowhere", "x" * 5000])
def test_statements_without_an_area_lead_to_the_list_of_areas(client, area, slug):
    page = client.get(reverse("privacy"), {"area": slug}).content.decode()
    assert f'href="{reverse("partners:directory")}"' in page


def test_every_page_links_to_the_statements(client, as_, area):
    for answer in (
        client.get(reverse("partners:directory_area", args=[area.slug])),
        as_("staff").get(reverse("partners:partnership_list", args=[area.slug])),
    ):
        page = answer.content.decode()
        assert f"{reverse('accessibility')}?area={area.slug}" in page
        assert f"{reverse('privacy')}?area={area.slug}" in page


def test_the_icon_is_found_at_its_traditional_address(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("favicon.ico")
    assert answer.headers["Location"] != "/favicon.ico"
