"""The list of partners with services to confirm, and asking several of them at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import ConfirmationRequest
from tests import factories


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def address(area) -> str:
    return reverse("partners:stale_list", args=[area.slug])


def test_partners_are_listed_with_their_services_to_confirm_longest_ago_first(
    as_, area, partner, neighbor_partner, address
):
    today = timezone.localdate()
    factories.make_service(partner, name="GED classes", verified_on=today - timedelta(days=200))
    factories.make_service(partner, name="Tutoring", verified_on=today - timedelta(days=1))
    factories.make_service(neighbor_partner, name="Legal help")
    answer = as_("colleague").get(address)
    assert [row.record.pk for row in answer.context["table"].page.object_list] == [neighbor_partner.pk, partner.pk]
    shown = words(answer)
    assert "1 of 2</a>" in shown
    assert "Never confirmed" in shown
    assert f"partner={partner.pk}&amp;freshness=unconfirmed" in shown
    assert "Ask to confirm" not in shown, "only staff ask"
    only_never = as_("colleague").get(address, {"confirmed": "never"})
    assert [row.record.pk for row in only_never.context["table"].page.object_list] == [neighbor_partner.pk]


def test_a_manager_finds_the_way_to_confirm(as_, partner, neighbor_partner, address):
    factories.make_service(partner)
    factories.make_service(neighbor_partner)
    shown = words(as_("manager").get(address))
    assert reverse("partners:partnership_confirm", args=[partner.pk]) in shown
    assert reverse("partners:partnership_confirm", args=[neighbor_partner.pk]) not in shown


def test_nothing_to_confirm_says_so(as_, partner, address):
    factories.make_service(partner, verified_on=timezone.localdate())
    assert "All services are confirmed" in words(as_("staff").get(address))


def test_selected_partners_are_asked_and_those_asked_lately_are_named(as_, area, partner, neighbor_partner, address):
    for each, name in ((partner, "Luz Ferrand"), (neighbor_partner, "Joel Abara")):
        factories.make_service(each)
        factories.make_representative(each, name=name, email=f"{name.split()[0].lower()}@agency.example")
    client = as_("staff")
    ask = reverse("partners:stale_ask_picked", args=[area.slug])
    client.post(ask, {"pick": [partner.pk]})
    assert set(ConfirmationRequest.objects.values_list("partnership", flat=True)) == {partner.pk}
    shown = words(client.post(ask, {"pick": [partner.pk, neighbor_partner.pk]}, follow=True))
    assert f"Request sent to {neighbor_partner.organization.name}" in shown
    assert ConfirmationRequest.objects.filter(partnership=neighbor_partner).exists()
    assert ConfirmationRequest.objects.filter(partnership=partner).values("asked_at").distinct().count() == 1
    assert "Select at least one partner first." in words(client.post(ask, follow=True))


def test_the_list_exports_its_rows(as_, partner, address):
    factories.make_service(partner)
    lines = as_("staff").get(address, {"export": "csv"}).getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Partner,Services,Not confirmed,Never confirmed,Longest ago"
    assert lines[1] == f"{partner.organization.name},1,1,1,"


def test_the_list_costs_the_same_queries_for_one_partner_and_for_many(as_, area, partner, address, queries_of):
    client = as_("staff")
    factories.make_service(partner)
    client.get(address)
    one = queries_of(lambda: client.get(address))
    for number in range(8):
        each = factories.make_partnership(area, name=f"Partner {number}")
        factories.make_service(each)
    assert queries_of(lambda: client.get(address)) == one
