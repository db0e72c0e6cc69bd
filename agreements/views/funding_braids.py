"""Braided plans of a funding agreement: the list, one plan, add, edit, remove, restore."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.funding_sources import BraidForm, initial_rows, rows_for
from agreements.funding import braids as verbs
from agreements.funding_context import get_braid, get_ifa, ifa_breadcrumbs
from agreements.models import Agreement, BraidedPlan
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand, may

KEEP = "agreements.keep_budget"


def braid_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the services and projects of an agreement that several sources pay."""
    agreement = get_ifa(request, pk)
    plans = BraidedPlan.objects.current().filter(agreement=agreement).order_by("-first_on", "title", "pk")
    context = {
        "title": _("Braided plans"),
        "crumbs": ifa_breadcrumbs(agreement),
        "here": _("Braided plans"),
        "agreement": agreement,
        "plans": plans.prefetch_related("parts__partnership__organization"),
        "may_edit": may(request.user, KEEP, agreement),
    }
    return render(request, "agreements/funding/braid_list.html", context)


def braid_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a braided plan: what each source of each partner pays, and what it may pay."""
    plan = get_braid(request, pk)
    context = {
        "title": plan.title,
        "crumbs": [*ifa_breadcrumbs(plan.agreement), _list_crumb(plan.agreement)],
        "here": plan.title,
        "agreement": plan.agreement,
        "plan": plan,
        "paid": verbs.paid_parts(plan.amount, list(verbs.current_parts(plan))),
        "may_edit": may(request.user, KEEP, plan.agreement),
    }
    return render(request, "agreements/funding/braid_detail.html", context)


@idempotent
def braid_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a braided plan."""
    agreement = get_ifa(request, pk)
    demand(request, KEEP, agreement)
    form = BraidForm(request.POST or None, agreement=agreement, number=rows_for(request.POST, 0, verbs.MOST_PARTS))
    if form.is_bound and form.is_valid():
        plan = save(
            form,
            lambda: verbs.add_braid(agreement, facts=form.facts, parts=form.filled, by=request.user, at=timezone.now()),
        )
        if plan:
            say_done(request, _("The braided plan is recorded."))
            return redirect(plan)
    context = _form(agreement, _("Add a braided plan"), form, submit=_("Add braided plan"))
    return render(request, "agreements/funding/braid_form.html", context)


def braid_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a braided plan and its parts."""
    plan = get_braid(request, pk)
    demand(request, KEEP, plan.agreement)
    parts = list(verbs.current_parts(plan))
    form = BraidForm(
        request.POST or None,
        agreement=plan.agreement,
        number=rows_for(request.POST, len(parts), verbs.MOST_PARTS),
        initial=_facts(plan),
        version=version_of(plan, verbs.LINKS),
    )
    done, context = save_edit(
        form,
        lambda: verbs.update_braid(
            plan, facts=form.facts, parts=form.filled, version=form.version, by=request.user, at=timezone.now()
        ),
        plan,
        lambda: _facts(get_braid(request, pk)),
        links=verbs.LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(plan)
    context |= _form(plan.agreement, _("Edit a braided plan"), form, cancel_url=plan.get_absolute_url())
    return render(request, "agreements/funding/braid_form.html", context)


def _facts(plan: BraidedPlan) -> dict[str, Any]:
    facts = {name: getattr(plan, name) for name in verbs.FACTS} | {"service": plan.service_id}
    return facts | initial_rows(verbs.current_parts(plan), verbs.PART_FACTS)


@require_POST
def braid_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a braided plan."""
    undo = reverse("agreements:braid_restore", args=[pk])
    return _move(request, pk, verbs.remove_braid, _("The braided plan is removed."), undo)


@require_POST
def braid_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed braided plan."""
    return _move(request, pk, verbs.restore_braid, _("The braided plan is restored."))


def _move(request: SignedIn, pk: int, verb: Callable[..., None], done: str, undo: str = "") -> HttpResponse:
    plan = get_braid(request, pk)
    demand(request, KEEP, plan.agreement)
    try:
        verb(plan, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(plan)


def _list_crumb(agreement: Agreement) -> tuple[str, str]:
    return _("Braided plans"), reverse("agreements:braid_list", args=[agreement.pk])


def _form(agreement: Agreement, title: str, form: BraidForm, **more: Any) -> dict[str, Any]:
    crumb = _list_crumb(agreement)
    given = {"cancel_url": crumb[1]} | more
    return {
        "title": title,
        "here": title,
        "crumbs": [*ifa_breadcrumbs(agreement), crumb],
        "agreement": agreement,
        "form": form,
        **given,
    }
