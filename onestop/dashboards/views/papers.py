"""Board packets and guides: the list, a new one, the page of one with its progress, its file."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.models import Group, Meeting
from onestop.accounts.requests import SignedIn
from onestop.dashboards.context.papers import breadcrumbs_of, get_pdf, paper_breadcrumbs
from onestop.dashboards.filters.papers import PacketFilters
from onestop.dashboards.forms.papers import PacketForm
from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers import pdfs
from onestop.dashboards.papers.contents import PARTS
from onestop.dashboards.papers.recipients import opened_in_words, recipients_of
from onestop.dashboards.papers.texts import file_name
from onestop.dashboards.tables.papers import PacketTable
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save
from onestop.files.document_pages import file_response, progress_response, show_what_waits
from onestop.files.documents import AlreadyWaiting
from onestop.ui.lists import Export, list_page
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.rules import demand, may

Kind = DashboardPdf.Kind
BACK, AHEAD = timedelta(days=14), timedelta(days=180)
HEADER = [_("Title"), _("Kind"), _("Figures of"), _("Status"), _("Sent to"), _("Opened by")]


def packet_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the packets and guides of an area, the newest first."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    rows = DashboardPdf.objects.visible_to(request.user).filter(area=area, kind__in=[Kind.PACKET, Kind.GUIDE])
    has_opened = Q(links__opened_at__isnull=False)
    rows = rows.annotate(
        sent=Count("links__email", filter=has_opened | Q(links__revoked_at=None), distinct=True),
        opened=Count("links__email", filter=has_opened, distinct=True),
    )
    return list_page(
        request,
        key=f"packets:{area.slug}",
        title=_("Board packets"),
        queryset=rows.defer("html").select_related("asked_by", "meeting__series").order_by("-asked_at", "-pk"),
        filters=PacketFilters,
        table=PacketTable,
        template="dashboards/papers/packet_list.html",
        export=Export(HEADER, _export_rows),
        context={"area": area, "may_make": may(request.user, "dashboards.make_packet", area)},
    )


def _export_rows(rows: Any) -> Any:
    for row in rows:
        yield [row.title, str(row.get_kind_display()), row.day, str(row.get_status_display()), row.sent, row.opened]


@idempotent
def packet_add(request: SignedIn, slug: str) -> HttpResponse:
    """Choose the sections of a packet, and request it."""
    area = enter_area(request, slug)
    demand(request, "dashboards.make_packet", area)
    at = timezone.now()
    meetings = _meetings_of(area)
    coming = [each for each in meetings if each.starts_at > at]
    next_one = next((each for each in coming if each.group.kind == Group.Kind.BOARD), None)
    month = date_format(next_one.local_start if next_one else timezone.localdate(), "F Y")
    initial = {
        "title": _("Board packet, %(month)s") % {"month": month},
        "meeting": str(next_one.pk) if next_one else "",
    }
    form = PacketForm(request.POST or None, meetings=meetings, initial=initial)
    if form.is_bound and form.is_valid():
        facts = {"title": form.cleaned_data["title"], "sections": form.sections, "meeting": form.meeting}
        try:
            made = save(form, lambda: pdfs.ask_for_packet(area, **facts, by=request.user, at=at))
        except AlreadyWaiting as problem:
            return show_what_waits(request, problem)
        if made:
            return redirect(made)
    context = {
        "title": _("New board packet"),
        "crumbs": paper_breadcrumbs(area),
        "here": _("New packet"),
        "area": area,
        "form": form,
        "places": [form[f"place_{code}"] for code in PARTS],
        "submit": _("Create the packet"),
        "cancel_url": reverse("dashboards:packet_list", args=[area.slug]),
    }
    return render(request, "dashboards/papers/packet_add.html", context)


def _meetings_of(area: LocalArea) -> list[Meeting]:
    """Return the meetings of an area for which a packet can be made, the next one first."""
    at = timezone.now()
    rows = Meeting.objects.on_calendar().filter(group__area=area, group__archived_at=None)
    return list(
        rows.between(at - BACK, at + AHEAD)
        .exclude(group__kind=Group.Kind.SUPPORT)
        .select_related("group", "series")
        .order_by("starts_at", "pk")
    )


@require_POST
def guide_ask(request: SignedIn, slug: str) -> HttpResponse:
    """Request the guide to engage board members as it is now."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    try:
        return redirect(pdfs.ask_for_guide(area, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


def pdf_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show how far a paper is, the link to it when it is ready, and to whom it was sent."""
    made = get_pdf(request, pk)
    at = timezone.now()
    is_packet = made.kind == Kind.PACKET
    may_send = is_packet and may(request.user, "dashboards.make_packet", made.area)
    recipients = recipients_of(made, at) if may_send else []
    context = {
        "title": made.title,
        "crumbs": breadcrumbs_of(made),
        "here": made.title,
        "made": made,
        "parts": [PARTS[code].label for code in made.sections if code in PARTS],
        "progress": pdfs.MAKER.progress_of(made),
        "interrupted": pdfs.MAKER.is_interrupted(made),
        "may_retry": may_retry(request, made),
        "may_send": may_send,
        "recipients": recipients,
        "opened": opened_in_words(recipients),
        "may_send_more": may_send and made.status == DashboardPdf.Status.READY,
    }
    return render(request, "dashboards/papers/pdf_detail.html", context)


def may_retry(request: SignedIn, made: DashboardPdf) -> bool:
    """Return whether somebody may request a failed paper again: of packets only who makes them."""
    return made.kind != Kind.PACKET or may(request.user, "dashboards.make_packet", made.area)


def pdf_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress; reload the page when the work is done."""
    return progress_response(request, pdfs.MAKER, get_pdf(request, pk))


@require_POST
def pdf_again(request: SignedIn, pk: int) -> HttpResponse:
    """Try once more what could not be made."""
    made = get_pdf(request, pk)
    if made.kind == Kind.PACKET:
        demand(request, "dashboards.make_packet", made.area)
    try:
        pdfs.try_again(made, by=request.user, at=timezone.now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(made)


def pdf_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a paper under a descriptive name."""
    made = get_pdf(request, pk)
    return file_response(request, made, file_name(made))
