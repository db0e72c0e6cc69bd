"""The link to the page of a board on the public pages of its area. Importing this module registers it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.board_page.reading import published_page
from partners.models import LocalArea
from partners.network.public_links import PublicLink, register_public_links


def _links_of(area: LocalArea) -> list[PublicLink]:
    if published_page(area) is None:
        return []
    about = _("Who serves on the board, its open meetings with agendas and minutes, and its by-laws.")
    return [PublicLink(area.board_name, reverse("meetings:board_public", args=[area.slug]), about)]


register_public_links(_links_of)
