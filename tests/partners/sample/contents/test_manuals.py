"""The sample's editions of the manual, with their contents of the day from the history."""

from datetime import date

from partners.manual.contents import Manual
from partners.manual.editions import changes_in, changes_since
from partners.manual.gathering import gather
from partners.models import ManualEdition, ManualPrint, Service
from tests.partners.sample.contents.conftest import TODAY


def test_two_past_editions_were_issued_by_the_coordinators_of_the_day(riverbend):
    told = [(one.number, one.issued_on, str(one.issued_by)) for one in ManualEdition.objects.order_by("number")]
    assert told == [(1, date(2025, 10, 24), "Tobias Grant-Ellery"), (2, date(2026, 6, 25), "Dana Whitcomb")]
    for edition in ManualEdition.objects.all():
        event = edition.history.get()  # type: ignore[attr-defined]
        assert event.pgh_created_at == edition.issued_at
        assert event.pgh_context["user"] == edition.issued_by_id


def test_the_contents_of_an_edition_are_those_of_its_day(riverbend):
    first, second = (Manual.read(one.snapshot) for one in ManualEdition.objects.order_by("number"))
    assert "Placement House of Riverbend" in [partner.name for partner in first.partners]
    assert "Placement House of Riverbend" not in [partner.name for partner in second.partners]
    loans = [service for service in second.services if service.name == "Assistive technology loans"]
    assert "up to 30 days" in loans[0].description  # the history says 45 since last week
    for manual in (first, second):
        assert manual.day
        assert all(service.confirmed is None or service.confirmed <= manual.day for service in manual.services)


def test_editions_differ_from_each_other_and_from_today(riverbend):
    second = ManualEdition.objects.get(number=2)
    kinds = {(row.kind, row.what) for row in changes_in(second)}
    assert {("center", "changed"), ("partner", "went"), ("partner", "changed"), ("service", "came")} <= kinds
    since = changes_since(second, gather(riverbend, today=TODAY))
    assert "Assistive technology loans" in {row.name for row in since}


def test_making_past_editions_leaves_the_data_unchanged(riverbend):
    assert "up to 45 days" in Service.objects.get(name="Assistive technology loans").description
    assert Service.objects.current().filter(partnership__area=riverbend, partnership__archived_at=None).count() == 70


def test_no_pdf_is_made_before_it_is_requested(riverbend):
    """The first minute of the demo must not be spent on PDFs that nobody requested."""
    assert not ManualPrint.objects.exists()
