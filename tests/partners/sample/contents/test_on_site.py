"""The schedule and the reviews of the sample: they fit the partners, and some need attention."""

from datetime import timedelta
from typing import Any

import pytest

from partners.models import Absence, Center, CenterReview, Partnership, Presence
from partners.network.due_dates import OVER, SOON, clocks_of
from partners.schedule import weeks
from tests.partners.sample.contents.conftest import TODAY


@pytest.mark.parametrize(
    ("partner", "center", "days"),
    [
        ("Division of Rehabilitation Services", "Center Street", {1, 2, 3}),
        ("Veterans Desk", "Center Street", {2, 3, 4, 5}),
        ("Crosswalk Legal Aid", "Millpond", {1}),
        ("Riverbend Community College", "Center Street", {4}),
        ("Two Rivers Community Action", "Millpond", {1, 2, 3, 4}),
    ],
)
def test_the_schedule_fits_the_notes_of_partners(riverbend, partner, center, days):
    hours = Presence.objects.current().filter(
        partnership__area=riverbend, partnership__organization__name=partner, center__name=center
    )
    assert {one.weekday for one in hours} == days


def test_a_week_has_absences_remote_hours_and_closings(riverbend):
    week = weeks.week_of(riverbend, TODAY, today=TODAY)
    assert len(week.slots) > 40
    assert any(slot.is_away for slot in week.slots)
    assert any(slot.presence.is_remote for slot in week.slots)
    following = weeks.week_of(riverbend, TODAY + timedelta(days=7), today=TODAY)
    closed = {
        str(row.thing) for row in following.by_center(riverbend.centers.all()) if any(c.closing for c in row.cells)
    }
    assert closed == {"Millpond"}
    assert Presence.objects.exclude(rhythm="weekly").count() >= 4
    assert Presence.objects.archived().exists()


def test_partners_with_a_regular_presence_have_hours(riverbend):
    regular = Partnership.objects.current().filter(
        area=riverbend, status="active", commitment__in=["presence", "colocated"]
    )
    assert not [str(one) for one in regular if not one.presences.current().exists()]


def test_one_review_is_overdue_and_one_certification_expires_soon(riverbend):
    clocks = {str(center): [clock.state for clock in clocks_of(center, TODAY)] for center in riverbend.centers.all()}
    assert clocks["Millpond"] == [SOON, OVER]
    for center in Center.objects.all():
        for kind, column in (("certification", "certified_on"), ("accessibility", "accessibility_reviewed_on")):
            last = CenterReview.objects.filter(center=center, kind=kind).order_by("-held_on").first()
            assert getattr(center, column) == (last.held_on if last else None)


def test_the_history_ends_with_the_present_values_and_has_authors(riverbend):
    models: Any = (Presence, Absence, CenterReview)
    for model in models:
        for row in model.objects.prefetch_related("history"):
            told = sorted(row.history.all(), key=lambda event: event.pgh_id)
            columns = [c.attname for c in type(told[-1])._meta.concrete_fields if not c.name.startswith("pgh_")]
            assert all(getattr(told[-1], name) == getattr(row, name) for name in columns), row
            assert told[-1].pgh_created_at.date() < TODAY
            assert all(event.pgh_context["user"] for event in told), row
            row.clean_fields(exclude=["partnership", "center"])
