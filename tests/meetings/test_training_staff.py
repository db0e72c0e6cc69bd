"""Who took part in trainings, the staff coverage of partners, and what is recorded as trained staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.models import Training, TrainingCount
from meetings.scheduling import meetings
from meetings.trainings import participants, recording, staff
from meetings.trainings.facts import CannotKeepTraining, version_for
from onestop.editing.versions import ChangedMeanwhile
from partners.models import ProgramAccess
from partners.seats import seats_of
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.training_world import NOW, Consortium, make_consortium


@pytest.fixture
def consortium(area, partner, neighbor_partner, cast) -> Consortium:
    return make_consortium(area, partner, neighbor_partner, cast)


def took_part(training: Training) -> dict[str, int]:
    found = participants.participants_of([training]).get(training.pk, [])
    return {each.partnership.organization.name: each.staff for each in found}


def count(consortium: Consortium, training: Training, numbers: dict[Any, int | None], version: str = "") -> Training:
    return participants.save_counts(training.meeting, counts=numbers, version=version, by=consortium.staff, at=NOW)


def access_of(consortium: Consortium, **fields: Any) -> ProgramAccess:
    fields.setdefault("host", consortium.neighbor)
    return factories.make_access(consortium.partner, consortium.program, mode="trained", **fields)


# ---------------------------------------------------------------- Who took part
def test_the_count_of_the_clerk_goes_before_the_roll(consortium):
    training = consortium.training()
    seat = consortium.group.seats.get()
    factories.make_attendance(training.meeting, seat, name="Joel Abara")
    factories.make_attendance(training.meeting, partnership=consortium.neighbor, presence="online")
    assert took_part(training) == {"Crosswalk Legal Aid": 1, "Millrace Adult Learning": 1}
    count(consortium, training, {consortium.neighbor: 6, consortium.partner: 0})
    assert took_part(training) == {"Crosswalk Legal Aid": 6}
    count(consortium, training, {consortium.neighbor: None})
    assert took_part(training) == {"Crosswalk Legal Aid": 1}


def test_who_was_excused_did_not_take_part(consortium):
    training = consortium.training()
    factories.make_attendance(training.meeting, consortium.group.seats.get(), name="Joel", presence="excused")
    assert took_part(training) == {}


@pytest.mark.parametrize("number", [-1, 1000, 10**6])
def test_a_number_that_makes_no_sense_is_refused_at_its_field(consortium, number):
    with pytest.raises(CannotKeepTraining) as refused:
        count(consortium, consortium.training(), {consortium.neighbor: number})
    assert refused.value.field == f"staff_{consortium.neighbor.pk}"


def test_a_partner_of_another_area_is_not_counted(consortium, other_area):
    with pytest.raises(CannotKeepTraining, match="not a partner"):
        count(consortium, consortium.training(), {factories.make_partnership(other_area): 2})


def test_nobody_is_counted_before_a_training_or_when_it_was_canceled(consortium):
    with pytest.raises(CannotKeepTraining, match="not begun"):
        count(consortium, consortium.training(timedelta(days=-2)), {consortium.neighbor: 2})
    training = consortium.training(timedelta(days=-3))
    meetings.cancel_meeting(training.meeting, reason="Flu", by=consortium.staff, at=NOW)
    with pytest.raises(CannotKeepTraining, match="canceled"):
        count(consortium, training, {consortium.neighbor: 2})


def test_the_form_of_who_took_part_keeps_what_was_typed(consortium, as_):
    training = consortium.training(at=now())
    address = reverse("meetings:training_counts_edit", args=[training.meeting.pk])
    field = f"staff_{consortium.neighbor.pk}"
    page = as_("staff").post(address, {field: "many", "version": "0.0"}).content.decode()
    assert 'value="many"' in page
    version = as_("staff").get(address).context["form"].version
    as_("staff").post(address, {field: "4", "version": version})
    assert TrainingCount.objects.get().staff == 4


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_count_at_once_do_not_overwrite_each_other(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    training = consortium.training()
    outcome = second_waits_for(
        lambda: count(consortium, training, {neighbor_partner: 4}, version=shown(training)),
        lambda: count(consortium, training, {neighbor_partner: 9}, version=shown(training)),
    )
    assert isinstance(outcome, ChangedMeanwhile)
    assert TrainingCount.objects.get().staff == 4


def shown(training: Training) -> str:
    return version_for(training, participants.COUNT_LINKS)


# ---------------------------------------------------------------- Trained staff
def test_recording_sets_the_day_of_access_through_trained_staff_and_nothing_else(consortium, as_):
    training = consortium.training(timedelta(days=3), at=now())
    factories.make_training_count(training, consortium.neighbor)
    mine = access_of(consortium)
    other = access_of(consortium, host=factories.make_partnership(consortium.area))
    address = reverse("meetings:trained_record", args=[training.pk])
    page = as_("staff").get(address).content.decode()
    assert mine.center.name in page
    assert other.center.name not in page
    mine.refresh_from_db()
    assert mine.trained_on is None  # a look records nothing
    as_("staff").post(address)
    for access in (mine, other):
        access.refresh_from_db()
    training.refresh_from_db()
    assert mine.trained_on == recording.day_of(training)
    assert other.trained_on is None
    assert training.recorded_at is not None


def test_recording_twice_changes_nothing_and_a_later_day_stays(consortium):
    training = consortium.training(timedelta(days=3))
    factories.make_training_count(training, consortium.neighbor)
    first, later = access_of(consortium), access_of(consortium, trained_on=NOW.date())
    assert recording.record_trained_staff(training, by=consortium.staff, at=NOW) == [first]
    training.refresh_from_db()
    recorded_at = training.recorded_at
    again = NOW + timedelta(hours=1)
    assert recording.record_trained_staff(training, by=consortium.staff, at=again) == []
    training.refresh_from_db()
    later.refresh_from_db()
    assert (training.recorded_at, later.trained_on) == (recorded_at, NOW.date())
    outcome = recording.preview_recording(training, at=NOW)
    assert (outcome.changed, len(outcome.unchanged)) == ([], 2)


def test_what_is_missing_is_said_instead_of_recorded(consortium, as_):
    def refusal(training: Training) -> str:
        with pytest.raises(CannotKeepTraining) as refused:
            recording.record_trained_staff(training, by=consortium.staff, at=NOW)
        return str(refused.value)

    assert "took part" in refusal(consortium.training())
    assert "which programs" in refusal(consortium.training(timedelta(days=2), programs=[]))
    assert "not over yet" in refusal(consortium.training(timedelta(days=-2)))
    canceled = consortium.training(timedelta(days=4))
    canceled.meeting.status, canceled.meeting.reason = "canceled", "Flu"
    canceled.meeting.save()
    assert "canceled" in refusal(canceled)
    page = as_("staff").post(reverse("meetings:trained_record", args=[canceled.pk])).content.decode()
    assert "canceled" in page


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_record_at_once_record_once(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    training = consortium.training()
    factories.make_training_count(training, neighbor_partner)
    access_of(consortium)

    def record() -> list[ProgramAccess]:
        return recording.record_trained_staff(training, by=cast["staff"], at=NOW)

    assert second_waits_for(record, record) == []


def test_an_officer_of_a_partner_runs_trainings_but_does_not_record_coverage(consortium, as_):
    consortium.group.members.filter(user=consortium.manager).update(role="facilitator")
    training = consortium.training()
    edit = reverse("meetings:training_edit", args=[training.meeting.pk])
    assert as_("manager").get(edit).status_code == 200
    assert as_("manager").post(reverse("meetings:trained_record", args=[training.pk])).status_code == 403


# ---------------------------------------------------------------- Staff coverage
def test_gaps_come_first(consortium):
    other = factories.make_partnership(consortium.area, name="Alder House")
    third = factories.make_partnership(consortium.area, name="Birch House")
    access_of(consortium, trained_on=NOW.date() - timedelta(days=30))
    access_of(consortium, host=other, trained_on=NOW.date() - timedelta(days=500))
    access_of(consortium, host=third)
    rows = staff.staff_coverage_of(consortium.area, user=consortium.staff, at=NOW)
    assert [(row.host, row.state) for row in rows] == [
        (third, staff.NEVER), (other, staff.OLD), (consortium.neighbor, staff.TRAINED),
    ]  # fmt: skip


def test_the_coverage_names_the_last_training_and_whether_it_is_recorded(consortium, as_):
    training = consortium.training(timedelta(days=5), at=now())
    factories.make_training_count(training, consortium.neighbor, 7)
    access = access_of(consortium)
    [row] = staff.staff_coverage_of(consortium.area, user=consortium.staff, at=now())
    assert (row.training, row.staff, row.is_unrecorded) == (training, 7, True)
    page = as_("staff").get(reverse("meetings:training_staff", args=[consortium.area.slug])).content.decode()
    assert "Not recorded yet" in page
    recording.record_trained_staff(training, by=consortium.staff, at=now())
    [row] = staff.staff_coverage_of(consortium.area, user=consortium.staff, at=now())
    access.refresh_from_db()
    assert (row.state, row.is_unrecorded, row.trained_on) == (staff.TRAINED, False, access.trained_on)
    address = reverse("meetings:training_staff", args=[consortium.area.slug])
    answer = as_("staff").get(address, {"export": "csv"})
    assert str(localdate() - timedelta(days=5)) in b"".join(answer.streaming_content).decode()


def test_one_center_without_a_day_is_a_gap(consortium):
    access_of(consortium, trained_on=NOW.date())
    access_of(consortium)
    [row] = staff.staff_coverage_of(consortium.area, user=consortium.staff, at=NOW)
    assert (row.state, len(row.centers)) == (staff.NEVER, 2)


def test_the_coverage_costs_the_same_for_one_and_for_ten(consortium, queries_of):
    factories.make_training_count(consortium.training(), consortium.neighbor)
    access_of(consortium)
    seats_of(consortium.staff)  # read once for each user
    few = queries_of(lambda: staff.staff_coverage_of(consortium.area, user=consortium.staff, at=NOW))
    for number in range(10):
        host = factories.make_partnership(consortium.area)
        factories.make_training_count(consortium.training(timedelta(days=10 + number)), host)
        access_of(consortium, host=host)
    assert queries_of(lambda: staff.staff_coverage_of(consortium.area, user=consortium.staff, at=NOW)) == few
