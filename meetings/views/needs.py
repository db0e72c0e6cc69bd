"""The resource map of an area: by need, by partner, by funding source; needs, and what partners meet of them."""

from typing import Any

from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.needs import get_need, get_need_met, map_breadcrumbs, need_form_context
from meetings.filters.needs import NeedFilters
from meetings.forms.needs import NeedForm, NeedMetForm, RecommendForm
from meetings.models import Need, NeedMet
from meetings.needs import answers, needs, resource_map
from meetings.plans.from_needs import recommend_action
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with, applied_filters
from partners.models import LocalArea, Partnership
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of

KEEP, ANSWER, KEEP_ANSWER = "meetings.keep_needs", "meetings.answer_need", "meetings.keep_need_met"
NEED, PARTNER, FUNDING = "need", "partner", "funding"


def resource_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the needs of an area with who meets them from which money; ``?by=`` turns the table."""
    area = enter_area(request, slug)
    rows = Need.objects.visible_to(request.user).current().filter(area=area)
    bar = NeedFilters(request.GET, queryset=rows, request=request, area=area)
    found = resource_map.map_of(
        bar.qs if bar.is_valid() else rows,
        request.user,
        own=_own_partners(request, area),
        states=bar.states,
    )
    title = _("Resource map")
    if request.GET.get("export") in spreadsheets.FORMATS:
        header, lines = resource_map.export_map(found)
        name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}"
        return spreadsheets.response(request.GET["export"], name=name, header=header, rows=lines, sheet=title)
    asked = request.GET.get("by")
    by = asked if asked in (PARTNER, FUNDING) else NEED
    may_keep = may(request.user, KEEP, area)
    context = {
        "title": title,
        "area": area,
        "map": found,
        "by": by,
        "views": _views(request, by),
        "filter": bar,
        "applied": list(applied_filters(bar, request.GET)),
        "is_filtered": any(request.GET.get(name) for name in bar.filters),
        "kept_parameters": {} if by == NEED else {"by": by},
        "unfiltered_url": "" if by == NEED else f"{request.path}?by={by}",
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
        "may_keep": may_keep,
        "may_answer": may(request.user, ANSWER, area),
        "removed": list(Need.objects.archived().filter(area=area).order_by(Lower("name"), "pk")) if may_keep else [],
    }
    return render(request, "meetings/needs/resource_map.html", context)


def _views(request: HttpRequest, by: str) -> list[dict[str, Any]]:
    names = {NEED: _("By need"), PARTNER: _("By partner"), FUNDING: _("By funding source")}
    return [
        {"label": name, "url": address_with(request, by=None if key == NEED else key), "current": key == by}
        for key, name in names.items()
    ]


def _own_partners(request: HttpRequest, area: LocalArea) -> frozenset[int] | None:
    """Return the partners whose lines a person may edit; ``None`` for all of the area."""
    seats = seats_of(request.user)
    if seats.everything or area.pk in seats.staff_area_ids:
        return None
    return frozenset(seats.managed_partnership_ids)


def _partners_for(request: HttpRequest, area: LocalArea) -> list[Partnership]:
    own = _own_partners(request, area)
    here = Partnership.objects.current().filter(area=area).select_related("organization")
    return list(here if own is None else here.filter(pk__in=own))


# ---------------------------------------------------------------- Needs
@idempotent
def need_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a need to the map."""
    area = enter_area(request, slug)
    demand(request, KEEP, area)
    form = NeedForm(request.POST or None)
    if form.is_bound and form.is_valid():
        need = save(form, lambda: needs.add_need(area, facts=form.facts, by=request.user, at=timezone.now()))
        if need:
            say_done(request, _("The need is on the map. Say next who meets it."))
            return redirect(need)
    context = {
        "title": _("Add a need"),
        "crumbs": map_breadcrumbs(area),
        "form": form,
        "submit": _("Add need"),
        "cancel_url": reverse("meetings:resource_map", args=[slug]),
    }
    return render(request, "layouts/form.html", context)


