"""A partner in ten minutes, as page and PDF, and how a partner stands: what they say, who reads them."""

from datetime import timedelta
from typing import Any

import pdfua
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers import pdfs
from onestop.dashboards.papers.briefing import briefing_sections
from onestop.dashboards.papers.standing import standing_sections
from tests import factories
from tests.dashboards.papers.full_area import AT, fill
from tests.meetings.minutes_world import told_by


def at(name: str, *args: object) -> str:
    return reverse(f"dashboards:{name}", args=args)


def today_in(area: Any) -> Any:
    return timezone.localdate(timezone=area.zone)


def words(answer: Any) -> str:
    return told_by(answer.content.decode())


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# ---------------------------------------------------------------- In ten minutes
def test_a_newcomer_reads_who_a_partner_is(as_, area, partner):
    fill(area, partner)
    page = words(as_("board").get(at("briefing", partner.pk)))
    for said in (
        "Millrace Adult Learning in ten minutes", "Sign-up 0", "Intake 0", "Welding 0", "rita0@mill.example",
        "2 agreements are in force", "Evening classes", "To open the lab 0.", "Send the counts 0",
        "1 action item is open, 1 overdue. Questions to answer: 1.", "An interpreter 0",
    ):  # fmt: skip
        assert said in page, said
    assert "MOU-draft" not in page


def test_nothing_of_support_teams_drafts_and_private_questions_is_told(as_, area, partner):
    team = factories.make_group(area, kind="support", name="Team 7")
    factories.make_group_seat(team, partner)
    meeting = factories.make_meeting(factories.make_series(team), status="held")
    meeting.decisions.create(text="To help a customer.", at=AT)
    factories.make_action(team, partnership=partner, text="Drive a customer")
    factories.make_question(area, to_partnership=partner, subject="A secret", is_private=True)
    draft = factories.make_agreement(area, title="A draft of ours")
    factories.make_party(draft, partner)
    page = words(as_("staff").get(at("briefing", partner.pk)))
    for hidden in ("Team 7", "To help a customer", "Drive a customer", "A secret", "A draft of ours"):
        assert hidden not in page


def test_an_empty_partner_says_so_in_words(as_, partner):
    page = words(as_("manager").get(at("briefing", partner.pk)))
    assert "No services are listed." in page
    assert "Nobody represents this partner yet." in page
    assert "No group with a seat for this partner has recorded a decision" in page


def test_the_briefing_is_an_accessible_pdf(as_, area, partner, cast, tmp_path):
    fill(area, partner)
    answer = as_("manager").post(at("briefing_ask", partner.pk))
    made = DashboardPdf.objects.get()
    assert answer["Location"] == at("pdf_detail", made.pk)
    assert (made.kind, made.partnership) == ("briefing", partner)
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    file = as_("colleague").get(at("pdf_file", made.pk))
    path = tmp_path / "briefing.pdf"
    path.write_bytes(b"".join(file.streaming_content))
    assert pdfua.validate(path).findings == ()
    assert as_("neighbor").get(at("pdf_file", made.pk)).status_code == 404


def test_other_partners_do_not_read_it(as_, partner):
    assert as_("neighbor").get(at("briefing", partner.pk)).status_code == 403
    assert as_("neighbor").get(at("standing", partner.pk)).status_code == 403
    assert as_("board").get(at("standing", partner.pk)).status_code == 403
    assert as_("stranger").get(at("briefing", partner.pk)).status_code == 404


# ---------------------------------------------------------------- How it stands
def test_a_partner_sees_what_is_asked_of_it_and_how_it_stands(as_, area, partner):
    fill(area, partner)
    page = words(as_("manager").get(at("standing", partner.pk)))
    for said in (
        "What is asked of us", "overdue.", "Confirm 1 service", "Send the counts 0", "Answer a question",
        "Consent to a goal", "Agreements in force 2 End within 270 days: 1. Lapsed: 1.",
        "Meetings attended, 12 months 1 of 1", "Open action items 1 Overdue: 1.", "Shared goals 1 Answers for: 1.",
        "What others see of us", "1 representative with phone and email",
    ):  # fmt: skip
        assert said in page, said


