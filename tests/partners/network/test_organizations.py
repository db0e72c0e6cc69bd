"""Organizations of a state and their locations."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.editing.refusals import Refused
from partners.models import Location, Role
from partners.network import partnerships
from partners.network.places import archive_location, update_location
from tests.factories import make_area, make_location, make_organization, make_partnership, make_service, seat

NOW = timezone.now()


def address(name, *args):
    return reverse(f"partners:{name}", args=args)


def page_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def place(partner):
    return make_location(partner.organization, name="Mill Street", street="4 Mill Street", city="Riverbend")


@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        *((page, who, 200) for page in ("detail", "history") for who in ("staff", "manager", "board", "state")),
        *((page, who, 404) for page in ("detail", "history", "edit") for who in ("stranger", "outsider", "nobody")),
        *(("edit", who, 200) for who in ("staff", "manager", "state")),
        *(("edit", who, 403) for who in ("colleague", "neighbor", "board")),
    ],
)
@pytest.mark.parametrize("kind", ["organization", "location"])
def test_who_may_open_an_organization_and_its_locations(as_, partner, place, kind, page, who, status):
    thing = partner.organization if kind == "organization" else place
    assert as_(who).get(address(f"{kind}_{page}", thing.pk)).status_code == status


# ---------------------------------------------------------------- The state's list
@pytest.mark.parametrize(("who", "status"), [("state", 200), ("staff", 404), ("manager", 404), ("outsider", 404)])
def test_only_state_administrators_see_the_list_of_a_state(as_, area, who, status):
    assert as_(who).get(address("organization_list", area.state.code)).status_code == status


def test_the_list_shows_areas_with_the_same_queries_for_any_number(as_, area, partner, queries_of):
    client, url = as_("state"), address("organization_list", area.state.code)
    client.get(url)
    for_two = queries_of(lambda: client.get(url))
    for _ in range(9):
        make_partnership(area)
    assert queries_of(lambda: client.get(url)) == for_two
    assert "Riverbend" in page_of(client.get(url + "?q=millrace"))
    assert "Millrace" not in page_of(client.get(url + "?q=crosswalk"))
    assert "Millrace" in page_of(client.get(f"{url}?area={area.pk}"))


# ---------------------------------------------------------------- One organization
def test_the_page_shows_only_areas_that_the_reader_may_see(as_, area, partner, cast):
    hidden = make_area(state=area.state, name="Upper Ford")
    there = make_partnership(hidden, organization=partner.organization)
    seat(Role.MANAGER, there, cast["manager"])
    assert "Upper Ford" not in page_of(as_("staff").get(address("organization_detail", partner.organization_id)))
    assert "Upper Ford" in page_of(as_("manager").get(address("organization_detail", partner.organization_id)))
    assert "Upper Ford" in page_of(as_("state").get(address("organization_detail", partner.organization_id)))


def test_accounts_are_shown_to_colleagues_and_staff_only(as_, partner):
    url = address("organization_detail", partner.organization_id)
    assert "Terrence Okafor" in page_of(as_("manager").get(url))
    assert "Terrence Okafor" in page_of(as_("staff").get(url))
    assert "Terrence Okafor" not in page_of(as_("neighbor").get(url))


def test_a_manager_edits_the_organization(as_, partner):
    url = address("organization_edit", partner.organization_id)
    assert as_("manager").post(url, {"name": "Millrace Learning", "website": "millrace.example"}).status_code == 302
    partner.organization.refresh_from_db()
    assert partner.organization.website == "https://millrace.example"


def test_a_taken_name_is_refused_at_the_field(as_, area, partner):
    make_organization(state=area.state, name="Open Door Works")
    sent = {"name": "OPEN DOOR WORKS", "description": "We teach."}
    page = page_of(as_("manager").post(address("organization_edit", partner.organization_id), sent))
    assert 'id="id_name_error"' in page
    assert "We teach." in page
    with pytest.raises(IntegrityError, match="organization_is_known_once"), transaction.atomic():
        make_organization(state=area.state, name="open door works")


# ---------------------------------------------------------------- Locations
def test_the_list_of_locations_needs_the_same_queries_for_any_number(as_, area, partner, place, other_area, queries_of):
    make_location(make_partnership(other_area).organization, name="Far Street")
    client, url = as_("board"), address("location_list", area.slug)
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for _ in range(9):
        make_location(partner.organization)
    assert queries_of(lambda: client.get(url)) == for_one
    assert "Far Street" not in page_of(client.get(url))
    assert "Mill Street" in page_of(client.get(url + "?q=mill"))
    assert "Mill Street" not in page_of(client.get(url + "?offers=ramp"))


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 302), ("manager", 302), ("colleague", 403), ("neighbor", 403), ("stranger", 404)]
)
def test_who_may_add_a_location(as_, partner, who, status):
    sent = {"name": "Annex", "state_code": "rb", "postal_code": "43215", "accessibility": ["ramp", "loop"]}
    assert as_(who).post(address("location_add", partner.organization_id), sent).status_code == status
    places = partner.organization.locations.filter(name="Annex")
    assert places.exists() == (status == 302)
    assert all(place.state_code == "RB" and place.accessibility == ["ramp", "loop"] for place in places)


def test_a_manager_edits_a_location(as_, place):
    client = as_("manager")
    assert client.post(address("location_edit", place.pk), {"name": "Mill Street", "city": "Ford"}).status_code == 302
    place.refresh_from_db()
    assert (place.city, place.street) == ("Ford", "")


def test_an_invalid_zip_code_is_refused(as_, place):
    page = page_of(as_("manager").post(address("location_edit", place.pk), {"name": "X", "postal_code": "4321"}))
    assert "A ZIP code has five digits" in page
    assert 'value="4321"' in page


def test_the_name_of_another_location_is_refused(as_, partner, place):
    archive_location(place, by=None, at=NOW)
    page = page_of(as_("manager").post(address("location_add", partner.organization_id), {"name": "mill street"}))
    assert "has an archived location named “Mill Street”." in page
    with pytest.raises(IntegrityError, match="location_name_is_unique"), transaction.atomic():
        Location.objects.create(organization=partner.organization, name="MILL STREET")


def test_a_location_is_archived_and_restored(as_, area, place):
    client = as_("manager")
    assert "Nothing is deleted" in page_of(client.get(address("location_archive", place.pk)))
    assert "is archived." in page_of(client.post(address("location_archive", place.pk), follow=True))
    assert "Mill Street" not in page_of(client.get(address("location_list", area.slug)))
    assert client.post(address("location_restore", place.pk)).status_code == 302
    place.refresh_from_db()
    assert not place.is_archived


@pytest.mark.parametrize(("who", "status"), [("colleague", 403), ("neighbor", 403), ("board", 403), ("stranger", 404)])
def test_others_may_not_archive_locations(as_, place, who, status):
    assert as_(who).post(address("location_archive", place.pk)).status_code == status
    assert as_(who).post(address("location_restore", place.pk)).status_code == status


def test_a_concurrent_change_of_a_location_is_merged_into_the_form(as_, place, cast):
    client, url = as_("manager"), address("location_edit", place.pk)
    form = client.get(url).context["form"]
    sent = {bound.html_name: bound.initial for bound in form if bound.initial}
    sent |= {bound.html_initial_name: bound.initial or "" for bound in form}
    update_location(place, facts={"phone": "(555) 010-0100"}, by=cast["staff"], at=NOW)
    answer = client.post(url, sent | {"hours": "Mon to Fri", "version": form.version})
    assert "Dana Whitcomb saved this while you were editing it." in page_of(answer)
    assert answer.context["form"]["phone"].value() == "(555) 010-0100"
    assert answer.context["form"]["hours"].value() == "Mon to Fri"


# ---------------------------------------------------------------- Archiving
def test_an_organization_can_be_archived_when_it_is_no_longer_a_partner(as_, partner, cast):
    client, archive = as_("staff"), address("organization_archive", partner.organization_id)
    assert "is a partner in Riverbend" in page_of(client.post(archive, follow=True))
    partnerships.archive_partner(partner, by=cast["staff"], at=NOW)
    client.post(archive)
    partner.organization.refresh_from_db()
    assert partner.organization.is_archived
    client.post(address("organization_restore", partner.organization_id))
    partner.organization.refresh_from_db()
    assert not partner.organization.is_archived


def test_restoring_a_partner_restores_its_organization(area, partner, cast):
    partnerships.archive_partner(partner, by=cast["staff"], at=NOW)
    partnerships.archive_organization(partner.organization, by=cast["staff"], at=NOW)
    partnerships.restore_partner(partner, by=cast["staff"], at=NOW)
    partner.organization.refresh_from_db()
    assert not partner.organization.is_archived


def test_adding_an_archived_organization_as_a_partner_restores_it(area, cast):
    archived = make_organization(state=area.state, name="Old Mill Training")
    partnerships.archive_organization(archived, by=cast["staff"], at=NOW)
    assert archived in partnerships.organizations_like("old mill training", area.state)
    partnerships.add_partner(area, organization=archived, by=cast["staff"], at=NOW)
    archived.refresh_from_db()
    assert not archived.is_archived


@pytest.mark.django_db(transaction=True)
def test_an_organization_cannot_be_archived_while_it_becomes_a_partner(area, cast):
    """Without the lock both would succeed, and a partner would have an archived organization."""
    organization = make_organization(state=area.state, name="Old Mill Training")
    waited = []

    def archive():
        begun = time.monotonic()
        try:
            partnerships.archive_organization(organization, by=cast["staff"], at=NOW)
        except Refused as refusal:
            waited.append((str(refusal), time.monotonic() - begun))
        finally:
            connection.close()

    with transaction.atomic():
        partnerships.add_partner(area, organization=organization, by=cast["staff"], at=NOW)
        other = threading.Thread(target=archive)
        other.start()
        other.join(0.3)
        assert other.is_alive(), "archiving did not wait for the partnership to be written"
    other.join()
    assert "is a partner in Riverbend" in waited[0][0]
    organization.refresh_from_db()
    assert not organization.is_archived


@pytest.mark.parametrize("make", [make_organization, make_service])
@pytest.mark.django_db
def test_a_website_cannot_be_a_javascript_address(make):
    with pytest.raises(IntegrityError, match="website_is_of_the_web"):
        make(website="javascript://partner.example/%0aalert(1)")
