"""The coverage of an area: overview, one program, decisions, and access to programs in its centers."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import PER_PAGE
from onestop.history.reading import Changes
from onestop.history.sources import Source
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with, applied_filters
from partners.context.breadcrumbs import coverage_breadcrumbs
from partners.context.lookups import get_program_access, get_program_decision
from partners.coverage import decisions as covering
from partners.coverage import legal_rules as law
from partners.coverage.export import coverage_header, coverage_rows
from partners.coverage.matrix import Coverage, Row, coverage_of
from partners.filters.coverage import CoverageFilters
from partners.forms.coverage import AccessForm, DecisionForm, access_facts_of, decision_facts_of
from partners.models import LocalArea, Program, ProgramAccess, ProgramDecision
from partners.network.current_area import enter_area
from partners.network.summary import active_partners
from partners.rules import demand, may

RECENT = 5


def coverage(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the programs of an area with their partners and the access in each center."""
    area = enter_area(request, slug)
    whole = coverage_of(area, today=timezone.localdate())
    bar = CoverageFilters(request.GET, request=request, centers=whole.centers)
    seen = bar.narrow(whole)
    if request.GET.get("export") in spreadsheets.FORMATS:
        name = f"{slugify(f'coverage {area.name}')}-{timezone.localdate():%Y-%m-%d}"
        return spreadsheets.response(
            request.GET["export"], name=name, header=coverage_header(), rows=coverage_rows(seen), sheet=_("Coverage")
        )
    context = {
        "title": _("Coverage"),
        "area": area,
        "today": timezone.localdate(),
        "answer": law.answer_of(whole),
        "told": law.told(whole),
        "checks": law.checks_of(whole),
        "covered": len(whole.covered),
        "required": len(whole.required),
        "seen": seen,
        "groups": [(group, list(rows)) for group, rows in groupby(seen.required, lambda row: row.program.group)],
        "filter": bar,
        "applied": list(applied_filters(bar, request.GET)),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
        "may_add": may(request.user, "partners.add_partner", area),
        "may_keep": may(request.user, "partners.keep_coverage", area),
    }
    return render(request, "partners/coverage/coverage.html", context)


