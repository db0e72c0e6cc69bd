"""Writing many rows in few statements."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from onestop.editing import bulk
from onestop.notices.models import Notice
from partners.models import Membership, Partnership, Presence, Representative, Service
from tests import factories


@pytest.mark.parametrize("batch", [2, 1000])
def test_rows_are_saved_with_values_of_every_kind(partner, cast, monkeypatch, batch):
    monkeypatch.setattr(bulk, "BATCH", batch)
    rows = [factories.make_service(partner, name=f"Service {n}", cost="stays") for n in range(5)]
    for number, row in enumerate(rows):
        row.name, row.languages, row.modes = f"It's %s {number}", ["Español"] * number, []
        row.is_public, row.cost = number != 3, "is not saved"
        row.verified_on, row.verified_by = (date(2026, 1, 2), cast["staff"]) if number else (None, None)
    with CaptureQueriesContext(connection) as queries:
        bulk.save_rows(rows, ["name", "languages", "modes", "is_public", "verified_on", "verified_by"])
    assert len(queries) == -(-5 // batch)
    for row, kept in zip(rows, Service.objects.order_by("pk"), strict=True):
        columns = {field.attname: getattr(row, field.attname) for field in Service._meta.concrete_fields}
        assert columns | {"cost": "stays"} == {name: getattr(kept, name) for name in columns}


def test_times_numbers_and_whole_moments_are_saved(partner, cast):
    presence, seat = factories.make_presence(partner), Membership.objects.get(user=cast["manager"])
    presence.weekday, presence.starts_at, presence.begins_on = 3, presence.starts_at.replace(hour=8), None
    bulk.save_rows([presence], ["weekday", "starts_at", "begins_on"])
    seat.ended_at = seat.since
    bulk.save_rows([seat], ["ended_at"])
    kept = Presence.objects.get()
    assert (kept.weekday, kept.starts_at) == (3, presence.starts_at)
    assert Membership.objects.get(pk=seat.pk).ended_at == seat.since


def test_text_that_is_too_long_is_refused_and_not_cut(partner):
    rows = [factories.make_service(partner, name="Short") for _ in range(2)]
    for row in rows:
        row.name = "x" * 201
    with pytest.raises(DataError, match="too long"):
        bulk.save_rows(rows, ["name"])


@pytest.mark.parametrize("batch", [2, 1000])
def test_new_rows_are_inserted_with_values_of_every_kind(cast, monkeypatch, batch):
    monkeypatch.setattr(bulk, "BATCH", batch)
    at = datetime(2026, 3, 8, 1, 59, 59, 123456, tzinfo=UTC)
    rows = [
        Notice(
            dedupe_key=f"key {number}", kind="test", recipient=cast["staff"] if number else None, to="a@b.example",
            about=["x", 'It\'s {"y"} %s \\'] * number, subject="“Día” \t", text="Two\nlines",
            headers={"A": ["é", number]}, message_id=f"<{number}>",
            sender="c@d.example", written_at=at, due_at=at.astimezone(), claim=uuid4(),
            step=number or None, begun=bool(number),
        )
        for number in range(3)
    ]  # fmt: skip
    Notice.objects.create(dedupe_key="key 1", kind="first", to="a@b.example", text="-", written_at=at, due_at=at)
    with CaptureQueriesContext(connection) as queries:
        bulk.insert_new(rows)
    assert len(queries) == -(-3 // batch)
    names = [field.attname for field in Notice._meta.concrete_fields if not field.primary_key]
    kept = {notice.dedupe_key: notice for notice in Notice.objects.order_by("dedupe_key")}
    assert kept.pop("key 1").kind == "first"
    for row, one in zip((rows[0], rows[2]), kept.values(), strict=True):
        assert {name: getattr(row, name) for name in names} == {name: getattr(one, name) for name in names}


def test_added_rows_have_their_ids_in_order_and_a_history(partner, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 2)
    made = bulk.add_rows(
        Service(partnership=partner, name=f"Number {n}", languages=["Español", '"x"']) for n in range(5)
    )
    kept = Service.objects.in_bulk([service.pk for service in made])
    assert [kept[service.pk].name for service in made] == [f"Number {n}" for n in range(5)]
    assert kept[made[0].pk].languages == ["Español", '"x"']
    events: Any = Service.pgh_event_model  # type: ignore[attr-defined]
    assert events.objects.filter(pgh_obj__in=kept).count() == 5
    made[0].name = "Changed"
    made[0].save()
    assert Service.objects.get(pk=made[0].pk).name == "Changed"


def test_rows_that_a_constraint_or_a_column_refuses_are_not_added(partner):
    again = Partnership(area=partner.area, organization=partner.organization)
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.add_rows([again])
    with pytest.raises(DataError), transaction.atomic():
        bulk.add_rows([Service(partnership=partner, name="x" * 1000)])


@pytest.mark.django_db
def test_no_rows_are_inserted_without_a_statement():
    with CaptureQueriesContext(connection) as queries:
        bulk.insert_new([])
        bulk.add_rows([])
    assert len(queries) == 0


def test_history_tells_what_was_saved(partner, cast):
    people = [factories.make_representative(partner, kind="alternate") for _ in range(3)]
    for person in people:
        person.phone = "(555) 555-0100"
    bulk.save_rows(people, ["phone"])
    events: Any = Representative.pgh_event_model  # type: ignore[attr-defined]
    for person in people:
        assert list(events.objects.filter(pgh_obj=person).order_by("pgh_id").values_list("phone", flat=True)) == [
            "",
            "(555) 555-0100",
        ]


def test_nothing_to_save_is_no_statement(partner, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.save_rows([], ["name"])
        bulk.save_rows([partner], [])


def test_only_facts_that_differ_and_are_allowed_are_applied(partner):
    rows = {partner.pk: partner}
    changes = {partner.pk: {"notes": "New", "counties_served": partner.counties_served, "archived_at": "now"}}
    assert bulk.apply_changes(rows, changes, ("notes", "counties_served")) == {"notes"}
    assert (partner.notes, partner.archived_at) == ("New", None)


def test_rows_are_found_by_thousands_of_ids_in_one_parameter(partner, neighbor_partner):
    ids = [partner.pk, partner.pk, *range(-5000, 0)]
    with CaptureQueriesContext(connection) as queries:
        assert list(Partnership.objects.filter(pk__in=bulk.among(ids))) == [partner]
    assert queries[0]["sql"].count("SELECT") == 2
    assert list(Partnership.objects.filter(pk__in=bulk.among([]))) == []
