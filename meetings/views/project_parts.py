"""The parts of a project: its partners, what it counts, and the counts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_outcome, get_project, get_project_count, get_project_partner
from meetings.context.pages import project_form_context
from meetings.forms.projects import CountForm, OutcomeForm, ProjectPartnerForm
from meetings.models import ProjectOutcome, ProjectPartner
from meetings.projects import outcomes, partners
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from partners.rules import demand


# ---------------------------------------------------------------- Partners
@idempotent
def project_partner_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a partner to a project."""
    project = get_project(request, pk)
    demand(request, "meetings.keep_project", project)
    form = ProjectPartnerForm(request.POST or None, area=project.area)
    if form.is_bound and form.is_valid():
        added = save(
            form,
            lambda: partners.add_project_partner(project, facts=form.facts, by=request.user, at=timezone.now()),
        )
        if added:
            say_done(request, _("%(partner)s added.") % {"partner": added.partnership.organization.name})
            return redirect(project)
    context = project_form_context(project, _("Add a partner"), form, submit=_("Add partner"))
    return render(request, "layouts/form.html", context)


def project_partner_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change how a partner takes part."""
    link = get_project_partner(request, pk)
    demand(request, "meetings.keep_project", link.project)
    form = ProjectPartnerForm(
        request.POST or None,
        initial=partners.facts_of(link),
        version=version_of(link),
        area=link.project.area,
        known=link.partnership_id,
    )
    done, context = save_edit(
        form,
        lambda: partners.update_project_partner(
            link, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        link,
        lambda: partners.facts_of(ProjectPartner.objects.get(pk=pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(link.project)
    title = _("How %(partner)s takes part") % {"partner": link.partnership.organization.name}
    context |= project_form_context(link.project, title, form)
    return render(request, "layouts/edit_form.html", context)


@require_POST
def project_partner_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a partner from a project."""
    link = get_project_partner(request, pk)
    demand(request, "meetings.keep_project", link.project)
    name = link.partnership.organization.name
    _act(
        request,
        lambda: partners.remove_project_partner(link, by=request.user, at=timezone.now()),
        _("%(partner)s removed from the project.") % {"partner": name},
    )
    return redirect(link.project)


# ---------------------------------------------------------------- Outcomes
@idempotent
def outcome_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add something that a project counts."""
    project = get_project(request, pk)
    demand(request, "meetings.keep_project", project)
    form = OutcomeForm(request.POST or None)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: outcomes.add_outcome(project, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The outcome is added."))
            return redirect(project)
    context = project_form_context(project, _("Add an outcome"), form, submit=_("Add outcome"))
    return render(request, "layouts/form.html", context)


def outcome_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change what is counted, or its target."""
    outcome = get_outcome(request, pk)
    demand(request, "meetings.keep_project", outcome.project)
    facts = {name: getattr(outcome, name) for name in outcomes.FACTS}
    form = OutcomeForm(request.POST or None, initial=facts, version=version_of(outcome))
    done, context = save_edit(
        form,
        lambda: outcomes.update_outcome(
            outcome, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        outcome,
        lambda: ProjectOutcome.objects.values(*outcomes.FACTS).get(pk=pk),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(outcome.project)
    context |= project_form_context(outcome.project, _("Edit “%(outcome)s”") % {"outcome": outcome.name}, form)
    return render(request, "layouts/edit_form.html", context)


@require_POST
def outcome_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an outcome with its counts."""
    outcome = get_outcome(request, pk)
    demand(request, "meetings.keep_project", outcome.project)
    outcomes.remove_outcome(outcome, by=request.user, at=timezone.now())
    message = _("“%(outcome)s” removed with its counts.") % {"outcome": outcome.name}
    say_done(request, message, undo=reverse("meetings:project_outcome_restore", args=[pk]))
    return redirect(outcome.project)


@require_POST
def outcome_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed outcome with its counts."""
    outcome = get_outcome(request, pk)
    demand(request, "meetings.keep_project", outcome.project)
    outcomes.restore_outcome(outcome, by=request.user, at=timezone.now())
    say_done(request, _("“%(outcome)s” restored.") % {"outcome": outcome.name})
    return redirect(outcome.project)


# ---------------------------------------------------------------- Counts
def count_record(request: SignedIn, pk: int) -> HttpResponse:
    """Record how many there were as of a day; a second count of a day corrects the first."""
    outcome = get_outcome(request, pk)
    demand(request, "meetings.count_project", outcome.project)
    form = CountForm(request.POST or None, initial={"as_of": timezone.localdate()})
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: outcomes.record_count(outcome, **form.cleaned_data, by=request.user, at=timezone.now()),
        )
        if done:
            say_done(request, _("The count is recorded."))
            return redirect(outcome.project)
    title = _("Count “%(outcome)s”") % {"outcome": outcome.name}
    context = project_form_context(outcome.project, title, form, submit=_("Record count"))
    return render(request, "layouts/form.html", context)


@require_POST
def count_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a count that was wrong."""
    count = get_project_count(request, pk)
    demand(request, "meetings.count_project", count.outcome.project)
    _act(
        request,
        lambda: outcomes.remove_count(count, by=request.user, at=timezone.now()),
        _("The count is removed. The history keeps it."),
    )
    return redirect(count.outcome.project)


def _act(request: SignedIn, verb: Any, words: str) -> None:
    """Call a verb and say what happened, or why it refused."""
    try:
        verb()
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, words)