def coverage_program(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show one program in an area: partners, decision, access in each center, recent changes."""
    area, program = enter_area(request, slug), get_object_or_404(Program, code=code)
    row = row_of(coverage_of(area, today=timezone.localdate()), program)
    may_keep = may(request.user, "partners.keep_coverage", area)
    context = {
        "title": program.name,
        "crumbs": coverage_breadcrumbs(area),
        "area": area,
        "program": program,
        "row": row,
        "note": law.partner_note(program.code) if program.is_required else "",
        "changes": changes_in(area, program)[:RECENT],
        "may_add": may(request.user, "partners.add_partner", area),
        "may_keep": may_keep,
        "may_decide": may_keep and program.is_required and not row.decision and _is_open(row),
    }
    return render(request, "partners/coverage/coverage_program.html", context)


def _is_open(row: Row) -> bool:
    """Whether a decision is possible: the program has no partner, or the Governor may exempt it."""
    return not row.partners or row.program.code == covering.TANF


def coverage_history(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show the history of decisions on a program in an area, and of access to it."""
    area, program = enter_area(request, slug), get_object_or_404(Program, code=code)
    page = Paginator(changes_in(area, program), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("History of %(program)s") % {"program": program.name},
        "crumbs": coverage_breadcrumbs(area, program),
        "here": _("History"),
        "thing": program,
        "page": page,
    }
    return render(request, "history/history.html", context)


# ---------------------------------------------------------------- Decisions
@idempotent
def decision_add(request: SignedIn, slug: str, code: str) -> HttpResponse:
    """Record why a required program needs no partner in an area."""
    area, program = enter_area(request, slug), get_object_or_404(Program, code=code, is_required=True)
    demand(request, "partners.keep_coverage", area)
    # TANF is decided by the Governor or the board: the form asks, and suggests nobody.
    initial = {} if program.code == covering.TANF else {"decided_by": area.board_name}
    form = DecisionForm(
        request.POST or None, program=program, area=area, partners=active_partners(area), initial=initial
    )
    if form.is_bound and form.is_valid():
        verb = covering.record_decision
        if save(form, lambda: verb(area, program, facts=form.facts, by=request.user, at=timezone.now())):
            say_done(request, _("Decision on %(program)s recorded.") % {"program": program.short_name})
            return redirect("partners:coverage_program", slug=slug, code=code)
    context = _decision_page(area, program, form) | {
        "title": _("Record a decision on %(program)s") % {"program": program.short_name},
        "submit": _("Record the decision"),
        "may_add": may(request.user, "partners.add_partner", area),
    }
    return render(request, "partners/coverage/decision_form.html", context)


def decision_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a decision."""
    decision = get_program_decision(request, pk)
    demand(request, "partners.keep_coverage", decision.area)
    form = DecisionForm(
        request.POST or None,
        program=decision.program,
        area=decision.area,
        partners=active_partners(decision.area),
        initial=decision_facts_of(decision),
        version=version_of(decision),
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: covering.update_decision(
                    decision, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            saved = decision_facts_of(get_program_decision(request, pk))
            done, context = None, conflict_context(form, decision, (), saved)
        if done:
            say_done(request, _("Saved."))
            return to_program(decision.area, decision.program)
    context |= _decision_page(decision.area, decision.program, form) | {
        "title": _("Edit the decision on %(program)s") % {"program": decision.program.short_name},
        "here": _("Edit the decision"),
    }
    return render(request, "partners/coverage/decision_form.html", context)


def _decision_page(area: LocalArea, program: Program, form: DecisionForm) -> dict[str, Any]:
    rule = law.COVERED_OR_DECIDED
    return {
        "area": area,
        "program": program,
        "crumbs": coverage_breadcrumbs(area, program),
        "form": form,
        "here": _("Record a decision"),
        "intro": f"{rule.sentence} ({rule.law})",
        "cancel_url": reverse("partners:coverage_program", args=[area.slug, program.code]),
    }


@require_POST
def decision_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw a decision."""
    decision = get_program_decision(request, pk)
    demand(request, "partners.keep_coverage", decision.area)
    covering.withdraw_decision(decision, by=request.user, at=timezone.now())
    undo = reverse("partners:decision_restore", args=[pk])
    words = _("Decision on %(program)s withdrawn.") % {"program": decision.program.short_name}
    say_done(request, words, undo=undo)
    return to_program(decision.area, decision.program)


@require_POST
def decision_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a withdrawn decision."""
    decision = get_program_decision(request, pk)
    demand(request, "partners.keep_coverage", decision.area)
    try:
        covering.restore_decision(decision, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Decision on %(program)s restored.") % {"program": decision.program.short_name})
    return to_program(decision.area, decision.program)


# ---------------------------------------------------------------- Access to a program
@idempotent
def access_add(request: SignedIn, slug: str, code: str) -> HttpResponse:
    """Record access to a program in a center."""
    area, program = enter_area(request, slug), get_object_or_404(Program, code=code)
    demand(request, "partners.keep_coverage", area)
    whole = coverage_of(area, today=timezone.localdate())
    carriers = row_of(whole, program).partners
    if not carriers or not whole.centers:
        names = {"program": program.short_name, "area": area.name}
        words = _("%(program)s has no partner in %(area)s. Add a partner before you record access.") % names
        if carriers:
            words = _("%(area)s has no center. Add a center before you record access.") % names
        messages.error(request, words)
        return to_program(area, program)
    initial = {"center": request.GET.get("center"), "partnership": request.GET.get("partner")}
    form = AccessForm(
        request.POST or None, carriers=carriers, centers=whole.centers, hosts=hosts_in(area, carriers), initial=initial
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        access = save(
            form,
            lambda: covering.record_access(
                data.get("partnership") or carriers[0],
                program=program,
                center=data["center"],
                facts=form.facts,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if access:
            names = {"program": program.short_name, "center": data["center"]}
            say_done(request, _("Access to %(program)s at %(center)s recorded.") % names)
            return to_program(area, program)
    context = {
        "title": _("Record access to %(program)s") % {"program": program.short_name},
        "crumbs": coverage_breadcrumbs(area, program),
        "here": _("Record access"),
        "carriers": carriers,
        "form": form,
        "submit": _("Record access"),
        "cancel_url": reverse("partners:coverage_program", args=[slug, code]),
    }
    return render(request, "partners/coverage/access_form.html", context)


def access_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit access to a program in a center."""
    access = get_program_access(request, pk)
    area = access.center.area
    demand(request, "partners.keep_coverage", area)
    form = AccessForm(
        request.POST or None,
        hosts=hosts_in(area, [access.partnership]),
        initial=access_facts_of(access),
        version=version_of(access),
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: covering.update_access(
                    access, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, access, (), access_facts_of(get_program_access(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return to_program(area, access.program)
    context |= {
        "title": _("Edit access to %(program)s at %(center)s") % names_of(access),
        "crumbs": coverage_breadcrumbs(area, access.program),
        "here": _("Edit access"),
        "access": access,
        "form": form,
        "cancel_url": reverse("partners:coverage_program", args=[area.slug, access.program.code]),
    }
    return render(request, "partners/coverage/access_form.html", context)


@require_POST
def access_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove access to a program."""
    access = get_program_access(request, pk)
    demand(request, "partners.keep_coverage", access.center.area)
    covering.remove_access(access, by=request.user, at=timezone.now())
    undo = reverse("partners:access_restore", args=[pk])
    say_done(request, _("Access to %(program)s at %(center)s removed.") % names_of(access), undo=undo)
    return to_program(access.center.area, access.program)


@require_POST
def access_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore removed access to a program."""
    access = get_program_access(request, pk)
    demand(request, "partners.keep_coverage", access.center.area)
    try:
        covering.restore_access(access, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Access to %(program)s at %(center)s restored.") % names_of(access))
    return to_program(access.center.area, access.program)


# ---------------------------------------------------------------- Shared
def names_of(access: ProgramAccess) -> dict[str, str]:
    """Return the names of an access for messages about it."""
    return {"program": access.program.short_name, "center": access.center.name}


def row_of(whole: Coverage, program: Program) -> Row:
    """Return the row of a program, empty for an additional program without a partner."""
    rows = (*whole.required, *whole.additional, *whole.expected)
    return next((row for row in rows if row.program == program), Row(program, [], [], None))


def hosts_in(area: LocalArea, carriers: list[Any]) -> list[Any]:
    """Return active partners whose staff may be trained: all but the only partner of the program."""
    partners = active_partners(area).select_related("organization")
    return list(partners.exclude(pk=carriers[0].pk) if len(carriers) == 1 else partners)


def changes_in(area: LocalArea, program: Program) -> Changes:
    """Return all changes of decisions on a program in an area, and of access to it."""
    decisions: Any = ProgramDecision
    accesses: Any = ProgramAccess
    centers = area.centers.values("pk")
    return Changes(
        [
            Source(decisions.pgh_event_model, {"area_id": area.pk, "program_id": program.pk}, is_own=True),
            Source(accesses.pgh_event_model, {"program_id": program.pk, "center_id__in": centers}, is_own=False),
        ]
    )


def to_program(area: LocalArea, program: Program) -> HttpResponse:
    """Redirect to the page of a program in an area."""
    return redirect("partners:coverage_program", slug=area.slug, code=program.code)
