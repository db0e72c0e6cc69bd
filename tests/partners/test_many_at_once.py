"""Verbs that take many rows: they hold the rules of those that take one, in a constant number of queries."""

import threading
from datetime import date, time
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from onestop.editing.refusals import Refused
from onestop.notices.models import Notice
from partners.glossary import terms
from partners.glossary.terms import TermChange
from partners.models import (
    Listing,
    Location,
    Organization,
    Partnership,
    PartnershipProgram,
    Presence,
    Representative,
    Role,
    Service,
    Term,
    Usage,
)
from partners.network import joining, partnerships, places
from partners.people import representatives
from partners.schedule import presences
from partners.upkeep import services
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
MAIN, ALTERNATE = Representative.Kind.MAIN, Representative.Kind.ALTERNATE
MONDAY = {"weekday": 1, "starts_at": time(9), "ends_at": time(12)}


def signer_of(row: Any) -> Any:
    """Return whom the last event of a row's history names."""
    return row.history.latest("pgh_id").pgh_context["user"]


# ---------------------------------------------------------------- Partners
def add_partners(area, partners, by=None):
    return partnerships.add_partners(area, partners=partners, by=by, at=NOW)


def test_organizations_are_added_once_in_their_state(area, cast):
    facts = [{"name": "North House"}, {"name": "South House", "phone": "(555) 555-0100"}]
    made = partnerships.add_organizations(area.state, facts=facts, by=cast["staff"], at=NOW)
    assert [row.name for row in made] == ["North House", "South House"]
    assert {signer_of(row) for row in made} == {cast["staff"].pk}
    with pytest.raises(partnerships.NameTaken, match="South House"):
        partnerships.add_organizations(area.state, facts=[{"name": "New"}, {"name": "SOUTH house"}], by=None, at=NOW)
    assert not Organization.objects.filter(name="New").exists()


def test_organizations_are_renamed_unless_the_name_is_taken(area):
    one, other = (factories.make_organization(state=area.state, name=name) for name in ("One", "Other"))
    partnerships.update_organizations({one.pk: {"name": "First", "email": "a@one.example"}}, by=None, at=NOW)
    one.refresh_from_db()
    assert (one.name, one.email) == ("First", "a@one.example")
    with pytest.raises(partnerships.NameTaken, match="Other"):
        partnerships.update_organizations({one.pk: {"name": "other"}}, by=None, at=NOW)
    other.refresh_from_db()
    assert other.name == "Other"


def test_organizations_become_partners_and_their_people_are_told(area, cast, partner):
    downriver = factories.make_area(state=area.state, name="Downriver")
    archived = factories.make_organization(state=area.state, name="Old House", archived_at=NOW)
    made = add_partners(downriver, [(partner.organization_id, {"notes": "Again"}), (archived.pk, {})])
    assert [(row.organization.name, row.notes) for row in made] == [(str(partner), "Again"), ("Old House", "")]
    archived.refresh_from_db()
    assert not archived.is_archived
    told = Notice.objects.filter(kind="partners.organization_joined")
    assert {notice.recipient for notice in told} == {cast["manager"], cast["staff"]}


def test_new_organizations_concern_nobody_and_cost_one_query(area, queries_of):
    made = [factories.make_partnership(area) for _ in range(5)]
    assert queries_of(lambda: joining.notify_joined(made, by=None, at=NOW)) == 1
    assert not Notice.objects.exists()


def test_a_partner_is_added_once_and_with_possible_dates(area, partner):
    fresh = factories.make_organization(state=area.state)
    with pytest.raises(partnerships.AlreadyPartner, match=r"Millrace Adult Learning .* Riverbend"):
        add_partners(area, [(fresh.pk, {}), (partner.organization_id, {})])
    wrong = {"since": date(2026, 2, 1), "ended_on": date(2026, 1, 1)}
    with pytest.raises(Refused, match="cannot end before it starts"):
        add_partners(area, [(fresh.pk, wrong)])
    with pytest.raises(Refused, match="cannot end before it starts"):
        partnerships.update_partners({partner.pk: wrong}, by=None, at=NOW)
    assert list(area.partnerships.all()) == [partner]


def test_the_programs_of_partners_are_set(partner, neighbor_partner, cast):
    first, second, third = (factories.make_program() for _ in range(3))
    partner.programs.add(first, second)
    wanted = {partner.pk: [second.pk, third.pk], neighbor_partner.pk: [first.pk]}
    partnerships.set_programs_of_partners(wanted, by=cast["staff"], at=NOW)
    assert set(partner.programs.all()) == {second, third}
    assert set(neighbor_partner.programs.all()) == {first}
    event: Any = PartnershipProgram.pgh_event_model  # type: ignore[attr-defined]
    gone = event.objects.get(pgh_label="delete")
    assert (gone.program_id, gone.pgh_context["user"]) == (first.pk, cast["staff"].pk)


