"""PDFs of meetings: minutes and packets, with uploaded papers of every kind."""

import io
from datetime import date, timedelta
from typing import Any

import pdfua
import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from PIL import Image

from meetings.minutes import approval, circulation, drafting
from meetings.models import Group, MeetingPdf, MeetingRecord, Minutes
from meetings.pdfs import papers, pdfs
from meetings.pdfs.pdfs import CannotMakePacket
from onestop.files.models import StoredFile
from onestop.files.pdf import Pdf, make_pdf
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.minutes_world import AT, UNTIL, HeldMeeting, hold, record, told_by, words

DAY = timedelta(days=1)


def at(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def held(area, partner, cast) -> HeldMeeting:
    held = hold(area, partner, cast)
    record(held)
    return held


@pytest.fixture
def minutes(held) -> Minutes:
    return held.draft()


# ---------------------------------------------------------------- Files
def store(content: bytes, kind: str = "pdf", **fields: Any) -> StoredFile:
    """Return a stored file with these contents."""
    return factories.make_file(content, use="meetings.paper", kind=kind, name=f"paper.{kind}", **fields)


def a_pdf(*, pages: int = 1, password: str = "") -> bytes:
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page()
    written = io.BytesIO()
    encryption = pikepdf.Encryption(owner="owner", user=password) if password else None
    made.save(written, encryption=encryption or False)
    return written.getvalue()


def a_picture(kind: str = "PNG", mode: str = "RGBA", size: tuple[int, int] = (3000, 1000)) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "teal").save(written, kind)
    return written.getvalue()


def add_paper(held: HeldMeeting, file: StoredFile, title: str) -> None:
    item = held.following.agenda_items.first() or factories.make_agenda_item(
        held.following, title="Referral times", detail="Read the <table>.", purpose="decide", owner_name="Joel Abara"
    )
    factories.make_paper(item, file, title=title)


def packet_of(held: HeldMeeting) -> MeetingPdf:
    asked = pdfs.ask_for_packet(held.following, by=held.staff, at=AT)
    assert pdfs.MAKER.work_on(asked.pk, at=AT)
    asked.refresh_from_db()
    assert asked.status == "ready", asked.message
    return asked


def opened(made: MeetingPdf) -> pikepdf.Pdf:
    with made.file.open("rb") as file:
        return pikepdf.open(io.BytesIO(file.read()))


def bookmarks(made: MeetingPdf) -> list[tuple[str, list[str]]]:
    with opened(made) as pdf, pdf.open_outline() as outline:
        return [(item.title, [child.title for child in item.children]) for item in outline.root]


# ---------------------------------------------------------------- Minutes
def test_minutes_are_a_tagged_pdf_with_bookmarks(as_, held, minutes, tmp_path):
    answer = as_("staff").post(at("minutes_pdf_ask", held.meeting.pk))
    made = MeetingPdf.objects.get()
    assert answer["Location"] == at("pdf_detail", made.pk)
    assert "DRAFT. The group has not approved these minutes" in told_by(made.html)
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    file = as_("staff").get(at("pdf_file", made.pk))
    assert 'filename="partner-team-2026-10-13-minutes.pdf"' in file["Content-Disposition"]
    path = tmp_path / "minutes.pdf"
    path.write_bytes(b"".join(file.streaming_content))
    assert pdfua.validate(path).findings == ()
    made.refresh_from_db()
    assert [title for title, _children in bookmarks(made)][:2] == ["Attendance", "1. Shared # intake"]


def test_approved_minutes_say_by_which_motion_and_no_longer_that_they_are_a_draft(held, minutes):
    motion = factories.make_carried_motion(held.following, text="To approve.", seconder_name="Joel Abara")
    approved = approval.approve_minutes(minutes, motion=motion, by=None, at=AT)
    made = pdfs.ask_for_minutes(Minutes.objects.with_meeting().get(pk=approved.pk), by=held.staff, at=AT)
    said = told_by(made.html)
    assert "DRAFT" not in said
    assert "Approved at the meeting of November 10, 2026, moved by Ann Example and seconded by Joel Abara" in said
    assert "(3:0:0, yes:no:abstain)" in said


def test_members_never_open_a_pdf_of_an_earlier_draft(as_, held, minutes):
    early = pdfs.ask_for_minutes(minutes, by=held.staff, at=AT)
    assert as_("manager").get(at("pdf_detail", early.pk)).status_code == 404
    circulation.send_for_correction(minutes, until=UNTIL, by=held.staff, at=AT)
    assert as_("manager").get(at("pdf_detail", early.pk)).status_code == 200
    drafting.update_minutes(minutes, facts={"text": "Now it is right."}, by=held.staff, at=AT)
    assert as_("manager").get(at("pdf_detail", early.pk)).status_code == 404
    assert as_("staff").get(at("pdf_detail", early.pk)).status_code == 200


