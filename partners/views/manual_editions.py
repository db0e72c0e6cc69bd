"""Editions of the manual and PDFs: list, issue, view, request and download."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from onestop.files.document_pages import file_response, progress_response, show_what_waits
from onestop.files.documents import AlreadyWaiting
from onestop.ui.lists import list_page
from partners.context.breadcrumbs import manual_breadcrumbs, manual_edition_breadcrumbs, manual_query
from partners.context.lookups import get_manual_edition, get_manual_print
from partners.context.manual import current_manual
from partners.filters.manuals import ManualEditionFilters
from partners.forms.manuals import EditionForm
from partners.manual import editions, printing
from partners.manual.contents import Manual
from partners.manual.differences import chapters, in_words
from partners.manual.index import index_of
from partners.models import ManualEdition, ManualPrint
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.tables.manuals import ManualEditionTable


def manual_edition_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the editions of an area's manual."""
    area = enter_area(request, slug)
    return list_page(
        request,
        key=f"manual-editions:{area.slug}",
        title=_("Editions of the manual"),
        queryset=ManualEdition.objects.visible_to(request.user)
        .of(area)
        .defer("snapshot")
        .select_related("issued_by")
        .prefetch_related("prints"),
        filters=ManualEditionFilters,
        table=ManualEditionTable,
        template="partners/manual/manual_edition_list.html",
        context={
            "area": area,
            "crumbs": manual_breadcrumbs(area),
            "may_issue": may(request.user, "partners.issue_manual", area),
        },
    )


@idempotent
def manual_issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the changes since the latest edition, then issue the next one."""
    area = enter_area(request, slug)
    demand(request, "partners.issue_manual", area)
    latest = ManualEdition.objects.of(area).select_related("issued_by").first()
    form = EditionForm(request.POST or None, initial={"title": latest.title if latest else _("Resource manual")})
    if form.is_valid():
        edition = save(form, lambda: editions.issue_edition(area, **form.cleaned_data, by=author(request), at=now()))
        if edition:
            say_done(request, _("Edition %(number)s issued. Its PDFs are being created.") % {"number": edition.number})
            return redirect("partners:manual_edition", pk=edition.pk)
    held = current_manual(request, area)
    since = editions.changes_since(latest, held)
    number = latest.number + 1 if latest else 1
    title = _("Issue edition %(number)s") % {"number": number}
    return render(
        request,
        "partners/manual/manual_issue.html",
        {
            "title": title,
            "submit": title,
            "cancel_url": reverse("partners:manual", args=[area.slug]),
            "form": form,
            "area": area,
            "manual": held,
            "number": number,
            "latest": latest,
            "summary": in_words(since),
            "chapters": chapters(since),
            "crumbs": manual_breadcrumbs(area),
        },
    )


def manual_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an edition: its PDFs, and the changes since the edition before."""
    edition = get_manual_edition(request, pk)
    found = editions.changes_in(edition)
    prints, maker = list(edition.prints.order_by("variant")), printing.MAKER
    return render(
        request,
        "partners/manual/manual_edition.html",
        {
            "title": edition.title,
            "edition": edition,
            "area": edition.area,
            "summary": in_words(found),
            "chapters": chapters(found),
            "prints": [(made, maker.progress_of(made), maker.is_interrupted(made)) for made in prints],
            "unprinted": [one for one in ManualPrint.Variant if one not in {made.variant for made in prints}],
            "may_issue": may(request.user, "partners.issue_manual", edition.area),
            "crumbs": manual_edition_breadcrumbs(edition)[:-1],
        },
    )


def manual_edition_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the contents of an edition on one page."""
    edition = get_manual_edition(request, pk)
    held = Manual.read(edition.snapshot)
    return render(
        request,
        "partners/manual/manual_whole.html",
        {
            "title": edition.title,
            "edition": edition,
            "area": edition.area,
            "manual": held,
            "index": index_of(held),
            "whole": True,
            "crumbs": manual_edition_breadcrumbs(edition),
        },
    )


# ---------------------------------------------------------------- PDFs
@require_POST
@idempotent
def manual_print_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Request a PDF of the current manual."""
    area = enter_area(request, slug)
    held = current_manual(request, area)
    try:
        printing.ask_for_current(area, held, by=author(request), at=now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    return redirect(reverse("partners:manual", args=[area.slug]) + manual_query(held))


@require_POST
@idempotent
def manual_edition_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Request a PDF of an edition that has none in this version."""
    edition = get_manual_edition(request, pk)
    if request.POST.get("for") in ManualPrint.Variant:
        try:
            printing.ask_for_edition(edition, request.POST["for"], by=author(request), at=now())
        except AlreadyWaiting as problem:
            return show_what_waits(request, problem)
    return redirect("partners:manual_edition", pk=edition.pk)


def manual_print_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress; reload the page when the work is done."""
    made = get_manual_print(request, pk)
    answer = progress_response(request, printing.MAKER, made)
    if made.status == ManualPrint.Status.DROPPED:
        messages.info(request, made.message)  # the reloaded page shows another PDF
    return answer


@require_POST
def manual_print_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more what could not be made."""
    made = get_manual_print(request, pk)
    if made.edition_id and made.status != ManualPrint.Status.DROPPED:
        demand(request, "partners.issue_manual", made.area)
    try:
        printing.try_again(made, by=author(request), at=now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(made)


def manual_print_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the PDF under a descriptive name."""
    made = get_manual_print(request, pk)
    return file_response(request, made, file_name(made))


# ---------------------------------------------------------------- Shared
def file_name(made: ManualPrint) -> str:
    """Return "riverbend-resource-manual-edition-3-2026-11-24.pdf"."""
    day = made.edition.issued_on if made.edition else made.asked_at.astimezone(made.area.zone).date()
    parts = [made.area.slug, "resource-manual"]
    parts += [f"edition-{made.edition.number}"] if made.edition else []
    parts += ["public"] if made.variant == ManualPrint.Variant.PUBLIC else []
    return f"{slugify('-'.join([*parts, day.isoformat()]))}.pdf"