def test_a_goal_that_changed_waits_for_consent_anew(partner, area):
    plan = factories.make_plan(area)
    goal = factories.make_goal(plan)
    factories.make_goal_partner(goal, partner)
    factories.make_goal_consent(goal, partner)

    def asked() -> str:
        [(_code, section), *_rest] = standing_sections(partner, today_in(partner.area))
        return str([row.cells for table in section.tables for row in table.rows])

    assert "Consent to a goal" not in asked()
    type(goal).objects.filter(pk=goal.pk).update(version=2)
    assert "Consent to a goal" in asked()


def test_statements_counts_and_signatures_wait_for_the_partner(area, partner, cast):
    from tests.world import build_world

    build_world(area, partner, manager=cast["manager"], representative=None)
    [(_code, section), *_rest] = standing_sections(partner, today_in(partner.area))
    asked = str([row.cells for table in section.tables for row in table.rows])
    assert "Sign as" in asked
    assert "Answer the statement of" in asked
    assert "Send the counts for" in asked


def test_what_is_first_due_comes_first(partner, area):
    group = factories.make_group(area)
    today = today_in(partner.area)
    for days in (9, -2, 4):
        factories.make_action(group, partnership=partner, text=f"In {days}", due_on=today + timedelta(days))
    [(_code, section), *_rest] = standing_sections(partner, today)
    assert [row.name for row in section.tables[0].rows] == ["In -2", "In 4", "In 9"]


def test_pages_cost_the_same_number_of_queries_for_one_row_and_for_many(area, partner):
    partner.refresh_from_db()

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as first:
            briefing_sections(partner, today_in(partner.area))
        with CaptureQueriesContext(connection) as second:
            standing_sections(partner, today_in(partner.area))
        return len(first), len(second)

    fill(area, partner)
    queries()
    few = queries()
    group = partner.group_seats.get().group
    plan = area.plans.get()
    for number in range(5):
        factories.make_service(partner, name=f"More {number}")
        factories.make_representative(
            partner, name=f"More {number}", email=f"more{number}@mill.example", kind="alternate"
        )
        factories.make_action(group, partnership=partner)
        factories.make_question(area, to_partnership=partner)
        factories.make_goal_partner(factories.make_goal(plan), partner)
        factories.make_project(area, partner)
        factories.make_party(factories.make_agreement(area, number=f"M-{number}", status="review"), partner)
    assert queries() == few


def test_pages_cost_the_same_number_of_queries_for_one_row_and_for_ten_of_each(area, partner, other_area):
    def queries(of: Any) -> dict[str, int]:
        of.refresh_from_db()
        counted = {}
        for name, sections in (("briefing", briefing_sections), ("standing", standing_sections)):
            with CaptureQueriesContext(connection) as found:
                sections(of, today_in(of.area))
            counted[name] = len(found)
        return counted

    fill(area, partner)
    far = factories.make_partnership(other_area, name="Far Mill")
    fill(other_area, far, rows=10)
    assert queries(far) == queries(partner)


# ---------------------------------------------------------------- The way there
def test_the_home_page_and_the_page_of_a_partner_lead_there(as_, area, partner):
    home = as_("manager").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert at("standing", partner.pk) in home
    detail = reverse("partners:partnership_detail", args=[partner.pk])
    assert at("briefing", partner.pk) in as_("board").get(detail).content.decode()
    assert at("standing", partner.pk) not in as_("board").get(detail).content.decode()
    assert at("briefing", partner.pk) not in as_("neighbor").get(detail).content.decode()


def test_the_navigation_shows_packets_to_those_who_read_them(as_, area):
    address = at("packet_list", area.slug)
    home, dashboard = (reverse(f"dashboards:{name}", args=[area.slug]) for name in ("home", "board_dashboard"))
    assert address in as_("board").get(dashboard).content.decode()
    assert dashboard in as_("board").get(home).content.decode()
    assert dashboard not in as_("manager").get(home).content.decode()
