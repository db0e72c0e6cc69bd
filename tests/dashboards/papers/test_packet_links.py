"""Packets by mail: who gets a link, what it opens, how it is sent again and withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import packets, pdfs
from onestop.dashboards.papers.recipients import recipients_of
from onestop.notices.models import Notice
from partners.models import BoardTerm
from tests import factories
from tests.at_once import second_waits_for
from tests.dashboards.papers.full_area import AT, fill
from tests.meetings.minutes_world import told_by


def at(name: str, *args: object) -> str:
    return reverse(f"dashboards:{name}", args=args)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def member(area) -> BoardTerm:
    seat = factories.make_board_seat(area)
    return factories.make_board_term(seat, name="Rita Reader", email="Rita@mill.example")


@pytest.fixture
def ready(area, partner, cast) -> DashboardPdf:
    fill(area, partner)
    made = pdfs.ask_for_packet(area, title="Packet of June", sections=["goals"], meeting=None, by=cast["staff"], at=AT)
    assert pdfs.MAKER.work_on(made.pk, at=AT)
    made.refresh_from_db()
    return made


def test_staff_mail_a_packet_to_members_they_choose(as_, ready, member, cast):
    page = as_("staff").get(at("packet_send", ready.pk))
    assert "rita@mill.example" in page.content.decode()
    as_("staff").post(at("packet_send", ready.pk), {"terms": [member.pk]})
    link = PacketLink.objects.get()
    assert (link.term, link.email, link.name, link.asked_by) == (
        member,
        "rita@mill.example",
        "Rita Reader",
        cast["staff"],
    )
    notice = Notice.objects.get(kind=packets.SENT)
    assert notice.to == "rita@mill.example"
    assert link.address in notice.text
    assert "Packet of June" in notice.subject
    detail = as_("staff").get(at("pdf_detail", ready.pk)).content.decode()
    assert "Not opened yet" in detail
    assert "rita@mill.example" not in as_("board").get(at("pdf_detail", ready.pk)).content.decode()


def test_a_link_shows_the_packet_and_downloads_it_without_an_account(client, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    page = client.get(at("packet_by_link", link.token)).content.decode()
    assert "Two classes were canceled." in page
    assert "For Rita Reader. This link is yours alone." in page
    file = client.get(at("packet_link_file", link.token))
    assert file["Content-Type"] == "application/pdf"
    link.refresh_from_db()
    assert link.opened_at is None
    assert client.post(at("packet_link_opened", link.token)).status_code == 204
    link.refresh_from_db()
    assert link.opened_at


def test_a_link_ends_with_the_term_and_when_it_is_withdrawn(as_, client, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    member.ended_on = (AT - timedelta(days=30)).date()
    member.from_on = (AT - timedelta(days=300)).date()
    member.save()
    assert client.get(at("packet_by_link", link.token)).status_code == 410
    BoardTerm.objects.filter(pk=member.pk).update(ended_on=None)
    assert client.get(at("packet_by_link", link.token)).status_code == 200
    as_("staff").post(at("packet_withdraw", link.pk))
    client.logout()
    answer = client.get(at("packet_by_link", link.token))
    assert answer.status_code == 410
    assert "Packet of June" in answer.content.decode()
    assert Notice.objects.get(kind=packets.SENT).status == Notice.Status.WITHDRAWN


def test_sent_again_the_former_link_no_longer_works(as_, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    as_("staff").post(at("packet_resend", link.pk))
    link.refresh_from_db()
    [new] = ready.links.unrevoked()
    assert link.revoked_at
    assert new.nonce != link.nonce
    with pytest.raises(packets.CannotSendPacket, match="no longer receives"):
        packets.resend_link(link, by=None, at=AT)
    with pytest.raises(packets.CannotSendPacket, match="was withdrawn"):
        packets.withdraw_link(link, by=None, at=AT)


def test_a_member_who_has_the_packet_gets_it_once(ready, member):
    assert len(packets.send_packet(ready, [member], by=None, at=AT)) == 1
    assert packets.send_packet(ready, [member], by=None, at=AT) == []
    later = AT + packets.LASTS + timedelta(days=1)
    assert len(packets.send_packet(ready, [member], by=None, at=later)) == 1


def test_who_has_no_address_or_serves_elsewhere_gets_none(ready, other_area, area):
    seat = factories.make_board_seat(area)
    nameless = factories.make_board_term(seat, name="No Mail", email="")
    elsewhere = factories.make_board_term(factories.make_board_seat(other_area), email="x@y.example")
    with pytest.raises(packets.CannotSendPacket, match="No Mail has no email address"):
        packets.send_packet(ready, [nameless], by=None, at=AT)
    with pytest.raises(packets.CannotSendPacket, match="does not serve"):
        packets.send_packet(ready, [elsewhere], by=None, at=AT)
    with pytest.raises(packets.CannotSendPacket, match="at least one"):
        packets.send_packet(ready, [], by=None, at=AT)


def test_only_a_packet_that_is_ready_is_sent(as_, area, partner, member):
    waiting = factories.make_dashboard_pdf(area)
    with pytest.raises(packets.CannotSendPacket, match="ready"):
        packets.send_packet(waiting, [member], by=None, at=AT)
    assert as_("staff").get(at("packet_send", waiting.pk))["Location"] == at("pdf_detail", waiting.pk)


def test_members_without_an_address_are_named(as_, ready, member, area):
    factories.make_board_term(factories.make_board_seat(area), name="No Mail", email="")
    page = as_("staff").get(at("packet_send", ready.pk)).content.decode()
    assert "Without an email address: " in page
    assert "No Mail" in page


@pytest.mark.django_db(transaction=True)
def test_two_people_who_send_at_once_send_one_mail(area, member):
    ready = factories.make_dashboard_pdf(
        area, status="ready", made_at=AT, file="dashboards/x.pdf", sha256="0" * 64, size=1, pages=1
    )

    def send() -> list[PacketLink]:
        return packets.send_packet(ready, [member], by=None, at=AT)

    assert second_waits_for(send, send) == []
    assert ready.links.count() == 1


# ---------------------------------------------------------------- How far a link has come
def test_a_link_says_why_it_is_over(as_, client, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    url = at("packet_by_link", link.token)

    def said() -> str:
        client.logout()
        answer = client.get(url)
        assert answer.status_code == 410
        return told_by(answer.content.decode())

    PacketLink.objects.filter(pk=link.pk).update(asked_at=AT - timedelta(days=99), expires_at=AT - timedelta(days=9))
    assert "This link has expired" in said()
    PacketLink.objects.filter(pk=link.pk).update(expires_at=AT + timedelta(days=9))
    BoardTerm.objects.filter(pk=member.pk).update(from_on="2020-01-01", ended_on=AT.date() - timedelta(days=2))
    assert "The link ended with your term on the board." in said()
    detail = as_("staff").get(at("pdf_detail", ready.pk)).content.decode()
    assert "No longer on the board" in detail
    assert at("packet_resend", link.pk) not in detail
    BoardTerm.objects.filter(pk=member.pk).update(ended_on=None)
    as_("staff").post(at("packet_withdraw", link.pk))
    over = said()
    assert "This link no longer works" in over
    assert "was replaced" not in over
    assert client.get(at("packet_link_file", link.token)).status_code == 410
    assert client.post(at("packet_link_opened", link.token)).status_code == 410


def test_the_link_of_somebody_whose_term_ends_next_week_works_until_then(client, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    BoardTerm.objects.filter(pk=member.pk).update(ended_on=AT.date() + timedelta(days=7))
    link = PacketLink.objects.with_recipient().get()
    assert link.why_over(AT) == ""
    assert link.why_over(AT + timedelta(days=9)) == "ended"


def test_an_expired_link_is_sent_again(as_, ready, member):
    [link] = packets.send_packet(ready, [member], by=None, at=AT - packets.LASTS * 2)
    detail = as_("staff").get(at("pdf_detail", ready.pk)).content.decode()
    assert "Link expired" in detail
    assert at("packet_resend", link.pk) in detail
    assert at("packet_withdraw", link.pk) not in detail
    as_("staff").post(at("packet_resend", link.pk))
    assert ready.links.unrevoked().get().expires_at > AT


def test_who_opened_an_earlier_link_has_opened_the_packet(as_, ready, member, area):
    other = factories.make_board_term(factories.make_board_seat(area), name="Other Member", email="o@mill.example")
    [link, _other] = packets.send_packet(ready, [member, other], by=None, at=AT)
    PacketLink.objects.filter(pk=link.pk).update(opened_at=AT)
    packets.resend_link(link, by=None, at=AT + timedelta(hours=1))
    found = recipients_of(ready, AT + timedelta(hours=2))
    assert [(each.link.name, each.opened_at) for each in found] == [("Other Member", None), ("Rita Reader", AT)]
    detail = told_by(as_("staff").get(at("pdf_detail", ready.pk)).content.decode())
    assert "1 of 2 members have opened it." in detail
    assert "2 members, opened by 1" in told_by(as_("staff").get(at("packet_list", area.slug)).content.decode())


def test_the_token_is_sent_to_no_other_site_and_written_nowhere(client, ready, member, caplog):
    [link] = packets.send_packet(ready, [member], by=None, at=AT)
    with caplog.at_level("DEBUG"):
        page = client.get(at("packet_by_link", link.token))
        client.post(at("packet_link_opened", link.token))
        client.get(at("packet_link_file", link.token))
    assert page["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "no-store" in page["Cache-Control"]
    assert [record.getMessage() for record in caplog.records if link.token in record.getMessage()] == []
    told = PacketLink.pgh_event_model.objects.values_list("pgh_context__metadata", flat=True)  # type: ignore[attr-defined]
    assert link.token not in str(list(told))
