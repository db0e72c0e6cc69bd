"""Mail a board packet to members of the board: each gets a personal link, which works without an account."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.dashboards.board.telling import address_of
from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import BoardTerm, LocalArea
from partners.people import contacts

SENT = "dashboards.packet"
LASTS = timedelta(days=90)


class CannotSendPacket(Refused):
    """A packet cannot be sent like this."""


def members_of(area: LocalArea, at: datetime) -> list[BoardTerm]:
    """Return who serves on the board of an area today, by name; one query."""
    rows = BoardTerm.objects.of(area).on(at.astimezone(area.zone).date())
    return list(rows.select_related("user", "seat__area").order_by("name", "pk"))


@recorded
def send_packet(pdf: DashboardPdf, terms: Iterable[BoardTerm], *, by: User | None, at: datetime) -> list[PacketLink]:
    """Mail a packet to members of the board, each once; return the links of those who had none.

    A member whose link has expired or was withdrawn gets a new one.

    :raises CannotSendPacket: if it is not a packet that is ready, or somebody has no address or serves elsewhere.
    """
    pdf = _lock(pdf)
    if pdf.kind != DashboardPdf.Kind.PACKET or pdf.status != DashboardPdf.Status.READY:
        raise CannotSendPacket(_("Only a board packet that is ready can be sent."))
    today = at.astimezone(pdf.area.zone).date()
    chosen: dict[str, BoardTerm] = {}
    for term in terms:
        if term.seat.area_id != pdf.area_id or term.is_archived or not term.is_on(today):
            raise CannotSendPacket(_("%(name)s does not serve on this board.") % {"name": term.name}, field="terms")
        if not address_of(term):
            raise CannotSendPacket(_("%(name)s has no email address.") % {"name": term.name}, field="terms")
        chosen.setdefault(address_of(term), term)
    if not chosen:
        raise CannotSendPacket(_("Choose at least one member."), field="terms")
    return _mail(pdf, chosen, by=by, at=at)


def _mail(pdf: DashboardPdf, chosen: dict[str, BoardTerm], *, by: User | None, at: datetime) -> list[PacketLink]:
    """Mail a locked packet to members by their addresses; return the links of those who had none that works."""
    pdf.links.unrevoked().filter(email__in=chosen, expires_at__lte=at).update(revoked_at=at)
    known = set(pdf.links.unrevoked().filter(email__in=chosen).values_list("email", flat=True))
    links = PacketLink.objects.bulk_create(
        PacketLink(
            pdf=pdf, term=term, user=term.user, name=term.name, email=email, nonce=signed_links.new_nonce(),
            asked_by=by, asked_at=at, expires_at=at + LASTS,
        )
        for email, term in chosen.items()
        if email not in known
    )  # fmt: skip
    notify_many([_message(link, pdf) for link in links], at=at)
    return links


@recorded
def resend_link(link: PacketLink, *, by: User | None, at: datetime) -> PacketLink:
    """Mail a packet again to somebody with a new link; the former one no longer works. Return the new link.

    :raises CannotSendPacket: if the link was withdrawn, or the person no longer serves on the board.
    """
    link = _lock_link(link)
    if link.revoked_at or not link.serves(at):
        raise CannotSendPacket(_("%(name)s no longer receives this packet.") % {"name": link.name})
    _revoke(link, at)
    [new] = _mail(link.pdf, {address_of(link.term) or link.email: link.term}, by=by, at=at)
    return new


@recorded
def withdraw_link(link: PacketLink, *, by: User | None, at: datetime) -> None:
    """Let a link no longer work; a mail that was not sent yet is not sent.

    :raises CannotSendPacket: if it was withdrawn before.
    """
    link = _lock_link(link)
    if link.revoked_at:
        raise CannotSendPacket(_("This link was withdrawn."))
    _revoke(link, at)


def _revoke(link: PacketLink, at: datetime) -> None:
    link.revoked_at = at
    link.save(update_fields=["revoked_at"])
    outbox.withdraw(Notice.objects.filter(kind=SENT).about(link), why=_("The link was withdrawn."))


def _lock(pdf: DashboardPdf) -> DashboardPdf:
    # Lock: of two people who send at once, the second sees whom the first has sent it to.
    return (
        DashboardPdf.objects.select_for_update(of=("self",), no_key=True).select_related("area__state").get(pk=pdf.pk)
    )


def _lock_link(link: PacketLink) -> PacketLink:
    _lock(link.pdf)
    return PacketLink.objects.with_recipient().get(pk=link.pk)


def _key(link: PacketLink) -> str:
    return f"{SENT}:{link.pdf_id}:{link.pk}"


def _message(link: PacketLink, pdf: DashboardPdf) -> Message:
    return Message(
        kind=SENT,
        key=_key(link),
        to=contacts.person_at(link.email, link.user),
        about=[pdf, link],
        scope=pdf.area,
        why=_("You are a member of the %(board)s.") % {"board": pdf.area.board_name},
        path=link.address.removeprefix(settings.PUBLIC_URL),
        zone=pdf.area.zone,
        context={"packet": pdf, "area": pdf.area, "link": link},
    )
