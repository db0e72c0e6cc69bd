"""The sheet of cost shares in a browser: figures open in place, on a desk and on a phone, and without script."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from onestop.accounts.addresses import confirm_address
from tests import factories
from tests.agreements.funding.shared_costs import SharedCosts, adopt_shared_costs, make_shared_costs

pytestmark = pytest.mark.django_db(transaction=True)
POOLS = (
    "Utilities", "Equipment", "Resource room", "Intake", "Maintenance and repair", "Signs and branding", "Internet",
    "Career services desk", "Reception", "Assistive technology",
)  # fmt: skip
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def costs(area, partner, neighbor_partner, cast) -> SharedCosts:
    for user in cast.values():
        confirm_address(user)
    return adopt_shared_costs(make_shared_costs(area, partner, neighbor_partner))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_figure_explains_itself_in_place(open_page, axe, cast, costs, width):
    page = open_page(cast["manager"], width=width, theme="dark" if width == 360 else "light")
    page.goto(costs.budget.get_absolute_url())
    assert not page.evaluate(SIDEWAYS)
    axe(page, frame=False)
    page.get_by_role("link", name="3,600.00").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="How $3,600.00 was calculated")).to_be_visible()
    axe(page, frame=False)
    expect(dialog.get_by_role("link", name="Oct to Dec 2026")).to_have_attribute(
        "href",
        reverse("agreements:share_explain", args=[costs.budget.pk, costs.rent.pk, costs.payers[1].pk]) + "?period=2",
    )
    dialog.get_by_role("link", name="Back to the shares").click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 360])
def test_twelve_pools_fit_a_desk_and_are_lists_on_a_phone(open_page, axe, cast, costs, width):
    for number, name in enumerate(POOLS, start=3):
        center = costs.center if number % 2 else None
        pool = factories.make_pool(costs.equal, name=name, position=number, center=center)
        factories.make_cost_line(pool, name=name, amount=Decimal(5432 * number))
    adopt_shared_costs(costs)
    page = open_page(cast["staff"], width=width)
    page.goto(costs.budget.get_absolute_url())
    assert not page.evaluate(SIDEWAYS)
    assert page.locator("#shares .op-tablebox").evaluate("box => box.scrollWidth <= box.clientWidth")
    expect(page.get_by_role("columnheader", name="Whole area")).to_have_count(1)
    axe(page, frame=False)


def test_without_script_a_figure_leads_to_its_explanation(open_page, cast, costs):
    page = open_page(cast["manager"], javascript=False)
    page.goto(costs.budget.get_absolute_url())
    page.get_by_role("link", name="3,600.00").click()
    expect(page.get_by_role("heading", level=1, name="How $3,600.00 was calculated")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_other_pages_of_shares_fit_and_can_be_read_aloud(open_page, axe, cast, costs: Any, width):
    page = open_page(cast["staff"], width=width)
    changes = f"?change=rise:0:3:1&change=leave:{costs.payers[2].pk}:2027-01-01"
    for name, parts, query in [
        ("what_if", (), changes), ("what_if", (), "?add=count"), ("what_if_adopt", (), changes),
        ("pool_explain", (costs.rent.pk,), ""), ("payer_statement", (costs.payers[0].pk,), ""),
    ]:  # fmt: skip
        page.goto(reverse(f"agreements:{name}", args=[costs.budget.pk, *parts]) + query)
        assert not page.evaluate(SIDEWAYS), name
        axe(page, frame=False)
