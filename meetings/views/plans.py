"""Plans of an area and of a state: lists, page, add, edit, history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.plans import get_plan, get_state, list_crumb, plan_breadcrumbs, plan_form_context
from meetings.filters.plans import PlanFilters
from meetings.forms.plans import PlanForm, goals_to_copy
from meetings.models import SharedPlan
from meetings.plans import editing
from meetings.plans.reading import plan_page, with_counts
from meetings.tables.plans import PlanTable
from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import list_page
from partners.models import LocalArea, State
from partners.network.current_area import enter_area
from partners.rules import demand, may


def plan_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the plans of an area that the person may see."""
    area = enter_area(request, slug)
    return list_page(
        request,
        key=f"plans:{area.slug}",
        title=_("Plans"),
        queryset=with_counts(SharedPlan.objects.visible_to(request.user).of(area)).order_by("-first_on", "-pk"),
        filters=PlanFilters,
        table=PlanTable,
        template="meetings/plans/plan_list.html",
        context={
            "add_url": reverse("meetings:plan_add", args=[slug]),
            "may_add": may(request.user, "meetings.add_plan", area),
            "state_url": reverse("meetings:state_plan_list", args=[area.state.code]),
            "state": area.state,
        },
    )


def state_plan_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """List the plans of a state: for its administrators, and for everybody with a seat in one of its areas."""
    state = get_state(request, code)
    rows = SharedPlan.objects.visible_to(request.user).filter(state=state)
    return list_page(
        request,
        key=f"plans:{state.code}",
        title=_("Plans of %(state)s") % {"state": state.name},
        queryset=with_counts(rows).order_by("-first_on", "-pk"),
        filters=PlanFilters,
        table=PlanTable,
        template="meetings/plans/plan_list.html",
        context={
            "add_url": reverse("meetings:state_plan_add", args=[code]),
            "may_add": may(request.user, "meetings.add_state_plan", state),
            "goals_url": reverse("meetings:state_goal_list", args=[code]),
            "state": state,
        },
    )


def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan: vision, principles, goals with who consents and what is done, proposals, comments."""
    plan = get_plan(request, pk)
    context = {
        "title": plan.name,
        "crumbs": [list_crumb(plan)],
        "here": plan.name,
        "plan": plan,
        "previous": plan.is_editable and goals_to_copy(_place(plan), plan).exists(),
        **plan_page(plan, request.user, timezone.localdate()),
        **comments_context(request, plan, at=timezone.now()),
    }
    return render(request, "meetings/plans/plan_detail.html", context)


def _place(plan: SharedPlan) -> LocalArea | State:
    place = plan.area or plan.state
    assert place
    return place


@idempotent
def plan_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add the draft of a plan of an area."""
    area = enter_area(request, slug)
    demand(request, "meetings.add_plan", area)
    page = reverse("meetings:plan_list", args=[slug])
    return _add(request, area, crumbs=[(_("Plans"), page)], cancel_url=page)


@idempotent
def state_plan_add(request: SignedIn, code: str) -> HttpResponse:
    """Add the draft of a plan of a state."""
    state = get_state(request, code)
    demand(request, "meetings.add_state_plan", state)
    page = reverse("meetings:state_plan_list", args=[code])
    return _add(request, state, crumbs=[(_("Plans of %(state)s") % {"state": state.name}, page)], cancel_url=page)


def _add(request: SignedIn, place: LocalArea | State, **context: Any) -> HttpResponse:
    form = PlanForm(request.POST or None, copied=goals_to_copy(place))
    if form.is_bound and form.is_valid():
        copied, too = list(form.cleaned_data.get("copied", ())), bool(form.cleaned_data.get("with_strategies"))
        plan = save(
            form,
            lambda: editing.add_plan(
                place, facts=form.facts, copied=copied, with_strategies=too, by=request.user, at=timezone.now()
            ),
        )
        if plan:
            say_done(request, _("The draft is added. Add its goals next, then open it for partners."))
            return redirect(plan)
    context |= {"title": _("Add a plan"), "here": _("Add a plan"), "form": form, "submit": _("Add the draft")}
    return render(request, "layouts/form.html", context)


def plan_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the vision, principles and period of a plan."""
    plan = get_plan(request, pk)
    demand(request, "meetings.keep_plan", plan)
    form = PlanForm(request.POST or None, initial=_facts(plan), version=version_of(plan))
    done, context = save_edit(
        form,
        lambda: editing.update_plan(plan, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        plan,
        lambda: _facts(get_plan(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(plan)
    title = _("Edit %(name)s") % {"name": plan.name}
    return render(request, "layouts/edit_form.html", context | plan_form_context(plan, title, form, here=_("Edit")))


def _facts(plan: SharedPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in editing.FACTS}


def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a plan with its goals and proposals."""
    plan = get_plan(request, pk)
    return history_page(request, plan, links=editing.LINKS, crumbs=plan_breadcrumbs(plan))
