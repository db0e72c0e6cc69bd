"""Points of engagement of an area's board: list, page, add, edit, close, archive, history."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.dashboards.board import opportunities as verbs
from onestop.dashboards.board.matching import (
    KIND_ICONS,
    Match,
    look_of,
    matches_for,
    members_of,
    state_of,
    terms_of,
    with_counts,
    year_of,
)
from onestop.dashboards.board.pages import goal_page
from onestop.dashboards.board.telling import what_to_know
from onestop.dashboards.board.times import when_of
from onestop.dashboards.context.opportunities import get_opportunity, list_crumb, opportunity_breadcrumbs
from onestop.dashboards.filters.opportunities import OpportunityFilters
from onestop.dashboards.forms.opportunities import OpportunityForm, initial_of
from onestop.dashboards.models import BoardInterest, Offer, Opportunity
from onestop.dashboards.models.opportunities import Kind
from onestop.dashboards.tables.opportunities import OpportunityTable
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.rules import demand, may

KEEP, TAKE = "dashboards.keep_opportunities", "dashboards.take_on"
EXPORTED = (
    gettext_lazy("What it is"), gettext_lazy("Kind"), gettext_lazy("How long it takes"), gettext_lazy("Day"),
    gettext_lazy("Can be taken until"), gettext_lazy("Places"), gettext_lazy("Member"), gettext_lazy("Status"),
    gettext_lazy("Offered"), gettext_lazy("Taken on"), gettext_lazy("Done"), gettext_lazy("What it changed"),
)  # fmt: skip
SUITING = 3  # suggestions above the list


def opportunity_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List what members of the board can take on, and what became of it."""
    area = enter_area(request, slug)
    demand(request, "dashboards.view_board", area)
    today = timezone.localdate()
    own = terms_of(request.user, area, today)
    matches = _suiting(area, own)
    rows = with_counts(Opportunity.objects.visible_to(request.user).filter(area=area))
    members = [(term.pk, term.name) for term in members_of(area, today)]
    return list_page(
        request,
        key=f"opportunities:{area.slug}",
        title=_("Points of engagement"),
        queryset=rows.order_by(F("closed_at").desc(nulls_first=True), "held_at", "until_on", "pk"),
        filters=OpportunityFilters,
        table=OpportunityTable,
        template="dashboards/board/opportunity_list.html",
        export=Export(EXPORTED, _export),
        given=lambda page: {"names": _names(page)},
        context={
            "area": area,
            "year": year_of(area, at=timezone.now()),
            "own": own,
            "matches": matches,
            "wants_interests": bool(own) and not matches and not BoardInterest.objects.filter(term__in=own).exists(),
            "may_keep": may(request.user, KEEP, area),
        },
        members=members,
    )


def _suiting(area: LocalArea, own: list[Any]) -> list[Match]:
    """Return what a member was offered, or what suits their interests."""
    if not own:
        return []
    found = matches_for(area, own, today=timezone.localdate())
    return [match for match in found if match.suits or match.is_offered][:SUITING]


