"""Record the reviews of an agreement."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_review
from agreements.forms.terms import ReviewForm
from agreements.models import Agreement
from agreements.terms import reviews
from agreements.terms.clocks import REVIEW, RULES
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand


@idempotent
def review_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a review, which sets the day of the next one."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.record_terms", agreement)
    form = ReviewForm(request.POST or None)
    if form.is_bound and form.is_valid():
        review = save(form, lambda: reviews.record_review(agreement, **form.facts, by=request.user, at=timezone.now()))
        if review:
            say_done(request, _("The review is recorded."), undo=reverse("agreements:review_remove", args=[review.pk]))
            return _back(agreement)
    intro = f"{RULES[REVIEW].sentence} ({RULES[REVIEW].law})"
    context = form_context(agreement, _("Record a review"), form, intro=intro, submit=_("Record the review"))
    return render(request, "layouts/form.html", context)


@require_POST
def review_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a review that was recorded by mistake."""
    review = get_review(request, pk)
    demand(request, "agreements.record_terms", review.agreement)
    try:
        reviews.remove_review(review, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("agreements:review_restore", args=[pk])
        say_done(request, _("The review is removed."), undo=undo)
    return _back(review.agreement)


@require_POST
def review_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed review."""
    review = get_review(request, pk)
    demand(request, "agreements.record_terms", review.agreement)
    try:
        reviews.restore_review(review, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The review is recorded again."))
    return _back(review.agreement)


def _back(agreement: Agreement) -> HttpResponse:
    return redirect(f"{agreement.get_absolute_url()}#reviews")
