"""What each party owes by agreements in force: the list, one promise, and the evidence for it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import agreement_breadcrumbs, form_context, get_promise
from agreements.filters.responsibilities import ResponsibilityFilters
from agreements.forms.evidence import EvidenceForm
from agreements.models import Evidence, Promise
from agreements.responsibilities import evidence as verbs
from agreements.responsibilities.drift import Judgment, State
from agreements.responsibilities.program_years import program_year_of
from agreements.responsibilities.reading import judgments_of, owed_in, with_evidence, with_what_decides
from agreements.tables.responsibilities import judged_table
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from onestop.ui.lists import list_page
from partners.network.current_area import enter_area, show_area
from partners.rules import demand, may


# ---------------------------------------------------------------- The list
def responsibility_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List what the parties of agreements in force undertook, and whether each promise is kept."""
    area = enter_area(request, slug)
    today = timezone.localdate()
    owed = owed_in(area, today).visible_to(request.user)
    judged = judgments_of(list(with_what_decides(owed).order_by("pk")), today=today)
    rows: Any = with_evidence(with_what_decides(owed)).annotate(state=_state(judged))
    name = Lower(Coalesce("party__partnership__organization__name", "party__name"))
    return list_page(
        request,
        key=f"responsibilities:{area.slug}",
        title=_("Responsibilities"),
        queryset=rows.order_by(name, "agreement__number", "pk"),
        filters=ResponsibilityFilters,
        table=judged_table(judged),
        template="agreements/responsibility_list.html",
        context={"area": area, "broken": sum(judgment.is_broken for judgment in judged.values())},
        owed=owed,
    )


def _state(judged: dict[int, Judgment]) -> Case:
    """Return the state of each promise, to filter and sort by."""
    by_state = {state: [pk for pk, judgment in judged.items() if judgment.state == state] for state in State}
    cases = [When(pk__in=pks, then=Value(str(state))) for state, pks in by_state.items() if pks]
    return Case(*cases, default=Value(str(State.UNCHECKED)), output_field=CharField())


# ---------------------------------------------------------------- One promise
def promise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a promise, whether it is kept, and the evidence for it."""
    promise = get_promise(request, pk)
    today = timezone.localdate()
    judgment = judgments_of([promise], today=today)[promise.pk]
    rows = promise.evidence.current().select_related("by", "file").order_by("-happened_on", "-pk")
    pieces = list(rows)
    for piece in pieces:
        piece.promise, piece.agreement = promise, promise.agreement
    context = {
        "title": str(promise),
        "crumbs": agreement_breadcrumbs(promise.agreement),
        "here": _("Promise"),
        "agreement": promise.agreement,
        "promise": promise,
        "judgment": judgment,
        "year": program_year_of(promise.agreement.area, today),
        "is_owed": judgment.is_owed,
        "evidence": [(piece, may(request.user, "agreements.edit_evidence", piece)) for piece in pieces],
        "progress": None if judgment.served is None else (int(judgment.served), int(promise.quantity or 0)),
        "drifts": promise.drifts.order_by("-since", "-pk"),
        "may_record": promise.agreement.status in verbs.SIGNED
        and may(request.user, "agreements.record_evidence", promise),
    }
    return render(request, "agreements/promise_detail.html", context)


# ---------------------------------------------------------------- Evidence
@takes_files
@idempotent
def evidence_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record evidence for a promise."""
    promise = get_promise(request, pk)
    demand(request, "agreements.record_evidence", promise)
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial={"happened_on": timezone.localdate()},
        promise=promise,
    )
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        added = save(form, lambda: verbs.add_evidence(promise, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The evidence is recorded."))
            return redirect(added)
    context = _form_context(promise, _("Record evidence"), form, submit=_("Record evidence"), intro=str(promise))
    return render(request, "layouts/form.html", context, status=status_of(form))


@takes_files
def evidence_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit evidence."""
    piece = _get_evidence(request, pk)
    demand(request, "agreements.edit_evidence", piece)
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial=_facts(piece),
        version=version_of(piece),
        promise=piece.promise,
    )
    receive_files(request, form, at=timezone.now())
    done, context = save_edit(
        form,
        lambda: verbs.update_evidence(
            piece, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        piece,
        lambda: _facts(_get_evidence(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(piece)
    context |= _form_context(piece.promise, _("Edit evidence"), form)
    return render(request, "layouts/edit_form.html", context, status=status_of(form))


def _facts(piece: Evidence) -> dict[str, Any]:
    return {name: getattr(piece, name) for name in verbs.FACTS}


@require_POST
def evidence_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove evidence."""
    undo = reverse("agreements:evidence_restore", args=[pk])
    return _move(request, pk, verbs.remove_evidence, _("The evidence is removed."), undo)


@require_POST
def evidence_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore removed evidence."""
    return _move(request, pk, verbs.restore_evidence, _("The evidence is restored."))


def _move(request: SignedIn, pk: int, verb: Callable[..., None], done: str, undo: str = "") -> HttpResponse:
    piece = _get_evidence(request, pk)
    demand(request, "agreements.edit_evidence", piece)
    try:
        verb(piece, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(piece)


def _get_evidence(request: HttpRequest, pk: int) -> Evidence:
    """Return evidence in an agreement that the user may see, and enter its area; otherwise 404."""
    rows = Evidence.objects.visible_to(request.user).select_related("file", "promise__party", "agreement__area__state")
    piece = get_object_or_404(rows, pk=pk)
    piece.promise.agreement = piece.agreement
    show_area(request, piece.agreement.area)
    return piece


def _form_context(promise: Promise, title: str, form: EvidenceForm, **more: Any) -> dict[str, Any]:
    shared = form_context(promise.agreement, title, form, **more)
    crumbs = [*shared["crumbs"], (_("Promise"), promise.get_absolute_url())]
    return shared | {"crumbs": crumbs, "cancel_url": promise.get_absolute_url()}
