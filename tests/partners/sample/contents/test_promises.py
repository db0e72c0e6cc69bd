"""The promises of the sample: two are not kept, others have evidence, and the staff were told."""

from agreements.models import Drift, Promise
from agreements.responsibilities.drift import State
from agreements.responsibilities.reading import owed_in, responsibilities_of
from onestop.notices.models import Notice
from tests.partners.sample.contents.conftest import TODAY


def test_two_promises_are_not_kept(riverbend):
    found = responsibilities_of(owed_in(riverbend, TODAY).order_by("pk"), today=TODAY)
    broken = {(str(each.promise), each.judgment.words) for each in found if each.judgment.is_broken}
    assert broken == {
        ("24 hours a week in Center Street", "19.5 of 24 hours a week in the schedule"),
        ("Evening computer lab", "The service is archived"),
    }
    assert {each.judgment.state for each in found} == set(State)
    assert {each.promise.kind for each in found if each.evidence} == {Promise.Kind.PERSONS, Promise.Kind.OTHER}


def test_the_staff_were_told_of_them(riverbend):
    assert Drift.objects.open().exclude(told_at=None).count() == 2
    assert Notice.objects.filter(kind="agreements.drift").exists()


def test_promised_persons_are_served_in_each_program_year(riverbend):
    [each] = responsibilities_of(owed_in(riverbend, TODAY).filter(kind="persons"), today=TODAY)
    assert (each.judgment.state, each.judgment.words) == (State.KEPT, "162 of 150 persons in program year 2025")
