"""Reviews of a center and their due dates: certification every three years, accessibility every year."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from partners.models import Center, CenterReview
from partners.network import reviews
from partners.network.due_dates import HELD, LAWS, OVER, SOON, UNKNOWN, clock_of, due_day, needing
from partners.network.reviews import CannotReview
from tests import factories

NOW = timezone.now()
TODAY = NOW.astimezone(ZoneInfo("America/New_York")).date()
CERTIFICATION, ACCESSIBILITY = CenterReview.Kind


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def text(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def center(area):
    return factories.make_center(area, name="Millpond", kind="affiliate")


def record(center, kind=ACCESSIBILITY, held_on=TODAY, **facts):
    return reviews.record_review(center, kind=kind, facts={"held_on": held_on} | facts, by=None, at=NOW)


@pytest.mark.parametrize(
    ("kind", "days_ago", "state"),
    [
        (CERTIFICATION, None, UNKNOWN),
        (CERTIFICATION, 900, HELD),
        (CERTIFICATION, 3 * 365 - 60, SOON),
        (CERTIFICATION, 3 * 366, OVER),
        (ACCESSIBILITY, None, UNKNOWN),
        (ACCESSIBILITY, 300, HELD),
        (ACCESSIBILITY, 350, SOON),
        (ACCESSIBILITY, 367, OVER),
    ],
)
def test_a_review_becomes_due_soon_and_then_overdue(center, kind, days_ago, state):
    column = LAWS[kind].column
    on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    Center.objects.update(**{column: on})
    center.refresh_from_db()
    assert clock_of(center, kind, TODAY).state == state
    assert needing(Center.objects.all(), kind, TODAY).exists() is (state != HELD)


def test_the_due_date_in_the_database_equals_that_in_python(center):
    for day in (date(2024, 2, 29), date(2025, 2, 28), date(2023, 12, 31)):
        Center.objects.update(certified_on=day, accessibility_reviewed_on=day)
        center.refresh_from_db()
        for law in LAWS.values():
            found = Center.objects.annotate(due=due_day(law)).get().due
            assert found == clock_of(center, law.kind, TODAY).due_on


def test_recording_a_review_sets_the_last_date_and_shows_the_findings(as_, center):
    client, address = as_("staff"), page("accessibility_add", center.pk)
    assert "every year (20 CFR 679.370(p))" in text(client.get(address))
    sent = {"held_on": TODAY.isoformat(), "outcome": "conditions", "findings": "The door is heavy."}
    shown = text(client.post(address, sent, follow=True))
    center.refresh_from_db()
    assert center.accessibility_reviewed_on == TODAY
    assert "The door is heavy." in shown
    assert "Meets the criteria with conditions" in shown
    history = text(client.get(page("center_history", center.pk)))
    assert "Dana Whitcomb" in history
    assert "Accessibility review of" in history


def test_the_latest_review_counts_whatever_the_order_of_recording(center):
    record(center, held_on=TODAY - timedelta(days=10))
    record(center, held_on=TODAY - timedelta(days=400), findings="Long ago")
    center.refresh_from_db()
    assert center.accessibility_reviewed_on == TODAY - timedelta(days=10)
    assert center.certified_on is None


def test_a_certification_that_was_not_granted_does_not_count(center):
    record(center, CERTIFICATION, TODAY - timedelta(days=800))
    record(center, CERTIFICATION, TODAY, outcome="not_met", findings="No career services.")
    center.refresh_from_db()
    assert center.certified_on == TODAY - timedelta(days=800)
    record(center, ACCESSIBILITY, TODAY, outcome="not_met", findings="No ramp.")
    center.refresh_from_db()
    assert center.accessibility_reviewed_on == TODAY


def test_the_previous_review_counts_after_the_last_is_removed(as_, center):
    before = record(center, held_on=TODAY - timedelta(days=200))
    last = record(center)
    client = as_("staff")
    answer = text(client.post(page("review_take_back", last.pk), follow=True))
    center.refresh_from_db()
    assert center.accessibility_reviewed_on == before.held_on
    assert page("review_restore", last.pk) in answer
    client.post(page("review_restore", last.pk))
    center.refresh_from_db()
    assert center.accessibility_reviewed_on == TODAY


def test_invalid_reviews_are_refused_at_the_field(as_, center):
    with pytest.raises(CannotReview, match="in the future"):
        record(center, held_on=TODAY + timedelta(days=1))
    record(center)
    with pytest.raises(CannotReview, match="already recorded"):
        record(center)
    client, address = as_("staff"), page("certification_add", center.pk)
    sent = {"held_on": (TODAY + timedelta(days=1)).isoformat(), "outcome": "met", "findings": "Kept words"}
    refused = text(client.post(address, sent))
    assert "This date is in the future." in refused
    assert "Kept words" in refused
    assert "Describe the findings" in text(client.post(address, {"held_on": TODAY.isoformat(), "outcome": "not_met"}))
    Center.objects.update(archived_at=NOW)
    with pytest.raises(CannotReview, match="archived"):
        record(center, CERTIFICATION)


def test_a_review_is_restored_only_if_no_other_has_its_date(as_, center):
    first = record(center)
    reviews.take_back_review(first, by=None, at=NOW)
    record(center)
    assert "already recorded" in text(as_("staff").post(page("review_restore", first.pk), follow=True))


def test_the_database_refuses_a_second_review_of_a_kind_on_a_day(center):
    factories.make_review(center)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_review(center)
    factories.make_review(center, kind=CERTIFICATION)


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("nobody", 404), ("board", 403), ("manager", 403)])
def test_only_staff_record_reviews(as_, center, who, status):
    review = factories.make_review(center)
    client = as_(who)
    for name, thing in (("certification_add", center), ("accessibility_add", center), ("review_take_back", review)):
        assert client.post(page(name, thing.pk)).status_code == status
    assert CenterReview.objects.current().count() == 1


def test_the_list_of_centers_filters_by_due_review_and_sorts(as_, area, center):
    fresh = factories.make_center(area, name="Fresh", certified_on=TODAY, accessibility_reviewed_on=TODAY)
    late = factories.make_center(area, name="Late", certified_on=TODAY, accessibility_reviewed_on=date(2020, 1, 1))
    client, address = as_("staff"), page("center_list", area.slug)

    def names(query):
        return [row.record.name for row in client.get(f"{address}?{query}").context["table"].page]

    assert names("due=accessibility") == ["Late", "Millpond"]
    assert names("due=certification") == ["Millpond"]
    assert names("sort=reviewed") == ["Millpond", late.name, fresh.name]
    assert "Overdue since" in text(client.get(address))


def test_a_due_review_is_on_the_staffs_to_do_list_until_it_is_recorded(as_, area, center):
    Center.objects.update(certified_on=TODAY, accessibility_reviewed_on=TODAY - timedelta(days=400))
    home = text(as_("staff").get(reverse("dashboards:home", args=[area.slug])))
    assert "The accessibility review of Millpond is overdue" in home
    assert page("accessibility_add", center.pk) in home
    Center.objects.update(accessibility_reviewed_on=TODAY)
    assert "Millpond" not in text(as_("staff").get(reverse("dashboards:home", args=[area.slug])))


@pytest.mark.parametrize("name", ["certification_add", "accessibility_add"])
def test_no_result_is_preselected(as_, center, name):
    page = as_("staff").get(reverse(f"partners:{name}", args=[center.pk]))
    assert page.context["form"]["outcome"].value() is None
    answer = as_("staff").post(reverse(f"partners:{name}", args=[center.pk]), {"held_on": "2026-11-02"})
    assert "Result is missing" in answer.content.decode()
    assert not CenterReview.objects.filter(center=center).exists()
