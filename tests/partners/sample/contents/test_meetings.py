"""The meetings of the sample: what there is to see of two years."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from meetings.groups.rhythm import DRIFTED, rhythms_of
from meetings.models import (
    ActionItem,
    AgendaItem,
    AgendaPaper,
    Attendance,
    BoardPage,
    Decision,
    Group,
    Meeting,
    MeetingNote,
    Minutes,
    Motion,
    Question,
    Training,
    TrainingFeedback,
    TrainingFollowUp,
)
from partners.network.served_things import read_served
from partners.sample.area_story import begin_story
from tests.meetings.sample_rules import broken_rules
from tests.partners.sample.contents.conftest import TODAY


@pytest.fixture
def board(riverbend) -> Group:
    return Group.objects.get(area=riverbend, kind="board")


def presences(group: Group, **who: Any) -> list[str]:
    """Return how somebody was present, the last meeting first."""
    rows = Attendance.objects.filter(meeting__group=group, **who).order_by("-meeting__starts_at")
    return list(rows.values_list("presence", flat=True))


def test_all_that_is_recorded_fits_together(riverbend):
    assert broken_rules(riverbend, TODAY) == []


def test_most_people_come_and_some_partners_drift_away(riverbend):
    rows = Attendance.objects.exclude(seat=None)
    assert 0.75 < rows.there().count() / rows.count() < 0.95
    assert set(Attendance.objects.values_list("presence", flat=True)) == set(Attendance.Presence)
    assert Attendance.objects.filter(is_alternate=True).count() > 30
    assert Attendance.objects.filter(seat=None, member=None).count() > 50
    team = Group.objects.get(area=riverbend, name="Partner team")
    farm = presences(team, partnership__organization__name="Harvest Road Farmworker Services")
    assert farm[:10].count("absent") + farm[:10].count("excused") >= 5
    housing = presences(team, partnership__organization__name="Riverbend Housing Authority")
    assert housing[:3] == ["absent"] * 3
    assert housing[3] != "absent"


def test_a_member_of_the_board_missed_three_meetings_in_a_row(board):
    assert presences(board, name="Odalys Pruitt")[:3] == ["absent"] * 3


def test_the_employer_council_drifted_and_stopped(riverbend):
    council = Group.objects.select_related("area", "state").get(area=riverbend, kind="business")
    at = begin_story(riverbend, today=TODAY).at(TODAY)
    [rhythm] = rhythms_of([council], at=at)
    assert rhythm.standing == DRIFTED
    assert rhythm.next_at is None


def test_one_motion_failed_and_one_was_tabled_with_votes_by_name(board):
    assert Motion.objects.get(state="failed").votes.filter(cast="no").count() >= 6
    assert Motion.objects.get(state="tabled").votes.count() == 0
    assert Decision.objects.filter(meeting__group=board).count() >= 12


def test_old_minutes_of_the_board_are_public_and_the_last_ones_are_being_corrected(board):
    minutes = list(Minutes.objects.filter(meeting__group=board).order_by("-meeting__starts_at"))
    assert [each.status for each in minutes] == ["circulated", *["approved"] * (len(minutes) - 1)]
    assert {each.audience for each in minutes[1:]} == {"public"}
    assert {each.state for each in minutes[0].corrections.all()} == {"open", "taken", "declined"}
    assert "**Carried**, " in minutes[1].text
    assert "voting seats were filled" in minutes[1].text
    draft = Minutes.objects.get(meeting__group__kind="disability", status="draft")
    assert draft.audience == "keepers"


def test_the_history_of_minutes_begins_with_a_draft(board):
    events: Any = Minutes.pgh_event_model  # type: ignore[attr-defined]
    minutes = Minutes.objects.filter(meeting__group=board, status="approved").earliest("pk")
    told = events.objects.filter(pgh_obj_id=minutes.pk).order_by("pgh_created_at")
    assert list(told.values_list("status", flat=True)) == ["draft", "circulated", "approved", "approved"]


def test_agendas_are_published_carried_on_and_serve_agreements(riverbend, board):
    at = begin_story(riverbend, today=TODAY).at(TODAY)
    assert Meeting.objects.coming(at).exclude(record__agenda_published_at=None).exists()
    carried = AgendaItem.objects.filter(outcome="carried")
    assert carried.count() == carried.exclude(continued_by=None).count() >= 6
    item = AgendaItem.objects.get(title="Shares of the infrastructure costs for next year")
    assert item.continues is not None
    staff = begin_story(riverbend, today=TODAY).staff
    assert "Infrastructure funding agreement" in read_served([item.serves], staff)[item.serves].name
    for meeting in Meeting.objects.exclude(agenda_items=None).select_related("series"):
        minutes = sum(each.minutes or 0 for each in meeting.agenda_items.on_agenda())
        assert minutes <= meeting.minutes, meeting
    rows = AgendaItem.objects.filter(series__group=board)
    assert (rows.backlog().count(), rows.suggested().count(), rows.filter(state="declined").count()) == (3, 2, 1)
    assert board.agenda_templates.get().items.count() == 6
    assert MeetingNote.objects.count() > 120


def test_papers_and_by_laws_are_real_files(board):
    assert AgendaPaper.objects.count() == 3
    page = BoardPage.objects.get(group=board)
    assert page.is_published
    for file in (AgendaPaper.objects.earliest("pk").file, page.bylaws):
        assert file
        assert file.file.read(5) == b"%PDF-"


def test_action_items_are_open_overdue_done_and_dropped(riverbend):
    rows = ActionItem.objects.filter(group__area=riverbend)
    assert 40 <= rows.count() <= 50
    assert rows.overdue(TODAY).count() >= 6
    assert rows.open().filter(due_on__gte=TODAY).count() >= 8
    assert rows.filter(status="dropped").exclude(outcome="").count() == 3
    assert rows.filter(name="").count() >= 4  # of an organization, whoever does it
    assert rows.exclude(updates=None).count() > 20
    assert rows.filter(closed_at__lt=timezone.now() - timedelta(days=30)).exists()


def test_trainings_were_taught_counted_and_judged(riverbend):
    trainings = Training.objects.of(riverbend)
    assert trainings.count() == 9
    assert not trainings.filter(teachers=None).exists()
    assert TrainingFeedback.objects.values("training").distinct().count() >= 7
    follow_ups = TrainingFollowUp.objects.filter(training__in=trainings)
    assert {each.uses for each in follow_ups} == {"yes", "partly", "no", ""}
    assert follow_ups.filter(answered_at=None).count() < follow_ups.count() / 2


def test_questions_wait_are_overdue_and_were_answered(riverbend):
    questions = Question.objects.filter(area=riverbend)
    assert {each.status for each in questions} == {"waiting", "replied", "answered"}
    assert questions.overdue(TODAY).count() == 1
    assert questions.filter(status="answered").exclude(solution=None).count() == 3
