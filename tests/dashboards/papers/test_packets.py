"""Board packets: which sections, what they say, the PDF, who may make and read it; the guide."""

import io
from datetime import timedelta
from typing import Any

import pdfua
import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers import pdfs
from onestop.dashboards.papers.contents import PARTS, sections_of
from onestop.dashboards.papers.texts import digest_of
from onestop.files.documents import AlreadyWaiting
from onestop.jobs import leases, waking
from tests import factories
from tests.at_once import second_waits_for
from tests.dashboards.papers.full_area import AT, fill
from tests.meetings.minutes_world import told_by

NONE = {f"place_{code}": "out" for code in PARTS}


def at(name: str, *args: object) -> str:
    return reverse(f"dashboards:{name}", args=args)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def ask(area: Any, by: Any, *sections: str, **fields: Any) -> DashboardPdf:
    given = {"title": "Packet of June", "sections": list(sections or PARTS), "meeting": None, "at": AT}
    return pdfs.ask_for_packet(area, by=by, **given | fields)


# ---------------------------------------------------------------- Sections
def said(area: Any, code: str) -> str:
    [(_code, section)] = sections_of(area, [code], today=timezone.localdate(timezone=area.zone))
    cells = [cell for table in section.filled for row in table.rows for cell in row.cells]
    return " | ".join([section.title, *map(str, section.paragraphs), *map(str, cells)])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "figures",
            ["Agreements in force | 2 (of 3) | 1 expired, 1 ends in 30 days", "Goals on track | 0 (of 1) | 1 at risk"],
        ),
        ("decisions", ["1 item is for decision", "Shall we fund the lab 0"]),
        ("goals", ["1 goal: 1 at risk.", "Two classes were canceled.", "45.5%", "70% by", "Millrace Adult Learning"]),
        ("agreements", ["2 agreements are in force", "MOU-soon-0", "Expired 5 days ago"]),
        ("meetings", ["1 meeting was held", "100 percent of the seats"]),
        ("engagement", ["Millrace Adult Learning | ", "Partner 0 | "]),
        (
            "opportunities",
            ["1 thing can be taken on.", "Taken on now: 1. Done in the last 12 months: 1.", "Three jobs"],
        ),
        ("cost_shares", ["No budget of infrastructure costs is adopted."]),
        ("purchases", ["No purchase of service is in force."]),
        ("coverage", ["required programs have a partner."]),
    ],
)
def test_each_section_says_what_is_recorded(area, partner, code, words):
    fill(area, partner)
    found = said(area, code)
    assert [word for word in words if word not in found] == []
    assert "MOU-draft" not in found


@pytest.mark.parametrize("code", PARTS)
def test_a_section_of_an_empty_area_says_so_in_words(area, code):
    [(_code, section)] = sections_of(area, [code], today=timezone.localdate(timezone=area.zone))
    assert section.paragraphs or section.filled


def test_money_of_cost_shares_and_purchases(area, partner, neighbor_partner, cast):
    from tests.world import build_world

    build_world(area, partner, manager=cast["manager"], representative=None)
    assert "$" in said(area, "cost_shares")
    assert "buys from" in said(area, "purchases")


def test_a_purchase_whose_terms_nobody_entered_is_in_the_packet(area):
    factories.make_agreement(
        area, kind="purchase", title="Bus passes", status="executed", effective_on="2025-01-01",
        executed_on="2025-01-01",
    )  # fmt: skip
    assert "Bus passes" in said(area, "purchases")
    assert "Not recorded yet" in said(area, "purchases")


def test_sections_cost_the_same_number_of_queries_for_one_row_and_for_many(area, partner):
    def queries() -> dict[str, int]:
        counted = {}
        for code in PARTS:
            with CaptureQueriesContext(connection) as found:
                sections_of(area, [code], today=timezone.localdate(timezone=area.zone))
            counted[code] = len(found)
        return counted

    fill(area, partner)
    queries()
    few = queries()
    for number in range(3):
        other = factories.make_partnership(area, name=f"More {number}")
        fill_more = factories.make_service(other)
        assert fill_more.pk
    more_area_rows(area, partner)
    assert queries() == few


