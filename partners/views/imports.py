"""Import of spreadsheets: choose a file, match its columns, review the changes, import."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onestop.editing.idempotency import idempotent
from onestop.files.uploaded_tables import CannotReadFile, Limits, too_big
from onestop.files.uploads import FULL
from onestop.ops.outages import DISK_FULL, disk_is_full
from onestop.ops.request_limits import takes_files
from onestop.ops.request_numbers import whole_number
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with, list_page, per_page
from onestop.ui.row_values import label_of
from partners.context.breadcrumbs import import_breadcrumbs
from partners.context.lookups import get_import_run
from partners.filters.imports import ImportFilters
from partners.forms.import_layouts import HeaderForm, LeftOutForm
from partners.forms.imports import AnswersForm, ColumnsForm, CommitForm, ImportFileForm
from partners.importing import columns, runs
from partners.importing.kinds import all_kinds, kind_of
from partners.importing.odd_rows import Reason
from partners.importing.remarks import stored_remark
from partners.models import ImportRow, ImportRun
from partners.network.current_area import enter_area
from partners.rules import demand
from partners.tables.imports import ImportTable, in_words, status_chip

TABS = (
    ("questions", gettext_lazy("Questions"), gettext_lazy("Questions")),
    ("add", gettext_lazy("To add"), gettext_lazy("Added")),
    ("change", gettext_lazy("To change"), gettext_lazy("Changed")),
    ("unreadable", gettext_lazy("Cannot be read"), gettext_lazy("Not imported")),
    ("left_out", gettext_lazy("Left out"), gettext_lazy("Left out")),
    ("skip", gettext_lazy("To skip"), gettext_lazy("Skipped")),
    ("remarks", gettext_lazy("With notes"), gettext_lazy("With notes")),
    ("same", gettext_lazy("Unchanged"), gettext_lazy("Unchanged")),
)
STEPS = (
    gettext_lazy("Choose a file"),
    gettext_lazy("Match the columns"),
    gettext_lazy("Review the changes"),
    gettext_lazy("Import"),
)


def import_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the imports into an area."""
    area = enter_area(request, slug)
    demand(request, "partners.import_data", area)
    return list_page(
        request,
        key=f"imports:{area.slug}",
        title=_("Imports"),
        queryset=ImportRun.objects.visible_to(request.user).filter(area=area).select_related("by").order_by("-at"),
        filters=ImportFilters,
        table=ImportTable,
        template="partners/importing/import_list.html",
        context={"area": area},
    )


@takes_files
@idempotent
def import_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file and its kind."""
    area = enter_area(request, slug)
    demand(request, "partners.import_data", area)
    limits = Limits.from_settings()
    sent = whole_number(request.META.get("CONTENT_LENGTH")) or 0
    form = ImportFileForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")})
    if request.method == "POST" and sent > limits.file_bytes + 100_000:
        form = ImportFileForm({"kind": request.POST.get("kind")})
        form.full_clean()
        form.errors["file"] = form.error_class([too_big(sent, limits)])
    elif form.is_valid():
        try:
            run = runs.start_import(
                area, form.cleaned_data["kind"], form.cleaned_data["file"], by=request.user, at=now()
            )
        except CannotReadFile as problem:
            form.add_error("file", str(problem))
        except (OSError, OperationalError) as problem:
            if not disk_is_full(problem):
                raise
            form.add_error("file", ValidationError(DISK_FULL, code=FULL))
        else:
            return redirect("partners:import_columns", pk=run.pk)
    return render(
        request,
        "partners/importing/import_add.html",
        {
            "title": _("Import a file"),
            "form": form,
            "area": area,
            "steps": steps(0),
            "crumbs": import_breadcrumbs(area),
            "limits": limits,
            "kinds": all_kinds(),
        },
        status=503 if form.has_error("file", FULL) else 200,
    )


def import_template(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """Download a template with the right header."""
    area = enter_area(request, slug)
    demand(request, "partners.import_data", area)
    if kind not in {known.code for known in all_kinds()}:
        raise Http404("No such file.")
    return spreadsheets.response("csv", name=f"{kind}-to-fill-in", header=columns.template_header(kind), rows=[])


def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Match each column of the file with a field."""
    run = get_import_run(request, pk)
    if run.status not in (ImportRun.Status.UPLOADED, ImportRun.Status.PLANNED, ImportRun.Status.FAILED) or not run.file:
        return redirect("partners:import_detail", pk=run.pk)
    form = ColumnsForm(run, request.POST or None)
    if form.is_valid():
        try:
            runs.name_columns(run, form.mapping, form.options, at=now())
        except runs.CannotImport as problem:
            messages.error(request, str(problem))
        return redirect("partners:import_detail", pk=run.pk)
    return render(
        request,
        "partners/importing/import_columns.html",
        {
            "title": _("Match the columns"),
            "run": run,
            "kind": kind_of(run.kind),
            "form": form,
            "header_form": HeaderForm(run) if run.layout.get("preview") else None,
            "is_sure": run.layout.get("is_sure", True) and not run.layout.get("sheets"),
            "steps": steps(1),
            "crumbs": [*import_breadcrumbs(run.area), (run.name, reverse("partners:import_detail", args=[run.pk]))],
        },
    )