# ---------------------------------------------------------------- Locations
def test_a_location_has_a_name_of_its_own_where_people_see_it(partner):
    organization = partner.organization
    factories.make_location(organization, name="Main office")

    def add(*names):
        return places.add_locations([(organization.pk, partner.pk, {"name": name}) for name in names], by=None, at=NOW)

    with pytest.raises(places.PlaceNameTaken, match="Main office"):
        add("East room", "MAIN office")
    with pytest.raises(places.PlaceNameTaken, match="East room"):
        add("East room", "East room")
    east, west = add("East room", "West room")
    with pytest.raises(places.PlaceNameTaken, match="West room"):
        places.update_locations({east.pk: {"name": "west ROOM"}}, by=None, at=NOW)
    places.update_locations({east.pk: {"city": "Ames"}, west.pk: {"name": "North room"}}, by=None, at=NOW)
    named = set(Location.objects.values_list("name", "city"))
    assert named == {("Main office", ""), ("East room", "Ames"), ("North room", "")}


# ---------------------------------------------------------------- Representatives
def test_a_partner_has_one_main_representative(partner, neighbor_partner, cast):
    before = factories.make_representative(partner, name="Ana Diaz", kind=MAIN)
    add = [
        (partner.pk, {"name": "Bo Chen", "kind": MAIN}),
        (partner.pk, {"name": "Cy Dunn", "kind": MAIN}),
        (neighbor_partner.pk, {"name": "Di Eng", "kind": MAIN}),
        (neighbor_partner.pk, {"name": "Ed Fox"}),
    ]
    made = representatives.add_representatives(add, by=cast["staff"], at=NOW)
    before.refresh_from_db()
    assert [before.kind, *(person.kind for person in made)] == [ALTERNATE, ALTERNATE, MAIN, MAIN, ALTERNATE]
    assert {signer_of(person) for person in (before, *made)} == {cast["staff"].pk}
    changes: dict[int, dict[str, Any]] = {before.pk: {"kind": MAIN}, made[1].pk: {"phone": "(555) 555-0101"}}
    representatives.update_representatives(changes, by=None, at=NOW)
    told = Representative.objects.filter(partnership=partner).order_by("pk").values_list("name", "kind", "phone")
    assert list(told) == [
        ("Ana Diaz", MAIN, ""), ("Bo Chen", ALTERNATE, ""), ("Cy Dunn", ALTERNATE, "(555) 555-0101"),
    ]  # fmt: skip


def test_an_email_and_an_account_belong_to_one_representative(partner, cast):
    person = factories.make_representative(partner, cast["colleague"])
    for facts in ({"email": cast["colleague"].email.upper()}, {"user": cast["colleague"]}):
        with pytest.raises(representatives.CannotSpeak, match="Terrence Okafor"):
            representatives.add_representatives([(partner.pk, {"name": "New"} | facts)], by=None, at=NOW)
    twice = [(partner.pk, {"name": name, "email": "new@millrace.example"}) for name in ("Bo Chen", "Cy Dunn")]
    with pytest.raises(representatives.CannotSpeak, match="Bo Chen"):
        representatives.add_representatives(twice, by=None, at=NOW)
    [other] = representatives.add_representatives(twice[:1], by=None, at=NOW)
    with pytest.raises(representatives.CannotSpeak, match="Terrence Okafor"):
        representatives.update_representatives({other.pk: {"email": person.email}}, by=None, at=NOW)


def test_nobody_is_added_to_an_archived_partner_or_changed_after_leaving(partner, neighbor_partner):
    left = factories.make_representative(neighbor_partner, name="Ana Diaz", archived_at=NOW)
    with pytest.raises(representatives.CannotSpeak, match="Ana Diaz has left"):
        representatives.update_representatives({left.pk: {"phone": "1"}}, by=None, at=NOW)
    Partnership.objects.filter(pk=partner.pk).update(archived_at=NOW)
    with pytest.raises(representatives.CannotSpeak, match="partner is archived"):
        representatives.add_representatives([(partner.pk, {"name": "New"})], by=None, at=NOW)


