"""Contributions to a budget: the list, one contribution, and what becomes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.filters.funding_paying import ContributionFilters
from agreements.forms.funding_contributions import ContributionForm, DeclineForm, payers_to_record
from agreements.funding import contributions as verbs
from agreements.funding.paid import PaidTotals, paid_by
from agreements.funding_context import budget_breadcrumbs, budget_form, budget_tabs, get_budget, get_contribution
from agreements.models import Contribution, FundingBudget, Payer
from agreements.tables.funding_paying import ContributionTable, status_chip
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from onestop.ui.lists import list_page
from onestop.ui.presentation import money
from partners.rules import demand, may

RECORD, KEEP, ACCEPT = "agreements.record_contribution", "agreements.keep_budget", "agreements.accept_contribution"
Status = Contribution.Status


# ---------------------------------------------------------------- The list
def contribution_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List what partners and third parties gave toward the costs of a year, and what each partner still owes."""
    budget = get_budget(request, pk)
    totals = paid_by(budget)
    rows = Contribution.objects.current().filter(period__budget=budget)
    names = ("payer__partnership__organization", "period", "pool__center")
    return list_page(
        request,
        key=f"contributions:{budget.pk}",
        title=_("Contributions"),
        queryset=rows.select_related(*names).order_by("-received_on", "-pk"),
        filters=ContributionFilters,
        table=ContributionTable,
        template="agreements/funding/contribution_list.html",
        context={
            "crumbs": budget_breadcrumbs(budget),
            "here": _("Contributions"),
            "tabs": budget_tabs(request, budget),
            "budget": budget,
            "totals": totals,
            "figures": _figures(totals, request.path),
            "may_record": budget.is_adopted and bool(_allowed(request, budget, [line.payer for line in totals.lines])),
        },
        payers=[line.payer for line in totals.lines],
        periods=list(budget.periods.order_by("number")),
    )


def _figures(totals: PaidTotals, url: str) -> list[dict[str, Any]]:
    sums = totals.sums
    waiting = sums["waiting"] + totals.general_waiting
    return [
        {"label": _("Cash"), "value": money(sums["cash"]), "url": f"{url}?kind=cash&status=accepted"},
        {
            "label": _("In kind, accepted"),
            "value": money(sums["in_kind"] + totals.general),
            "url": f"{url}?status=accepted",
            "note": _("%(amount)s of it to the center in general") % {"amount": money(totals.general)}
            if totals.general
            else "",
        },
        {
            "label": _("Waiting for approval"),
            "value": money(waiting),
            "url": f"{url}?status=entered",
        },
    ]


def _allowed(request: HttpRequest, budget: FundingBudget, payers: list[Payer]) -> list[Payer]:
    """Return the payers for which the user may record contributions."""
    for payer in payers:
        payer.agreement = budget.agreement
    return [payer for payer in payers if may(request.user, RECORD, payer)]


# ---------------------------------------------------------------- One contribution
def contribution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a contribution, its valuation and evidence, and what was decided."""
    given = get_contribution(request, pk)
    budget = given.period.budget
    is_unclosed = not given.period.is_closed and not given.is_archived
    decides = is_unclosed and may(request.user, ACCEPT, given.agreement)
    is_waiting = given.status == Status.ENTERED
    entered_it = decides and is_waiting and verbs.has_entered(request.user.pk, given)
    context = {
        "title": given.text,
        "crumbs": [*budget_breadcrumbs(budget), _list_crumb(budget)],
        "here": _("Contribution"),
        "budget": budget,
        "given": given,
        "chip": status_chip(given),
        "may_edit": is_unclosed and is_waiting and _may_record(request, given),
        "may_restore": given.is_archived and _may_record(request, given),
        "may_accept": decides and is_waiting and not entered_it,
        "entered_it": entered_it,
        "may_decline": decides and given.status != Status.REFUSED,
    }
    return render(request, "agreements/funding/contribution_detail.html", context)


@takes_files
@idempotent
def contribution_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a contribution of a partner, or of a third party."""
    budget = get_budget(request, pk)
    is_staff = may(request.user, KEEP, budget.agreement)
    payers = payers_to_record(budget, lambda payer: may(request.user, RECORD, payer))
    if not payers and not is_staff:
        raise PermissionDenied
    today = timezone.localdate()
    initial = {
        "kind": Contribution.Kind.CASH,
        "payer": payers[0].pk if len(payers) == 1 and not is_staff else None,
        "period": budget.periods.filter(first_on__lte=today, last_on__gte=today).values_list("pk", flat=True).first(),
    }
    form = ContributionForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        budget=budget,
        payers=payers,
        is_staff=is_staff,
    )
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        added = save(
            form,
            lambda: verbs.add_contribution(
                budget, facts=form.facts, is_received=is_staff, by=request.user, at=timezone.now()
            ),
        )
        if added:
            say_done(request, _done(added))
            return redirect(added)
    context = _form(budget, _("Record a contribution"), form, submit=_("Record contribution"))
    return render(request, "layouts/form.html", context, status=status_of(form))


