"""Agreements of an area: list, page, begin, record, copy, edit, share for review, withdraw, history."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import agreement_breadcrumbs, form_context, get_agreement, list_breadcrumbs, may_suggest
from agreements.drafting import agreements, approvals, completeness, merge_fields
from agreements.drafting.surroundings import parties_of, surroundings_of
from agreements.filters.agreements import AgreementFilters
from agreements.forms.agreements import AgreementForm, BeginForm, CopyForm
from agreements.models import Agreement, AgreementPdf, Clause, Suggestion
from agreements.renewal.plans import renewal_of
from agreements.responsibilities.reading import promises_context
from agreements.signing_context import signatures_context
from agreements.tables.agreements import AgreementTable
from agreements.terms.shown import numbers_of, shown_terms
from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.comments.models import Discussion
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.history.pages import history_page
from onestop.ops.request_limits import takes_files
from onestop.ui.lists import list_page
from onestop.ui.rich_text import render as render_text
from partners.network.current_area import enter_area
from partners.rules import demand, may

OF_SIGNING = ("sendings", "signature_requests", "signing_links", "signatures", "delegations")


def agreement_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the agreements of an area that the person may see."""
    area = enter_area(request, slug)
    rows = Agreement.objects.visible_to(request.user).filter(Q(area=area) | Q(further_areas__area=area)).distinct()
    parties = Count("parties", filter=Q(parties__archived_at=None), distinct=True)
    may_begin = may(request.user, "agreements.begin_agreement", area)
    return list_page(
        request,
        key=f"agreements:{area.slug}",
        title=_("Agreements"),
        queryset=rows.with_terms().annotate(number_of_parties=parties).order_by("-effective_on", "number"),
        filters=AgreementFilters,
        table=AgreementTable,
        template="agreements/agreement_list.html",
        context={"area": area, "may_begin": may_begin, "standings": numbers_of(rows, timezone.localdate())},
        area=area,
    )