def test_public_minutes_have_a_pdf_for_everybody(as_, client, held, minutes):
    Group.objects.update(is_open_meeting=True)
    motion = factories.make_carried_motion(held.following)
    approval.approve_minutes(minutes, motion=motion, by=None, at=AT)
    as_("staff").post(at("minutes_publish", held.meeting.pk), {"audience": "public"})
    page = at("minutes_public", minutes.pk)
    assert client.get(at("minutes_public_file", minutes.pk))["Location"] == page
    assert "Download (PDF" not in words(client.get(page))
    assert pdfs.MAKER.work_on(MeetingPdf.objects.get(asked_by=None).pk, at=AT)
    assert "Download (PDF, 1 page" in words(client.get(page))
    assert client.get(at("minutes_public_file", minutes.pk)).status_code == 200
    Minutes.objects.update(audience="group", published_at=None)
    assert client.get(at("minutes_public_file", minutes.pk)).status_code == 404


def test_public_minutes_that_the_room_approves_get_a_new_pdf_by_the_clock(held, minutes):
    Group.objects.update(is_open_meeting=True)
    Minutes.objects.update(status="circulated", circulated_at=AT, audience="public", published_at=AT)
    assert pdfs.print_public(at=AT) == 1
    assert pdfs.print_public(at=AT + DAY) == 0
    motion = factories.make_carried_motion(held.following)
    approval.approve_minutes(minutes, motion=motion, by=None, at=AT + DAY)
    assert pdfs.print_public(at=AT + DAY) == 1


# ---------------------------------------------------------------- Packets
def test_a_packet_has_cover_agenda_minutes_and_overdue_work(held, minutes):
    circulation.send_for_correction(minutes, until=UNTIL, by=held.staff, at=AT)
    factories.make_action(held.group, text="Long overdue", name="Joel", due_on=date(2026, 9, 1), created_at=AT)
    factories.make_agenda_item(held.following, title="Welcome", position=1, minutes=5, detail="Come <in>.")
    factories.make_agenda_item(held.following, title="Adopt the plan", position=2, minutes=20, purpose="decide")
    board = factories.make_group(held.group.area, kind="board", name="Board")
    factories.make_board_page(board, accommodation_name="Access Desk", accommodation_email="access@board.example")
    asked = pdfs.ask_for_packet(held.following, by=held.staff, at=AT)
    said = told_by(asked.html)
    for part in (
        "Tuesday, November 10, 2026", "9:00 AM – 10:30 AM EST", "Center Street, room 2", "Access Desk",  # noqa: RUF001
        "access@board.example", "As of October 14, 2026. 1 item is for decision.", "9:05 AM 2. Adopt the plan",
        "For decision", "Come &lt;in&gt;.", "Minutes of October 13, 2026, for approval", "One form for all.",
        "Overdue action items", "Long overdue",
    ):  # fmt: skip
        assert part in said
    assert pdfs.MAKER.work_on(asked.pk, at=AT)
    asked.refresh_from_db()
    titles = [title for title, _children in bookmarks(asked)]
    assert titles == ["Agenda", "Minutes of October 13, 2026, for approval", "Overdue action items"]


def test_a_packet_without_papers_is_accessible_throughout(held, tmp_path):
    factories.make_agenda_item(held.following, title="Welcome", detail="Come in.")
    made = packet_of(held)
    path = tmp_path / "packet.pdf"
    path.write_bytes(made.file.read())
    assert pdfua.validate(path).findings == ()


def test_papers_follow_as_they_came_each_with_a_bookmark(held):
    add_paper(held, store(a_pdf(pages=3)), "Referrals of last quarter")
    add_paper(held, store(a_picture(), "png"), "Photo of the center")
    add_paper(held, store(a_picture("JPEG", "L", (400, 900)), "jpeg"), "A gray scan")
    made = packet_of(held)
    [agenda, listed] = bookmarks(made)
    assert agenda[0] == "Agenda"
    assert listed == ("Papers", ["Referrals of last quarter", "Photo of the center", "A gray scan"])
    with opened(made) as pdf:
        own = (made.pages or 0) - 5
        sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages]
        assert sizes[own + 3 :] == [(792, 612), (612, 792)]
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert "pdfuaid:part" not in metadata
    assert (made.html, len(made.papers)) == ("", 3)


