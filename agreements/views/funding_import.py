"""Import last year's workbook of cost shares as the draft of a budget: the file, a dry run, the creation."""

from datetime import date
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError
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
from agreements.models import Agreement, FundingBudget
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from onestop.files.inspection import Inspected, NotAccepted, inspect
from onestop.files.models import StoredFile
from onestop.files.names import clean_name
from onestop.files.receiving import not_stored, status_of
from onestop.files.storing import CannotUseFile, store_file
from onestop.files.uploaded_tables import CannotReadFile, is_zip
from onestop.files.uses import use_of
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
            stored = _store(request, file)
        except (CannotReadFile, NotAccepted, Refused) as problem:
            form.add_error("file", str(problem))
        except (OSError, OperationalError) as problem:
            form.add_error("file", not_stored(problem))
        else:
            keys, centers = partner_keys(agreement), centers_in(areas_of(agreement))
            matches = guess_matches(read, partnerships=keys, centers=centers)
            match_form = MatchForm(read, agreement, initial=MatchForm.initial_of(matches, first_on))
            draft = draft_of(read, matches, first_on=first_on)
            return _check_page(request, agreement, match_form, draft, stored.pk)
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
    return render(request, "layouts/form.html", context, status=status_of(form))


def _store(request: SignedIn, file: UploadedFile) -> StoredFile:
    """Store a workbook that could be read, as evidence of the budget.

    :raises NotAccepted: if it has macros, or is otherwise more than a workbook.
    :raises CannotUseFile: if the person has uploaded very many files.
    """
    use = use_of("agreements.budget_workbook")
    if is_zip(file):
        inspected = inspect(file, use)
    else:
        inspected = Inspected(
            clean_name(str(file.name), StoredFile.Kind.CSV, str(use.label)), StoredFile.Kind.CSV, None
        )
    return store_file(file, use, inspected, by=request.user, at=timezone.now())


def budget_import_check(request: SignedIn, pk: int) -> HttpResponse:
    """Show again what would be created, or create it."""
    agreement = get_ifa(request, pk)
    demand(request, "agreements.keep_budget", agreement)
    held = _held(request, agreement)
    if held is None:
        return redirect("agreements:budget_import", pk=agreement.pk)
    read, stored = held
    form = MatchForm(read, agreement, request.POST)
    if not form.is_valid():
        return _check_page(request, agreement, form, None, stored)
    draft = draft_of(read, form.matches, first_on=form.cleaned_data["first_on"], percent=form.increase)
    if request.POST.get("action") == "create" and draft.is_ready:
        made = save(form, lambda: _create(request, agreement, draft, stored))
        if made:
            say_done(request, _("The draft budget is created. Check its costs and counts before it is adopted."))
            return redirect(made)
    return _check_page(request, agreement, form, draft, stored)


def _create(request: SignedIn, agreement: Agreement, draft: ImportDraft, stored: int) -> FundingBudget:
    workbook = StoredFile.objects.filter(pk=stored).first()
    if workbook is None:
        raise CannotUseFile(_("This file is no longer stored. Choose it again."))
    return create_from_workbook(agreement, draft, workbook=workbook, by=request.user, at=timezone.now())


def _check_page(
    request: HttpRequest, agreement: Agreement, form: MatchForm, draft: ImportDraft | None, stored: int
) -> HttpResponse:  # fmt: skip
    """Show what would be created; the page holds what was read, and the id of the stored workbook."""
    held = {"agreement": agreement.pk, "file": form.file.to_json(), "stored": stored}
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


def _held(request: HttpRequest, agreement: Agreement) -> tuple[LastYearFile, int] | None:
    """Return the file that the page holds, and the id of the stored one.

    It is ``None`` if it is another agreement's, too old, or not ours.
    """
    try:
        held: dict[str, Any] = signing.loads(request.POST.get("table", ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    if held["agreement"] != agreement.pk:
        return None
    return LastYearFile.from_json(held["file"]), held["stored"]


def _next_year(agreement: Agreement) -> date:
    """Return the first day of the program year after the last budget, or of the term, or the next July 1."""
    last = agreement.budgets.order_by("-first_on").values_list("first_on", flat=True).first()
    if last:
        return last.replace(year=last.year + 1)
    today = timezone.localdate()
    begins = agreement.effective_on or date(today.year + (today.month > 6), 7, 1)
    return begins.replace(day=1)
