"""Services: list, detail, add, edit, confirm, archive, restore."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Partnership, Service
from partners.upkeep.services import SERVICE_LINKS, CannotKeepService, update_service, verify_service
from tests import factories

SECTION_FIELDS = {"name": "Help with your résumé", "languages": "English, spanish; English", "kind": "basic"}


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(partner, name="GED classes", audience="Adults without a diploma", phone="555-0142")


def today() -> date:
    return timezone.localdate()


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def filled(client, address: str, **typed: object) -> dict[str, object]:
    """Return what a browser would send from the form at an address, with some fields changed."""
    form = client.get(address).context["form"]
    data: dict[str, object] = {"version": form.version}
    for bound in form:
        value = bound.value()
        shown = bound.field.prepare_value(value)
        data[bound.html_name] = ["on"] if value is True else [] if value in (None, False) else shown
        data[bound.html_initial_name] = data[bound.html_name]
    return data | typed


# ---------------------------------------------------------------- List
def test_the_list_shows_services_with_partner_and_freshness(as_, area, service):
    answer = as_("board").get(page("service_list", area.slug)).content.decode()
    assert "GED classes" in answer
    assert "Millrace Adult Learning" in answer
    assert "Never confirmed" in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ged+millrace", True),
        ("q=diploma", True),
        ("q=diploma+nowhere", False),
        ("q=equivalency", True),
        ("kind=training", True),
        ("kind=basic", False),
        ("freshness=never", True),
        ("freshness=unconfirmed", True),
        ("freshness=stale", False),
        ("freshness=fresh", False),
        ("language=Spanish", True),
        ("mode=group", True),
        ("mode=home", False),
        ("accommodation=asl", True),
        ("public=yes", True),
        ("public=no", False),
        ("archived=yes", False),
        ("archived=all", True),
        ("program=title-ii", True),
    ],
)
def test_the_list_is_filtered(as_, area, service, query, found):
    service.programs.add(factories.make_program(code="title-ii"))
    values = {"kind": "training", "languages": ["Spanish"], "modes": ["group"], "accommodations": ["asl"]}
    Service.objects.filter(pk=service.pk).update(**values, keywords=["High school equivalency"])
    answer = as_("staff").get(page("service_list", area.slug) + f"?{query}").content.decode()
    assert ("GED classes</a>" in answer) is found


def test_the_list_is_filtered_by_partner_center_and_own_services(as_, area, service, neighbor_partner):
    center = factories.make_center(area)
    service.centers.add(center)
    factories.make_service(neighbor_partner, name="Legal advice")
    client = as_("manager")
    address = page("service_list", area.slug)
    for query in (f"partner={service.partnership_id}", f"center={center.pk}", "mine=1"):
        answer = client.get(f"{address}?{query}").content.decode()
        assert "GED classes" in answer, query
        assert "Legal advice</a>" not in answer, query


def test_the_list_runs_the_same_queries_for_one_and_for_many_services(as_, area, partner, django_assert_num_queries):
    client, address = as_("manager"), page("service_list", area.slug)
    factories.make_service(partner).programs.add(factories.make_program())
    client.get(address)
    with django_assert_num_queries(count_queries(client, address)):
        client.get(address)
    before = count_queries(client, address)
    for _ in range(10):
        factories.make_service(partner).programs.add(factories.make_program())
    assert count_queries(client, address) == before


def test_confirming_without_a_selection_asks_to_select_services(as_, area, service):
    answer = as_("staff").post(page("service_verify_picked", area.slug), follow=True)
    assert "Select at least one service first." in answer.content.decode()


def count_queries(client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_page_runs_the_same_queries_for_one_and_for_many_places(as_, service, area):
    client, address = as_("manager"), page("service_detail", service.pk)
    client.get(address)
    service.centers.add(factories.make_center(area))
    service.locations.add(factories.make_location(service.partnership.organization))
    before = count_queries(client, address)
    for _ in range(10):
        service.centers.add(factories.make_center(area))
        service.locations.add(factories.make_location(service.partnership.organization))
    assert count_queries(client, address) == before


def test_the_list_is_exported_in_the_format_of_an_import(as_, area, service):
    answer = as_("staff").get(page("service_list", area.slug) + "?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Partner,Service,Portal number")
    assert "GED classes" in lines[1]


# ---------------------------------------------------------------- One service
def test_the_page_shows_the_service_and_no_confirm_button_to_readers(as_, service):
    answer = as_("board").get(page("service_detail", service.pk)).content.decode()
    assert "Adults without a diploma" in answer
    assert '<h2 id="h-call">Contact</h2>' in answer
    assert page("service_verify", service.pk) not in answer


def test_a_manager_sees_which_details_are_not_provided(as_, service):
    answer = as_("manager").get(page("service_detail", service.pk)).content.decode()
    assert "Not provided yet: description, who qualifies" in answer


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("outsider", 404), ("nobody", 404), ("board", 200), ("neighbor", 200)]
)
def test_who_may_see_a_service(as_, service, who, status):
    assert as_(who).get(page("service_detail", service.pk)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 404), ("board", 403), ("colleague", 403), ("neighbor", 403), ("manager", 200), ("staff", 200)],
)
def test_who_may_edit_a_service(as_, service, who, status):
    assert as_(who).get(page("service_edit", service.pk)).status_code == status


@pytest.mark.parametrize("who", ["neighbor", "colleague", "board", "state"])
@pytest.mark.parametrize("act", ["edit", "copy", "verify", "unverify", "archive", "restore"])
def test_others_cannot_change_a_service(as_, service, who, act):
    before = Service.objects.values().get(pk=service.pk)
    assert as_(who).post(page(f"service_{act}", service.pk), {"name": "Mine"}).status_code == 403
    assert list(Service.objects.values()) == [before]


# ---------------------------------------------------------------- Adding and editing
def test_a_manager_adds_a_service_of_their_own(as_, cast, partner, area):
    center = factories.make_center(area)
    place = factories.make_location(partner.organization)
    program = factories.make_program()
    client = as_("manager")
    typed = SECTION_FIELDS | {"centers": [center.pk], "locations": [place.pk], "programs": [program.pk]}
    data = filled(client, page("service_add", partner.pk), is_public="on", confirm="on") | typed
    answer = client.post(page("service_add", partner.pk), data)
    service = Service.objects.get()
    assert answer.url == page("service_detail", service.pk)
    assert service.languages == ["English", "Spanish"]
    assert [*service.centers.all(), *service.locations.all(), *service.programs.all()] == [center, place, program]
    assert service.is_public
    assert (service.verified_on, service.verified_by) == (today(), cast["manager"])


def test_staff_choose_the_partner_of_a_new_service(as_, area, partner):
    client, url = as_("staff"), reverse("partners:service_add_choose", args=[area.slug])
    assert url in client.get(reverse("partners:service_list", args=[area.slug])).content.decode()
    assert client.get(url, {"partner": partner.pk}).headers["Location"] == reverse(
        "partners:service_add", args=[partner.pk]
    )
    elsewhere = factories.make_partnership()
    for odd in ("", "nobody", elsewhere.pk):
        answer = client.get(url, {"partner": odd})
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)


@pytest.mark.parametrize("name", ["service_add", "service_copy"])
def test_a_new_service_is_neither_public_nor_confirmed_unless_somebody_says_so(as_, partner, service, name):
    pk = partner.pk if name == "service_add" else service.pk
    form = as_("manager").get(page(name, pk)).context["form"]
    assert [bool(form[box].value()) for box in ("is_public", "confirm")] == [False, False]


def test_adding_a_service_without_the_confirm_box_does_not_confirm_it(as_, partner):
    client = as_("staff")
    client.post(page("service_add", partner.pk), filled(client, page("service_add", partner.pk), name="X", confirm=[]))
    assert Service.objects.get().verified_on is None


def test_no_service_is_added_to_an_archived_partner(as_, partner):
    Partnership.objects.update(archived_at=timezone.now())
    answer = as_("staff").post(page("service_add", partner.pk), SECTION_FIELDS)
    assert "This partner is archived" in answer.content.decode()
    assert not Service.objects.exists()


def test_invalid_input_is_kept_and_its_errors_are_shown(as_, service):
    client = as_("manager")
    typed = {"name": "", "email": "nobody", "description": "Kept words", "languages": "x" * 70}
    answer = client.post(page("service_edit", service.pk), filled(client, page("service_edit", service.pk), **typed))
    words = answer.content.decode()
    assert "Kept words" in words
    assert "Correct 3 errors" in words
    assert "Put a comma between items." in words
    assert Service.objects.get().name == "GED classes"


def test_centers_of_other_areas_and_locations_of_other_partners_are_refused(
    as_, area, service, other_area, neighbor_partner
):
    factories.make_center(area)
    factories.make_location(service.partnership.organization)
    client = as_("manager")
    wrong = {
        "centers": [factories.make_center(other_area).pk],
        "locations": [factories.make_location(neighbor_partner.organization).pk],
    }
    answer = client.post(page("service_edit", service.pk), filled(client, page("service_edit", service.pk), **wrong))
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"centers", "locations"}


def test_update_service_refuses_centers_of_other_areas(service, other_area, cast):
    with pytest.raises(CannotKeepService, match="in the area of the service"):
        update_service(
            service, facts={"centers": [factories.make_center(other_area)]}, by=cast["staff"], at=timezone.now()
        )


def test_editing_does_not_confirm(as_, service):
    client = as_("manager")
    client.post(
        page("service_edit", service.pk), filled(client, page("service_edit", service.pk), phone="(555) 010-0199")
    )
    service.refresh_from_db()
    assert (service.phone, service.verified_on) == ("(555) 010-0199", None)


def test_editing_confirms_with_the_confirm_box(as_, service, cast):
    client = as_("manager")
    data = filled(client, page("service_edit", service.pk), phone="(555) 010-0199", confirm="on")
    client.post(page("service_edit", service.pk), data)
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (today(), cast["manager"])


def test_saving_without_changes_keeps_the_version(as_, service):
    service.centers.add(factories.make_center(service.partnership.area))
    before = version(service)
    client = as_("manager")
    client.post(page("service_edit", service.pk), filled(client, page("service_edit", service.pk)))
    assert version(service) == before


def version(service: Service) -> str:
    from onestop.editing.versions import version_of

    return version_of(service, SERVICE_LINKS)


def test_concurrent_edits_are_merged(as_, client, cast, service):
    address = page("service_edit", service.pk)
    mine = filled(as_("manager"), address, phone="(555) 010-0199")
    theirs = filled(as_("staff"), address, cost="Free")
    as_("staff").post(address, theirs)
    answer = as_("manager").post(address, mine)
    assert "Dana Whitcomb saved this while you were editing it" in answer.content.decode()
    assert answer.context["form"]["cost"].value() == "Free"
    assert answer.context["form"]["phone"].value() == "(555) 010-0199"
    again = filled_from(answer.context["form"])
    assert as_("manager").post(address, again).status_code == 302
    service.refresh_from_db()
    assert (service.phone, service.cost) == ("(555) 010-0199", "Free")


def filled_from(form) -> dict[str, object]:
    return dict(form.data.lists())


def test_links_to_archived_centers_are_kept(as_, service, area):
    closed = factories.make_center(area, archived_at=timezone.now())
    service.centers.add(closed)
    client = as_("manager")
    client.post(page("service_edit", service.pk), filled(client, page("service_edit", service.pk), cost="Free"))
    assert list(service.centers.all()) == [closed]


def test_a_copy_starts_with_the_same_details_unconfirmed(as_, service):
    service.languages = ["English", "Spanish"]
    service.save()
    client = as_("manager")
    data = filled(client, page("service_copy", service.pk))
    assert (data["name"], data["languages"], data["confirm"]) == ("GED classes", "English, Spanish", [])
    client.post(page("service_copy", service.pk), data | {"name": "GED classes, evenings"})
    new = Service.objects.latest("pk")
    assert (new.name, new.audience, new.languages) == ("GED classes, evenings", service.audience, service.languages)
    assert new.verified_on is None


# ---------------------------------------------------------------- Confirming
def test_a_confirmation_can_be_undone(as_, service, cast):
    earlier = today() - timedelta(days=300)
    Service.objects.update(verified_on=earlier, verified_by=cast["staff"])
    client = as_("manager")
    answer = client.post(page("service_verify", service.pk), follow=True)
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (today(), cast["manager"])
    assert page("service_unverify", service.pk) in answer.content.decode()
    client.post(page("service_unverify", service.pk))
    service.refresh_from_db()
    assert (service.verified_on, service.verified_by) == (earlier, cast["staff"])


def test_confirming_returns_to_the_previous_page_of_the_portal(as_, service, area):
    home = reverse("dashboards:home", args=[area.slug])
    assert as_("manager").post(page("service_verify", service.pk), {"next": home}).url == home
    elsewhere = as_("manager").post(page("service_verify", service.pk), {"next": "https://example.org/"})
    assert elsewhere.url == page("service_detail", service.pk)


def test_a_confirmation_by_another_person_cannot_be_undone(as_, service, cast):
    Service.objects.update(verified_on=today(), verified_by=cast["staff"])
    answer = as_("manager").post(page("service_unverify", service.pk), follow=True)
    assert "only your own confirmation" in answer.content.decode()
    service.refresh_from_db()
    assert service.verified_by == cast["staff"]


def test_the_day_of_a_confirmation_is_in_the_time_zone_of_the_area(service, cast):
    service.partnership.area.time_zone = "Pacific/Honolulu"
    service.partnership.area.save()
    verify_service(service, by=cast["staff"], at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    service.refresh_from_db()
    assert service.verified_on == date(2026, 11, 23)


def test_an_archived_service_cannot_be_confirmed(as_, service):
    Service.objects.update(archived_at=timezone.now())
    answer = as_("staff").post(page("service_verify", service.pk), follow=True)
    assert "Restore it before you confirm it." in answer.content.decode()
    assert Service.objects.get().verified_on is None


def test_staff_confirm_many_services_and_undo_it(as_, area, partner, neighbor_partner, cast):
    services = [factories.make_service(partner), factories.make_service(neighbor_partner)]
    client = as_("staff")
    pick = {"pick": [service.pk for service in services]}
    answer = client.post(page("service_verify_picked", area.slug), pick, follow=True)
    assert "2 services are confirmed." in answer.content.decode()
    assert Service.objects.fresh(today()).count() == 2
    query = "&".join(f"pick={service.pk}" for service in services)
    client.post(page("service_unverify_picked", area.slug) + f"?{query}")
    assert Service.objects.fresh(today()).count() == 0


def test_a_manager_confirms_only_their_own_of_the_selected_services(as_, area, partner, neighbor_partner):
    own, other = factories.make_service(partner), factories.make_service(neighbor_partner)
    answer = as_("manager").post(page("service_verify_picked", area.slug), {"pick": [own.pk, other.pk]}, follow=True)
    assert "1 service of another partner was not changed." in answer.content.decode()
    assert list(Service.objects.fresh(today())) == [own]
    assert as_("manager").post(page("service_verify_picked", area.slug), {"pick": [other.pk]}).status_code == 403


# ---------------------------------------------------------------- Archiving
def test_an_archived_service_is_hidden_and_can_be_restored(as_, area, service):
    client = as_("manager")
    answer = client.post(page("service_archive", service.pk), follow=True)
    assert page("service_restore", service.pk) in answer.content.decode()
    assert "GED classes</a>" not in client.get(page("service_list", area.slug)).content.decode()
    assert as_("board").get(page("service_detail", service.pk)).status_code == 404
    as_("manager").post(page("service_restore", service.pk))
    assert Service.objects.current().count() == 1


def test_an_archived_service_cannot_be_edited(as_, service):
    Service.objects.update(archived_at=timezone.now())
    answer = as_("staff").post(page("service_edit", service.pk), {"name": "New"})
    assert "Restore it before you edit it" in answer.content.decode()


def test_many_services_are_archived_and_restored(as_, area, partner):
    services = [factories.make_service(partner), factories.make_service(partner)]
    as_("staff").post(page("service_archive_picked", area.slug), {"pick": [service.pk for service in services]})
    assert Service.objects.archived().count() == 2
    as_("staff").post(page("service_restore_picked", area.slug), {"pick": [services[0].pk]})
    assert Service.objects.archived().count() == 1


def test_the_history_shows_edits_and_confirmations(as_, service):
    client = as_("manager")
    client.post(page("service_edit", service.pk), filled(client, page("service_edit", service.pk), cost="Free"))
    client.post(page("service_verify", service.pk))
    answer = client.get(page("service_history", service.pk)).content.decode()
    assert "Joel Abara" in answer
    assert "confirmed this service" in answer
    assert "[added: </span>Free<" in answer


# ---------------------------------------------------------------- Groups served
def test_groups_are_saved_shown_and_filter_the_list(as_, area, service):
    client, address = as_("staff"), page("service_edit", service.pk)
    form = filled(client, address, groups=["veterans", "youth"], initial_groups=[])
    assert client.post(address, form).status_code == 302
    service.refresh_from_db()
    assert service.groups == ["veterans", "youth"]
    shown = client.get(page("service_detail", service.pk)).content.decode()
    assert "Veterans and their families, Youth, 14 to 24" in shown
    for group, found in (("veterans", True), ("older", False)):
        answer = client.get(page("service_list", area.slug) + f"?group={group}").content.decode()
        assert ("GED classes" in answer) is found


def test_an_unknown_group_is_an_error_of_its_field(as_, service):
    client, address = as_("staff"), page("service_edit", service.pk)
    answer = client.post(address, filled(client, address, groups=["martians"]))
    assert answer.status_code == 200
    assert answer.context["form"].errors["groups"]