def test_the_list_of_papers_names_the_page_on_which_each_begins(held, monkeypatch):
    add_paper(held, store(a_pdf(pages=3)), "First paper")
    add_paper(held, store(a_pdf(pages=2)), "Second paper")
    htmls: list[str] = []

    def remember(html: str, **options: Any) -> Pdf:
        htmls.append(html)
        return make_pdf(html, **options)

    monkeypatch.setattr("meetings.pdfs.packet.make_pdf", remember)
    made = packet_of(held)
    own = (made.pages or 0) - 5
    said = told_by(htmls[-1])
    assert f"From page {own + 1} on, papers follow as their authors made them." in said
    assert f"First paper 1. Referral times {own + 1} to {own + 3}" in said
    assert f"Second paper 1. Referral times {own + 4} to {own + 5}" in said
    assert f'data-total=" of {made.pages}"' in htmls[-1]


def test_what_cannot_be_included_is_named_and_spoils_nothing(held, monkeypatch):
    add_paper(held, store(a_pdf()), "Good paper")
    add_paper(held, store(a_pdf(password="secret")), "Locked paper")
    add_paper(held, store(b"%PDF-1.7 and then nothing"), "Broken paper")
    add_paper(held, store(b"\x89PNG no picture", "png"), "Broken picture")
    add_paper(held, store(b"PK word", "docx"), "Word paper")
    add_paper(held, store(b"PK excel", "xlsx"), "Excel paper")
    add_paper(held, store(a_pdf(), state="waiting"), "Waiting paper")
    lost = store(a_pdf())
    lost.file.storage.delete(str(lost.file.name))
    add_paper(held, lost, "Lost paper")
    add_paper(held, store(a_pdf(), state="refused"), "Bad paper")
    listed: list[papers.Paper] = []
    original = papers.read_papers

    def remember(stored: Any, folder: Any) -> Any:
        listed.extend(original(stored, folder))
        return listed

    monkeypatch.setattr("meetings.pdfs.packet.read_papers", remember)
    made = packet_of(held)
    assert bookmarks(made)[-1] == ("Papers", ["Good paper"])
    assert [(each.title, each.why_apart) for each in listed] == [
        ("Good paper", ""),
        ("Locked paper", "It has a password."),
        ("Broken paper", "It is damaged and cannot be opened."),
        ("Broken picture", "It is damaged and cannot be opened."),
        ("Word paper", "Word document: it cannot be put into a PDF."),
        ("Excel paper", "Excel workbook: it cannot be put into a PDF."),
        ("Waiting paper", "It waited for the virus scan when this packet was made."),
        ("Lost paper", "It is missing from the storage of files."),
        ("Bad paper", "It was refused by the virus scanner."),
    ]


def test_a_packet_has_a_limit_beyond_which_papers_are_apart(held, monkeypatch):
    monkeypatch.setattr(papers, "MOST_BYTES", 2_000)
    small = a_pdf()
    add_paper(held, store(small), "Small paper")
    add_paper(held, store(a_picture(size=(900, 900)) + b" " * 3_000, "png"), "Large paper")
    add_paper(held, store(small), "Another small paper")
    assert bookmarks(packet_of(held))[-1][1] == ["Small paper", "Another small paper"]


def test_papers_that_do_not_fit_into_memory_together_are_appended_in_steps(held, monkeypatch):
    monkeypatch.setattr("meetings.pdfs.packet.AT_ONCE", 1)
    for number in range(3):
        add_paper(held, store(a_pdf(pages=2)), f"Paper {number}")
    made = packet_of(held)
    assert bookmarks(made)[-1][1] == ["Paper 0", "Paper 1", "Paper 2"]
    with opened(made) as pdf:
        assert len(pdf.pages) == made.pages


def test_tags_of_a_paper_are_not_taken_for_ours(held):
    tagged = make_pdf("<html lang='en'><head><title>T</title></head><body><h1>Paper</h1><p>Text</p></body></html>")
    add_paper(held, store(tagged.data), "Tagged paper")
    made = packet_of(held)
    with opened(made) as pdf:
        assert "/StructParents" not in pdf.pages[-1].obj
        assert "/StructParents" in pdf.pages[0].obj


