"""Suggested wording of a clause in review: suggest, compare, accept, decline, withdraw."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import agreement_breadcrumbs, form_context, get_clause, get_suggestion
from agreements.drafting import suggestions
from agreements.forms.clauses import DeclineForm, SuggestionForm
from agreements.models import Suggestion
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.rules import demand, may


@idempotent
def suggestion_add(request: SignedIn, pk: int) -> HttpResponse:
    """Suggest another wording for a clause."""
    clause = get_clause(request, pk)
    agreement = clause.agreement
    demand(request, "agreements.suggest_wording", agreement)
    form = SuggestionForm(request.POST or None, initial={"text": clause.text})
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        suggestion = save(
            form,
            lambda: suggestions.suggest_wording(
                clause, text=typed["text"], note=typed["note"], by=request.user, at=timezone.now()
            ),
        )
        if suggestion:
            say_done(request, _("Your wording is sent to the One-Stop staff. You will get an answer."))
            return redirect(suggestion)
    title = _("Suggest wording for clause %(number)s") % {"number": clause.position}
    context = form_context(
        agreement, title, form, submit=_("Suggest this wording"), cancel_url=clause.get_absolute_url()
    )
    return render(request, "layouts/form.html", context)


def suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a suggested wording with the clause as it is now."""
    return _show(request, get_suggestion(request, pk), DeclineForm())


@require_POST
def suggestion_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Put the suggested wording into the clause."""
    suggestion = get_suggestion(request, pk)
    demand(request, "agreements.decide_suggestion", suggestion.clause.agreement)
    version = request.POST.get("version", "")
    try:
        suggestions.accept_suggestion(suggestion, version=version, by=request.user, at=timezone.now())
    except ChangedMeanwhile:
        messages.warning(request, _("Someone has just edited this clause. Compare the texts again."))
        return redirect("agreements:suggestion_detail", pk=pk)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("agreements:suggestion_detail", pk=pk)
    say_done(
        request, _("The clause has the suggested wording. %(person)s will be notified.") % {"person": suggestion.by}
    )
    return redirect(suggestion)


@require_POST
def suggestion_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Leave the clause as it is."""
    suggestion = get_suggestion(request, pk)
    demand(request, "agreements.decide_suggestion", suggestion.clause.agreement)
    form = DeclineForm(request.POST)
    if form.is_valid() and save(form, lambda: _decline(request, suggestion, form.cleaned_data["answer"])):
        say_done(request, _("Declined. %(person)s will be notified.") % {"person": suggestion.by})
        return redirect(suggestion)
    return _show(request, suggestion, form)


def _decline(request: SignedIn, suggestion: Suggestion, answer: str) -> None:
    suggestions.decline_suggestion(suggestion, answer=answer, by=request.user, at=timezone.now())


@require_POST
def suggestion_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw one's own suggestion."""
    suggestion = get_suggestion(request, pk)
    try:
        suggestions.withdraw_suggestion(suggestion, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Your suggestion is withdrawn."))
    return redirect(suggestion)


def _show(request: HttpRequest, suggestion: Suggestion, form: DeclineForm) -> HttpResponse:
    clause = suggestion.clause
    is_open = suggestion.status == Suggestion.Status.OPEN and clause.agreement.is_editable
    context = {
        "title": _("Suggested wording for clause %(number)s") % {"number": clause.position},
        "crumbs": agreement_breadcrumbs(clause.agreement),
        "here": _("Suggested wording"),
        "suggestion": suggestion,
        "clause": clause,
        "form": form,
        "version": version_of(clause),
        "may_decide": is_open and may(request.user, "agreements.decide_suggestion", clause.agreement),
        "may_withdraw": is_open and suggestion.by_id == request.user.pk,
    }
    return render(request, "agreements/suggestion_detail.html", context)
