"""A generated network: of any size, the same for the same seed, and complete enough for every page."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from meetings.models import Attendance, Group
from onestop.local.generated import CannotGenerate, Size, generate
from partners.models import Listing, LocalArea, Membership, Partnership, Role, Service
from partners.sample import generated
from tests.databases import delete_rows
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LISTS = ("partnership_list", "service_list", "representative_list", "center_list", "presence_board")
AGREEMENTS = ("agreement_list", "board", "timeline", "compliance", "purchase_list")
MEETINGS = ("calendar", "group_list", "project_list", "project_compare")
PAGES = (
    "dashboards:home",
    "dashboards:network_map",
    "partners:coverage",
    "partners:directory_area",
    *(f"partners:{name}" for name in LISTS),
    *(f"agreements:{name}" for name in AGREEMENTS),
    *(f"meetings:{name}" for name in MEETINGS),
)


@pytest.fixture
def network() -> dict[str, int]:
    """Two areas of four partners and twelve services each."""
    return generate(Size(areas=2, partners=4, services=12), today=TODAY)


def facts(slug: str) -> list[tuple[Any, ...]]:
    """Return what the services of an area say."""
    rows = Service.objects.filter(partnership__area__slug=slug).order_by("pk")
    return list(rows.values_list("name", "description", "verified_on", "partnership__organization__name"))


def test_it_has_the_size_that_was_asked_for_and_its_history_and_is_alone(network):
    assert (network["areas"], network["partners"], network["services"]) == (2, 8, 24)
    assert LocalArea.objects.count() == 2
    for area in LocalArea.objects.all():
        assert Partnership.objects.filter(area=area).count() == 4
        assert Service.objects.filter(partnership__area=area).count() == 12
    assert Listing.objects.count() == 24
    events: Any = Service.pgh_event_model  # type: ignore[attr-defined]
    assert set(events.objects.values_list("pgh_label", flat=True)) == {"insert"}
    assert events.objects.count() == 24
    assert events.objects.latest("pgh_id").pgh_created_at < timezone.now()
    with pytest.raises(CannotGenerate, match="already"):
        generate(Size(areas=1, partners=1, services=1), today=TODAY)


@pytest.mark.django_db(transaction=True)
def test_each_area_has_agreements_with_parties_and_clauses(network):
    assert (network["agreements"], network["parties"]) == (6, 2 * (3 * 2 + 4 + 4 + 2))
    for area in LocalArea.objects.all():
        assert {each.kind for each in area.agreements.all()} == {"umbrella", "ifa", "purchase"}
        assert all(each.clauses.exists() for each in area.agreements.all())


def test_each_area_has_a_purchase_with_invoices(network):
    assert (network["terms of purchases"], network["authorizations"]) == (2, 16)
    assert network["lines of invoices"] <= network["deliveries"]
    for area in LocalArea.objects.all():
        agreement = area.agreements.get(kind="purchase")
        assert {"paid"} <= set(agreement.invoices.values_list("status", flat=True))
        for each in agreement.authorizations.all():
            assert sum(entry.amount for entry in each.deliveries.all()) <= each.amount


def test_each_area_has_a_year_of_meetings(network):
    assert (network["groups"], network["seats of groups"]) == (6, 2 * (19 + 9 + 20))
    for area in LocalArea.objects.all():
        groups = Group.objects.filter(area=area)
        assert {group.kind for group in groups} == {"board", "one_stop", "workgroup"}
        for group in groups:
            held = group.meetings.filter(status="held")
            assert 5 <= held.count() <= 13
            assert group.meetings.filter(status="planned").exists()
            assert not held.filter(record=None).exists()
            assert Attendance.objects.filter(meeting__in=held).count() == held.count() * group.seats.count()
            assert group.action_items.count() == held.count()
    events: Any = Attendance.pgh_event_model  # type: ignore[attr-defined]
    assert events.objects.count() == network["attendances"] == Attendance.objects.count()


def test_the_same_seed_makes_the_same_network_and_another_seed_another(network):
    made = facts("area-1"), facts("area-2")
    other = {}
    for size in (Size(areas=3, partners=4, services=12), Size(areas=1, partners=4, services=12, seed=2)):
        delete_rows()
        generate(size, today=TODAY)
        other[size.seed] = facts("area-1"), facts("area-2")
    assert other[1] == made
    assert other[2][0] != made[0]


def test_names_that_happen_to_be_the_same_do_not_collide(monkeypatch):
    monkeypatch.setattr(generated, "invented_name", lambda dice: "Morgravel")
    assert generate(Size(areas=2, partners=4, services=12), today=TODAY)["centers"] == 6


def test_its_staff_open_its_pages(client, network):
    area = LocalArea.objects.get(slug="area-1")
    sign_in(client, Membership.objects.filter(area=area, role=Role.STAFF).earliest("pk").user)
    for name in PAGES:
        assert client.get(reverse(name, args=[area.slug])).status_code == 200, name
    partner = Partnership.objects.filter(area=area).earliest("pk")
    assert client.get(reverse("partners:partnership_detail", args=[partner.pk])).status_code == 200
    assert client.get(reverse("partners:service_history", args=[partner.services.earliest("pk").pk])).status_code == 200


def test_the_command_prints_what_it_made_and_refuses_production_and_no_areas(settings, capsys):
    call_command("generate_network", areas=1, partners=2, services=3, seed=9)
    assert "         3 services\n" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already"):
        call_command("generate_network")
    with pytest.raises(CommandError, match="from 1"):
        call_command("generate_network", "--areas", "0")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        call_command("generate_network")