@require_POST
def import_header(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file again with another sheet or header row."""
    run = get_import_run(request, pk)
    form = HeaderForm(run, request.POST)
    if form.is_valid():
        try:
            runs.choose_header(run, form.title, form.header)
        except (runs.CannotImport, CannotReadFile) as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The file was read again. Check the columns."))
    else:
        messages.error(request, " ".join(str(problem) for problems in form.errors.values() for problem in problems))
    return redirect("partners:import_columns", pk=run.pk)


@require_POST
def import_left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Import rows all the same that were left out, and plan the import again."""
    run = get_import_run(request, pk)
    form = LeftOutForm(run, request.POST)
    if form.is_valid():
        try:
            runs.keep_left_out(run, form.cleaned_data["reasons"], form.kept_rows, at=now())
        except runs.CannotImport as problem:
            messages.error(request, str(problem))
    else:
        messages.error(request, _("Choose reasons of the list."))
    return redirect("partners:import_detail", pk=run.pk)


def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress, the changes or the results of an import."""
    run = get_import_run(request, pk)
    if run.status == ImportRun.Status.UPLOADED:
        return redirect("partners:import_columns", pk=run.pk)
    chosen, rows = chosen_rows(request, run)
    page = Paginator(rows, per_page(request)).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.said = [stored_remark(value, row.line) for value in row.remarks]  # type: ignore[attr-defined]
    done = run.status == ImportRun.Status.DONE
    return render(
        request,
        "partners/importing/import_detail.html",
        {
            "title": run.name,
            "run": run,
            "status": status_chip(run),
            "steps": steps(4 if done else 3 if run.status == ImportRun.Status.COMMITTING else 2),
            "crumbs": import_breadcrumbs(run.area),
            "tabs": tabs(run, chosen),
            "chosen": chosen,
            "left_out": left_out_choices(run) if chosen == "left_out" else None,
            "page": page,
            "questions": AnswersForm(page.object_list) if chosen == "questions" else None,
            "kind": kind_of(run.kind),
            "summary": in_words(run.counts, done=done),
            "writes": run.counts.get("add", 0) + run.counts.get("change", 0),
            "progress": runs.progress_of(run),
            "interrupted": runs.is_interrupted(run),
            "per_page_choices": [(size, address_with(request, per_page=size, page=None)) for size in (25, 50, 100)],
        },
    )


def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress; reload the page when the work is done."""
    run = get_import_run(request, pk)
    context = {"run": run, "progress": runs.progress_of(run), "interrupted": runs.is_interrupted(run)}
    answer = render(request, "partners/importing/_import_progress.html", context)
    if not run.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


def import_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then request that the plan is written."""
    run = get_import_run(request, pk)
    if run.status != ImportRun.Status.PLANNED:
        return redirect("partners:import_detail", pk=run.pk)
    form = CommitForm(run, request.POST or None)
    if form.is_valid():
        try:
            runs.request_commit(run, by=request.user, digest=form.cleaned_data["digest"], at=now())
        except runs.CannotImport as problem:
            messages.error(request, str(problem))
        return redirect("partners:import_detail", pk=run.pk)
    back = reverse("partners:import_detail", args=[run.pk])
    return render(
        request,
        "partners/importing/import_commit.html",
        {
            "title": _("Import %(file)s?") % {"file": run.name},
            "run": run,
            "form": form,
            "act": _("Import"),
            "safe": True,
            "cancel_url": back,
            "keep": _("Back to the changes"),
        },
    )


@require_POST
def import_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Save which saved things the names of rows mean, and plan the import again."""
    run = get_import_run(request, pk)
    sent = [number for name in request.POST if (number := whole_number(name.removeprefix("answer_"))) is not None]
    form = AnswersForm(run.rows.filter(pk__in=sent).exclude(question={}), request.POST)
    if not form.is_valid() or not form.answers:
        messages.error(request, _("Choose an answer."))
        return redirect(f"{reverse('partners:import_detail', args=[run.pk])}?rows=questions")
    try:
        runs.answer_questions(run, form.answers, by=request.user, at=now())
    except runs.CannotImport as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Answers saved. They are used for the next files, too."))
    return redirect("partners:import_detail", pk=run.pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an import that wrote nothing, and delete its file."""
    run = get_import_run(request, pk)
    try:
        runs.cancel(run)
    except runs.CannotImport as problem:
        messages.error(request, str(problem))
        return redirect("partners:import_detail", pk=run.pk)
    messages.success(request, _("Import canceled and file deleted. Nothing was saved."))
    return redirect("partners:import_list", slug=run.area.slug)


def import_unreadable(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the rows that cannot be read, with the reasons."""
    run = get_import_run(request, pk)

    def rows() -> Iterator[list[Any]]:
        for row in run.rows.filter(outcome=ImportRow.Outcome.UNREADABLE).order_by("line").iterator():
            yield [*row.cells, row.line, " ".join(row.reasons)]

    header = [*run.header, _("Row of the file"), _("Reason")]
    return spreadsheets.response("csv", name=f"{slugify(run.name)}-not-read", header=header, rows=rows())


def import_remarks(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download what became of each cell that was not taken over as it stands, and of each row that was left out."""
    run = get_import_run(request, pk)

    def rows() -> Iterator[list[Any]]:
        noted = run.rows.exclude(remarks=[], reasons=[]).order_by("line")
        for row in noted.iterator():
            result = label_of(row, "outcome")
            for reason in row.reasons:
                yield [row.line, row.title, result, "", "", reason, _("Yes")]
            for said in (stored_remark(value, row.line) for value in row.remarks):
                yield [
                    row.line,
                    row.title,
                    result,
                    said.column,
                    said.read,
                    said.says,
                    _("Yes") if said.asks else _("No"),
                ]

    header = [_("Row of the file"), str(kind_of(run.kind).thing), _("Result"), _("Column"), _("What was read")]
    header += [_("What becomes of it"), _("To check")]
    return spreadsheets.response("csv", name=f"{slugify(run.name)}-notes", header=header, rows=rows())


# ---------------------------------------------------------------- Shared


def chosen_rows(request: HttpRequest, run: ImportRun) -> tuple[str, QuerySet[ImportRow]]:
    """Return the selected tab and its rows."""
    codes = [code for code, *_labels in TABS]
    first = next((code for code in codes if run.counts.get(code)), "add")
    chosen = request.GET.get("rows", "")
    chosen = chosen if chosen in codes else first
    if chosen == "questions" and run.status != ImportRun.Status.PLANNED:
        chosen = "skip"
    if chosen == "remarks":
        rows = run.rows.exclude(remarks=[])
    elif chosen == "questions":
        rows = run.rows.exclude(question={})
    elif chosen == "left_out":
        rows = run.rows.exclude(left_out="")
    else:
        rows = run.rows.filter(outcome=chosen, left_out="")
    return chosen, rows.order_by("line")


def tabs(run: ImportRun, chosen: str) -> list[dict[str, Any]]:
    """Return the tabs of an import with their numbers of rows."""
    done = run.status == ImportRun.Status.DONE
    counts = run.counts | {"skip": run.counts.get("skip", 0) - run.counts.get("left_out", 0)}
    always = {"add", "change", chosen} | ({"left_out"} if keeps_rows(run) else set())
    return [
        {
            "label": after if done else before,
            "url": f"?rows={code}",
            "current": code == chosen,
            "count": counts.get(code, 0),
        }
        for code, before, after in TABS
        if counts.get(code) or code in always or (code == "questions" and counts.get("answered"))
        if code != "questions" or run.status == ImportRun.Status.PLANNED
    ]


def keeps_rows(run: ImportRun) -> bool:
    """Return whether rows are imported all the same that would be left out."""
    return bool(run.layout.get("keep_reasons") or run.layout.get("keep_rows"))


def left_out_choices(run: ImportRun) -> dict[str, Any]:
    """Return the reasons for which rows were left out, with their numbers, and what is imported all the same."""
    counted = dict(run.rows.exclude(left_out="").order_by().values_list("left_out").annotate(number=Count("pk")))
    kept = set(run.layout.get("keep_reasons", []))
    reasons = [
        {"code": code, "label": label, "count": counted.get(code, 0), "is_kept": code in kept}
        for code, label in Reason.choices
        if code in counted or code in kept
    ]
    return {"reasons": reasons, "rows": run.layout.get("keep_rows", [])}


def steps(here: int) -> list[dict[str, Any]]:
    """Return the steps of an import with their states."""
    states = ["done" if at < here else "here" if at == here else "" for at in range(len(STEPS))]
    return [{"what": what, "state": state} for what, state in zip(STEPS, states, strict=True)]