def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an agreement: its text, parties, what the law requires of it, and comments."""
    agreement = get_agreement(request, pk)
    today = timezone.localdate()
    parties = parties_of(agreement)
    clauses = list(agreement.clauses.current().in_order())
    for clause in clauses:
        clause.agreement = agreement
    fields = merge_fields.values_of(agreement, parties)
    around = surroundings_of(agreement, parties, today=today)
    found = completeness.completeness_of(
        agreement, clauses, agreement.element_records.select_related("by"), around, fields=fields
    )
    waiting = suggestions_by_clause(agreement)
    discussed = Discussion.objects.open_by_thing(clauses)
    may_draft = may(request.user, "agreements.draft_agreement", agreement)
    context = {
        "title": agreement.title,
        "crumbs": list_breadcrumbs(agreement.area.slug),
        "here": agreement.number,
        "agreement": agreement,
        **shown_terms(agreement, parties, today),
        "parties": parties,
        "clauses": [_shown(clause, fields, found, waiting, discussed) for clause in clauses],
        "path": approvals.path_of(agreement, today=today),
        "plan": renewal_of(agreement, today),
        "shows_path": agreement.status in approvals.OPEN,
        **_record_of(request, agreement),
        **promises_context(agreement, today=today),
        "completeness": found,
        "may_draft": may_draft,
        "may_edit": may_draft and agreement.is_editable,
        "may_suggest": may_suggest(request, agreement),
        "may_record_terms": may(request.user, "agreements.record_terms", agreement) and bool(agreement.executed_on),
        "may_record": may_draft and (agreement.is_editable or agreement.origin == Agreement.Origin.EXISTING),
        "versions": agreement.versions.count(),
        "removed": agreement.clauses.exclude(archived_at=None).order_by("-archived_at") if may_draft else (),
        "further_areas": [each.area for each in agreement.further_areas.select_related("area")],
        **signatures_context(request, agreement),
        **comments_context(request, agreement, at=timezone.now()),
    }
    return render(request, "agreements/agreement_detail.html", context)


def _shown(
    clause: Clause,
    fields: dict[str, str],
    found: completeness.Completeness,
    waiting: dict[int, list[Suggestion]],
    discussed: dict[int, int],
) -> dict[str, Any]:
    return {
        "clause": clause,
        "html": render_text(clause.text, level=4, fields=fields),
        "answered": found.by_clause.get(clause.pk, []),
        "suggestions": waiting.get(clause.pk, []),
        "discussions": discussed.get(clause.pk, 0),
    }


def _record_of(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """Return the record of negotiations and the reports, if the person may see them."""
    if not may(request.user, "agreements.view_negotiations", agreement):
        return {"sees_negotiations": False}
    entries = agreement.negotiation_entries.current().select_related("party__partnership__organization", "by")
    reports = agreement.pdfs.filter(kind=AgreementPdf.Kind.IMPASSE).defer("html")
    return {
        "sees_negotiations": True,
        "negotiations": entries.order_by("-happened_on", "-pk"),
        "reports": reports.order_by("-asked_at"),
    }


def suggestions_by_clause(agreement: Agreement) -> dict[int, list[Suggestion]]:
    """Return the open suggestions for each clause of an agreement, the oldest first."""
    found: dict[int, list[Suggestion]] = defaultdict(list)
    rows = Suggestion.objects.open().filter(clause__agreement=agreement).select_related("by")
    for suggestion in rows.order_by("pk"):
        found[suggestion.clause_id].append(suggestion)
    return found


# ---------------------------------------------------------------- Beginning
@idempotent
def agreement_add(request: SignedIn, slug: str) -> HttpResponse:
    """Begin an agreement with the built-in wording."""
    area = enter_area(request, slug)
    demand(request, "agreements.begin_agreement", area)
    kind = request.GET.get("kind") if request.GET.get("kind") in Agreement.Kind.values else Agreement.Kind.UMBRELLA
    number = agreements.next_number(area, str(kind), timezone.localdate())
    form = BeginForm(request.POST or None, area=area, initial={"kind": kind, "number": number})
    if form.is_bound and form.is_valid():
        begun = save(
            form,
            lambda: agreements.begin_agreement(
                area,
                kind=form.cleaned_data["kind"],
                facts=form.facts,
                partners=list(form.cleaned_data["partners"]),
                amends=form.cleaned_data["amends"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if begun:
            say_done(request, _("The draft is begun. Only the staff of the area see it until you share it."))
            return redirect(begun)
    context = {
        "title": _("Begin an agreement"),
        "crumbs": list_breadcrumbs(slug),
        "form": form,
        "intro": _(
            "The draft gets the built-in wording, which answers what the law requires. You can change all of it."
        ),
        "submit": _("Begin the draft"),
        "cancel_url": reverse("agreements:agreement_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


@takes_files
@idempotent
def agreement_record(request: SignedIn, slug: str) -> HttpResponse:
    """Record an agreement that was signed outside the portal."""
    area = enter_area(request, slug)
    demand(request, "agreements.begin_agreement", area)
    form = BeginForm(request.POST or None, request.FILES or None, area=area, is_signed=True)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        recorded = save(
            form,
            lambda: agreements.record_existing(
                area,
                kind=form.cleaned_data["kind"],
                facts=form.facts,
                partners=list(form.cleaned_data["partners"]),
                amends=form.cleaned_data["amends"],
                signed_file=form.cleaned_data["signed_file"],
                executed_on=form.cleaned_data["executed_on"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if recorded:
            say_done(request, _("The agreement is recorded. Say at which page it meets each required element."))
            return redirect(recorded)
    context = {
        "title": _("Record a signed agreement"),
        "crumbs": list_breadcrumbs(slug),
        "form": form,
        "intro": _("For an agreement that was signed on paper or elsewhere. Upload the signed PDF."),
        "submit": _("Record the agreement"),
        "cancel_url": reverse("agreements:agreement_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context, status=status_of(form))


@idempotent
def agreement_copy(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an agreement with the text and the parties of an earlier one."""
    earlier = get_agreement(request, pk)
    demand(request, "agreements.begin_agreement", earlier)
    number = agreements.next_number(earlier.area, earlier.kind, timezone.localdate())
    form = CopyForm(request.POST or None, initial={"number": number, "title": earlier.title}, kind=earlier.kind)
    if form.is_bound and form.is_valid():
        begun = save(
            form,
            lambda: agreements.copy_agreement(
                earlier,
                facts=form.facts,
                succeeds=form.cleaned_data["succeeds"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if begun:
            say_done(request, _("The draft is begun. Only the staff of the area see it until you share it."))
            return redirect(begun)
    title = _("Copy %(number)s") % {"number": earlier.number}
    return render(request, "layouts/form.html", form_context(earlier, title, form, submit=_("Begin the draft")))


# ---------------------------------------------------------------- Editing
def agreement_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit number, title, dates and further areas."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    links = ("further_areas",)
    form = AgreementForm(
        request.POST or None,
        initial=_facts(agreement),
        version=version_of(agreement, links),
        area=agreement.area,
        kind=agreement.kind,
    )
    done, context = save_edit(
        form,
        lambda: agreements.update_agreement(
            agreement,
            facts=form.facts,
            further_areas=form.cleaned_data.get("further_areas"),
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        agreement,
        lambda: _facts(get_agreement(request, pk)),
        links,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(agreement)
    title = _("Edit %(name)s") % {"name": agreement.title}
    return render(request, "layouts/edit_form.html", context | form_context(agreement, title, form, here=_("Edit")))


def _facts(agreement: Agreement) -> dict[str, Any]:
    facts = {name: getattr(agreement, name) for name in agreements.FACTS}
    return facts | {"further_areas": list(agreement.further_areas.values_list("area", flat=True))}


def agreement_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of an agreement with its parties, clauses and elements."""
    agreement = get_agreement(request, pk)
    return history_page(
        request,
        agreement,
        links=(*agreements.LINKS, *OF_SIGNING),
        name=agreement.number,
        crumbs=agreement_breadcrumbs(agreement),
    )


# ---------------------------------------------------------------- Moves
@require_POST
def agreement_share(request: SignedIn, pk: int) -> HttpResponse:
    """Share a draft with its parties and the board."""
    done = _("The parties and the board can now read the draft and comment on it.")
    return _move(request, pk, agreements.share_for_review, done)


@require_POST
def agreement_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Hide a draft in review again."""
    return _move(request, pk, agreements.take_back_draft, _("Only the staff of the area see the draft now."))


@require_POST
def agreement_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Give up a draft."""
    undo = reverse("agreements:agreement_restore", args=[pk])
    return _move(request, pk, agreements.withdraw_agreement, _("The agreement is withdrawn."), undo=undo)


@require_POST
def agreement_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Make a withdrawn agreement a draft again."""
    return _move(request, pk, agreements.restore_agreement, _("The agreement is a draft again."))


def _move(request: SignedIn, pk: int, verb: Callable[..., None], done: str, undo: str = "") -> HttpResponse:
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    try:
        verb(agreement, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(agreement)
