"""Cost pools of a budget, their costs, and the bases by which they are shared."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.funding_pools import BaseForm, ChangeCostForm, CostLineForm, PoolForm
from agreements.funding import bases, lines, pools
from agreements.funding_context import get_base, get_budget, get_cost_line, get_pool, move_part, setup_form, setup_url
from agreements.models import AllocationBase, CostLine, CostPool
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand

KEEP = "agreements.keep_budget"
EDIT = "layouts/edit_form.html"
POOLS, BASES = "pools", "bases"


# ---------------------------------------------------------------- Pools
@idempotent
def pool_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a cost pool."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    if not budget.bases.current().exists():
        say_done(request, _("Record a base first. A pool is shared by a base."))
        return redirect("agreements:base_add", pk)
    form = PoolForm(request.POST or None, budget=budget)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: pools.add_pool(budget, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The pool is recorded. Add its costs."))
            return redirect(setup_url(budget, POOLS))
    context = setup_form(budget, _("Add a cost pool"), form, POOLS, submit=_("Add pool"))
    return render(request, "layouts/form.html", context)


def pool_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a cost pool."""
    pool = get_pool(request, pk)
    demand(request, KEEP, pool.agreement)
    form = PoolForm(request.POST or None, initial=_facts_of_pool(pool), version=version_of(pool), budget=pool.budget)
    done, context = save_edit(
        form,
        lambda: pools.update_pool(pool, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        pool,
        lambda: _facts_of_pool(get_pool(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(setup_url(pool.budget, POOLS))
    return render(request, EDIT, context | setup_form(pool.budget, _("Edit a cost pool"), form, POOLS))


def _facts_of_pool(pool: CostPool) -> dict[str, Any]:
    return {"name": pool.name, "category": pool.category, "center": pool.center_id, "base": pool.base_id}


@require_POST
def pool_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a cost pool."""
    pool = get_pool(request, pk)
    undo = reverse("agreements:pool_restore", args=[pk])
    return move_part(
        request,
        pool.budget,
        lambda: pools.remove_pool(pool, by=request.user, at=timezone.now()),
        _("The pool is removed."),
        POOLS,
        undo,
    )


@require_POST
def pool_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed cost pool."""
    pool = get_pool(request, pk)
    return move_part(
        request,
        pool.budget,
        lambda: pools.restore_pool(pool, by=request.user, at=timezone.now()),
        _("The pool is restored."),
        POOLS,
    )


# ---------------------------------------------------------------- Costs
@idempotent
def cost_line_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a cost of a pool."""
    pool = get_pool(request, pk)
    demand(request, KEEP, pool.agreement)
    form = CostLineForm(request.POST or None, pool=pool)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: lines.add_cost_line(pool, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The cost is recorded."))
            return redirect(setup_url(pool.budget, POOLS))
    context = setup_form(pool.budget, _("Add a cost"), form, POOLS, submit=_("Add cost"), intro=str(pool))
    return render(request, "layouts/form.html", context)


def cost_line_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a cost."""
    line = get_cost_line(request, pk)
    budget = line.pool.budget
    demand(request, KEEP, line.agreement)
    form = CostLineForm(
        request.POST or None, initial=_facts_of_line(line), version=version_of(line), pool=line.pool
    )  # fmt: skip
    done, context = save_edit(
        form,
        lambda: lines.update_cost_line(
            line, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        line,
        lambda: _facts_of_line(get_cost_line(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(setup_url(budget, POOLS))
    return render(request, EDIT, context | setup_form(budget, _("Edit a cost"), form, POOLS))


def _facts_of_line(line: CostLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in lines.FACTS}


@idempotent
def cost_line_change(request: SignedIn, pk: int) -> HttpResponse:
    """Change the amount of a cost from a month on; what it was before stays."""
    line = get_cost_line(request, pk)
    budget = line.pool.budget
    demand(request, KEEP, line.agreement)
    form = ChangeCostForm(request.POST or None)
    if form.is_bound and form.is_valid():
        changed = save(
            form,
            lambda: lines.change_cost_line(line, **form.cleaned_data, by=request.user, at=timezone.now()),
        )
        if changed:
            say_done(request, _("The cost changes from that month on."))
            return redirect(setup_url(budget, POOLS))
    title = _("Change a cost during the year")
    context = setup_form(budget, title, form, POOLS, submit=_("Change the cost"), intro=f"{line.pool}: {line}")
    return render(request, "layouts/form.html", context)


@require_POST
def cost_line_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a cost."""
    line = get_cost_line(request, pk)
    undo = reverse("agreements:cost_line_restore", args=[pk])
    return move_part(
        request,
        line.pool.budget,
        lambda: lines.remove_cost_line(line, by=request.user, at=timezone.now()),
        _("The cost is removed."),
        POOLS,
        undo,
    )


@require_POST
def cost_line_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed cost."""
    line = get_cost_line(request, pk)
    return move_part(
        request,
        line.pool.budget,
        lambda: lines.restore_cost_line(line, by=request.user, at=timezone.now()),
        _("The cost is restored."),
        POOLS,
    )


# ---------------------------------------------------------------- Bases
@idempotent
def base_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a base."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    form = BaseForm(request.POST or None, budget=budget)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: bases.add_base(budget, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The base is recorded."))
            return redirect(setup_url(budget, BASES))
    context = setup_form(budget, _("Add a base"), form, BASES, submit=_("Add base"))
    return render(request, "layouts/form.html", context)


def base_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a base."""
    base = get_base(request, pk)
    demand(request, KEEP, base.agreement)
    form = BaseForm(request.POST or None, initial=_facts_of_base(base), version=version_of(base), budget=base.budget)
    done, context = save_edit(
        form,
        lambda: bases.update_base(base, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        base,
        lambda: _facts_of_base(get_base(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(setup_url(base.budget, BASES))
    return render(request, EDIT, context | setup_form(base.budget, _("Edit a base"), form, BASES))


def _facts_of_base(base: AllocationBase) -> dict[str, Any]:
    names = ("name", "kind", "common", "common_by", "note")
    return {name: getattr(base, name) for name in names} | {"center": base.center_id}


@require_POST
def base_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a base."""
    base = get_base(request, pk)
    undo = reverse("agreements:base_restore", args=[pk])
    return move_part(
        request,
        base.budget,
        lambda: bases.remove_base(base, by=request.user, at=timezone.now()),
        _("The base is removed."),
        BASES,
        undo,
    )


@require_POST
def base_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed base."""
    base = get_base(request, pk)
    return move_part(
        request,
        base.budget,
        lambda: bases.restore_base(base, by=request.user, at=timezone.now()),
        _("The base is restored."),
        BASES,
    )
