"""The packet of the sample: of the last meeting of the board, sent to two members, one of whom has opened it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import pdfs
from onestop.dashboards.papers.recipients import recipients_of
from tests.partners.sample.contents.conftest import TODAY

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 18, tzinfo=UTC)


def test_it_waits_for_a_worker_and_was_sent_to_two_members(riverbend: Any):
    packet = DashboardPdf.objects.get(area=riverbend)
    assert (packet.status, packet.asked_by) == ("waiting", None)
    assert packet.meeting
    assert packet.day < packet.meeting.local_start.date() < TODAY
    found = recipients_of(packet, NOW)
    assert [(each.link.name, each.opened_at is not None) for each in found] == [
        ("Priya Raman", True), ("Rutger Amsel", False),
    ]  # fmt: skip
    event = PacketLink.pgh_event_model  # type: ignore[attr-defined]
    assert event.objects.filter(pgh_label="update").count() == 1
    assert "<svg" in packet.html


@pytest.mark.long
def test_a_worker_makes_it(riverbend: Any, settings: Any, tmp_path: Any):
    settings.MEDIA_ROOT = tmp_path
    packet = DashboardPdf.objects.get(area=riverbend)
    assert pdfs.MAKER.work_on(packet.pk, at=NOW)
    packet.refresh_from_db()
    assert packet.status == "ready", packet.message
