"""Budgets of a funding agreement: the list, begin, edit, adopt, delete, and what is in one."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.filters.cost_shares import BudgetFilters
from agreements.forms.funding_budgets import BeginBudgetForm, BudgetForm
from agreements.funding import budgets as verbs
from agreements.funding.budget_totals import totals_of
from agreements.funding.summary import summary_of
from agreements.funding_context import (
    budget_breadcrumbs,
    budget_form,
    budget_tabs,
    get_budget,
    get_ifa,
    ifa_breadcrumbs,
)
from agreements.models import Agreement, FundingBudget
from agreements.tables.budgets import BudgetTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.ui.lists import list_page
from partners.rules import demand, may

KEEP = "agreements.keep_budget"


def budget_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List the budgets of a funding agreement, the latest first."""
    agreement = get_ifa(request, pk)
    today = timezone.localdate()
    budgets = FundingBudget.objects.filter(agreement=agreement)
    rows = budgets.annotate(
        number_of_payers=Count("payers", filter=Q(payers__archived_at=None), distinct=True),
        number_of_pools=Count("pools", filter=Q(pools__archived_at=None), distinct=True),
    )
    years = budgets.order_by("-first_on__year").values_list("first_on__year", flat=True).distinct()
    return list_page(
        request,
        key=f"budgets:{agreement.pk}",
        title=_("Budgets"),
        queryset=rows.order_by("-first_on", "-pk"),
        filters=BudgetFilters,
        table=BudgetTable,
        template="agreements/funding/budget_list.html",
        given=lambda page: {"totals": totals_of(page, today=today)},
        context={
            "crumbs": ifa_breadcrumbs(agreement),
            "agreement": agreement,
            "may_keep": may(request.user, KEEP, agreement),
        },
        years=list(years),
    )


@idempotent
def budget_add(request: SignedIn, pk: int) -> HttpResponse:
    """Begin the budget of a program year."""
    agreement = get_ifa(request, pk)
    demand(request, KEEP, agreement)
    earlier = _earlier(request, agreement)
    last = earlier.first()
    first_on = last.first_on.replace(year=last.first_on.year + 1) if last else _next_july()
    initial = {"first_on": first_on, "copy": last.pk if last else None, **(_facts(last) if last else {})}
    form = BeginBudgetForm(request.POST or None, initial=initial, earlier=earlier)
    if form.is_bound and form.is_valid():
        begun = save(
            form,
            lambda: verbs.begin_budget(
                agreement,
                first_on=form.cleaned_data["first_on"],
                facts=form.facts,
                copy=form.cleaned_data["copy"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if begun:
            say_done(request, _("The draft of the budget is begun."))
            return redirect("agreements:budget_setup", begun.pk)
    context = {
        "title": _("Begin a budget"),
        "crumbs": ifa_breadcrumbs(agreement),
        "form": form,
        "submit": _("Begin the budget"),
        "cancel_url": reverse("agreements:budget_list", args=[pk]),
    }
    return render(request, "layouts/form.html", context)


def _earlier(request: HttpRequest, agreement: Agreement) -> Any:
    """Return the budgets that can be copied: of the funding agreements of the area, the latest first."""
    rows = FundingBudget.objects.visible_to(request.user).filter(agreement__area=agreement.area_id)
    return rows.select_related("agreement").order_by("-first_on", "-pk")


def _next_july() -> Any:
    """Return the first day of the next program year, which runs from July to June."""
    today = timezone.localdate()
    return today.replace(year=today.year + (today.month > 7), month=7, day=1)


def budget_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the settings of a budget."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    form = BudgetForm(
        request.POST or None, initial=_facts(budget), version=version_of(budget), is_adopted=budget.is_adopted
    )
    done, context = save_edit(
        form,
        lambda: verbs.update_budget(budget, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        budget,
        lambda: _facts(get_budget(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect("agreements:budget_setup", pk)
    context |= budget_form(budget, _("Edit the budget"), form, cancel_url=_setup(budget))
    return render(request, "layouts/edit_form.html", context)


def _facts(budget: FundingBudget) -> dict[str, Any]:
    return {name: getattr(budget, name) for name in verbs.FACTS}


def budget_setup(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is in a budget: pools with their costs by center, bases, and the partners that pay."""
    budget = get_budget(request, pk)
    may_keep = may(request.user, KEEP, budget.agreement)
    context = {
        "title": str(budget),
        "crumbs": budget_breadcrumbs(budget)[:-1],
        "here": str(budget),
        "budget": budget,
        "agreement": budget.agreement,
        "tabs": budget_tabs(request, budget),
        "summary": summary_of(budget),
        "rarely": verbs.rarely_words() if budget.is_reconciled_rarely else "",
        "may_keep": may_keep,
    }
    return render(request, "agreements/funding/budget_setup.html", context)


def budget_adopt(request: SignedIn, pk: int) -> HttpResponse:
    """Adopt a draft, after it says what is missing and what follows."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    if budget.is_adopted:
        messages.error(request, _("This budget is adopted."))
        return redirect("agreements:budget_setup", pk)
    if request.method == "POST":
        try:
            verbs.adopt_budget(budget, by=request.user, at=timezone.now())
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            say_done(request, _("The budget is adopted. Partners owe their shares by it."))
            return redirect("agreements:budget_setup", pk)
    ready = verbs.readiness_of(budget)
    context = {
        "title": _("Adopt the budget of %(year)s?") % {"year": budget.first_on.year},
        "crumbs": budget_breadcrumbs(budget),
        "budget": budget,
        "ready": ready,
        "act": _("Adopt the budget"),
        "safe": True,
        "cancel_url": _setup(budget),
    }
    return render(request, "agreements/funding/budget_adopt.html", context)


def budget_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Delete a draft, after a confirmation."""
    budget = get_budget(request, pk)
    agreement = budget.agreement
    demand(request, KEEP, agreement)
    if request.method == "POST":
        try:
            verbs.delete_budget(budget, by=request.user, at=timezone.now())
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect("agreements:budget_setup", pk)
        say_done(request, _("The draft is deleted."))
        return redirect("agreements:budget_list", agreement.pk)
    context = {
        "title": _("Delete this draft?"),
        "crumbs": budget_breadcrumbs(budget),
        "consequences": [
            _("Its pools, costs, bases, partners and counts are deleted with it. This cannot be undone."),
        ],
        "act": _("Delete the draft"),
        "cancel_url": _setup(budget),
    }
    return render(request, "layouts/confirm.html", context)


def _setup(budget: FundingBudget) -> str:
    return reverse("agreements:budget_setup", args=[budget.pk])
