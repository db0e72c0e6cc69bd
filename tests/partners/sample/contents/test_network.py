"""The sample network: plausible, reproducible, and clearly fictitious."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from onestop.accounts.models import User
from onestop.local.demo import LOGINS, PASSWORD
from partners.models import (
    Center,
    Invitation,
    Listing,
    LocalArea,
    Location,
    Membership,
    Organization,
    Partnership,
    Representative,
    Role,
    Service,
    State,
)
from partners.network.summary import summary_of
from partners.search.queries import find_services
from partners.search.question import Question
from partners.seats import seats_of
from tests.partners.sample.contents.conftest import TODAY


def test_riverbend_is_as_large_as_a_real_area(riverbend):
    standing = summary_of(riverbend, today=TODAY)
    assert (standing.partners, standing.carry_required, standing.joined_by_choice) == (22, 13, 9)
    assert (standing.covered, standing.required) == (17, 19)
    assert {program.code for program in standing.uncovered} == {"youthbuild"}
    assert {program.code for program in standing.decided} == {"native-american"}
    assert (standing.fresh, standing.services, standing.centers) == (61, 70, 3)
    people = set(Representative.objects.filter(partnership__area=riverbend).values_list("name", flat=True))
    people |= set(User.objects.filter(memberships__area=riverbend).values_list("name", flat=True))
    people |= set(Invitation.objects.values_list("name", flat=True))
    assert 60 <= len(people) <= 75


def test_it_has_typical_problems_of_a_network(riverbend):
    partners = Partnership.objects.filter(area=riverbend)
    assert [str(one) for one in partners.archived()] == ["Placement House of Riverbend"]
    assert [str(one) for one in partners.filter(status="prospective")] == ["Keystone Lane Builders"]
    speakers = {
        str(partner): partner.representatives.filter(archived_at=None).count()
        for partner in partners.current().filter(status="active")
    }
    assert [name for name, number in sorted(speakers.items()) if number == 0] == ["Apprentice Hall"]
    assert [name for name, number in sorted(speakers.items()) if number == 1] == [
        "Golden Bridge Senior Employment",
        "Harvest Road Farmworker Services",
    ]
    assert Service.objects.current().filter(partnership__area=riverbend, verified_on=None).count() == 2
    assert Center.objects.filter(area=riverbend, certified_on=None).count() == 1
    assert Invitation.objects.open().filter(expires_at__lte=timezone.now()).exists()


def test_two_organizations_work_in_both_areas(riverbend):
    valley = LocalArea.objects.get(slug="lower-tanager-valley")
    assert valley.time_zone != riverbend.time_zone
    assert Partnership.objects.filter(area=valley).count() == 8
    shared = Organization.objects.filter(partnerships__area=valley).filter(partnerships__area=riverbend)
    assert {str(one) for one in shared} == {"Division of Rehabilitation Services", "State Employment Service"}


@pytest.mark.parametrize(
    ("login", "role", "place"),
    [
        ("staff", Role.STAFF, "Riverbend"),
        ("manager", Role.MANAGER, "Division of Rehabilitation Services"),
        ("representative", Role.REPRESENTATIVE, "Millrace Adult Learning"),
        ("board", Role.BOARD, "Riverbend"),
        ("state", Role.STATE, "Tanager"),
    ],
)
def test_one_person_of_each_role_can_sign_in(riverbend, client, login, role, place):
    user = User.objects.get(email=f"{login}@riverbend.example")
    seats = Membership.objects.current().filter(user=user)
    assert {(seat.role, str(seat.place)) for seat in seats} == {(role, place)}
    assert EmailAddress.objects.get(user=user).verified
    assert client.login(email=user.email, password=PASSWORD)
    assert user.email in LOGINS


def test_nobody_else_has_a_password(riverbend):
    others = User.objects.exclude(email__in=LOGINS)
    assert others.count() > 30
    assert not any(user.has_usable_password() for user in others)


def test_the_password_passes_our_own_rules(db):
    for email in LOGINS:
        validate_password(PASSWORD, User(email=email, name="Dana Whitcomb"))


def test_a_manager_may_switch_between_the_areas_of_their_agency(riverbend):
    user = User.objects.get(email="manager@riverbend.example")
    assert {area.slug for area in LocalArea.objects.visible_to(user)} == {"riverbend", "lower-tanager-valley"}
    assert len(seats_of(user).managed_partnership_ids) == 2


def test_addresses_and_numbers_are_fictitious(riverbend):
    models: Any = (*apps.get_app_config("partners").get_models(), User)
    for model in models:
        for row in model._default_manager.all():
            for name in ("email", "website"):
                value = getattr(row, name, "")
                assert not value or re.search(r"\.example(/|$)", value), (row, value)
            if number := getattr(row, "phone", ""):
                assert re.match(r"^\(555\) 555-01\d\d( ext\. \d+)?$", number), (row, number)
            if code := getattr(row, "postal_code", ""):
                assert code.startswith("001")  # no ZIP code begins so


def test_services_have_all_important_details(riverbend):
    for service in Service.objects.select_related("partnership"):
        told = ("description", "audience", "eligibility", "cost", "how_to_get_in", "hours", "languages", "modes")
        assert all(getattr(service, name) for name in told), service


def test_every_row_is_valid(riverbend):
    models: Any = (State, LocalArea, Center, Organization, Location, Partnership, Representative, Invitation, Service)
    for row in (row for model in models for row in model.objects.all()):
        row.clean_fields(exclude=[column.name for column in row._meta.concrete_fields if column.is_relation])


def test_the_history_of_two_years_has_authors_and_ends_with_the_present_values(riverbend):
    service: Any = Service.objects.get(name="Assistive technology loans")
    events = list(service.history.order_by("pgh_id"))
    assert events[0].pgh_label == "insert"
    assert events == sorted(events, key=lambda event: event.pgh_created_at)
    assert "up to 30 days" in events[0].description
    assert "up to 45 days" in events[-1].description
    assert events[-1].pgh_context == {
        "user": User.objects.get(name="Dana Whitcomb").pk,
        "proposed_by": "Terrence Okafor",
    }
    assert events[-1].pgh_created_at.date() == TODAY - timedelta(days=6)
    models: Any = (Service, Partnership, Representative, Membership, Invitation, Organization, Center, User)
    for model in models:
        for row in model._default_manager.prefetch_related("history"):
            told = sorted(row.history.all(), key=lambda event: event.pgh_id)
            columns = [c.attname for c in type(told[-1])._meta.concrete_fields if not c.name.startswith("pgh_")]
            assert all(getattr(told[-1], name) == getattr(row, name) for name in columns), row
            assert told[-1].pgh_created_at.date() <= TODAY
            assert [event.pgh_label for event in told].count("insert") == 1, row


def test_whoever_confirmed_a_service_had_an_account_by_then(riverbend):
    for service in Service.objects.exclude(verified_on=None).select_related("verified_by"):
        assert service.verified_by
        assert service.verified_on
        assert service.verified_by.joined_at.date() <= service.verified_on, service


def test_every_service_has_groups_and_is_found(loaded, db):
    assert not Service.objects.filter(groups=[]).exists()
    used = {group for groups in Service.objects.values_list("groups", flat=True) for group in groups}
    assert used >= set(Service.Group.values) - {Service.Group.NATIVE}
    assert Listing.objects.filter(is_public=True).count() == Service.objects.in_directory().count() > 60
    area = LocalArea.objects.get(slug="riverbend")
    for words, first in (
        ("vocatonal rehab", "Vocational rehabilitation counseling"),
        ("GED", "GED preparation"),
        ("food stamps", "Training for people on food assistance"),
        ("senior jobs", "Paid community service training"),
    ):
        found = find_services(Question(words, area=area)).service_ids
        assert first in [Service.objects.get(pk=pk).name for pk in found[:2]], words
