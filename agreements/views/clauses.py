"""The text of an agreement: add, edit, move, remove and restore clauses; elements; versions and their differences."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import agreement_breadcrumbs, form_context, get_agreement, get_clause, may_suggest
from agreements.drafting import clauses, elements, merge_fields, templates, versions
from agreements.drafting.surroundings import parties_of
from agreements.forms.clauses import ClauseForm, ElementForm, VersionForm
from agreements.models import Agreement, Clause, Suggestion
from agreements.requirements import BY_CODE, Element, elements_of
from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from onestop.ui.rich_text import render as render_text
from partners.rules import demand, may


@idempotent
def clause_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a clause; ``?element=`` begins with the built-in wording that answers it."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = ClauseForm(request.POST or None, initial=_begun_with(agreement, request), agreement=agreement)
    if form.is_bound and form.is_valid():
        clause = save(form, lambda: clauses.add_clause(agreement, facts=form.facts, by=request.user, at=timezone.now()))
        if clause:
            say_done(request, _("Clause added."))
            return redirect(f"{agreement.get_absolute_url()}#clause-{clause.pk}")
    context = form_context(agreement, _("Add a clause"), form, submit=_("Add clause"))
    return render(request, "layouts/form.html", context)


def _begun_with(agreement: Agreement, request: HttpRequest) -> dict[str, Any]:
    wording = templates.wording_for(agreement.kind, request.GET.get("element", ""))
    return {"title": wording.title, "text": wording.text, "elements": list(wording.elements)} if wording else {}


def clause_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one clause with its comments and the wording that was suggested for it."""
    clause = get_clause(request, pk)
    agreement = clause.agreement
    context = {
        "title": clause.title,
        "crumbs": agreement_breadcrumbs(agreement),
        "here": clause.title,
        "agreement": agreement,
        "clause": clause,
        "html": render_text(clause.text, level=2, fields=merge_fields.values_of(agreement, parties_of(agreement))),
        "suggestions": Suggestion.objects.filter(clause=clause).select_related("by").order_by("-at"),
        "may_edit": agreement.is_editable and may(request.user, "agreements.draft_agreement", agreement),
        "may_suggest": may_suggest(request, agreement),
        **comments_context(request, clause, at=timezone.now()),
    }
    return render(request, "agreements/clause_detail.html", context)


def clause_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a clause."""
    clause = get_clause(request, pk)
    agreement = clause.agreement
    demand(request, "agreements.draft_agreement", agreement)
    form = ClauseForm(request.POST or None, initial=_facts(clause), version=version_of(clause), agreement=agreement)
    done, context = save_edit(
        form,
        lambda: clauses.update_clause(
            clause, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        clause,
        lambda: _facts(get_clause(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(clause)
    title = _("Edit clause %(number)s") % {"number": clause.position}
    return render(request, "layouts/edit_form.html", context | form_context(agreement, title, form))


def _facts(clause: Clause) -> dict[str, Any]:
    return {name: getattr(clause, name) for name in clauses.FACTS}


@require_POST
def clause_move(request: SignedIn, pk: int) -> HttpResponse:
    """Move a clause up or down."""
    clause = get_clause(request, pk)
    demand(request, "agreements.draft_agreement", clause.agreement)
    step = -1 if request.POST.get("to") == "up" else 1
    try:
        clauses.move_clause(clause, to=clause.position + step, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(clause)


@require_POST
def clause_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a clause."""
    clause = get_clause(request, pk)
    demand(request, "agreements.draft_agreement", clause.agreement)
    try:
        clauses.remove_clause(clause, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        undo = reverse("agreements:clause_restore", args=[pk])
        say_done(request, _("“%(clause)s” is removed.") % {"clause": clause.title}, undo=undo)
    return redirect(clause.agreement)


@require_POST
def clause_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed clause."""
    clause = get_clause(request, pk)
    demand(request, "agreements.draft_agreement", clause.agreement)
    try:
        clauses.restore_clause(clause, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("“%(clause)s” is restored.") % {"clause": clause.title})
    return redirect(clause)


# ---------------------------------------------------------------- Elements
def element_record(request: SignedIn, pk: int, code: str) -> HttpResponse:
    """Record at which page an element is met, or why it is not in the agreement."""
    agreement = get_agreement(request, pk)
    element = _element(agreement, code)
    demand(request, "agreements.record_exception", agreement)
    known = agreement.element_records.filter(element=code).first()
    initial = {"page": known.page, "exception": known.exception} if known else {}
    form = ElementForm(request.POST or None, initial=initial, has_document=agreement.signed_file is not None)
    if form.is_bound and form.is_valid() and save(form, lambda: _record(request, agreement, code, form.cleaned_data)):
        say_done(request, _("Saved."))
        return redirect(f"{agreement.get_absolute_url()}#requirements")
    context = form_context(agreement, str(element.title), form, element=element, known=known)
    return render(request, "agreements/element_form.html", context)


def _record(request: SignedIn, agreement: Agreement, code: str, typed: dict[str, Any]) -> Any:
    if page := typed.get("page"):
        return elements.record_page(agreement, element=code, page=page, by=request.user, at=timezone.now())
    return elements.record_exception(
        agreement, element=code, reason=typed["exception"], by=request.user, at=timezone.now()
    )


@require_POST
def element_clear(request: SignedIn, pk: int, code: str) -> HttpResponse:
    """Remove the page or the exception of an element."""
    agreement = get_agreement(request, pk)
    _element(agreement, code)
    demand(request, "agreements.record_exception", agreement)
    try:
        elements.clear_record(agreement, element=code, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Removed."))
    return redirect(f"{agreement.get_absolute_url()}#requirements")


def _element(agreement: Agreement, code: str) -> Element:
    element = BY_CODE.get(code)
    if element is None or element not in elements_of(agreement.kind):
        raise Http404("No such element.")
    return element


# ---------------------------------------------------------------- Versions
@idempotent
def version_save(request: SignedIn, pk: int) -> HttpResponse:
    """Save the text as a version, to compare with others."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = VersionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        version = save(
            form,
            lambda: versions.save_version(
                agreement, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
            ),
        )
        if version:
            say_done(request, _("%(version)s is saved.") % {"version": version})
            return redirect("agreements:version_compare", pk=pk)
    context = form_context(agreement, _("Save a version"), form, submit=_("Save version"))
    return render(request, "layouts/form.html", context)


def version_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the differences between two versions, or of one and the text as it is now."""
    agreement = get_agreement(request, pk)
    known = list(agreement.versions.select_related("by").order_by("-number"))
    by_number = {version.number: version for version in known}
    old = by_number.get(whole_number(request.GET.get("from")) or 0) or (known[0] if known else None)
    new = by_number.get(whole_number(request.GET.get("to")) or 0)
    now = versions.contents_of(agreement.clauses.current().in_order())
    found = versions.differences_between(old.contents if old else [], new.contents if new else now) if old else []
    context = {
        "title": _("Versions of %(number)s") % {"number": agreement.number},
        "crumbs": agreement_breadcrumbs(agreement),
        "here": _("Versions"),
        "agreement": agreement,
        "versions": known,
        "old": old,
        "new": new,
        "changed": [each for each in found if each.is_changed],
        "unchanged": sum(not each.is_changed for each in found),
    }
    return render(request, "agreements/version_compare.html", context)
