"""A service as a card that asks whether it is still right: for who keeps it, and behind the e-mailed link."""

from dataclasses import dataclass

from django.urls import reverse

from partners.models import Service
from partners.upkeep.services import look_of


@dataclass(frozen=True)
class Card:
    """One service, what was shown of it (``look``), and where its buttons lead.

    ``inline`` cards are mended in place by htmx; ``partner`` is given where all cards are of one partner.
    """

    service: Service
    look: str
    act_url: str
    undo_url: str
    change_url: str
    change_words: str = "Change something"
    inline: bool = False
    partner: int | None = None
    is_done: bool = False
    said: str = ""

    @property
    def is_brief(self) -> bool:
        """Whether it stands among other things, and folds away what is seldom wrong."""
        return self.inline and self.partner is None


def own_card(service: Service, *, partner: int | None = None, is_done: bool = False, said: str = "") -> Card:
    """Return the card of a service for who keeps it."""
    return Card(
        service,
        look_of(service),
        act_url=reverse("partners:service_verify", args=[service.pk]),
        undo_url=reverse("partners:service_unverify", args=[service.pk]),
        change_url=reverse("partners:service_edit", args=[service.pk]),
        inline=True,
        partner=partner,
        is_done=is_done,
        said=said,
    )


def link_card(service: Service, token: str, *, has_account: bool, is_done: bool = False, said: str = "") -> Card:
    """Return the card of a service for whoever was asked by e-mail: who has an account signs in to change it."""
    page = reverse("partners:confirm", args=[token])
    edit = reverse("partners:service_edit", args=[service.pk])  # asks to sign in first
    return Card(
        service,
        look_of(service),
        act_url=page,
        undo_url=page,
        change_url=edit if has_account else reverse("partners:confirm_change", args=[token, service.pk]),
        change_words="Something changed: sign in" if has_account else "Something changed",
        is_done=is_done,
        said=said,
    )
