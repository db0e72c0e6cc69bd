"""Reports on goals: sent by who is signed in, and corrected by a new one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.context.goals import get_goal, get_of_goal, goal_form_context
from meetings.forms.goals import ReportForm, report_facts
from meetings.goals import reports
from meetings.goals.locking import CannotChangeGoal, demand_reportable
from meetings.goals.recipients import partnership_of
from meetings.goals.rhythm import last_period_end
from meetings.models import GoalUpdate
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand

REPORT = "meetings.report_goal"


@takes_files
@idempotent
def goal_report(request: SignedIn, pk: int) -> HttpResponse:
    """Report on a goal: the value, what moved it, and evidence."""
    goal, at = get_goal(request, pk), timezone.now()
    demand(request, REPORT, goal)
    try:
        demand_reportable(goal)  # the link of an old mail may lead here
    except CannotChangeGoal as problem:
        messages.error(request, str(problem))
        return redirect(goal)
    initial = {"as_of": last_period_end(timezone.localdate(), goal.rhythm)}
    form = ReportForm(request.POST or None, request.FILES or None, initial=initial, goal=goal)
    receive_files(request, form, at=at)
    if form.is_bound and form.is_valid():
        partnership = partnership_of(goal, request.user)
        sent = save(
            form,
            lambda: reports.send_report(goal, facts=form.facts, partnership=partnership, by=request.user, at=at),
        )
        if sent:
            say_done(request, _("Thank you. Your report is recorded."))
            return redirect(goal)
    context = goal_form_context(
        goal, _("Report progress"), form, here=_("Report progress"), submit=_("Send report"), intro=goal.name
    )
    return render(request, "layouts/form.html", context, status=status_of(form))


@takes_files
@idempotent
def goal_report_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Correct a report by a new one; the one before stays to be read."""
    update: GoalUpdate = get_of_goal(request, GoalUpdate, pk)
    goal, at = update.goal, timezone.now()
    demand(request, REPORT, goal)
    form = ReportForm(request.POST or None, request.FILES or None, initial=report_facts(update), goal=goal)
    receive_files(request, form, at=at)
    if form.is_bound and form.is_valid():
        partnership = partnership_of(goal, request.user)
        sent = save(
            form,
            lambda: reports.correct_report(update, facts=form.facts, partnership=partnership, by=request.user, at=at),
        )
        if sent:
            say_done(request, _("The report is corrected. The one before stays to be read."))
            return redirect(goal)
    intro = _("A report never changes. This one stands in its place, and both stay to be read.")
    context = goal_form_context(goal, _("Correct this report"), form, submit=_("Correct"), intro=intro)
    return render(request, "layouts/form.html", context, status=status_of(form))