def test_signatories_whom_a_partner_names_are_pending_and_staff_are_told(partner, cast):
    add: list[tuple[int, dict[str, Any]]] = [
        (partner.pk, {"name": "Ida Stone", "is_signatory": True}),
        (partner.pk, {"name": "Bo Chen"}),
    ]
    ida, bo = representatives.add_representatives(add, by=cast["manager"], at=NOW)
    told = Notice.objects.filter(kind="partners.signatory_named")
    assert (ida.is_signatory_pending(NOW), {notice.recipient for notice in told.all()}) == (True, {cast["staff"]})
    representatives.update_representatives({bo.pk: {"is_signatory": True}}, by=cast["manager"], at=NOW)
    bo.refresh_from_db()
    assert (bo.is_signatory_pending(NOW), told.count()) == (True, 2)
    # Staff give one another name, and take the other back.
    changes: dict[int, dict[str, Any]] = {ida.pk: {"name": "Ida Stone-Hale"}, bo.pk: {"is_signatory": False}}
    representatives.update_representatives(changes, by=cast["staff"], at=NOW)
    ida.refresh_from_db()
    bo.refresh_from_db()
    assert (ida.may_sign(NOW), bo.is_signatory, bo.signatory_from) == (True, False, None)
    assert told.filter(status=Notice.Status.WITHDRAWN).about(bo).count() == 1


# ---------------------------------------------------------------- Services
def test_services_are_added_with_their_links_and_listed(area, partner, neighbor_partner, cast):
    program, center = factories.make_program(), factories.make_center(area)
    place = factories.make_location(partner.organization)
    add: list[tuple[int, dict[str, Any]]] = [
        (partner.pk, {"name": "Job club", "source_key": "7", "programs": [program.pk], "centers": [center.pk]}),
        (partner.pk, {"name": "GED classes", "locations": [place.pk]}),
        (neighbor_partner.pk, {"name": "Clinic"}),
    ]
    club, classes, clinic = services.add_services(add, by=cast["staff"], at=NOW)
    assert (list(club.programs.all()), list(club.centers.all()), club.source_key) == ([program], [center], "7")
    assert (list(classes.locations.all()), clinic.partnership) == ([place], neighbor_partner)
    assert {service.verified_on for service in (club, classes, clinic)} == {None}
    assert set(Listing.objects.values_list("service", flat=True)) == {club.pk, classes.pk, clinic.pk}
    assert Listing.objects.get(service=club).center_ids == [center.pk]
    assert {signer_of(service) for service in (club, classes, clinic)} == {cast["staff"].pk}


def test_services_are_only_in_places_of_their_own(area, other_area, partner, neighbor_partner):
    elsewhere = factories.make_center(other_area)
    theirs = factories.make_location(neighbor_partner.organization)
    shared = factories.make_location(partner.organization)
    upstate = factories.make_partnership(other_area, organization=partner.organization)
    upstate_only = factories.make_location(partner.organization, partnership=upstate)
    service = factories.make_service(partner)
    for links, words in (
        ({"centers": [elsewhere.pk]}, "centers in the area"),
        ({"locations": [shared.pk, theirs.pk]}, "own locations"),
        ({"locations": [upstate_only.pk]}, "own locations"),
    ):
        with pytest.raises(services.CannotKeepService, match=words):
            services.add_services([(partner.pk, {"name": "New"} | links)], by=None, at=NOW)
        with pytest.raises(services.CannotKeepService, match=words):
            services.update_services({service.pk: links}, by=None, at=NOW)
    assert list(Service.objects.all()) == [service]


def test_nothing_is_added_to_an_archived_partner_and_no_archived_service_changes(partner, neighbor_partner):
    gone = factories.make_service(neighbor_partner, archived_at=NOW)
    with pytest.raises(services.CannotKeepService, match="service is archived"):
        services.update_services({gone.pk: {"cost": "Free"}}, by=None, at=NOW)
    Partnership.objects.filter(pk=partner.pk).update(archived_at=NOW)
    with pytest.raises(services.CannotKeepService, match="partner is archived"):
        services.add_services([(neighbor_partner.pk, {"name": "One"}), (partner.pk, {"name": "Two"})], by=None, at=NOW)
    assert list(Service.objects.all()) == [gone]


def test_changing_services_confirms_none_and_keeps_archived_places(area, partner):
    day = date(2026, 1, 2)
    open_center, closed = factories.make_center(area), factories.make_center(area, archived_at=NOW)
    one, other = (factories.make_service(partner, cost="Free", verified_on=day) for _ in range(2))
    one.centers.add(open_center, closed)
    services.update_services({one.pk: {"cost": "$5", "centers": []}, other.pk: {"hours": "Mon"}}, by=None, at=NOW)
    rows = Service.objects.order_by("pk").values_list("cost", "hours", "verified_on")
    assert list(rows) == [("$5", "", day), ("Free", "Mon", day)]
    assert list(one.centers.all()) == [closed]
    assert Listing.objects.get(service=one).center_ids == []


