"""Import last year's workbook of cost shares as the draft of a budget: the file, a dry run, the creation."""

from datetime import date
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.forms.funding_import import (
    LastYearFileForm,
    MatchForm,
    areas_of,
    centers_in,
    partner_keys,
)
from agreements.funding.last_year_file import LastYearFile, read_last_year
from agreements.funding.workbook_creation import create_from_workbook
from agreements.funding.workbook_import import ImportDraft, draft_of, guess_matches
from agreements.funding_context import get_ifa, ifa_breadcrumbs
from agreements.models import Agreement
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from onestop.files.uploaded_tables import CannotReadFile
from onestop.ops.request_limits import takes_files
from partners.rules import demand

KEPT = 24 * 60 * 60  # seconds for which a page with a file can be sent
SALT = "agreements.budget_import"


@takes_files
def budget_import(request: SignedIn, pk: int) -> HttpResponse:
    """Choose the workbook of last year; show what would be created from it."""
    agreement = get_ifa(request, pk)
    demand(request, "agreements.keep_budget", agreement)
    initial = {"first_on": _next_year(agreement)}
    form = LastYearFileForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_bound and form.is_valid():
        file, first_on = form.cleaned_data["file"], form.cleaned_data["first_on"]
        try:
            read = read_last_year(file, str(file.name)[:150])
        except CannotReadFile as problem:
            form.add_error("file", str(problem))
        else:
            keys, centers = partner_keys(agreement), centers_in(areas_of(agreement))
            matches = guess_matches(read, partnerships=keys, centers=centers)
            match_form = MatchForm(read, agreement, initial=MatchForm.initial_of(matches, first_on))
            return _check_page(request, agreement, match_form, draft_of(read, matches, first_on=first_on))
    context = {
        "title": _("Import last year's workbook"),
        "crumbs": ifa_breadcrumbs(agreement),
        "here": _("Import"),
        "form": form,
        "submit": _("Read the file"),
        "cancel_url": agreement.get_absolute_url(),
        "intro": _(
            "Begin the budget of a new year from the workbook that you used before. You see what would be created, "
            "and which cells cannot be read, before anything is saved."
        ),
    }
    return render(request, "layouts/form.html", context)


def budget_import_check(request: SignedIn, pk: int) -> HttpResponse:
    """Show again what would be created, or create it."""
    agreement = get_ifa(request, pk)
    demand(request, "agreements.keep_budget", agreement)
    read = _held(request, agreement)
    if read is None:
        return redirect("agreements:budget_import", pk=agreement.pk)
    form = MatchForm(read, agreement, request.POST)
    if not form.is_valid():
        return _check_page(request, agreement, form, None)
    draft = draft_of(read, form.matches, first_on=form.cleaned_data["first_on"])
    if request.POST.get("action") == "create" and draft.is_ready:
        made = save(form, lambda: create_from_workbook(agreement, draft, by=request.user, at=timezone.now()))
        if made:
            say_done(request, _("The draft budget is created. Check its costs and counts before it is adopted."))
            return redirect(made)
    return _check_page(request, agreement, form, draft)


def _check_page(
    request: HttpRequest, agreement: Agreement, form: MatchForm, draft: ImportDraft | None
) -> HttpResponse:  # fmt: skip
    held = {"agreement": agreement.pk, "file": form.file.to_json()}
    context = {
        "title": _("Check the import"),
        "crumbs": ifa_breadcrumbs(agreement),
        "here": _("Import"),
        "agreement": agreement,
        "form": form,
        "file": form.file,
        "draft": draft,
        "table": signing.dumps(held, salt=SALT, compress=True),
    }
    return render(request, "agreements/funding/budget_import_check.html", context)


def _held(request: HttpRequest, agreement: Agreement) -> LastYearFile | None:
    """Return the file that the page holds; ``None`` if it is another agreement's, too old, or not ours."""
    try:
        held: dict[str, Any] = signing.loads(request.POST.get("table", ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    return LastYearFile.from_json(held["file"]) if held["agreement"] == agreement.pk else None


def _next_year(agreement: Agreement) -> date:
    """Return the first day of the program year after the last budget, or of the term, or the next July 1."""
    last = agreement.budgets.order_by("-first_on").values_list("first_on", flat=True).first()
    if last:
        return last.replace(year=last.year + 1)
    today = timezone.localdate()
    begins = agreement.effective_on or date(today.year + (today.month > 6), 7, 1)
    return begins.replace(day=1)
