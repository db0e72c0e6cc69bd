"""Partners consent to goals, or object; the staff record an objection."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.plans import get_goal_of_plan, plan_form_context
from meetings.forms.consents import ConsentForm, ObjectionForm
from meetings.forms.strategies import partners_of_plan
from meetings.goals import consents
from meetings.goals.changes import FactChange, changes_since
from meetings.goals.consents import Standing
from meetings.models import Goal, GoalConsent
from meetings.plans.reading import show_goals
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from onestop.ops.request_numbers import whole_number
from partners.models import Partnership
from partners.rules import demand
from partners.seats import seats_of

Answer = GoalConsent.Answer


@idempotent
def consent_give(request: SignedIn, pk: int) -> HttpResponse:
    """Consent to a goal for a partner with its own part and measure, or object with a reason."""
    goal = get_goal_of_plan(request, pk)
    demand(request, "meetings.consent_to_goal", goal.plan)
    [shown] = show_goals([goal], request.user, goal.plan)
    partners = _own_partners(request, goal)
    own = {each.pk for each in partners}
    mine = [each for each in shown.standings if each.partnership.pk in own]
    chosen = next((each for each in mine if each.role and not each.consent), mine[0] if mine else None)
    initial: dict[str, Any] = {"version": goal.version}
    if chosen:
        initial |= {"partnership": chosen.partnership.pk, "part": chosen.part, "measure": chosen.measure}
    form = ConsentForm(request.POST or None, plan=goal.plan, partners=partners, initial=initial)
    if form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("answer", "reason", "part", "measure", "version")}
        partner = form.partnership
        done = save(
            form,
            lambda: consents.answer_goal(goal, partnership=partner, **given, by=request.user, at=timezone.now()),
        )
        if not done and given["version"] != goal.version:
            form.has_read(goal.version)
        if done:
            is_yes = given["answer"] == Answer.CONSENTS
            say_done(request, _("Your consent is recorded.") if is_yes else _("Your objection is recorded."))
            return redirect(f"{goal.plan.get_absolute_url()}#goal-{goal.pk}")
    title = _("Consent to a goal")
    context = plan_form_context(
        goal, title, form, submit=_("Send the answer"), shown=shown, mine=_with_changes(goal, mine)
    )
    context["cancel_url"] = goal.plan.get_absolute_url()
    return render(request, "meetings/plans/consent.html", context)


def _with_changes(goal: Goal, mine: list[Standing]) -> list[tuple[Standing, list[FactChange] | None]]:
    """Return what partners say with what has changed since they answered; ``None`` if that is not known."""
    answered = [(goal.pk, each.before.version) for each in mine if each.before and not each.consent]
    found = changes_since([goal], answered)
    return [(each, found.get((goal.pk, each.before.version)) if each.before else None) for each in mine]


def _own_partners(request: SignedIn, goal: Goal) -> QuerySet[Partnership]:
    """Return the partners that the person manages at the place of a goal, by name."""
    plan = goal.plan
    here = {"area": plan.area_id} if plan.area_id else {"area__state": plan.state_id}
    rows = Partnership.objects.current().filter(pk__in=seats_of(request.user).managed_partnership_ids, **here)
    return rows.select_related("organization", "area").order_by(Lower("organization__name"), "pk")


@idempotent
def objection_record(request: SignedIn, pk: int) -> HttpResponse:
    """Record an objection of a partner, for the staff; it stays with the goal."""
    goal = get_goal_of_plan(request, pk)
    demand(request, "meetings.keep_plan", goal.plan)
    chosen = whole_number(request.GET.get("partner", "")) or ""
    form = ObjectionForm(
        request.POST or None,
        plan=goal.plan,
        partners=partners_of_plan(goal.plan),
        initial={"partnership": chosen},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(
            form,
            lambda: consents.answer_goal(
                goal, partnership=given["partnership"], answer=Answer.OBJECTS, reason=given["reason"],
                name=given["name"], by=request.user, at=timezone.now(),
            ),
        )  # fmt: skip
        if done:
            say_done(request, _("The objection is recorded. It stays with the goal."))
            return redirect(f"{goal.plan.get_absolute_url()}#goal-{goal.pk}")
    context = plan_form_context(goal, _("Record an objection"), form, submit=_("Record the objection"))
    context["intro"] = _("For a partner that objects to “%(goal)s” in a call or at a meeting.") % {"goal": goal.name}
    context["cancel_url"] = goal.plan.get_absolute_url()
    return render(request, "layouts/form.html", context)