# ---------------------------------------------------------------- Terms
def save_terms(area, *changes, by=None):
    return terms.save_terms(area, changes=changes, by=by, at=NOW)


def test_terms_are_added_as_drafts_and_changed_ones_wait(area, partner, cast):
    known = factories.make_term(area, approved=True, name="exit", definition="The end.")
    usage = Usage.objects.create(term=known, partnership=partner, wording="closure")
    Term.objects.filter(pk=known.pk).update(agreed_synonyms=["closure"])
    new = TermChange(
        facts={"name": "intake", "definition": "The start."}, usages=[{"system": "State", "wording": "in"}]
    )
    same = TermChange(pk=known.pk, usages=[{"id": usage.pk, "meaning": "They left."}])
    added, changed = save_terms(area, new, same, by=cast["staff"])
    assert (added.status, added.written_by, added.usages.get().wording) == ("draft", cast["staff"], "in")
    assert (changed.status, changed.usages.get().meaning) == ("approved", "They left.")
    save_terms(area, TermChange(pk=known.pk, facts={"definition": "The very end."}), by=cast["staff"])
    known.refresh_from_db()
    assert (known.status, known.agreed_definition, known.is_in_force) == ("draft", "The end.", True)


def test_terms_keep_their_rules(area, other_area, partner):
    known = factories.make_term(area, name="exit", archived_at=NOW)
    with pytest.raises(terms.TermNameTaken, match="archived term “exit”"):
        save_terms(area, TermChange(facts={"name": "Exit", "definition": "x"}))
    with pytest.raises(terms.CannotKeepTerm, match="term is archived"):
        save_terms(area, TermChange(pk=known.pk, facts={"definition": "x"}))
    stranger = factories.make_partnership(other_area)
    new = {"name": "intake", "definition": "x"}
    with pytest.raises(terms.CannotKeepTerm, match="partners of this area"):
        save_terms(area, TermChange(facts=new, usages=[{"partnership": stranger, "wording": "in"}]))
    twice = [{"partnership": partner, "wording": wording} for wording in ("in", "IN")]
    with pytest.raises(terms.CannotKeepTerm, match="twice"):
        save_terms(area, TermChange(facts=new, usages=twice))
    assert list(Term.objects.all()) == [known]


# ---------------------------------------------------------------- Hours
def save_presences(area, new=(), changes=None):
    return presences.save_presences(area, new=new, changes=changes or {}, by=None, at=NOW)


def test_hours_do_not_overlap_each_other_or_what_is_there(area, partner, neighbor_partner):
    center = factories.make_center(area)
    monday = MONDAY | {"partnership_id": partner.pk, "center_id": center.pk}
    first, _ = save_presences(area, [monday, monday | {"partnership_id": neighbor_partner.pk}])
    for new, changes in (
        ([monday], {}),
        ([monday | {"weekday": 2}, monday | {"weekday": 2, "starts_at": time(10)}], {}),
        ([monday | {"weekday": 2}], {first.pk: {"weekday": 2}}),
    ):
        with pytest.raises(presences.CannotSchedule, match="already at"):
            save_presences(area, new, changes)
    save_presences(area, [monday], {first.pk: {"weekday": 3}})
    told = Presence.objects.filter(partnership=partner).values_list("weekday", flat=True)
    assert sorted(told) == [1, 3]


