"""The public page of a board: who edits it, when it is there, and what the public reads and downloads, and what not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings.board_page import editing
from meetings.board_page.editing import CannotKeepPage
from meetings.models import BoardPage, Group, Meeting
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.network.public_links import public_links_of
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()
CONTACT = {"accommodation_email": "access@riverbend.example"}


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def board(area: Any) -> Group:
    return factories.make_group(area, kind="board", name="Riverbend Workforce Board", is_open_meeting=True)


@pytest.fixture
def page(board: Any) -> BoardPage:
    return factories.make_board_page(board, about="We oversee the career centers.", accommodation_name="Ada Ramp")


def plan(group: Group, days: int = 20, **fields: Any) -> Meeting:
    day = (NOW + timedelta(days=days)).astimezone(group.zone).replace(hour=9, minute=0, second=0, microsecond=0)
    series = group.series.first() or factories.make_series(group)
    return factories.make_meeting(series, day.replace(tzinfo=None), **fields)


def publish_agenda(meeting: Meeting, *titles: str) -> list[Any]:
    factories.make_record(meeting, opened_at=None, agenda_published_at=NOW)
    return [factories.make_agenda_item(meeting, title=title) for title in titles]


def public_page(area: Any) -> str:
    answer = Client().get(reverse("meetings:board_public", args=[area.slug]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def download(name: str, *args: Any) -> Any:
    return Client().get(reverse(f"meetings:{name}", args=args))


# ---------------------------------------------------------------- Editing and publishing
def test_a_page_is_published_only_with_a_contact_for_accommodation(board, cast):
    with pytest.raises(CannotKeepPage, match="ask for accommodation") as refused:
        editing.publish_page(board, by=cast["staff"], at=NOW)
    assert refused.value.field == "accommodation_email"
    editing.update_page(board, facts={"accommodation_phone": "(555) 010-0199"}, by=cast["staff"], at=NOW)
    assert editing.publish_page(board, by=cast["staff"], at=NOW).is_published
    assert editing.publish_page(board, by=cast["staff"], at=NOW).is_published  # twice is once


def test_a_public_page_keeps_its_contact(page, board, cast):
    with pytest.raises(CannotKeepPage):
        editing.update_page(board, facts={"accommodation_email": ""}, by=cast["staff"], at=NOW)
    editing.withdraw_page(board, by=cast["staff"], at=NOW)
    assert editing.update_page(board, facts={"accommodation_email": ""}, by=cast["staff"], at=NOW)


def test_whoever_saves_from_an_older_version_is_told(page, board, cast):
    version = version_of(page)
    editing.update_page(board, facts={"about": "New."}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        editing.update_page(board, facts={"about": "Other."}, version=version, by=cast["staff"], at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_first_text_at_once_make_one_page(board, cast):
    def save(text: str) -> Any:
        return lambda: editing.update_page(board, facts={"about": text}, by=cast["staff"], at=NOW)

    second_waits_for(save("One."), save("Two."))
    assert BoardPage.objects.get().about == "Two."


def test_the_staff_edit_publish_and_withdraw_the_page(as_, area, board):
    address = reverse("meetings:board_page_edit", args=[board.pk])
    text = as_("staff").get(address).content.decode()
    assert "Save it first" in text
    sent = {"about": "We oversee.", "shows_members": "on", "version": "0", **CONTACT}
    assert as_("staff").post(address, sent).status_code == 302
    assert download("board_public", area.slug).status_code == 404
    as_("staff").post(reverse("meetings:board_page_publish", args=[board.pk]))
    assert "We oversee." in public_page(area)
    as_("staff").post(reverse("meetings:board_page_withdraw", args=[board.pk]))
    assert download("board_public", area.slug).status_code == 404


def test_two_people_who_edit_see_both_texts(as_, page, board, cast):
    address = reverse("meetings:board_page_edit", args=[board.pk])
    version = version_of(page)
    editing.update_page(board, facts={"about": "Theirs."}, by=cast["staff"], at=NOW)
    sent = {"about": "Mine.", "initial-about": page.about, "version": version, "shows_members": "on", **CONTACT}
    text = as_("staff").post(address, sent).content.decode()
    assert "Theirs." in text
    assert "Mine." in text


def test_by_laws_are_uploaded_and_kept_if_the_form_has_an_error(as_, area, page, board):
    address = reverse("meetings:board_page_edit", args=[board.pk])
    sent = {"about": "A.", "accommodation_email": "no address", "bylaws-upload": factories.upload(name="by-laws.pdf")}
    text = as_("staff").post(address, sent).content.decode()
    assert "by-laws.pdf" in text
    sent = CONTACT | {"bylaws-upload": factories.upload(name="by-laws.pdf")}
    as_("staff").post(address, sent)
    assert str(BoardPage.objects.get().bylaws) == "by-laws.pdf"


def test_only_boards_of_an_area_have_a_page(as_, area):
    group = factories.make_group(area)
    assert as_("staff").get(reverse("meetings:board_page_edit", args=[group.pk])).status_code == 404


# ---------------------------------------------------------------- What the public reads
def test_the_public_finds_members_with_category_and_term_and_never_an_address(area, page):
    seat = factories.make_board_seat(area, category="labor", label="Building trades")
    factories.make_board_seat(area, category="business")
    factories.make_board_term(
        seat, name="Luis Ortega", email="luis@union.example", position="President, Local 12", from_on=date(2024, 7, 1),
        until_on=date(2030, 6, 30),
    )  # fmt: skip
    text = public_page(area)
    for words in (
        "Luis Ortega",
        "President, Local 12",
        "Labor organization: Building trades",
        "Vacant",
        "Jun 30, 2030",
    ):
        assert words in text
    assert "luis@union.example" not in text
    BoardPage.objects.update(shows_members=False)
    assert "Luis Ortega" not in public_page(area)


def test_a_coming_meeting_has_its_agenda_once_it_is_published_and_the_contact_beside_it(area, page, board):
    meeting = plan(board, video_link="https://video.example/board", how="both")
    factories.make_agenda_item(meeting, title="The budget of next year")
    text = public_page(area)
    assert "The agenda is not published yet." in text
    assert "The budget of next year" not in text
    assert "https://video.example/board" in text
    assert text.count("access@riverbend.example</a>") == 2  # on top, and beside the meeting
    factories.make_record(meeting, opened_at=None, agenda_published_at=NOW)
    assert "The budget of next year" in public_page(area)


def test_only_open_meetings_of_the_board_and_its_committees_are_public(area, page, board):
    plan(board)
    committee = factories.make_group(area, kind="youth", name="Youth committee", is_open_meeting=True)
    closed = factories.make_group(area, kind="committee", name="Executive session")
    team = factories.make_group(area, kind="workgroup", name="Partner workgroup", is_open_meeting=True)
    for group in (committee, closed, team):
        plan(group, 25)
    text = public_page(area)
    assert "Youth committee" in text
    assert "Executive session" not in text
    assert "Partner workgroup" not in text


def test_a_canceled_meeting_is_announced_without_its_reason(area, page, board):
    plan(board, status="canceled", reason="The chair is ill")
    text = public_page(area)
    assert "This meeting does not take place." in text
    assert "The chair is ill" not in text


def test_past_meetings_have_minutes_and_motions_once_everybody_may_read_them(area, page, board):
    meeting = plan(board, -30, status="held")
    factories.make_record(meeting, closed_at=meeting.ends_at)
    motion = factories.make_carried_motion(meeting, text="To adopt the budget.", yes=11, no=2, abstain=1)
    minutes = factories.make_minutes(meeting, text="Secret words of the minutes.", audience="group")
    text = public_page(area)
    assert "The minutes are not published yet." in text
    assert "To adopt the budget." not in text
    minutes.audience, minutes.published_at = "public", NOW
    minutes.status, minutes.approved_by, minutes.approved_at = "approved", motion, NOW
    minutes.save()
    text = public_page(area)
    assert "To adopt the budget." in text
    assert "(11 yes, 2 no, 1 abstained)" in text


def test_the_page_is_there_only_while_it_is_published_and_the_board_meets(area, page, board):
    assert public_page(area)
    Group.objects.update(archived_at=NOW)
    assert download("board_public", area.slug).status_code == 404
    assert public_links_of(area) == []


def test_the_public_pages_of_the_area_link_to_it(area, page, client):
    [link] = public_links_of(area)
    assert link.url == reverse("meetings:board_public", args=[area.slug])
    text = client.get(reverse("partners:directory_centers", args=[area.slug])).content.decode()
    assert link.url in text


def test_caches_may_keep_it_for_a_minute_as_other_public_pages(area, page):
    answer = download("board_public", area.slug)
    assert "max-age=60" in answer["Cache-Control"]
    assert not answer.cookies


def test_the_page_costs_the_same_for_one_meeting_and_for_many(area, page, board):
    counted = []
    for number in (1, 6):
        for day in range(number):
            meeting = plan(board, 20 + number * 10 + day)
            [item] = publish_agenda(meeting, f"Item {day}")
            factories.make_paper(item, is_public=True)
            held = plan(board, -20 - number * 10 - day, status="held")
            motion = factories.make_carried_motion(held)
            factories.make_minutes(
                held, audience="public", published_at=NOW, status="approved", approved_by=motion, approved_at=NOW
            )
            factories.make_board_seat(area)
        public_page(area)
        with CaptureQueriesContext(connection) as queries:
            public_page(area)
        counted.append(len(queries))
    assert counted[0] == counted[1]


# ---------------------------------------------------------------- What the public downloads
def test_the_by_laws_are_there_once_they_are_scanned(area, page):
    assert download("board_bylaws", area.slug).status_code == 404
    page.bylaws = factories.make_file(use="meetings.bylaws", name="by-laws.pdf", state="waiting")
    page.save()
    assert download("board_bylaws", area.slug).status_code == 404
    assert "Download the by-laws" not in public_page(area)
    page.bylaws.state = "clean"
    page.bylaws.save()
    answer = download("board_bylaws", area.slug)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "by-laws.pdf" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    BoardPage.objects.update(is_published=False)
    assert download("board_bylaws", area.slug).status_code == 404


def test_only_public_papers_of_published_agendas_of_open_meetings_are_there(area, page, board):
    meeting = plan(board)
    [item] = publish_agenda(meeting, "The budget")
    paper = factories.make_paper(item, title="Draft budget", is_public=True)
    inner = factories.make_paper(item, title="Salaries")
    text = public_page(area)
    assert "Draft budget" in text
    assert "Salaries" not in text
    assert download("board_paper", area.slug, paper.pk).status_code == 200
    assert download("board_paper", area.slug, inner.pk).status_code == 404
    meeting.record.agenda_published_at = None
    meeting.record.save()
    assert download("board_paper", area.slug, paper.pk).status_code == 404


def test_a_paper_of_a_closed_meeting_or_of_another_area_is_not_there(area, page, board, other_area):
    [item] = publish_agenda(plan(board), "The budget")
    paper = factories.make_paper(item, is_public=True)
    factories.make_board_page(factories.make_group(other_area, kind="board", is_open_meeting=True))
    assert download("board_paper", other_area.slug, paper.pk).status_code == 404
    Group.objects.filter(pk=board.pk).update(is_open_meeting=False)
    assert download("board_paper", area.slug, paper.pk).status_code == 404


def test_a_lost_file_is_not_found(area, page):
    page.bylaws = factories.make_file(use="meetings.bylaws")
    page.save()
    page.bylaws.file.storage.delete(page.bylaws.file.name)
    assert download("board_bylaws", area.slug).status_code == 404


def test_a_meeting_goes_into_a_calendar(area, page, board):
    meeting = plan(board)
    answer = download("board_meeting_entry", area.slug, meeting.pk)
    event: Any = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event["DTSTART"].dt == meeting.starts_at
    assert "ATTENDEE" not in event
    hidden = plan(factories.make_group(area))
    assert download("board_meeting_entry", area.slug, hidden.pk).status_code == 404


def test_who_is_signed_in_downloads_the_by_laws_of_a_published_page(as_, page):
    page.bylaws = factories.make_file(use="meetings.bylaws")
    page.save()
    address = reverse("files:download", args=[page.bylaws.pk])
    assert as_("neighbor").get(address).status_code == 200
    BoardPage.objects.update(is_published=False)
    assert as_("neighbor").get(address).status_code == 404
    assert as_("staff").get(address).status_code == 200


# ---------------------------------------------------------------- To-do items
def todo(area: Any) -> list[str]:
    return [str(item.what) for item in todo_items([For.STAFF], TodoPlace(at=NOW, area=area)) if "board" in item.what]


def test_the_staff_are_told_what_the_page_lacks(area, board):
    assert todo(area) == ["The board has no public page yet"]
    page = factories.make_board_page(board)
    assert todo(area) == ["The by-laws are missing on the page of the board"]
    page.bylaws = factories.make_file(use="meetings.bylaws")
    page.save()
    assert todo(area) == []