def _names(page: Iterable[Opportunity]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    taken = Offer.objects.filter(opportunity__in=[each.pk for each in page]).taken()
    for pk, name in taken.order_by("taken_at", "pk").values_list("opportunity", "term__name"):
        names[pk].append(name)
    return names


def _export(rows: QuerySet[Opportunity]) -> Iterator[list[Any]]:
    for one in rows.prefetch_related("offers__term"):
        known = [
            one.title,
            str(one.get_kind_display()),
            one.effort,
            timezone.localtime(one.held_at) if one.held_at else None,
            one.until_on,
            one.places,
        ]
        offers = sorted(one.offers.all(), key=lambda offer: offer.pk)
        for offer in offers:
            dates = [timezone.localdate(each) if each else None for each in (offer.offered_at, offer.taken_at)]
            yield [*known, offer.term.name, str(offer.get_status_display()), *dates, offer.done_on, offer.changed]
        if not offers:
            yield [*known, "", "", None, None, None, ""]


def opportunity_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an opportunity, who was asked, who took it on, and what it changed."""
    opportunity = get_opportunity(request, pk)
    today = timezone.localdate()
    offers = list(opportunity.offers.select_related("term__user", "meeting").order_by("-taken_at", "offered_at", "pk"))
    own = {term.pk for term in terms_of(request.user, opportunity.area, today)}
    taken = sum(offer.status in Offer.TAKEN for offer in offers)
    counted: Any = opportunity
    counted.taken, counted.done = taken, sum(offer.status == Offer.Status.DONE for offer in offers)
    chip = state_of(counted, today)
    is_open = taken < opportunity.places and opportunity.closed_at is None and not opportunity.is_archived
    sponsor = opportunity.sponsor_on(today)
    is_open = is_open and (opportunity.until_on is None or opportunity.until_on >= today) and sponsor is None
    may_keep = may(request.user, KEEP, opportunity)
    mine = next((offer for offer in offers if offer.term_id in own and offer.status in Offer.TAKEN), None)
    context = {
        "title": opportunity.title,
        "crumbs": [list_crumb(opportunity.area)],
        "here": opportunity.title,
        "opportunity": opportunity,
        "icon": KIND_ICONS[Kind(opportunity.kind)],
        "chip": chip,
        "when": when_of(opportunity),
        "offers": [
            (
                offer,
                look_of(offer),
                may_keep or offer.term.user_id == request.user.pk,
                what_to_know(offer, today) if may_keep else "",
            )
            for offer in offers
        ],
        "may_keep": may_keep,
        "may_take": is_open and mine is None and may(request.user, TAKE, opportunity),
        "is_open": is_open,
        "goal_url": goal_page(opportunity.goal),
        "sponsor": sponsor if mine is None else None,
    }
    return render(request, "dashboards/board/opportunity_detail.html", context)


def opportunity_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes of an opportunity and of its offers."""
    opportunity = get_opportunity(request, pk)
    return history_page(request, opportunity, links=verbs.LINKS, crumbs=opportunity_breadcrumbs(opportunity))


@idempotent
def opportunity_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add something that members of the board can take on."""
    area = enter_area(request, slug)
    demand(request, KEEP, area)
    initial = {"places": 1, "kind": request.GET.get("kind", ""), "goal": request.GET.get("goal", "")}
    form = OpportunityForm(request.POST or None, initial=initial, area=area)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: verbs.add_opportunity(area, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("Added. Offer it to the members whom it suits."))
            return redirect(added)
    title = _("Add a point of engagement")
    context = {
        "title": title,
        "here": title,
        "crumbs": [list_crumb(area)],
        "form": form,
        "submit": _("Add"),
        "cancel_url": reverse("dashboards:opportunity_list", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


def opportunity_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an opportunity."""
    opportunity = get_opportunity(request, pk)
    demand(request, KEEP, opportunity)
    form = OpportunityForm(
        request.POST or None,
        initial=initial_of(opportunity),
        version=version_of(opportunity),
        area=opportunity.area,
        goal=opportunity.goal,
    )
    done, context = save_edit(
        form,
        lambda: verbs.update_opportunity(
            opportunity, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        opportunity,
        lambda: initial_of(get_opportunity(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(opportunity)
    context |= {
        "title": _("Edit %(name)s") % {"name": opportunity},
        "here": _("Edit"),
        "crumbs": opportunity_breadcrumbs(opportunity),
        "form": form,
        "cancel_url": opportunity.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context)


@require_POST
def opportunity_close(request: SignedIn, pk: int) -> HttpResponse:
    """Close an opportunity."""
    undo = reverse("dashboards:opportunity_reopen", args=[pk])
    return _move(request, pk, verbs.close_opportunity, _("Closed. Nobody else can take it on."), undo)


@require_POST
def opportunity_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Reopen a closed opportunity."""
    return _move(request, pk, verbs.reopen_opportunity, _("It can be taken on again."))


@require_POST
def opportunity_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive an opportunity that was added by mistake."""
    undo = reverse("dashboards:opportunity_restore", args=[pk])
    return _move(request, pk, verbs.archive_opportunity, _("Archived."), undo)


@require_POST
def opportunity_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived opportunity."""
    return _move(request, pk, verbs.restore_opportunity, _("Restored."))


def _move(request: SignedIn, pk: int, verb: Callable[..., None], done: str, undo: str = "") -> HttpResponse:
    opportunity = get_opportunity(request, pk)
    demand(request, KEEP, opportunity)
    try:
        verb(opportunity, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(opportunity)
