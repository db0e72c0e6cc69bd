"""Mail a packet to members of the board; read it by a personal link, without an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from onestop.accounts import emailed_links
from onestop.accounts.requests import SignedIn
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.dashboards.board.telling import address_of
from onestop.dashboards.context.papers import get_packet_link, get_pdf, paper_breadcrumbs
from onestop.dashboards.forms.papers import SendForm
from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import packets
from onestop.dashboards.papers.texts import file_name, shown_part
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from onestop.files.document_pages import file_response
from onestop.ops.languages import in_languages
from partners.people import contacts
from partners.rules import demand


# ---------------------------------------------------------------- Sending
@idempotent
def packet_send(request: SignedIn, pk: int) -> HttpResponse:
    """Choose members of the board, and mail them a packet."""
    made = get_pdf(request, pk)
    demand(request, "dashboards.make_packet", made.area)
    at = timezone.now()
    if made.kind != DashboardPdf.Kind.PACKET or made.status != DashboardPdf.Status.READY:
        messages.error(request, _("Only a board packet that is ready can be sent."))
        return redirect(made)
    members = packets.members_of(made.area, at)
    known = {link.email for link in made.links.unrevoked() if not link.has_expired(at)}
    waiting: dict[str, Any] = {}
    for each in members:
        if address_of(each) and address_of(each) not in known:
            waiting.setdefault(address_of(each), each)
    if not waiting:
        messages.info(request, _("Every member with an email address has this packet."))
        return redirect(made)
    form = SendForm(request.POST or None, members=list(waiting.values()))
    if form.is_bound and form.is_valid():
        links = save(form, lambda: packets.send_packet(made, form.chosen, by=request.user, at=at))
        if links:
            words = ngettext("Sent to %(number)d member.", "Sent to %(number)d members.", len(links))
            say_done(request, words % {"number": len(links)})
            return redirect(made)
    context = {
        "title": _("Send the packet"),
        "crumbs": [*paper_breadcrumbs(made.area), (made.title, made.get_absolute_url())],
        "here": _("Send"),
        "form": form,
        "intro": _("Each member gets an email with a personal link, which works without an account for 90 days."),
        "without": [each.name for each in members if not address_of(each)],
        "submit": _("Send"),
        "cancel_url": made.get_absolute_url(),
    }
    return render(request, "dashboards/papers/packet_send.html", context)


@require_POST
@idempotent
def packet_resend(request: SignedIn, pk: int) -> HttpResponse:
    """Mail a packet again to a member, with a new link."""
    link = get_packet_link(request, pk)
    demand(request, "dashboards.make_packet", link.pdf.area)
    try:
        packets.resend_link(link, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Sent again to %(name)s. The former link no longer works.") % {"name": link.name})
    return redirect(link.pdf)


@require_POST
def packet_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Let the link of a member no longer work."""
    link = get_packet_link(request, pk)
    demand(request, "dashboards.make_packet", link.pdf.area)
    try:
        packets.withdraw_link(link, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The link of %(name)s no longer works.") % {"name": link.name})
    return redirect(link.pdf)


# ---------------------------------------------------------------- By link
def _about(link: PacketLink) -> dict[str, Any]:
    area = link.pdf.area
    return {"contact": contacts.contact_in(area), "area": area, "packet": link.pdf}


PAGE = LinkPage(
    PacketLink,
    about=_about,
    zone=lambda link: link.pdf.area.zone,
    over="dashboards/papers/link_over.html",
)


@in_languages
@require_safe
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def packet_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a packet to a member of the board, and offer it as a PDF."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    context = {
        "title": link.pdf.title,
        "asked": link,
        "token": token,
        "shown": shown_part(link.pdf),
        **_about(link),
    }
    return render(request, "dashboards/papers/packet_link.html", context)


@require_safe
@never_cache
@login_not_required
def packet_link_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Download a packet by a personal link."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    if link.pdf.status != DashboardPdf.Status.READY:
        return redirect("dashboards:packet_by_link", token=token)
    return file_response(request, link.pdf, file_name(link.pdf))


@require_POST
@login_not_required
def packet_link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)
