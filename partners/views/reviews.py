"""Reviews of One-Stop centers: record, remove, restore."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.context.breadcrumbs import center_breadcrumbs
from partners.context.lookups import get_center, get_center_review
from partners.forms.reviews import ReviewForm
from partners.models import CenterReview
from partners.network import reviews
from partners.network.due_dates import LAWS
from partners.rules import demand

TITLES = {
    "certification": gettext_lazy("Record a certification"),
    "accessibility": gettext_lazy("Record an accessibility review"),
}


@idempotent
def review_add(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Record a certification or an accessibility review of a center."""
    center = get_center(request, pk)
    demand(request, "partners.record_review", center)
    law = LAWS[CenterReview.Kind(kind)]
    form = ReviewForm(request.POST or None, kind=law.kind, initial={"held_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        review = save(
            form,
            lambda: reviews.record_review(
                center, kind=law.kind, facts=form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
        if review:
            undo = reverse("partners:review_take_back", args=[review.pk])
            say_done(request, _("%(review)s is recorded.") % {"review": review}, undo=undo)
            return redirect("partners:center_detail", pk=pk)
    context = {
        "title": TITLES[kind],
        "crumbs": center_breadcrumbs(center),
        "here": law.name,
        "form": form,
        "submit": _("Record certification") if kind == "certification" else _("Record review"),
        "intro": _("%(rule)s (%(law)s).") % {"rule": law.says, "law": law.source},
        "cancel_url": reverse("partners:center_detail", args=[pk]),
    }
    return render(request, "layouts/form.html", context)


@require_POST
def review_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a review that was recorded by mistake."""
    review = get_center_review(request, pk)
    reviews.take_back_review(review, by=request.user, at=timezone.now())
    say_done(
        request, _("%(review)s is removed.") % {"review": review}, undo=reverse("partners:review_restore", args=[pk])
    )
    return redirect("partners:center_detail", pk=review.center_id)


@require_POST
def review_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed review."""
    review = get_center_review(request, pk)
    try:
        reviews.restore_review(review, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(review)s is restored.") % {"review": review})
    return redirect("partners:center_detail", pk=review.center_id)
