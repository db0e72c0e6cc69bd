"""Service cards: one service, shown to whoever confirms it, with buttons to confirm and to change it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Service
from partners.upkeep.services import look_of


@dataclass(frozen=True)
class Card:
    """One service, a fingerprint of its shown details (``look``), and the addresses of its buttons.

    ``inline`` cards are edited in place by htmx; ``partner`` is given where all cards are of one partner.
    """

    service: Service
    look: str
    act_url: str
    undo_url: str
    change_url: str
    change_words: str
    mend_url: str = ""
    inline: bool = False
    partner: int | None = None
    is_done: bool = False
    said: str = ""

    @property
    def is_brief(self) -> bool:
        """Whether the card is one of many on a page, and folds away the details that seldom change."""
        return self.inline and self.partner is None


def own_card(service: Service, *, partner: int | None = None, is_done: bool = False, said: str = "") -> Card:
    """Return the card of a service for its managers and staff."""
    return Card(
        service,
        look_of(service),
        act_url=reverse("partners:service_verify", args=[service.pk]),
        undo_url=reverse("partners:service_unverify", args=[service.pk]),
        change_url=reverse("partners:service_edit", args=[service.pk]),
        change_words=_("Edit"),
        mend_url=reverse("partners:service_mend", args=[service.pk], query={"partner": partner} if partner else None),
        inline=True,
        partner=partner,
        is_done=is_done,
        said=said,
    )


def link_card(service: Service, token: str, *, has_account: bool, is_done: bool = False, said: str = "") -> Card:
    """Return the card of a service for the recipient of an emailed link; with an account they sign in to edit it."""
    page = reverse("partners:confirm", args=[token])
    edit = reverse("partners:service_edit", args=[service.pk])  # asks to sign in first
    return Card(
        service,
        look_of(service),
        act_url=page,
        undo_url=page,
        change_url=edit if has_account else reverse("partners:confirm_change", args=[token, service.pk]),
        change_words=_("Sign in to edit") if has_account else _("Report changes"),
        is_done=is_done,
        said=said,
    )