def test_a_storage_that_does_not_respond_makes_no_packet_without_papers(held, monkeypatch, tmp_path):
    add_paper(held, store(a_pdf()), "Paper")
    asked = pdfs.ask_for_packet(held.following, by=held.staff, at=AT)

    def fails(self: Any, mode: str = "rb") -> Any:
        raise OSError("no route")

    monkeypatch.setattr(FieldFile, "open", fails)
    with pytest.raises(OSError, match="no route"):
        papers.read_papers(asked.papers, tmp_path)


# ---------------------------------------------------------------- Requests
def test_a_packet_needs_an_agenda_and_a_meeting_that_takes_place(held):
    with pytest.raises(CannotMakePacket, match="agenda is empty"):
        pdfs.ask_for_packet(held.following, by=held.staff, at=AT)
    held.following.status = "canceled"
    with pytest.raises(CannotMakePacket, match="canceled"):
        pdfs.ask_for_packet(held.following, by=held.staff, at=AT)


def test_members_download_the_packet_once_the_agenda_is_known(as_, held):
    factories.make_agenda_item(held.following, title="Welcome")
    page = held.following.get_absolute_url()
    assert "Make packet" in words(as_("staff").get(page))
    assert as_("manager").post(at("packet_ask", held.following.pk)).status_code == 403
    as_("staff").post(at("packet_ask", held.following.pk))
    made = MeetingPdf.objects.get()
    pdfs.MAKER.work_on(made.pk, at=AT)
    assert "Download packet" in words(as_("staff").get(page))
    assert "Download packet" not in words(as_("manager").get(page))
    assert as_("manager").get(at("pdf_file", made.pk)).status_code == 404
    MeetingRecord.objects.create(meeting=held.following, check_in_token="x", agenda_published_at=AT)
    assert "Download packet" in words(as_("manager").get(page))
    assert as_("manager").get(at("pdf_file", made.pk)).status_code == 200
    assert as_("stranger").get(at("pdf_file", made.pk)).status_code == 404


def test_the_same_packet_is_made_once_and_a_changed_agenda_makes_another(as_, held):
    item = factories.make_agenda_item(held.following, title="Welcome")
    first = pdfs.ask_for_packet(held.following, by=held.staff, at=AT)
    assert pdfs.ask_for_packet(held.following, by=held.staff, at=AT) == first
    pdfs.MAKER.work_on(first.pk, at=AT)
    factories.make_paper(item, store(a_pdf()))
    assert pdfs.ask_for_packet(held.following, by=held.staff, at=AT) != first


def test_a_person_waits_for_one_pdf(as_, held, minutes):
    factories.make_agenda_item(held.following, title="Welcome")
    as_("staff").post(at("packet_ask", held.following.pk))
    answer = as_("staff").post(at("minutes_pdf_ask", held.meeting.pk), follow=True)
    assert "You already requested this PDF" in words(answer)
    with pytest.raises(IntegrityError, match="person_waits_for_one_meeting_pdf"), transaction.atomic():
        factories.make_meeting_pdf(held.meeting, asked_by=held.staff)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_get_one_packet(held, cast):
    factories.make_agenda_item(held.following, title="Welcome")
    second_waits_for(
        lambda: pdfs.ask_for_packet(held.following, by=cast["staff"], at=AT),
        lambda: pdfs.ask_for_packet(held.following, by=cast["board"], at=AT),
    )
    assert MeetingPdf.objects.get().asked_by == cast["staff"]


def test_what_failed_can_be_tried_again_and_slow_work_is_told(as_, held):
    failed = factories.make_meeting_pdf(held.following, status="failed", message="Pango is missing.")
    assert "Pango is missing." in words(as_("staff").get(at("pdf_detail", failed.pk)))
    as_("staff").post(at("pdf_again", failed.pk))
    failed.refresh_from_db()
    assert (failed.status, failed.asked_by) == ("waiting", held.staff)
    assert "already in progress" in words(as_("staff").post(at("pdf_again", failed.pk), follow=True))
    pdfs.MAKER.work_on(failed.pk, at=failed.asked_at + timedelta(minutes=1))
    notice = Notice.objects.get(kind="notices.document")
    assert (notice.recipient, notice.url) == (held.staff, failed.get_absolute_url())


def test_old_minutes_are_cleaned_up_and_packets_stay(held, minutes):
    factories.make_agenda_item(held.following, title="Welcome")
    pdfs.MAKER.work_on(pdfs.ask_for_minutes(minutes, by=held.staff, at=AT).pk, at=AT)
    packet_of(held)
    assert pdfs.clean_up(at=AT + 40 * DAY) == 1
    assert MeetingPdf.objects.get().kind == "packet"
