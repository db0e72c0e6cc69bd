"""The service lines of a purchase, their milestones and their rates by effective date."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.purchase_lines import MilestonePlanForm, RateForm, ServiceLineForm, facts_of_steps
from agreements.models import Agreement, Authorization, Rate, ServiceLine
from agreements.purchase_context import (
    WITH_TERMS,
    get_purchase,
    get_service_line,
    purchase_breadcrumbs,
    purchase_form,
)
from agreements.purchasing import lines, rates
from agreements.purchasing.agreement_locks import terms_are_open
from agreements.purchasing.authorization_reading import with_delivered
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from partners.network.current_area import show_area
from partners.rules import demand, may

SET = "agreements.set_purchase_terms"  # the right


@idempotent
def service_line_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a service line."""
    agreement = get_purchase(request, pk)
    demand(request, SET, agreement)
    form = ServiceLineForm(request.POST or None, adds=True)
    if form.is_bound and form.is_valid():
        rate = form.cleaned_data.get("rate")
        line = save(
            form, lambda: lines.add_line(agreement, facts=form.facts, rate=rate, by=request.user, at=timezone.now())
        )
        if line and line.is_plan:
            say_done(request, _("The service is added. Enter its milestones."))
            return redirect("agreements:milestone_plan_edit", pk=line.pk)
        if line:
            say_done(request, _("The service is added."))
            return redirect(_lines_url(agreement))
    context = _form_context(agreement, _("Add a service"), form, submit=_("Add service"))
    return render(request, "layouts/form.html", context)


def service_line_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a service line."""
    line = get_service_line(request, pk)
    demand(request, SET, line.agreement)
    form = ServiceLineForm(
        request.POST or None,
        initial=_facts(line),
        version=version_of(line),
        keeps_ceiling=line.agreement.executed_on is not None,
    )
    done, context = save_edit(
        form,
        lambda: lines.update_line(line, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        line,
        lambda: _facts(get_service_line(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(_lines_url(line.agreement))
    title = _("Edit %(name)s") % {"name": line}
    return render(request, "layouts/edit_form.html", context | _form_context(line.agreement, title, form))


def _facts(line: ServiceLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in lines.FACTS}


@require_POST
def service_line_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a service line."""
    line = get_service_line(request, pk)
    demand(request, SET, line.agreement)
    try:
        lines.remove_line(line, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The service is removed."), undo=reverse("agreements:service_line_restore", args=[pk]))
    return redirect(_lines_url(line.agreement))


@require_POST
def service_line_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed service line."""
    line = get_service_line(request, pk)
    demand(request, SET, line.agreement)
    try:
        lines.restore_line(line, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The service is restored."))
    return redirect(_lines_url(line.agreement))


def milestone_plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the milestones of a plan."""
    line = get_service_line(request, pk)
    demand(request, SET, line.agreement)
    if not line.is_plan:
        say_refused(request, Refused(_("This service is paid by unit. It has no milestones.")))
        return redirect(_lines_url(line.agreement))
    steps = list(line.steps.order_by("position"))
    form = MilestonePlanForm(
        request.POST or None, initial=dict(facts_of_steps(steps)), version=version_of(line, STEPS), rows=len(steps)
    )
    done, context = save_edit(
        form,
        lambda: lines.set_milestones(line, steps=form.steps, version=form.version, by=request.user, at=timezone.now()),
        line,
        lambda: dict(facts_of_steps(line.steps.order_by("position"))),
        STEPS,
    )
    if done:
        say_done(request, _("The milestones are saved."))
        return redirect(_lines_url(line.agreement))
    title = _("Milestones of %(name)s") % {"name": line}
    context |= _form_context(line.agreement, title, form, submit=_("Save the milestones"))
    return render(request, "agreements/purchases/milestones.html", context)


STEPS = ("steps",)


# ---------------------------------------------------------------- Rates
@idempotent
def rate_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a new rate of a service from a day on."""
    line = get_service_line(request, pk)
    demand(request, SET, line.agreement)
    form = RateForm(request.POST or None, needs_authority=not terms_are_open(line.agreement))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        rate = save(form, lambda: rates.add_rate(line, **given, by=request.user, at=timezone.now()))
        if rate:
            say_done(request, _("The rate is recorded."))
            return redirect("agreements:rate_detail", pk=rate.pk)
    intro = _("The rate in force on the day of service counts. What was delivered before keeps its rate.")
    title = _("Add a rate for %(name)s") % {"name": line}
    context = _form_context(line.agreement, title, form, submit=_("Add rate"), intro=intro)
    return render(request, "layouts/form.html", context)


def rate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a rate, and the open authorizations that last past its first day."""
    rate = _get_rate(request, pk)
    agreement = rate.agreement
    reached = rates.reached_by(rate, with_delivered(Authorization.objects.all()))
    context = {
        "title": _("Rate of %(name)s") % {"name": rate.line},
        "crumbs": _breadcrumbs(agreement),
        "here": _("Rate"),
        "agreement": agreement,
        "rate": rate,
        "reached": reached,
        "short": sum(each.falls_short for each in reached),
        "may_set": may(request.user, SET, agreement),
        "may_authorize": may(request.user, "agreements.authorize_service", agreement),
    }
    return render(request, "agreements/purchases/rate_detail.html", context)


@require_POST
def rate_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a rate that was recorded by mistake."""
    rate = _get_rate(request, pk)
    demand(request, SET, rate.agreement)
    try:
        rates.remove_rate(rate, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
        return redirect("agreements:rate_detail", pk=pk)
    say_done(request, _("The rate is removed."))
    return redirect(_lines_url(rate.agreement))


def _get_rate(request: HttpRequest, pk: int) -> Rate:
    """Return a rate that the user may see, and enter its area; otherwise 404."""
    rows = Rate.objects.visible_to(request.user).select_related("line", "by", *WITH_TERMS)
    rate = get_object_or_404(rows, pk=pk)
    show_area(request, rate.agreement.area)
    return rate


def _breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    terms_url = reverse("agreements:purchase_terms", args=[agreement.pk])
    return [*purchase_breadcrumbs(agreement), (_("Terms"), terms_url)]


def _lines_url(agreement: Agreement) -> str:
    return reverse("agreements:purchase_terms", args=[agreement.pk]) + "#lines"


def _form_context(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a form that leads back to the terms."""
    back = {"cancel_url": _lines_url(agreement), "crumbs": _breadcrumbs(agreement)}
    return purchase_form(agreement, title, form, **more) | back
