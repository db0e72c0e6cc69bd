"""Every row of a paper leads to a page that each of its readers may open, and says nothing that they may not see."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.papers.briefing import briefing_sections
from onestop.dashboards.papers.contents import PARTS, sections_of
from onestop.dashboards.papers.section import Section
from onestop.dashboards.papers.standing import standing_sections
from tests import factories
from tests.dashboards.papers.full_area import fill
from tests.meetings.minutes_world import told_by
from tests.world import build_world

READ_BRIEFING = ("staff", "state", "board", "manager", "colleague")


def today_in(area: Any) -> Any:
    return timezone.localdate(timezone=area.zone)


def urls_of(sections: list[tuple[str, Section]]) -> Iterator[str]:
    for _code, section in sections:
        yield from filter(None, [section.url, *(row.url for table in section.filled for row in table.rows)])


def closed(client: Any, sections: list[tuple[str, Section]]) -> dict[str, int]:
    """Return the addresses that do not open, with what they answer."""
    answers = {url: client.get(url).status_code for url in dict.fromkeys(urls_of(sections))}
    return {url: status for url, status in answers.items() if status != 200}


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def full(area, partner, cast) -> Any:
    """Return the partner, in an area with everything."""
    build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])
    fill(area, partner)
    factories.make_values(area, adopted_on=today_in(area))
    late = factories.make_goal(area.plans.filter(status="adopted").first(), name="Late report")
    factories.make_goal_partner(late, partner, role="accountable")
    factories.make_goal_update(late, as_of=today_in(area) - timedelta(days=200))
    partner.refresh_from_db()
    return partner


@pytest.mark.parametrize("who", ["manager", "colleague", "staff", "state"])
def test_everything_that_is_asked_of_a_partner_opens_for_its_people(as_, full, who):
    sections = standing_sections(full, today_in(full.area))
    asked = {row.name for table in sections[0][1].filled for row in table.rows}
    assert {"Affirm the shared values", "Report on a goal", "Answer a question", "Consent to a goal"} <= asked
    assert closed(as_(who), sections) == {}


@pytest.mark.parametrize("who", READ_BRIEFING)
def test_every_row_of_a_briefing_opens_for_each_reader(as_, full, who):
    assert closed(as_(who), briefing_sections(full, today_in(full.area))) == {}


@pytest.mark.parametrize("who", ["staff", "state", "board"])
def test_every_row_of_a_packet_opens_for_each_reader(as_, area, full, who):
    assert closed(as_(who), sections_of(area, PARTS, today=today_in(area))) == {}


def test_a_briefing_leaves_out_what_a_reader_could_not_open(as_, area, other_area, partner, cast):
    elsewhere = factories.make_group(other_area, name="Council elsewhere")
    factories.make_group_seat(elsewhere, partner)
    meeting = factories.make_meeting(factories.make_series(elsewhere), status="held")
    meeting.decisions.create(text="To share a van.", at=meeting.starts_at)
    factories.make_action(elsewhere, partnership=partner, text="Rent a van")
    service = factories.make_service(partner, name="Welding")
    factories.make_proposal(service, cast["neighbor"])
    factories.make_plan(area, status="draft", name="A draft plan")
    told = {who: told_by(as_(who).get(reverse("dashboards:briefing", args=[partner.pk])).content.decode())
            for who in READ_BRIEFING}  # fmt: skip
    for page in told.values():
        for hidden in ("Council elsewhere", "To share a van", "Rent a van", "A change was proposed", "A draft plan"):
            assert hidden not in page
    standing = told_by(as_("manager").get(reverse("dashboards:standing", args=[partner.pk])).content.decode())
    assert "Rent a van" in standing
    assert "Decide a proposed change" in standing


def test_a_question_only_for_a_partner_waits_for_it_and_is_in_no_briefing(as_, area, partner):
    factories.make_question(area, to_partnership=partner, subject="Between us", is_private=True)
    standing = as_("colleague").get(reverse("dashboards:standing", args=[partner.pk]))
    assert "Between us" in told_by(standing.content.decode())
    briefing = as_("colleague").get(reverse("dashboards:briefing", args=[partner.pk]))
    assert "Between us" not in told_by(briefing.content.decode())