def _done(given: Contribution) -> str:
    if given.status == Status.ACCEPTED:
        return _("The contribution is recorded.")
    return _("The contribution is recorded. It counts once somebody who may approve money accepts it.")


@takes_files
def contribution_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a contribution that waits for approval."""
    given = get_contribution(request, pk)
    budget = given.period.budget
    budget.agreement = given.agreement
    _demand_record(request, given)
    form = ContributionForm(
        request.POST or None,
        request.FILES or None,
        initial=_facts(given),
        version=version_of(given),
        budget=budget,
        payers=payers_to_record(budget, lambda payer: may(request.user, RECORD, payer)),
        is_staff=may(request.user, KEEP, given.agreement),
    )
    receive_files(request, form, at=timezone.now())
    done, context = save_edit(
        form,
        lambda: verbs.update_contribution(
            given, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        given,
        lambda: _facts(get_contribution(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(given)
    context |= _form(budget, _("Edit a contribution"), form, cancel_url=given.get_absolute_url())
    return render(request, "layouts/edit_form.html", context, status=status_of(form))


def _facts(given: Contribution) -> dict[str, Any]:
    links = {name: getattr(given, f"{name}_id") for name in ("period", "payer", "pool")}
    return {name: getattr(given, name) for name in verbs.FACTS} | links


def _may_record(request: HttpRequest, given: Contribution) -> bool:
    """Whether the user may change it: those of its partner, and the staff; of a third party in general, the staff."""
    if given.payer is None:
        return may(request.user, KEEP, given.agreement)
    given.payer.agreement = given.agreement
    return may(request.user, RECORD, given.payer)


def _demand_record(request: HttpRequest, given: Contribution) -> None:
    if not _may_record(request, given):
        raise PermissionDenied


def _form(budget: FundingBudget, title: str, form: Any, **more: Any) -> dict[str, Any]:
    crumbs = [*budget_breadcrumbs(budget), _list_crumb(budget)]
    more = {"cancel_url": _list_url(budget)} | more
    return budget_form(budget, title, form, **more) | {"crumbs": crumbs}


def _list_url(budget: FundingBudget) -> str:
    return reverse("agreements:contribution_list", args=[budget.pk])


def _list_crumb(budget: FundingBudget) -> tuple[str, str]:
    return _("Contributions"), _list_url(budget)


# ---------------------------------------------------------------- Accept, decline, remove
@require_POST
def contribution_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Accept the value and the evidence of a contribution."""
    given = get_contribution(request, pk)
    demand(request, ACCEPT, given.agreement)
    return _act(request, given, verbs.accept_contribution, _("The contribution is accepted."))


def contribution_refuse(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a contribution with a reason."""
    given = get_contribution(request, pk)
    demand(request, ACCEPT, given.agreement)
    form = DeclineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: verbs.refuse_contribution(given, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("The contribution is declined."))
            return redirect(given)
    title = _("Decline a contribution")
    context = _form(
        given.period.budget, title, form, submit=_("Decline contribution"), cancel_url=given.get_absolute_url(),
        intro=f"{given.text}, {money(given.amount)}",
    )  # fmt: skip
    return render(request, "layouts/form.html", context)


@require_POST
def contribution_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a contribution that waits for approval."""
    given = get_contribution(request, pk)
    _demand_record(request, given)
    undo = reverse("agreements:contribution_restore", args=[pk])
    return _act(request, given, verbs.remove_contribution, _("The contribution is removed."), undo)


@require_POST
def contribution_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed contribution."""
    given = get_contribution(request, pk)
    _demand_record(request, given)
    return _act(request, given, verbs.restore_contribution, _("The contribution is restored."))


def _act(request: SignedIn, given: Contribution, verb: Callable[..., Any], done: str, undo: str = "") -> HttpResponse:
    try:
        verb(given, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(given)
