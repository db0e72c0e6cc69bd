"""What trainings are about: facts, material, the list, who taught what, and what the search finds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.models import Training, TrainingMaterial
from meetings.trainings import facts, taught
from meetings.trainings.facts import CannotKeepTraining
from onestop.editing.versions import ChangedMeanwhile
from partners.seats import seats_of
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.training_world import NOW, Consortium, make_consortium


@pytest.fixture
def consortium(area, partner, neighbor_partner, cast) -> Consortium:
    return make_consortium(area, partner, neighbor_partner, cast)


# ---------------------------------------------------------------- Facts
def test_whoever_runs_the_group_says_what_a_training_is_about(consortium, as_):
    meeting = consortium.meeting(timedelta(days=-3), at=now())
    sent = {
        "topic": "How claims work", "learning": "When to refer.", "for_whom": "Desk staff", "teacher_name": "Kim Lee",
        "programs": [consortium.program.pk], "teachers": [consortium.partner.pk], "version": "0.0.0",
    }  # fmt: skip
    answer = as_("staff").post(reverse("meetings:training_edit", args=[meeting.pk]), sent)
    training = Training.objects.get()
    assert answer.url == training.get_absolute_url()
    assert (training.topic, taught.teachers_of(training)) == ("How claims work", ["Millrace Adult Learning", "Kim Lee"])
    page = as_("manager").get(meeting.get_absolute_url()).content.decode()
    assert "When to refer." in page
    assert "Edit the training" not in page


def test_a_training_without_a_topic_is_refused_and_loses_nothing(consortium, as_):
    meeting = consortium.meeting()
    address = reverse("meetings:training_edit", args=[meeting.pk])
    answer = as_("staff").post(address, {"topic": "", "learning": "When to refer.", "version": "0.0.0"})
    assert "When to refer." in answer.content.decode()
    assert not Training.objects.exists()


def test_a_usual_meeting_is_no_training(consortium, as_):
    meeting = factories.make_meeting(factories.make_series(consortium.group))
    assert as_("staff").get(reverse("meetings:training_edit", args=[meeting.pk])).status_code == 404
    with pytest.raises(CannotKeepTraining, match="not a training"):
        facts.save_training(meeting, facts={"topic": "Claims"}, by=consortium.staff, at=NOW)


def test_a_partner_of_another_area_does_not_teach_here(consortium, other_area):
    stranger = factories.make_partnership(other_area)
    with pytest.raises(CannotKeepTraining, match="this area"):
        facts.save_training(
            consortium.meeting(), facts={"topic": "Claims", "teachers": [stranger]}, by=consortium.staff, at=NOW
        )


def test_a_partner_that_left_stays_the_teacher_of_its_trainings(consortium):
    training = consortium.training()
    consortium.partner.status = "ended"
    consortium.partner.save()
    saved = facts.save_training(
        training.meeting,
        facts={"topic": "Claims", "teachers": [consortium.partner]},
        by=consortium.staff,
        at=NOW,
    )
    assert list(saved.teachers.all()) == [consortium.partner]


def test_of_two_clerks_who_begin_at_once_the_second_sees_what_the_first_saved(consortium, as_):
    meeting = consortium.meeting()
    facts.save_training(meeting, facts={"topic": "Claims"}, version="0.0.0", by=consortium.staff, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        facts.save_training(meeting, facts={"topic": "Benefits"}, version="0.0.0", by=consortium.staff, at=NOW)
    sent = {"topic": "Benefits", "initial-topic": meeting.title, "version": "0.0.0"}
    answer = as_("staff").post(reverse("meetings:training_edit", args=[meeting.pk]), sent)
    page = answer.content.decode()
    assert ("Claims" in page, "Benefits" in page) == (True, True)
    assert Training.objects.get().topic == "Claims"


@pytest.mark.django_db(transaction=True)
def test_two_clerks_in_the_same_moment_make_one_training(area, partner, neighbor_partner, cast):
    consortium = make_consortium(area, partner, neighbor_partner, cast)
    meeting = consortium.meeting()

    def save(topic: str) -> Training:
        return facts.save_training(meeting, facts={"topic": topic}, version="0.0.0", by=cast["staff"], at=NOW)

    outcome = second_waits_for(lambda: save("Claims"), lambda: save("Benefits"))
    assert isinstance(outcome, ChangedMeanwhile)
    assert Training.objects.get().topic == "Claims"


# ---------------------------------------------------------------- Material
def test_material_is_a_file_or_a_link(consortium, as_):
    training = consortium.training()
    address = reverse("meetings:material_add", args=[training.meeting.pk])
    nothing = as_("staff").post(address, {"title": "Slides"})
    assert "one of the two" in nothing.content.decode()
    as_("staff").post(address, {"title": "Slides", "link": "https://learn.example/slides"})
    material = TrainingMaterial.objects.get()
    assert material.link == "https://learn.example/slides"
    as_("staff").post(reverse("meetings:material_remove", args=[material.pk]))
    assert not TrainingMaterial.objects.current().exists()
    as_("staff").post(reverse("meetings:material_restore", args=[material.pk]))
    assert TrainingMaterial.objects.current().exists()


def test_a_link_that_is_no_address_is_refused(consortium, as_):
    address = reverse("meetings:material_add", args=[consortium.training().meeting.pk])
    as_("staff").post(address, {"title": "Slides", "link": "javascript:alert(1)"})
    assert not TrainingMaterial.objects.exists()


# ---------------------------------------------------------------- The list
def test_the_list_finds_trainings_by_words_program_teacher_and_time(consortium, as_):
    claims = consortium.training(timedelta(days=30), at=now())
    other = factories.make_training(consortium.meeting(timedelta(days=-30), at=now()), topic="Reentry")
    listed = reverse("meetings:training_list", args=[consortium.area.slug])

    def found(**asked: object) -> set[str]:
        page = as_("staff").get(listed, asked).content.decode()
        return {training.topic for training in (claims, other) if f"{training.topic}</a>" in page}

    assert found() == {"How claims work", "Reentry"}
    assert found(q="claims refer") == {"How claims work"}
    assert found(when="coming") == {"Reentry"}
    assert found(when="past") == {"How claims work"}
    assert found(program=consortium.program.code) == {"How claims work"}
    assert found(teacher=consortium.partner.pk) == {"How claims work"}
    assert found(first=localdate().isoformat()) == {"Reentry"}
    assert found(first="no day") == {"How claims work", "Reentry"}


def test_the_list_is_exported_with_who_took_part(consortium, as_):
    training = consortium.training()
    factories.make_training_count(training, consortium.neighbor, 4)
    listed = reverse("meetings:training_list", args=[consortium.area.slug])
    answer = as_("staff").get(listed, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "How claims work" in text
    assert "Crosswalk Legal Aid (4)" in text


def test_others_do_not_see_the_trainings_of_a_group_to_which_they_do_not_belong(consortium, as_):
    consortium.training()
    listed = reverse("meetings:training_list", args=[consortium.area.slug])
    assert "How claims work" in as_("manager").get(listed).content.decode()
    assert "How claims work" not in as_("neighbor").get(listed).content.decode()


def test_the_list_costs_the_same_for_one_and_for_ten(consortium, as_):
    client = as_("staff")
    listed = reverse("meetings:training_list", args=[consortium.area.slug])
    factories.make_training_count(consortium.training(), consortium.neighbor)
    client.get(listed)
    with CaptureQueriesContext(connection) as few:
        client.get(listed)
    for number in range(10):
        training = consortium.training(timedelta(days=10 + number))
        factories.make_training_count(training, consortium.neighbor)
    with CaptureQueriesContext(connection) as many:
        client.get(listed)
    assert len(many) == len(few)


# ---------------------------------------------------------------- Who taught what
def test_the_matrix_says_who_taught_what_last_and_who_never_did(consortium):
    consortium.training(timedelta(days=100))
    last = consortium.training(timedelta(days=10), topic="how claims  work")
    consortium.neighbor.programs.add(factories.make_program(short_name="Legal"))
    consortium.training(timedelta(days=-10))  # to come
    factories.make_training(consortium.meeting(timedelta(days=5), status="canceled", reason="Flu"), topic="Off")
    matrix = taught.matrix_of(consortium.area, user=consortium.staff, at=NOW)
    assert {program.short_name for program in matrix.programs} == {"UI", "Legal"}
    assert matrix.never_taught == [consortium.neighbor]
    assert [program.short_name for program in matrix.not_covered] == ["Legal"]
    [row] = [row for row in matrix.rows if row.partnership == consortium.partner]
    days = {program.short_name: cell.training if cell else None for program, cell in row.cells}
    assert days == {"UI": last, "Legal": None}
    [topic] = matrix.topics
    assert (topic.times, topic.teachers, topic.last.training) == (2, ["Millrace Adult Learning"], last)


@pytest.mark.parametrize("by", ["", "topic"])
def test_the_matrix_is_shown_and_exported(consortium, as_, by):
    consortium.training()
    address = reverse("meetings:training_matrix", args=[consortium.area.slug])
    page = as_("staff").get(address).content.decode()
    assert "Partners that have not taught yet" in page
    answer = as_("staff").get(address, {"export": "csv", "by": by})
    text = b"".join(answer.streaming_content).decode()
    assert ("How claims work" if by else "Crosswalk Legal Aid") in text


def test_the_matrix_costs_the_same_for_one_and_for_ten(consortium, queries_of):
    consortium.training()
    seats_of(consortium.staff)  # read once for each user
    few = queries_of(lambda: taught.matrix_of(consortium.area, user=consortium.staff, at=NOW))
    for number in range(10):
        other = factories.make_partnership(consortium.area)
        consortium.training(timedelta(days=10 + number), teachers=[other])
    assert queries_of(lambda: taught.matrix_of(consortium.area, user=consortium.staff, at=NOW)) == few


# ---------------------------------------------------------------- Found
def test_the_network_search_finds_trainings(consortium, as_):
    consortium.training(timedelta(days=-20), at=now(), learning="Wage garnishment")
    address = reverse("partners:search", args=[consortium.area.slug])
    assert "How claims work" in as_("manager").get(address, {"q": "garnishment"}).content.decode()
    assert "How claims work" not in as_("neighbor").get(address, {"q": "garnishment"}).content.decode()
