"""Promises that today's directory, schedule or evidence no longer has: what is found, and that staff are told once."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements import tasks
from agreements.models import Drift, Party, Promise
from agreements.responsibilities import watching
from agreements.responsibilities.drift import Recorded, State, drift_of
from agreements.responsibilities.program_years import ProgramYear, program_year_of
from agreements.responsibilities.reading import broken_in, judgments_of, owed, recorded_of, with_what_decides
from onestop.notices.models import Notice
from onestop.task_schedule import SCHEDULE
from tests import factories
from tests.at_once import second_waits_for

TODAY = date(2026, 11, 24)  # in the program year from July 1, 2026
NOW = datetime(2026, 11, 24, 15, tzinfo=ZoneInfo("America/New_York"))
IN_FORCE = {
    "status": "executed", "origin": "existing", "executed_on": date(2025, 6, 1), "effective_on": date(2025, 7, 1),
    "expires_on": date(2028, 6, 30), "begun_at": datetime(2025, 7, 3, tzinfo=ZoneInfo("UTC")),
}  # fmt: skip


@pytest.fixture
def party(area, partner) -> Party:
    """A partner that is a party to an agreement in force."""
    return factories.make_party(factories.make_agreement(area, **IN_FORCE), partner)


@pytest.fixture
def center(area):
    return factories.make_center(area, name="Center Street")


def hours(party, center, number=20) -> Promise:
    """Return a promise of hours a week."""
    return factories.make_promise(party, kind="hours", center=center, quantity=number, text="")


def persons(party, number=120) -> Promise:
    """Return a promise of persons a year."""
    return factories.make_promise(party, kind="persons", quantity=number, text="")


def judged(promise, today=TODAY):
    """Return the judgment of a promise, read anew."""
    rows = list(with_what_decides(Promise.objects.filter(pk=promise.pk)))
    return judgments_of(rows, today=today)[promise.pk]


# ---------------------------------------------------------------- Services
def test_a_service_is_kept_while_it_is_in_the_directory(party, partner):
    service = factories.make_service(partner, name="GED classes")
    promise = factories.make_promise(party, kind="service", service=service, text="")
    assert judged(promise).state == State.KEPT
    service.archived_at = NOW
    service.save()
    assert judged(promise).reason == Drift.Reason.SERVICE


@pytest.mark.parametrize("change", [{"status": "paused"}, {"status": "ended"}, {"archived_at": NOW}])
def test_who_is_no_longer_a_partner_keeps_neither_services_nor_hours(party, partner, center, change):
    service = factories.make_promise(party, kind="service", service=factories.make_service(partner), text="")
    promised = hours(party, center, 3)
    factories.make_presence(partner, center)
    vars(partner).update(change)
    partner.save()
    assert [judged(each).reason for each in (service, promised)] == [Drift.Reason.PARTNER] * 2


# ---------------------------------------------------------------- Hours
def test_hours_are_compared_with_the_weekly_hours_of_the_schedule(party, partner, center):
    promise = hours(party, center, Decimal("7.5"))
    for day in (1, 2):
        factories.make_presence(partner, center, weekday=day)
    assert (judged(promise).reason, judged(promise).words) == (
        Drift.Reason.HOURS,
        "6 of 7.5 hours a week in the schedule",
    )
    factories.make_presence(partner, center, weekday=3, ends_at=time(10, 30))
    assert (judged(promise).state, judged(promise).words) == (State.KEPT, "7.5 of 7.5 hours a week in the schedule")


@pytest.mark.parametrize(
    "other",
    [
        {"rhythm": "first"},
        {"way": "linkage"},
        {"begins_on": TODAY + timedelta(days=1)},
        {"ends_on": TODAY - timedelta(days=1)},
        {"archived_at": NOW},
    ],
)
def test_hours_that_are_not_each_week_in_person_today_do_not_count(party, partner, center, other):
    promise = hours(party, center, 3)
    factories.make_presence(partner, center, **other)
    assert judged(promise).words == "0 of 3 hours a week in the schedule"


def test_hours_of_others_or_elsewhere_do_not_count(area, party, partner, neighbor_partner, center):
    promise = hours(party, center, 3)
    factories.make_presence(neighbor_partner, center)
    factories.make_presence(partner, factories.make_center(area))
    assert judged(promise).is_broken


def test_an_archived_center_has_no_hours(party, partner, center):
    promise = hours(party, center, 3)
    factories.make_presence(partner, center)
    center.archived_at = NOW
    center.save()
    assert judged(promise).reason == Drift.Reason.CENTER


def test_hours_of_a_party_that_is_no_partner_are_not_judged(party, center):
    library = factories.make_party(party.agreement)
    assert judged(hours(library, center)).state == State.UNCHECKED


# ---------------------------------------------------------------- Persons
def test_persons_are_judged_once_the_program_year_is_over(party):
    promise = persons(party)
    factories.make_evidence(promise, happened_on=date(2026, 6, 30), quantity=80)
    factories.make_evidence(promise, happened_on=date(2026, 7, 1), quantity=30)
    during = judged(promise, date(2026, 6, 30))
    assert (during.state, during.words) == (State.UNCHECKED, "80 of 120 persons in program year 2025")
    after = judged(promise, date(2026, 7, 1))
    assert (after.reason, after.words) == (Drift.Reason.PERSONS, "80 of 120 persons in program year 2025")
    factories.make_evidence(promise, happened_on=date(2026, 5, 1), quantity=40)
    assert judged(promise).state == State.KEPT


def test_persons_of_this_year_can_make_good_for_the_last(party):
    promise = persons(party, 50)
    assert judged(promise).is_broken
    factories.make_evidence(promise, happened_on=date(2026, 9, 1), quantity=50)
    assert (judged(promise).state, judged(promise).served) == (State.KEPT, 50)


def test_evidence_that_was_removed_or_has_no_number_does_not_count(party):
    promise = persons(party, 10)
    factories.make_evidence(promise, happened_on=date(2026, 9, 1), quantity=10, archived_at=NOW)
    factories.make_evidence(promise, happened_on=date(2026, 9, 1))
    assert judged(promise).served == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"effective_on": date(2025, 7, 2)},  # after the year began
        {"begun_at": datetime(2026, 7, 2, tzinfo=ZoneInfo("UTC"))},  # recorded in the portal after the year
    ],
)
def test_a_year_that_was_not_owed_in_whole_is_not_judged(area, partner, fields):
    agreement = factories.make_agreement(area, **IN_FORCE | fields)
    assert judged(persons(factories.make_party(agreement, partner))).state == State.UNCHECKED


@pytest.mark.parametrize(
    ("month", "day", "first", "last"),
    [
        (7, date(2026, 6, 30), date(2025, 7, 1), date(2026, 6, 30)),
        (7, date(2026, 7, 1), date(2026, 7, 1), date(2027, 6, 30)),
        (1, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (3, date(2028, 2, 29), date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_program_year_begins_in_the_month_of_the_area(area, month, day, first, last):
    area.program_year_month = month
    year = program_year_of(area, day)
    assert (year, year.last, day in year) == (ProgramYear(first), last, True)
    assert year.before.last == first - timedelta(days=1)


# ---------------------------------------------------------------- Others, and what is not owed
def test_other_promises_are_kept_by_evidence_of_this_program_year_and_never_drift(party):
    promise = factories.make_promise(party, kind="referral", text="By a call")
    factories.make_evidence(promise, happened_on=date(2026, 6, 30))
    assert judged(promise).state == State.UNCHECKED
    factories.make_evidence(promise, happened_on=date(2026, 7, 1))
    assert judged(promise).state == State.KEPT


@pytest.mark.parametrize(
    ("agreement", "own", "promised"),
    [
        ({"status": "draft", "executed_on": None}, {}, {}),
        ({"status": "terminated", "terminated_on": TODAY, "termination_reason": "Funds ended"}, {}, {}),
        ({"status": "superseded"}, {}, {}),
        ({}, {"left_on": TODAY, "departure_reason": "Merged"}, {}),
        ({"expires_on": TODAY - timedelta(days=1)}, {}, {}),
        ({"effective_on": TODAY + timedelta(days=1)}, {}, {}),
        ({}, {"effective_on": TODAY + timedelta(days=1)}, {}),
        ({}, {"archived_at": NOW}, {}),
        ({}, {}, {"archived_at": NOW}),
    ],
)
def test_only_what_is_owed_today_can_drift(area, partner, center, agreement, own, promised):
    party = factories.make_party(factories.make_agreement(area, **IN_FORCE | agreement), partner, **own)
    promise = factories.make_promise(party, kind="hours", center=center, quantity=20, text="", **promised)
    assert judged(promise).state == State.UNCHECKED
    assert not owed(TODAY).exists()
    assert broken_in(area, today=TODAY) == []


def test_the_last_day_and_the_first_count(area, partner, center):
    dates = {"effective_on": TODAY, "expires_on": TODAY}
    party = factories.make_party(factories.make_agreement(area, **IN_FORCE | dates), partner, effective_on=TODAY)
    promise = hours(party, center)
    assert judged(promise).is_broken
    assert owed(TODAY).get() == promise


def test_drift_needs_no_query(party, center, django_assert_num_queries):
    hours(party, center)
    promises = list(with_what_decides(owed(TODAY)))
    recorded = recorded_of(promises, today=TODAY)
    with django_assert_num_queries(0):
        found = [drift_of(promise, recorded, today=TODAY) for promise in promises]
    assert [judgment.is_broken for judgment in found] == [True]
    assert not drift_of(promises[0], Recorded(), today=TODAY).is_owed


def test_three_and_sixty_promises_cost_the_same(area, party, partner, center, queries_of):
    def add(number: int) -> None:
        for _ in range(number):
            factories.make_promise(party, kind="service", service=factories.make_service(partner), text="")
            hours(party, center)
            factories.make_evidence(persons(party))

    add(1)
    three = queries_of(lambda: broken_in(area, today=TODAY))
    assert three == 4
    add(19)
    assert Promise.objects.count() == 60
    assert queries_of(lambda: broken_in(area, today=TODAY)) == three


# ---------------------------------------------------------------- The daily watch
def test_a_drift_begins_when_it_appears_and_ends_when_it_is_gone(area, party, partner, center):
    promise = hours(party, center, 3)
    watching.watch_area(area, at=NOW)
    drift = Drift.objects.get()
    assert (drift.promise, drift.reason, drift.since, drift.ended_at) == (promise, "hours", TODAY, None)
    factories.make_presence(partner, center)
    watching.watch_area(area, at=NOW + timedelta(days=1))
    drift.refresh_from_db()
    assert drift.ended_at == NOW + timedelta(days=1)
    watching.watch_area(area, at=NOW + timedelta(days=2))
    assert Drift.objects.count() == 1


def test_a_drift_ends_with_its_agreement(area, party, center):
    hours(party, center)
    watching.watch_area(area, at=NOW)
    party.agreement.expires_on = TODAY
    party.agreement.save()
    watching.watch_area(area, at=NOW + timedelta(days=1))
    assert not Drift.objects.open().exists()


def test_another_reason_is_the_same_drift(area, cast, party, partner, center):
    hours(party, center)
    watching.watch_area(area, at=NOW)
    partner.status = "ended"
    partner.save()
    watching.watch_area(area, at=NOW + timedelta(days=1))
    drift = Drift.objects.get()
    assert (drift.reason, drift.since) == ("partner", TODAY)
    assert Notice.objects.count() == 1


def test_a_promise_has_one_open_drift(party, center):
    promise = hours(party, center)
    factories.make_drift(promise, ended_at=NOW)
    factories.make_drift(promise)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_drift(promise)


def test_staff_are_told_once_of_all_that_is_new(area, cast, party, partner, center):
    factories.seat("staff", area, name="Second Staff")
    service = factories.make_service(partner, name="GED classes", archived_at=NOW)
    factories.make_promise(party, kind="service", service=service, text="")
    hours(party, center)
    assert watching.watch_area(area, at=NOW) == 2
    assert watching.watch_area(area, at=NOW) == 0
    assert watching.watch_area(area, at=NOW + timedelta(days=1)) == 0
    notice = Notice.objects.get(recipient=cast["staff"])
    assert notice.subject == "2 promises in Riverbend are not kept"
    for content in (notice.text, notice.html):
        assert "GED classes" in content
        assert "0 of 20 hours a week in the schedule" in content
        assert "Millrace Adult Learning" in content
    assert notice.url == f"{reverse('agreements:responsibility_list', args=[area.slug])}?state=broken"
    assert set(Drift.objects.values_list("told_at", flat=True)) == {NOW}


def test_what_appears_later_on_a_day_is_told_on_the_next(area, cast, party, center):
    hours(party, center)
    watching.watch_area(area, at=NOW)
    later = hours(party, center, Decimal(30))
    assert watching.watch_area(area, at=NOW + timedelta(hours=2)) == 0
    assert watching.watch_area(area, at=NOW + timedelta(days=1)) == 1
    newest = Notice.objects.order_by("-pk").first()
    assert newest
    assert newest.subject == "1 promise in Riverbend is not kept"
    assert str(later) in newest.text


def test_drifts_wait_for_staff_to_tell(area, party, center):
    hours(party, center)
    assert watching.watch_area(area, at=NOW) == 0
    factories.seat("staff", area)
    assert watching.watch_area(area, at=NOW + timedelta(days=1)) == 1


def test_many_drifts_are_counted_in_one_mail(area, cast, party, center):
    for _ in range(25):
        hours(party, center)
    assert watching.watch_area(area, at=NOW) == 1
    assert "And 5 more." in Notice.objects.get().text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(area, cast, party, center):
    hours(party, center)
    second = second_waits_for(
        lambda: watching.watch_area(area, at=NOW), lambda: watching.watch_area(area, at=NOW + timedelta(seconds=1))
    )
    assert second == 0
    assert (Drift.objects.count(), Notice.objects.count()) == (1, 1)


def test_the_area_that_leads_is_told_and_no_other(area, other_area, cast, party, center):
    hours(party, center)
    watching.watch_promises(at=NOW)
    assert [notice.recipient for notice in Notice.objects.all()] == [cast["staff"]]


def test_one_area_that_fails_does_not_keep_others_from_being_watched(area, other_area, party, center, monkeypatch):
    hours(party, center)
    [elsewhere] = other_area.partnerships.all() or [factories.make_partnership(other_area)]
    agreement = factories.make_agreement(other_area, **IN_FORCE)
    there = hours(factories.make_party(agreement, elsewhere), factories.make_center(other_area))
    watch = watching.watch_area

    def fail(where, *, at):
        if where == area:
            raise RuntimeError("It fails.")
        return watch(where, at=at)

    monkeypatch.setattr(watching, "watch_area", fail)
    watching.watch_promises(at=NOW)
    assert Drift.objects.get().promise == there


def test_the_task_watches_every_day(area, cast, partner, center):
    assert SCHEDULE["watch-promises"]["schedule"] == 24 * 60 * 60
    today = timezone.now()
    dates = {"effective_on": (today - timedelta(days=90)).date(), "expires_on": (today + timedelta(days=90)).date()}
    hours(factories.make_party(factories.make_agreement(area, **IN_FORCE | dates), partner), center)
    tasks.watch_promises()
    tasks.watch_promises()
    assert (Drift.objects.count(), Notice.objects.filter(kind="agreements.drift").count()) == (1, 1)


def test_the_watch_costs_the_same_for_three_and_sixty_promises(area, cast, party, center, queries_of):
    for _ in range(3):
        hours(party, center)
    three = queries_of(lambda: watching.watch_area(area, at=NOW))
    for _ in range(57):
        hours(party, center)
    assert queries_of(lambda: watching.watch_area(area, at=NOW + timedelta(days=1))) == three


# ---------------------------------------------------------------- To do
def test_the_to_do_list_counts_what_is_not_kept(as_, area, partner, center):
    today = timezone.localdate()
    dates = {"effective_on": today - timedelta(days=90), "expires_on": today + timedelta(days=90)}
    party = factories.make_party(factories.make_agreement(area, **IN_FORCE | dates), partner)
    home = reverse("dashboards:home", args=[area.slug])
    assert "promise is not kept" not in as_("staff").get(home, {"todo": "all"}).content.decode()
    for _ in range(3):
        hours(party, center)
    page = " ".join(as_("staff").get(home, {"todo": "all"}).content.decode().split())
    assert "3 promises are not kept" in page
    assert f"{reverse('agreements:responsibility_list', args=[area.slug])}?state=broken" in page
    assert "promises are not kept" not in as_("manager").get(home, {"todo": "all"}).content.decode()
