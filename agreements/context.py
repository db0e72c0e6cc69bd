"""Get agreements that the user may see, enter their area, and what their pages share."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import (
    Agreement,
    AgreementPdf,
    ApprovalStep,
    Clause,
    NegotiationEntry,
    Party,
    Promise,
    Review,
    Suggestion,
)
from agreements.responsibilities.reading import with_what_decides
from agreements.terms.clocks import with_clocks
from partners.network.current_area import show_area
from partners.rules import demand, may


def get_agreement(request: HttpRequest, pk: int) -> Agreement:
    """Return an agreement that the user may see, and enter its area; otherwise 404."""
    rows = with_clocks(Agreement.objects.visible_to(request.user).with_terms())
    agreement = get_object_or_404(
        rows.select_related("area__state", "supersedes", "amends", "signed_file", "begun_by"), pk=pk
    )
    show_area(request, agreement.area)
    return agreement


def get_clause(request: HttpRequest, pk: int) -> Clause:
    """Return a clause of an agreement that the user may see, and enter its area; otherwise 404."""
    clause = get_object_or_404(Clause.objects.visible_to(request.user).select_related("agreement__area__state"), pk=pk)
    show_area(request, clause.agreement.area)
    return clause


def get_party(request: HttpRequest, pk: int) -> Party:
    """Return a party of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Party.objects.visible_to(request.user)
    party = get_object_or_404(rows.select_related("agreement__area__state", "partnership__organization"), pk=pk)
    show_area(request, party.agreement.area)
    return party


def get_review(request: HttpRequest, pk: int) -> Review:
    """Return a review of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Review.objects.visible_to(request.user).select_related("agreement__area__state")
    review = get_object_or_404(rows, pk=pk)
    show_area(request, review.agreement.area)
    return review


def get_promise(request: HttpRequest, pk: int) -> Promise:
    """Return a promise of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = with_what_decides(Promise.objects.visible_to(request.user))
    promise = get_object_or_404(rows, pk=pk)
    show_area(request, promise.agreement.area)
    return promise


def get_suggestion(request: HttpRequest, pk: int) -> Suggestion:
    """Return a suggestion for a clause that the user may see, and enter its area; otherwise 404."""
    rows = Suggestion.objects.visible_to(request.user).select_related("clause__agreement__area__state", "by")
    suggestion = get_object_or_404(rows, pk=pk)
    show_area(request, suggestion.clause.agreement.area)
    return suggestion


def get_step(request: HttpRequest, pk: int) -> ApprovalStep:
    """Return an approval of an agreement that the user may see, and enter its area; otherwise 404."""
    rows = ApprovalStep.objects.visible_to(request.user)
    step = get_object_or_404(rows.select_related("agreement__area__state", "party"), pk=pk)
    show_area(request, step.agreement.area)
    return step


def get_negotiation(request: HttpRequest, pk: int) -> NegotiationEntry:
    """Return an entry of a record that the user may edit, and enter its area; otherwise 404 or 403."""
    rows = NegotiationEntry.objects.visible_to(request.user)
    entry = get_object_or_404(rows.select_related("agreement__area__state", "party"), pk=pk)
    show_area(request, entry.agreement.area)
    demand(request, "agreements.draft_agreement", entry.agreement)
    return entry


def may_suggest(request: HttpRequest, agreement: Agreement) -> bool:
    """Return whether the user may suggest wording: a party or the board, while the draft is in review."""
    return agreement.status == Agreement.Status.REVIEW and may(request.user, "agreements.suggest_wording", agreement)


def get_pdf(request: HttpRequest, pk: int) -> AgreementPdf:
    """Return a PDF of an agreement that the user may see, and enter its area; otherwise 404 or 403."""
    rows = AgreementPdf.objects.visible_to(request.user).select_related("agreement__area__state")
    made = get_object_or_404(rows.defer("html"), pk=pk)
    show_area(request, made.agreement.area)
    if made.kind == AgreementPdf.Kind.IMPASSE:
        demand(request, "agreements.view_negotiations", made.agreement)
    return made


def list_breadcrumbs(slug: str) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the list."""
    return [(_("Agreements"), reverse("agreements:agreement_list", args=[slug]))]


def agreement_breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below an agreement."""
    return [*list_breadcrumbs(agreement.area.slug), (agreement.number, agreement.get_absolute_url())]


def form_context(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about an agreement."""
    return {
        "title": title,
        "crumbs": agreement_breadcrumbs(agreement),
        "here": more.pop("here", title),
        "agreement": agreement,
        "form": form,
        "cancel_url": agreement.get_absolute_url(),
        **more,
    }