def need_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a need."""
    need = get_need(request, pk)
    demand(request, KEEP, need)
    form = NeedForm(request.POST or None, initial=_facts(need, needs.FACTS), version=version_of(need))
    done, context = save_edit(
        form,
        lambda: needs.update_need(need, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        need,
        lambda: _facts(get_need(request, pk), needs.FACTS),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(need)
    return render(request, "layouts/edit_form.html", context | need_form_context(need, _("Edit the need"), form))


def _facts(thing: Need | NeedMet, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


@require_POST
def need_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a need from the map."""
    need = get_need(request, pk)
    demand(request, KEEP, need)
    needs.remove_need(need, by=request.user, at=timezone.now())
    words = _("“%(need)s” is removed from the map.") % {"need": need}
    say_done(request, words, undo=reverse("meetings:need_restore", args=[pk]))
    return redirect("meetings:resource_map", slug=need.area.slug)


@require_POST
def need_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed need."""
    need = get_need(request, pk)
    demand(request, KEEP, need)
    try:
        needs.restore_need(need, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("“%(need)s” is on the map again.") % {"need": need})
    return redirect(need)


def need_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a need and of what partners met."""
    need = get_need(request, pk)
    crumbs = [*map_breadcrumbs(need.area), (need.name, need.get_absolute_url())]
    return history_page(request, need, links=needs.LINKS, crumbs=crumbs)


# ---------------------------------------------------------------- What partners meet
@idempotent
def need_met_add(request: SignedIn, pk: int) -> HttpResponse:
    """Say what a partner meets of a need, and from which money."""
    need = get_need(request, pk)
    demand(request, ANSWER, need)
    form = NeedMetForm(request.POST or None, partners=_partners_for(request, need.area))
    if form.is_bound and form.is_valid():
        partner = form.partner
        assert partner is not None
        met = save(
            form, lambda: answers.add_answer(need, partner, facts=form.facts, by=request.user, at=timezone.now())
        )
        if met:
            say_done(request, _("It is on the map."))
            return redirect(need)
    context = need_form_context(need, _("Say who meets this need"), form, submit=_("Put it on the map"))
    return render(request, "meetings/needs/need_form.html", context)


def need_met_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit what a partner meets of a need."""
    met = get_need_met(request, pk)
    demand(request, KEEP_ANSWER, met.partnership)
    form = NeedMetForm(
        request.POST or None,
        initial=_facts(met, answers.FACTS),
        version=version_of(met),
        partners=[met.partnership],
        is_new=False,
    )
    done, context = save_edit(
        form,
        lambda: answers.update_answer(met, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        met,
        lambda: _facts(get_need_met(request, pk), answers.FACTS),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(met.need)
    title = _("What %(partner)s meets") % {"partner": met.partnership.organization.name}
    context |= need_form_context(met.need, title, form, met=met)
    return render(request, "meetings/needs/met_form.html", context)


def need_met_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove that a partner meets a need, once it is confirmed."""
    met = get_need_met(request, pk)
    demand(request, KEEP_ANSWER, met.partnership)
    if request.method == "POST":
        answers.remove_answer(met, by=request.user, at=timezone.now())
        say_done(request, _("It is removed from the map."))
        return redirect(met.need)
    names = {"partner": met.partnership.organization.name, "need": met.need, "source": resource_map.funding_of(met)}
    words = _("The map will no longer say that %(partner)s meets “%(need)s” from %(source)s. The history keeps it.")
    context = {
        "title": _("Remove this line from the map?"),
        "act": _("Remove the line"),
        "consequences": [words % names],
        "cancel_url": met.need.get_absolute_url(),
    }
    return render(request, "layouts/confirm.html", context)


# ---------------------------------------------------------------- Into the plan
@idempotent
def need_recommend(request: SignedIn, pk: int) -> HttpResponse:
    """Add an action to the plan that is to close the hole of a need."""
    need = get_need(request, pk)
    demand(request, "meetings.recommend_for_need", need)
    form = RecommendForm(request.POST or None, area=need.area, user=request.user, initial={"text": need.name})
    if form.is_bound and form.is_valid():
        added = save(form, lambda: recommend_action(need, **form.cleaned_data, by=request.user, at=timezone.now()))
        if added:
            words = _("The action is added to the strategy “%(strategy)s”.")
            say_done(request, words % {"strategy": added.strategy})
            return redirect(need)
    context = need_form_context(need, _("Make it an action of the plan"), form, submit=_("Add to the plan"))
    has_strategies = form.fields["strategy"].queryset.exists()  # type: ignore[attr-defined]
    return render(request, "meetings/needs/need_form.html", context | {"lacks_strategies": not has_strategies})