def more_area_rows(area: Any, partner: Any) -> None:
    """Add goals, agreements, points of engagement and members to an area that was filled."""
    plan = area.plans.get()
    for number in range(5):
        goal = factories.make_goal(plan)
        factories.make_goal_partner(goal, partner, role="accountable")
        factories.make_goal_update(goal)
        factories.make_agreement(
            area, number=f"More-{number}", status="executed", effective_on="2025-01-01", executed_on="2025-01-01"
        )
        factories.make_opportunity(area)


def test_sections_cost_the_same_number_of_queries_in_an_area_of_one_row_and_of_ten(area, partner, other_area):
    few = cost_of_sections(area, partner, rows=1)
    many = cost_of_sections(other_area, factories.make_partnership(other_area, name="Far Mill"), rows=10)
    assert many == few


def cost_of_sections(area: Any, partner: Any, *, rows: int) -> dict[str, int]:
    """Fill an area, and return the number of queries of each section."""
    fill(area, partner, rows)
    counted = {}
    for code in PARTS:
        with CaptureQueriesContext(connection) as found:
            sections_of(area, [code], today=timezone.localdate(timezone=area.zone))
        counted[code] = len(found)
    return counted


def test_the_figures_are_those_of_the_dashboard(as_, area, partner, cast):
    from tests.world import build_world

    build_world(area, partner, manager=cast["manager"], representative=None)
    fill(area, partner)
    page = as_("board").get(reverse("dashboards:board_dashboard", args=[area.slug]))
    [(_code, section)] = sections_of(area, ["figures"], today=timezone.localdate(timezone=area.zone))
    told = {row.name: str(row.cells[1]) for row in section.tables[0].rows}
    for figure in page.context["figures"]:
        assert told[figure.label] == (f"{figure.value} ({figure.rest})" if figure.rest else figure.value)


# ---------------------------------------------------------------- Pictures
def test_goals_have_their_curves_with_words_and_a_table(area, partner):
    fill(area, partner)
    [(_code, section)] = sections_of(area, ["goals"], today=timezone.localdate(timezone=area.zone))
    [drawing] = section.drawings
    [(_name, words, picture)] = drawing.pictures
    assert "<title>" in picture
    assert str(drawing.charts[0].say) in words
    assert drawing.table.header[1] == "Reported"
    assert "Line with full dots: reported" in drawing.signs
    assert any("45.5%" in row.cells for row in drawing.table.rows)


def test_figures_have_their_lines_over_two_years(area, partner):
    today = timezone.localdate(timezone=area.zone)
    for months in range(4):
        factories.make_snapshot(
            area, today - timedelta(days=31 * (months + 1)), engagement=60 + months, attendance=90 - months,
            paid_percent=None if months else 80,
        )  # fmt: skip
    [(_code, section)] = sections_of(area, ["figures"], today=today)
    [drawing] = section.drawings
    assert [str(chart.title) for chart in drawing.charts] == [
        "Engagement of the middle partner", "Seats filled at meetings",
    ]  # fmt: skip
    assert [list(row.cells)[1:] for row in drawing.table.rows] == [
        ["63", "87%"], ["62", "88%"], ["61", "89%"], ["60", "90%"],
    ]  # fmt: skip


def test_pictures_are_figures_with_alternative_text(area, partner, cast, tmp_path):
    fill(area, partner)
    made = ask(area, cast["staff"], "goals")
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    made.refresh_from_db()
    with pikepdf.open(io.BytesIO(made.file.read())) as pdf:
        found = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"]
        texts = [str(figure.get("/Alt", "")) for figure in found]
    assert len(texts) == 1
    assert "45.5%" in texts[0]


