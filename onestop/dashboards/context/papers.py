"""Get papers, if the user may see them, and enter their area; breadcrumbs of papers."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.dashboards.models import DashboardPdf, PacketLink
from partners.context.breadcrumbs import partnership_breadcrumbs
from partners.models import LocalArea
from partners.network.current_area import show_area

RELATED = (
    "area__state",
    "asked_by",
    "meeting__group",
    "meeting__series",
    "partnership__organization",
    "partnership__area",
)


def get_pdf(request: HttpRequest, pk: int) -> DashboardPdf:
    """Return a paper that the user may see, and enter its area; otherwise 404."""
    rows = DashboardPdf.objects.visible_to(request.user).select_related(*RELATED)
    made: DashboardPdf = get_object_or_404(rows, pk=pk)
    show_area(request, made.area)
    return made


def get_packet_link(request: HttpRequest, pk: int) -> PacketLink:
    """Return the link of a packet that the user may see, and enter its area; otherwise 404."""
    seen = DashboardPdf.objects.visible_to(request.user).values("pk")
    link: PacketLink = get_object_or_404(PacketLink.objects.with_recipient().filter(pdf__in=seen), pk=pk)
    show_area(request, link.pdf.area)
    return link


def paper_breadcrumbs(area: LocalArea) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page about packets."""
    return [(_("Board packets"), reverse("dashboards:packet_list", args=[area.slug]))]


def breadcrumbs_of(made: DashboardPdf) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a paper: those of its partner, or the list of packets."""
    return partnership_breadcrumbs(made.partnership) if made.partnership else paper_breadcrumbs(made.area)
