"""The packet of the last meeting of the sample's board, with the links of two members: one has opened it, one has not.

It waits to be made: laying out a PDF takes seconds, for which nobody who starts the demo should wait. A worker makes it
within a minute, and the page of a link shows its text in the meantime.
"""

from collections.abc import Iterator
from datetime import timedelta

from meetings.models import Group, Meeting
from onestop.accounts import signed_links
from onestop.dashboards.board.telling import address_of
from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import texts
from onestop.dashboards.papers.packets import LASTS
from partners.models import BoardTerm
from partners.sample.area_story import AreaStory
from partners.sample.past import Step

BEFORE = timedelta(days=6)  # the packet was issued before the meeting
# Who received it, and after how many hours each opened it.
RECIPIENTS = {"Priya Raman": 5, "Rutger Amsel": None}
SECTIONS = ("figures", "goals", "agreements", "coverage", "cost_shares", "meetings", "opportunities")


def load(story: AreaStory) -> None:
    """Add the packet and its links; nothing if the board has not met yet."""
    held = Meeting.objects.filter(group__area=story.area, group__kind=Group.Kind.BOARD, status=Meeting.Status.HELD)
    meeting = held.select_related("group", "series").order_by("-starts_at").first()
    if meeting is None:
        return
    day = meeting.local_start.date() - BEFORE
    asked_at = story.at(day, 9)
    title = f"Board packet, {meeting.local_start:%B %Y}"
    html = texts.packet_html(story.area, title, SECTIONS, meeting=meeting, today=day)
    packet = DashboardPdf.objects.create(
        area=story.area, kind=DashboardPdf.Kind.PACKET, title=title, day=day, sections=list(SECTIONS), meeting=meeting,
        digest=texts.digest_of(html), html=html, asked_at=asked_at,
    )  # fmt: skip
    links = list(_links(story, packet))
    PacketLink.objects.bulk_create(links)
    for link in links:
        steps = [Step(link.opened_at, link.user, {"opened_at": None})] if link.opened_at else []
        story.past.add(link, at=link.asked_at, by=story.staff, steps=steps)
    story.past.write()


def _links(story: AreaStory, packet: DashboardPdf) -> Iterator[PacketLink]:
    sent_at = packet.asked_at + timedelta(hours=1)
    terms = BoardTerm.objects.of(story.area).on(story.today).filter(name__in=RECIPIENTS).select_related("user")
    for term in terms.order_by("name", "pk"):
        hours = RECIPIENTS[term.name]
        yield PacketLink(
            pdf=packet, term=term, user=term.user, name=term.name, email=address_of(term),
            nonce=signed_links.new_nonce(), asked_by=story.staff, asked_at=sent_at, expires_at=sent_at + LASTS,
            opened_at=sent_at + timedelta(hours=hours) if hours is not None else None,
        )  # fmt: skip