# ---------------------------------------------------------------- The packet
def test_staff_choose_sections_and_their_order(as_, area, partner):
    fill(area, partner)
    page = as_("staff").get(at("packet_add", area.slug))
    assert page.context["form"].initial["title"].startswith("Board packet, ")
    meeting = partner.group_seats.get().group.meetings.get(status="planned")
    assert page.context["form"].initial["meeting"] == str(meeting.pk)
    chosen = NONE | {"title": "Packet", "place_goals": "2", "place_agreements": "1", "meeting": meeting.pk}
    answer = as_("staff").post(at("packet_add", area.slug), chosen)
    made = DashboardPdf.objects.get()
    assert answer["Location"] == at("pdf_detail", made.pk)
    assert (made.sections, made.meeting) == (["agreements", "goals"], meeting)
    assert made.html.index("MOU-soon-0") < made.html.index("Two classes were canceled.")
    assert "Summary figures" not in made.html


def test_a_packet_has_at_least_one_section(as_, area):
    page = as_("staff").post(at("packet_add", area.slug), NONE | {"title": "Packet"})
    assert "Choose at least one section." in page.content.decode()
    assert not DashboardPdf.objects.exists()


def test_a_packet_refuses_what_the_form_does_not_offer(area, other_area, cast):
    elsewhere = factories.make_meeting(factories.make_series(factories.make_group(other_area)))
    with pytest.raises(pdfs.CannotMakePaper, match="another area"):
        ask(area, cast["staff"], "goals", meeting=elsewhere)
    with pytest.raises(pdfs.CannotMakePaper, match="each section once"):
        ask(area, cast["staff"], "goals", "goals")
    with pytest.raises(pdfs.CannotMakePaper, match="each section once"):
        ask(area, cast["staff"], "salaries")


def test_a_packet_is_an_accessible_pdf_with_contents_and_bookmarks(as_, area, partner, cast, tmp_path):
    fill(area, partner)
    for days in (40, 80, 120):
        factories.make_snapshot(area, AT.date() - timedelta(days), engagement=60, attendance=days // 2, paid_percent=9)
    made = ask(area, cast["staff"])
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    made.refresh_from_db()
    assert made.status == "ready", made.message
    assert made.html.count("<svg") == 4
    file = as_("board").get(at("pdf_file", made.pk))
    assert "riverbend-packet-of-june-" in file["Content-Disposition"]
    content = b"".join(file.streaming_content)
    path = tmp_path / "packet.pdf"
    path.write_bytes(content)
    assert pdfua.validate(path).findings == ()
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:3] == ["Summary figures", "Decisions awaited", "Shared goals"]
    assert len(titles) == len(PARTS)
    assert "Contents" in told_by(made.html)


def test_the_same_packet_is_made_once_and_a_person_waits_for_one(area, cast):
    first = ask(area, cast["staff"], "goals")
    assert ask(area, cast["staff"], "goals") == first
    with pytest.raises(AlreadyWaiting):
        ask(area, cast["staff"], "agreements")


def test_a_packet_stays_as_it_was_issued(area, partner, cast):
    made = ask(area, cast["staff"], "goals")
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    fill(area, partner)
    made.refresh_from_db()
    assert "No adopted plan" in made.html
    with pytest.raises(Exception, match="Cannot update"):
        DashboardPdf.objects.filter(pk=made.pk).update(title="Another")


def test_the_text_of_a_packet_stays_and_that_of_a_guide_and_a_briefing_is_emptied(area, partner, cast):
    packet = ask(area, cast["staff"], "goals")
    guide = pdfs.ask_for_guide(area, by=cast["state"], at=AT)
    briefing = pdfs.ask_for_briefing(partner, by=cast["manager"], at=AT)
    texts = {made.pk: made.html for made in (packet, guide, briefing)}
    for made in (packet, guide, briefing):
        assert pdfs.MAKER.work_on(made.pk, at=AT)
        made.refresh_from_db()
        assert (made.status, made.digest) == ("ready", digest_of(texts[made.pk]))
    assert packet.html == texts[packet.pk]
    assert (guide.html, briefing.html) == ("", "")
    assert pdfs.ask_for_guide(area, by=cast["staff"], at=AT) == guide


