"""What becomes of an opportunity: offer it, take it on, decline, give back, say what it changed; interests."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.dashboards.board import offers as verbs
from onestop.dashboards.board.matching import members_of, suggested_members, terms_of
from onestop.dashboards.context.opportunities import (
    get_offer,
    get_opportunity,
    get_term,
    list_crumb,
    opportunity_breadcrumbs,
)
from onestop.dashboards.forms.opportunities import DoneForm, InterestsForm, MembersForm, TakeForm
from onestop.dashboards.models import Offer, Opportunity
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done
from partners.models import BoardTerm
from partners.rules import demand, may

KEEP, TAKE, ANSWER = "dashboards.keep_opportunities", "dashboards.take_on", "dashboards.answer_offer"


def opportunity_offer(request: SignedIn, pk: int) -> HttpResponse:
    """Offer an opportunity to members of the board, those first whom it interests."""
    opportunity = get_opportunity(request, pk)
    demand(request, KEEP, opportunity)
    members = suggested_members(opportunity, members_of(opportunity.area_id, timezone.localdate()))
    form = MembersForm(request.POST or None, members=members)
    if form.is_bound and form.is_valid():
        made = save(
            form, lambda: verbs.offer_to(opportunity, form.chosen, by=request.user, at=timezone.now()) or [None]
        )
        if made:
            number = sum(offer is not None for offer in made)
            words = ngettext("Offered to %(number)d member.", "Offered to %(number)d members.", number)
            say_done(request, words % {"number": number} if number else _("They were asked before."))
            return redirect(opportunity)
    title = _("Offer it to members of the board")
    context = _form(opportunity, title, form, submit=_("Offer"))
    return render(request, "layouts/form.html", context)


def opportunity_take(request: SignedIn, pk: int) -> HttpResponse:
    """Take an opportunity on; staff record it for a member without an account."""
    opportunity = get_opportunity(request, pk)
    demand(request, TAKE, opportunity)
    today = timezone.localdate()
    keeps = may(request.user, KEEP, opportunity)
    members = members_of(opportunity.area_id, today) if keeps else terms_of(request.user, opportunity.area_id, today)
    form = TakeForm(request.POST or None, members=members)
    if form.is_bound and form.is_valid():
        taken = save(form, lambda: verbs.take_on(opportunity, form.chosen, by=request.user, at=timezone.now()))
        if taken:
            say_done(request, _("Taken on."))
            return redirect(opportunity)
    title = _("Take it on: %(title)s") % {"title": opportunity.title}
    context = _form(opportunity, title, form, submit=_("Take it on"), members=members)
    return render(request, "dashboards/board/opportunity_take.html", context)


@require_POST
def offer_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline an offer."""
    return _answer(request, pk, verbs.decline, _("Declined. It can still be taken on later."))


@require_POST
def offer_give_back(request: SignedIn, pk: int) -> HttpResponse:
    """Give something back that was taken on."""
    return _answer(request, pk, verbs.give_back, _("Given back. Somebody else can take it on."))


def _answer(request: SignedIn, pk: int, verb: Callable[..., Offer], done: str) -> HttpResponse:
    offer = get_offer(request, pk)
    demand(request, ANSWER, offer)
    try:
        verb(offer, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done)
    return redirect(offer.opportunity)


def offer_done(request: SignedIn, pk: int) -> HttpResponse:
    """Say that something is done, and what it changed."""
    offer = get_offer(request, pk)
    demand(request, ANSWER, offer)
    opportunity = offer.opportunity
    initial = {
        "done_on": offer.done_on or timezone.localdate(),
        "changed": offer.changed,
        "meeting": offer.meeting_id,
    }
    form = DoneForm(request.POST or None, initial=initial, area=opportunity.area, at=timezone.now())
    if form.is_bound and form.is_valid():
        done = save(form, lambda: verbs.finish(offer, **form.facts, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("Recorded."))
            return redirect(opportunity)
    title = _("What it changed: %(title)s") % {"title": opportunity.title}
    intro = _("%(person)s took this on.") % {"person": offer.term.name}
    context = _form(opportunity, title, form, submit=_("Record what it changed"), intro=intro)
    return render(request, "layouts/form.html", context)


def interests_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Say what a member of the board is interested in."""
    term = get_term(request, pk)
    demand(request, "dashboards.keep_interests", term)
    kept = list(term.interests.all())
    initial = {"kinds": [each.kind for each in kept], "note": next((each.note for each in kept if each.note), "")}
    form = InterestsForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        verbs.set_interests(term, kinds=facts["kinds"], note=facts["note"], by=request.user, at=timezone.now())
        say_done(request, _("Saved."))
        return redirect("dashboards:interest_list", slug=term.seat.area.slug)
    title = _("Interests of %(person)s") % {"person": term.name}
    context = {
        "title": title,
        "here": title,
        "crumbs": [list_crumb(term.seat.area), _interests_crumb(term)],
        "form": form,
        "cancel_url": _interests_crumb(term)[1],
        "intro": _("What fits is suggested first. Nobody is asked more often for it."),
    }
    return render(request, "layouts/form.html", context)


def _interests_crumb(term: BoardTerm) -> tuple[str, str]:
    return _("Members and interests"), reverse("dashboards:interest_list", args=[term.seat.area.slug])


def _form(opportunity: Opportunity, title: str, form: Any, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "here": title,
        "crumbs": opportunity_breadcrumbs(opportunity),
        "opportunity": opportunity,
        "form": form,
        "cancel_url": opportunity.get_absolute_url(),
        **more,
    }
