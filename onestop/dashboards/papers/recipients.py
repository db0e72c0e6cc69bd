"""Who has a packet: each member to whom it was sent, how far the link has come, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.accounts import emailed_links
from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.ui.presentation import shortday


@dataclass(frozen=True)
class Recipient:
    """One link of a packet: its status as kind, word and icon of a chip, and what can be done."""

    link: PacketLink
    chip: tuple[str, str, str]
    opened_at: datetime | None
    may_resend: bool
    may_withdraw: bool


def recipients_of(pdf: DashboardPdf, at: datetime) -> list[Recipient]:
    """Return who has a packet, each with the newest link, by name; those whose link was withdrawn last. One query.

    Who has opened an earlier link has opened the packet.
    """
    newest: dict[str, PacketLink] = {}
    opened: dict[str, datetime] = {}
    for link in pdf.links.with_recipient().order_by("asked_at", "pk"):
        newest[link.email] = link
        if link.opened_at:
            opened.setdefault(link.email, link.opened_at)
    found = [_recipient(link, opened.get(email), at) for email, link in newest.items()]
    return sorted(found, key=lambda each: (bool(each.link.revoked_at), each.link.name.casefold(), each.link.pk))


def _recipient(link: PacketLink, opened_at: datetime | None, at: datetime) -> Recipient:
    over = link.why_over(at)
    chip = emailed_links.standing_of(link, at)
    if over == "ended":
        chip = ("rest", _("No longer on the board"), "slash-circle")
    elif opened_at and not over:
        chip = ("good", _("Opened %(day)s") % {"day": shortday(opened_at)}, "envelope-open")
    return Recipient(link, chip, opened_at, not link.revoked_at and link.serves(at), not over)


def opened_in_words(recipients: Sequence[Recipient]) -> str:
    """Return how many members have opened the packet; nothing if nobody has it."""
    if not recipients:
        return ""
    opened = sum(each.opened_at is not None for each in recipients)
    words = ngettext(
        "%(opened)d of %(number)d member has opened it.", "%(opened)d of %(number)d members have opened it.",
        len(recipients),
    )  # fmt: skip
    return words % {"opened": opened, "number": len(recipients)}