def test_a_packet_whose_worker_was_killed_is_made_by_another_one(area, cast, monkeypatch):
    made = ask(area, cast["staff"], "goals")
    assert leases.take(DashboardPdf.objects.at_work(), made.pk, status="making")  # and killed
    woken: list[int] = []
    monkeypatch.setattr(waking, "wake", lambda _task, pk: woken.append(pk))
    assert (pdfs.MAKER.sweep(), woken) == (0, [])
    DashboardPdf.objects.filter(pk=made.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert (pdfs.MAKER.sweep(), woken) == (1, [made.pk])
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    made.refresh_from_db()
    assert (made.status, made.tries) == ("ready", 2)


def test_what_was_sent_is_never_cleaned_up(area):
    past = AT - pdfs.KEPT * 2
    failed = factories.make_dashboard_pdf(area, status="failed", asked_at=past)
    factories.make_packet_link(failed, factories.make_board_term(factories.make_board_seat(area)))
    assert pdfs.clean_up(at=AT) == 0


def test_the_list_shows_packets_and_guides_to_staff_state_and_board(as_, area, partner):
    factories.make_dashboard_pdf(area, title="Packet of June", status="failed")
    factories.make_dashboard_pdf(area, title="Guide", kind="guide", status="failed")
    factories.make_dashboard_pdf(area, title="A partner", kind="briefing", partnership=partner, status="failed")
    for who in ("staff", "state", "board"):
        page = as_(who).get(at("packet_list", area.slug)).content.decode()
        assert "Packet of June" in page
        assert "Guide" in page
        assert "A partner" not in page
    assert as_("manager").get(at("packet_list", area.slug)).status_code == 403
    file = as_("staff").get(at("packet_list", area.slug), {"export": "csv"})
    assert b"Packet of June" in b"".join(file.streaming_content if file.streaming else [file.content])


def test_the_guide_says_what_can_be_taken_on_and_what_it_changed(as_, area, partner):
    fill(area, partner)
    as_("board").post(at("guide_ask", area.slug))
    guide = told_by(DashboardPdf.objects.get(kind="guide").html)
    for words in ("Visit the lab 0", "Read the policy 0", "Three jobs 0", "real control"):
        assert words in guide


def test_old_briefings_and_failed_papers_are_cleaned_up_and_packets_stay(area, partner, cast):
    past = AT - pdfs.KEPT * 2
    made = ask(area, cast["staff"], "goals", at=past)
    assert pdfs.MAKER.work_on(made.pk, at=past)
    factories.make_dashboard_pdf(area, status="failed", asked_at=past)
    factories.make_dashboard_pdf(area, kind="briefing", partnership=partner, status="failed", asked_at=past)
    assert pdfs.clean_up(at=AT) == 2
    assert list(DashboardPdf.objects.all()) == [made]


def test_a_failed_packet_is_tried_again_by_staff(as_, area):
    failed = factories.make_dashboard_pdf(area, status="failed", message="Pango is missing.")
    assert as_("board").post(at("pdf_again", failed.pk)).status_code == 403
    as_("staff").post(at("pdf_again", failed.pk))
    failed.refresh_from_db()
    assert failed.status == "waiting"


@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_at_once_get_one_packet(area, cast):
    second = second_waits_for(lambda: ask(area, cast["staff"], "goals"), lambda: ask(area, cast["state"], "goals"))
    made = DashboardPdf.objects.get()
    assert (second, made.asked_by) == (made, cast["staff"])


def test_a_section_that_is_moved_goes_before_the_one_that_has_its_place(as_, area):
    places = {f"place_{code}": str(number) for number, code in enumerate(PARTS, 1)}
    as_("staff").post(at("packet_add", area.slug), places | {"title": "Packet", "place_goals": "1"})
    assert DashboardPdf.objects.get().sections[:3] == ["goals", "figures", "decisions"]