def test_hours_are_in_open_centers_of_the_area_and_of_current_partners(area, other_area, partner):
    kept, closed = factories.make_presence(partner), factories.make_center(area, archived_at=NOW)
    facts = MONDAY | {"partnership_id": partner.pk, "center_id": kept.center_id, "weekday": 2}
    for wrong, words in (
        ({"center_id": closed.pk}, "is archived"),
        ({"center_id": factories.make_center(other_area).pk}, "own area"),
        ({"ends_at": time(8)}, "must be after the start"),
        ({"begins_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, "must not be before the first"),
    ):
        with pytest.raises(presences.CannotSchedule, match=words):
            save_presences(area, [facts | wrong])
    Presence.objects.filter(pk=kept.pk).update(archived_at=NOW)
    with pytest.raises(presences.CannotSchedule, match="hours are archived"):
        save_presences(area, [], {kept.pk: {"note": "x"}})
    Partnership.objects.filter(pk=partner.pk).update(archived_at=NOW)
    with pytest.raises(presences.CannotSchedule, match="partner is archived"):
        save_presences(area, [facts])


# ---------------------------------------------------------------- Costs
def test_many_cost_as_many_queries_as_two(area, cast, queries_of):
    center, program = factories.make_center(area), factories.make_program()

    def act(number: int) -> None:
        by = cast["staff"]
        facts = [{"name": f"House {number} {n}"} for n in range(number)]
        made = partnerships.add_organizations(area.state, facts=facts, by=by, at=NOW)
        partnerships.update_organizations({row.pk: {"phone": "1"} for row in made}, by=by, at=NOW)
        joined = partnerships.add_partners(area, partners=[(row.pk, {}) for row in made], by=by, at=NOW)
        partnerships.update_partners({row.pk: {"notes": "x"} for row in joined}, by=by, at=NOW)
        for carried in ([program.pk], []):
            partnerships.set_programs_of_partners({row.pk: carried for row in joined}, by=by, at=NOW)
        rooms = [(row.organization_id, row.pk, {"name": "Room"}) for row in joined]
        locations = places.add_locations(rooms, by=by, at=NOW)
        places.update_locations({row.pk: {"city": "Ames"} for row in locations}, by=by, at=NOW)
        people = [(row.pk, {"name": "Ana", "kind": MAIN, "is_signatory": True}) for row in joined]
        speaking = representatives.add_representatives(people, by=by, at=NOW)
        representatives.update_representatives({row.pk: {"is_signatory": False} for row in speaking}, by=by, at=NOW)
        offers = [(row.pk, {"name": "Job club", "centers": [center.pk], "programs": [program.pk]}) for row in joined]
        offered = services.add_services(offers, by=by, at=NOW)
        services.update_services({row.pk: {"cost": "Free", "centers": []} for row in offered}, by=by, at=NOW)
        new = [TermChange(facts={"name": f"{number} {n}", "definition": "x"}) for n in range(number)]
        for term in terms.save_terms(area, changes=new, by=by, at=NOW):
            assert term.status == "draft"
        hours = [MONDAY | {"partnership_id": row.pk, "center_id": center.pk} for row in joined]
        there = presences.save_presences(area, new=hours, changes={}, by=by, at=NOW)
        presences.save_presences(area, changes={row.pk: {"weekday": 2} for row in there}, by=by, at=NOW)

    act(1)  # reads the seats of who acts
    assert queries_of(lambda: act(2)) == queries_of(lambda: act(30))


# ---------------------------------------------------------------- Two at once
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_leave_one_main_representative():
    partner = factories.make_partnership()

    def add(name: str) -> Any:
        return representatives.add_representatives([(partner.pk, {"name": name, "kind": MAIN})], by=None, at=NOW)

    [second] = second_waits_for(lambda: add("Ana Diaz"), lambda: add("Bo Chen"))
    assert second.kind == MAIN
    assert Representative.objects.get(kind=MAIN).name == "Bo Chen"


@pytest.mark.django_db(transaction=True)
def test_services_added_while_their_partner_is_archived_are_refused():
    partner = factories.make_partnership()
    refusal = second_waits_for(
        lambda: partnerships.archive_partner(partner, by=None, at=NOW),
        lambda: services.add_services([(partner.pk, {"name": "Job club"})], by=None, at=NOW),
    )
    assert isinstance(refusal, services.CannotKeepService)
    assert not Service.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_the_second_keeps_the_first():
    service = factories.make_service(cost="Free", hours="Mon")

    def change(**facts: str) -> None:
        services.update_services({service.pk: facts}, by=None, at=NOW)

    assert second_waits_for(lambda: change(cost="$5"), lambda: change(hours="Tue")) is None
    service.refresh_from_db()
    assert (service.cost, service.hours) == ("$5", "Tue")


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_hours_at_once_are_told():
    partner = factories.make_partnership()
    hours = MONDAY | {"partnership_id": partner.pk, "center_id": factories.make_center(partner.area).pk}

    def add() -> None:
        presences.save_presences(partner.area, new=[hours], changes={}, by=None, at=NOW)

    assert isinstance(second_waits_for(add, add), presences.CannotSchedule)
    assert Presence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_others_may_refer_to_a_partner_while_an_import_holds_it():
    """An import holds its locks for seconds; a request to confirm services must not wait for it."""
    partner = factories.make_partnership()
    manager = factories.seat(Role.MANAGER, partner)
    done: list[Any] = []

    def refer() -> None:
        try:
            done.append(factories.make_request(partner, manager.memberships.get()))
        finally:
            connection.close()

    other = threading.Thread(target=refer)
    with transaction.atomic():
        services.add_services([(partner.pk, {"name": "Job club"})], by=None, at=NOW)
        other.start()
        other.join(10)
        assert done
