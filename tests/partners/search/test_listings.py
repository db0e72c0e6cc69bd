"""The table that searches read: listings follow their services whatever writes them."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from partners.coverage.programs import load_programs
from partners.models import (
    Center,
    Listing,
    LocalArea,
    Location,
    Organization,
    Partnership,
    Program,
    SearchWord,
    Service,
    ServiceProgram,
)
from partners.network import areas, partnerships, places
from partners.search import index
from partners.upkeep import services
from tests import factories
from tests.partners.importing.files import bring

NOW = timezone.now()
Everything = tuple[Partnership, Service, Center, Location, Program]


@pytest.fixture
def everything(partner: Partnership) -> Everything:
    """A listed service with a program, a center and a location."""
    center = factories.make_center(partner.area, name="Center Street", city="Riverbend")
    location = factories.make_location(partner.organization, name="Mill Lane office")
    program = factories.make_program(name="Adult Education", short_name="AEFLA")
    service = factories.make_service(partner, name="GED classes", cost="Free", languages=["spanish", "ASL"])
    service.centers.add(center)
    service.locations.add(location)
    service.programs.add(program)
    return partner, service, center, location, program


def differences() -> list[Any]:
    """Return the listings that a rebuild would change, add or delete."""
    read = {"concepts", "strong_concepts", "reading", "read_with"}  # beside the database
    columns = ", ".join(str(field.column) for field in Listing._meta.concrete_fields if field.name not in read)
    with connection.cursor() as cursor:
        cursor.execute(
            f"(SELECT {columns} FROM partners_listing EXCEPT SELECT {columns} FROM partners_listed)"
            f" UNION ALL (SELECT {columns} FROM partners_listed EXCEPT SELECT {columns} FROM partners_listing)"
        )
        return cursor.fetchall()


def listed() -> list[str]:
    return sorted(Listing.objects.filter(is_public=True).values_list("name", flat=True))


def test_a_listing_holds_the_words_and_facets_of_its_service(everything):
    partner, service, center, _, program = everything
    listing = Listing.objects.get()
    assert (listing.service_id, listing.area_id, listing.name) == (service.pk, partner.area_id, "GED classes")
    assert (listing.program_ids, listing.center_ids) == ([program.pk], [center.pk])
    assert (listing.languages, listing.is_free) == (["ASL", "Spanish"], True)
    for word in ("'ged':1A", "'millrac':3C", "'educ':", "'spanish':", "'riverbend':", "'lane':"):
        assert word in listing.search


# Each way to write: by a function of the product, by bulk updates, and by plain SQL.
WRITES: dict[str, Callable[[Everything], Any]] = {
    "rename": lambda e: services.update_service(e[1], facts={"name": "Diploma classes"}, by=None, at=NOW),
    "take its links away": lambda e: services.update_service(
        e[1], facts={"programs": [], "centers": [], "locations": []}, by=None, at=NOW
    ),
    "hide": lambda e: services.update_service(e[1], facts={"is_public": False}, by=None, at=NOW),
    "archive a service": lambda e: services.archive_service(e[1], by=None, at=NOW),
    "archive services": lambda e: services.archive_services([e[1]], by=None, at=NOW),
    "archive a partner": lambda e: partnerships.archive_partner(e[0], by=None, at=NOW),
    "pause a partner": lambda e: partnerships.update_partner(e[0], facts={"status": "paused"}, by=None, at=NOW),
    "rename an organization": lambda e: partnerships.update_organization(
        e[0].organization, facts={"name": "Weir House", "short_name": "WH"}, by=None, at=NOW
    ),
    "archive an area": lambda e: areas.archive_area(e[0].area, by=None, at=NOW),
    "archive a center": lambda e: places.archive_center(e[2], by=None, at=NOW),
    "make a center accessible": lambda e: places.update_center(
        e[2], facts={"accessibility": ["ramp"]}, by=None, at=NOW
    ),
    "make a location accessible": lambda e: Location.objects.update(accessibility=["loop"]),
    "rename a center": lambda e: places.update_center(e[2], facts={"name": "Lock Street"}, by=None, at=NOW),
    "move a location": lambda e: places.update_location(e[3], facts={"city": "Millpond"}, by=None, at=NOW),
    "rename a program": lambda e: Program.objects.filter(pk=e[4].pk).update(name="Adult learning"),
    "add many": lambda e: Service.objects.bulk_create(
        Service(partnership=e[0], name=f"Class {n}", groups=["youth"], is_public=n % 2 == 0) for n in range(6)
    ),
    "change many": lambda e: Service.objects.update(description="New words", modes=["phone"]),
    "change many links": lambda e: ServiceProgram.objects.update(program=factories.make_program()),
    "upsert": lambda e: Service.objects.bulk_create(
        [Service(pk=e[1].pk, partnership=e[0], name="Anew")],
        update_conflicts=True, unique_fields=["id"], update_fields=["name"],
    ),
    "delete": lambda e: [e[1].program_links.all().delete(), e[1].delete()],
    "plain SQL": lambda e: connection.cursor().execute("UPDATE partners_service SET cost = '$20', keywords = '{new}'"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_every_write_updates_the_listings(everything, what):
    before = list(Listing.objects.values())
    WRITES[what](everything)
    assert list(Listing.objects.values()) != before, "the write changes what the directory shows"
    assert differences() == []


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (services.archive_service, services.restore_service),
        (partnerships.archive_partner, partnerships.restore_partner),
        (areas.archive_area, areas.restore_area),
    ],
)
def test_archived_services_are_delisted_and_restored_ones_listed(everything, away, back):
    partner, service, *_ = everything
    thing = {"service": service, "partner": partner, "area": partner.area}[away.__name__.removeprefix("archive_")]
    away(thing, by=None, at=NOW)
    assert listed() == []
    thing.refresh_from_db()
    back(thing, by=None, at=NOW)
    assert listed() == ["GED classes"]
    assert differences() == []


@pytest.mark.parametrize("status", ["prospective", "paused", "ended"])
def test_only_services_of_active_partners_are_listed(everything, status):
    Partnership.objects.update(status=status)
    assert listed() == []
    assert Service.objects.in_directory().count() == 0


def test_in_directory_returns_the_listed_services(everything, other_area):
    partner, *_ = everything
    elsewhere = factories.make_partnership(other_area)
    factories.make_service(partner, name="Hidden", is_public=False)
    factories.make_service(partner, name="Old", archived_at=NOW)
    factories.make_service(factories.make_partnership(partner.area, status="prospective"), name="Perhaps")
    factories.make_service(factories.make_partnership(partner.area, archived_at=NOW), name="Former")
    factories.make_service(elsewhere, name="Elsewhere")
    assert (
        listed()
        == sorted(Service.objects.in_directory().values_list("name", flat=True))
        == ["Elsewhere", "GED classes"]
    )


def test_listings_of_services_that_are_not_public_say_so(everything):
    partner, *_ = everything
    hidden = factories.make_service(partner, name="Xylophone lessons", is_public=False)
    assert Listing.objects.get(service=hidden).is_public is False
    assert listed() == ["GED classes"]
    # The directory offers the words that it knows as corrections: none of a service that it does not show.
    assert not SearchWord.objects.filter(word="xylophone").exists()
    index.rebuild()
    assert not SearchWord.objects.filter(word="xylophone").exists()
    services.update_service(hidden, facts={"is_public": True}, by=None, at=NOW)
    assert SearchWord.objects.filter(word="xylophone").exists()
    assert listed() == ["GED classes", "Xylophone lessons"]


def test_archived_services_and_those_of_archived_partners_have_no_listing(everything):
    partner, service, *_ = everything
    services.archive_service(service, by=None, at=NOW)
    assert not Listing.objects.exists()
    service.refresh_from_db()
    services.restore_service(service, by=None, at=NOW)
    partnerships.archive_partner(partner, by=None, at=NOW)
    assert not Listing.objects.exists()


def test_confirming_a_service_writes_no_listing(everything):
    _, service, *_ = everything
    was = _version()
    services.verify_service(service, by=None, at=NOW)
    assert _version() == was


def _version() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(ctid::text) FROM partners_listing")
        return cursor.fetchone()


@pytest.mark.usefixtures("everything")
def test_listings_have_no_history_and_add_none_to_services():
    events: Any = Service.pgh_event_model  # type: ignore[attr-defined]
    assert list(events.objects.values_list("pgh_label", flat=True)) == ["insert"]
    assert not hasattr(Listing, "pgh_event_model")


# ---------------------------------------------------------------- Imports
def test_an_import_updates_all_listings(everything):
    partner, service, *_ = everything
    rows = "".join(f"{partner.organization},Class {n},Free,Veterans; youth,Center Street,AEFLA\n" for n in range(40))
    changed = f"{partner.organization},GED classes,$20,Adults,Center Street,AEFLA\n"
    bring(partner.area, "services", f"Partner,Service,Cost,Made for,Centers,Programs\n{changed}{rows}")
    assert Listing.objects.count() == 41
    assert differences() == []
    assert Listing.objects.get(name="Class 7").groups == ["veterans", "youth"]
    assert Listing.objects.get(service=service).is_free is False
    # Single writes are followed again afterwards.
    Service.objects.filter(name="Class 7").update(name="Last class")
    assert "Last class" in listed()


# ---------------------------------------------------------------- Rebuilding and counting
def test_a_rebuild_rewrites_only_wrong_listings(everything):
    partner, *_ = everything
    factories.make_service(partner, name="Job club")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_listing SET name = 'Wrong' WHERE name = 'Job club'")
        cursor.execute("DELETE FROM partners_listing WHERE name = 'GED classes'")
    assert index.rebuild() == 2
    assert (listed(), differences(), index.rebuild()) == (["GED classes", "Job club"], [], 0)


def test_new_words_are_known_at_once_and_counted_at_night(everything):
    partner, *_ = everything
    factories.make_service(partner, name="Vocational rehabilitation")
    factories.make_service(partner, name="Vocational guidance")
    word = SearchWord.objects.get(word="vocational")
    assert (word.lexeme, word.ndoc) == ("vocat", 1)
    Service.objects.filter(name="Vocational guidance").update(name="Guidance, vocational")
    Service.objects.filter(name="Vocational rehabilitation").update(name="Rehabilitation, vocational", archived_at=None)
    index.rebuild()
    assert SearchWord.objects.get(word="vocational").ndoc == 2
    Service.objects.update(archived_at=NOW)
    assert index.rebuild() == 0 == SearchWord.objects.count()


def test_the_command_rebuilds_listings_and_synonyms(everything, capsys):
    load_programs()
    call_command("rebuild_directory")
    output = capsys.readouterr().out
    assert "0 listings were outdated" in output
    assert "synonyms of glossaries are loaded" in output


# ---------------------------------------------------------------- Small rules
@pytest.mark.parametrize(
    ("cost", "free"),
    [
        ("Free", True), ("free of charge", True), ("Free; the book is yours to keep", True), ("No cost", True),
        ("None", True), ("$0", True), ("At no charge", True), ("Free for you", True), ("Free up to the limit", True),
        ("", False), ("$20", False), ("Free with Medicaid; otherwise by income", False), ("Free or by income", False),
        ("Free if you qualify", False), ("Not free", False), ("Low cost", False), ("Sliding scale", False),
        ("Free first visit", False), ("Free, unless you earn more", False), ("Half price", False),
    ],
)  # fmt: skip
def test_only_unconditional_words_mean_free(db, cost, free):
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_is_free(%s)", [cost])
        assert cursor.fetchone()[0] is free


@pytest.mark.parametrize(("choices", "kind"), [(Service.Group, "group"), (Service.Accommodation, "accommodation")])
def test_every_group_and_accommodation_has_search_words(db, choices, kind):
    with connection.cursor() as cursor:
        for value in choices.values:
            cursor.execute(f"SELECT directory_{kind}_words(%s)", [[value]])
            assert cursor.fetchone()[0], value


# ---------------------------------------------------------------- Concurrency
@pytest.fixture
def second() -> Iterator[Callable[[Callable[[], Any]], threading.Thread]]:
    """Return a function that runs another in a thread with its own connection."""
    threads = []

    def start(act: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            finally:
                connection.close()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(20)


@pytest.mark.django_db(transaction=True)
def test_concurrent_links_of_one_service_are_both_listed(second):
    """Without the lock in directory_touch, the second would write what it read before the first committed."""
    service = factories.make_service(cost="Free")
    one, other = factories.make_program(), factories.make_program()
    with transaction.atomic():
        ServiceProgram.objects.create(service=service, program=one)
        thread = second(lambda: ServiceProgram.objects.create(service=service, program=other))
        thread.join(0.3)
        assert thread.is_alive(), "the second did not wait for the first"
    thread.join(20)
    assert Listing.objects.get().program_ids == [one.pk, other.pk]
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_archiving_a_partner_also_delists_a_service_added_meanwhile(second):
    """Without the lock on the partner, the new service of an archived partner would stay listed."""
    partner = factories.make_partnership()
    with transaction.atomic():
        factories.make_service(partner, name="Just in time")
        thread = second(lambda: partnerships.archive_partner(partner, by=None, at=NOW))
        thread.join(0.3)
        assert thread.is_alive(), "the second did not wait for the first"
    thread.join(20)
    assert listed() == []
    assert differences() == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_renames_of_organization_and_service_are_both_listed(second):
    """Without the lock in directory_refresh, the later of the two would restore an old name."""
    service = factories.make_service(name="Before", verified_on=date(2026, 1, 1))
    organization = service.partnership.organization
    with transaction.atomic():
        Service.objects.filter(pk=service.pk).update(name="After")
        thread = second(lambda: Organization.objects.filter(pk=organization.pk).update(name="New Name"))
        thread.join(0.3)
        assert thread.is_alive(), "the second did not wait for the first"
    thread.join(20)
    listing = Listing.objects.get()
    assert (listing.name, listing.org_name) == ("After", "New Name")
    assert differences() == []


def test_archiving_an_area_keeps_the_listings_of_others(everything, other_area):
    elsewhere = factories.make_service(factories.make_partnership(other_area), name="Elsewhere")
    LocalArea.objects.filter(pk=everything[0].area_id).update(archived_at=NOW)
    assert list(Listing.objects.filter(is_public=True).values_list("service_id", flat=True)) == [elsewhere.pk]
