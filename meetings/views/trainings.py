"""Trainings: the list, who taught what, staff coverage; and of one training its facts, material, and who took part."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_material, get_meeting, get_training
from meetings.context.pages import form_context, meeting_breadcrumbs
from meetings.filters.trainings import TrainingFilters
from meetings.forms.trainings import CountsForm, MaterialForm, TrainingForm, counts_of
from meetings.models import Group, Meeting, Series, Training, TrainingCount
from meetings.tables.trainings import TrainingTable, programs_of, topic_of, training_of
from meetings.trainings import facts, participants, recording, staff, taught
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.files.receiving import receive_files, status_of
from onestop.history.pages import history_page
from onestop.ops.request_limits import takes_files
from onestop.ui import spreadsheets
from onestop.ui.lists import Export, address_with, list_page
from partners.models import Partnership, Program
from partners.network.current_area import enter_area
from partners.rules import demand, may

NEAR = timedelta(days=92)
EXPORTED = (
    gettext_lazy("Topic"), gettext_lazy("Date"), gettext_lazy("Group"), gettext_lazy("Status"),
    gettext_lazy("Programs"), gettext_lazy("Taught by"), gettext_lazy("Who it is for"),
    gettext_lazy("What people learn"), gettext_lazy("Staff who took part"), gettext_lazy("Partners who took part"),
)  # fmt: skip


# ---------------------------------------------------------------- Lists
def training_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the trainings of an area, coming and past."""
    area = enter_area(request, slug)
    groups = Group.objects.visible_to(request.user).of(area)
    rows = Meeting.objects.filter(
        group__in=groups.values("pk"), series__kind=Series.Kind.TRAINING, series__archived_at=None
    )
    # A series makes its meetings a year and more ahead: those without a topic are of interest when they come near.
    rows = rows.filter(Q(training__isnull=False) | Q(starts_at__lt=timezone.now() + NEAR))
    plans = [group for group in _consortia(groups) if may(request.user, "meetings.plan_meetings", group)]
    return list_page(
        request,
        key=f"trainings:{area.slug}",
        title=_("Trainings"),
        queryset=_with_training(rows).order_by("-starts_at", "-pk"),
        filters=TrainingFilters,
        table=TrainingTable,
        template="meetings/trainings/training_list.html",
        export=Export(EXPORTED, export_rows),
        given=lambda page: {"staff": _participants_of(page)},
        context={"area": area, "plans": plans},
        area=area,
    )


def _consortia(groups: Any) -> QuerySet[Group]:
    rows: QuerySet[Group] = groups.current().filter(kind=Group.Kind.CONSORTIUM)
    return rows.select_related("area__state", "state").order_by("name", "pk")


def _with_training(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Fetch meetings with their series and group, and what was entered about the training."""
    teachers = Partnership.objects.select_related("organization").order_by("organization__name")
    return rows.select_related("series", "group", "training").prefetch_related(
        Prefetch("training__programs", Program.objects.order_by("position")), Prefetch("training__teachers", teachers)
    )


def _participants_of(meetings: Sequence[Any]) -> dict[int, list[participants.TookPart]]:
    return participants.participants_of([each.training for each in meetings if training_of(each)])


def export_rows(rows: QuerySet[Meeting]) -> Iterator[list[Any]]:
    """Yield a row for each training, with a constant number of queries."""
    found = list(rows)
    came = _participants_of(found)
    for meeting in found:
        training = training_of(meeting)
        who = came.get(training.pk, []) if training else []
        yield [
            topic_of(meeting),
            meeting.local_start.date(),
            meeting.group.name,
            str(meeting.get_status_display()),
            "; ".join(programs_of(meeting)),
            "; ".join(taught.teachers_of(training)) if training else "",
            training.for_whom if training else "",
            training.learning if training else "",
            participants.total_of(who) if who else None,
            "; ".join(f"{each.partnership.organization.name} ({each.staff})" for each in who),
        ]


def training_matrix(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show which partner has taught about which program, and when; and the topics."""
    area = enter_area(request, slug)
    matrix = taught.matrix_of(area, user=request.user, at=timezone.now())
    if request.GET.get("export") in spreadsheets.FORMATS:
        if request.GET.get("by") == "topic":
            return _file(request, _("Topics taught"), *taught.export_topics(matrix))
        return _file(request, _("Who taught what"), *taught.export_matrix(matrix))
    context = {
        "title": _("Who taught what"),
        "crumbs": _breadcrumbs(slug),
        "area": area,
        "matrix": matrix,
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
        "topic_exports": [(kind, address_with(request, export=kind, by="topic")) for kind in spreadsheets.FORMATS],
    }
    return render(request, "meetings/trainings/training_matrix.html", context)


def staff_coverage(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show when each partner's staff were last trained on the programs to which they give access, gaps first."""
    area = enter_area(request, slug)
    rows = staff.staff_coverage_of(area, user=request.user, at=timezone.now())
    if request.GET.get("export") in spreadsheets.FORMATS:
        return _file(request, _("Staff coverage"), *staff.export_staff(rows))
    context = {
        "title": _("Staff coverage"),
        "crumbs": _breadcrumbs(slug),
        "area": area,
        "rows": rows,
        "gaps": sum(row.state != staff.TRAINED for row in rows),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "meetings/trainings/staff_coverage.html", context)


def _breadcrumbs(slug: str) -> list[tuple[str, str]]:
    return [(_("Trainings"), reverse("meetings:training_list", args=[slug]))]


def _file(request: HttpRequest, title: str, header: list[str], rows: Iterator[list[Any]]) -> HttpResponseBase:
    name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}"
    return spreadsheets.response(request.GET["export"], name=name, header=header, rows=rows, sheet=title)


# ---------------------------------------------------------------- One training
def _get_training_meeting(request: HttpRequest, pk: int) -> Meeting:
    """Return a training that the person may see, as its meeting, and demand that they run its group."""
    meeting = get_meeting(request, pk)
    if not taught.is_training(meeting):
        raise Http404("This meeting is not a training.")
    demand(request, "meetings.plan_meetings", meeting.group)
    return meeting


def _known(meeting: Meeting) -> Training | None:
    return Training.objects.filter(meeting=meeting).first()


def training_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Enter what a training is about, who teaches and for whom it is."""
    meeting = _get_training_meeting(request, pk)
    known = _known(meeting)
    form = TrainingForm(
        request.POST or None,
        initial=facts.facts_of(meeting, known),
        version=facts.version_for(known, facts.TRAINING_LINKS),
        group=meeting.group,
        training=known,
    )
    done, context = save_edit(
        form,
        lambda: facts.save_training(
            meeting, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        known or Training(pk=0, meeting=meeting),
        lambda: facts.facts_of(meeting, _known(meeting)),
        facts.TRAINING_LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(done)
    context |= form_context(meeting, _("About this training"), form)
    return render(request, "layouts/edit_form.html", context)


def training_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a training."""
    training = get_training(request, pk)
    return history_page(request, training, links=facts.HISTORY_LINKS, crumbs=meeting_breadcrumbs(training.meeting))


def counts_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Enter how many staff of each partner took part."""
    meeting = _get_training_meeting(request, pk)
    known = _known(meeting)
    rows = list(known.counts.select_related("partnership")) if known else []
    came = participants.participants_of([known]).get(known.pk, []) if known else []
    form = CountsForm(
        request.POST or None,
        initial=counts_of(rows),
        version=facts.version_for(known, participants.COUNT_LINKS),
        group=meeting.group,
        participants=came,
        counted=[row.partnership_id for row in rows],
    )
    done, context = save_edit(
        form,
        lambda: participants.save_counts(
            meeting, counts=form.counts, version=form.version, by=request.user, at=timezone.now()
        ),
        known or Training(pk=0, meeting=meeting),
        lambda: counts_of(TrainingCount.objects.filter(training__meeting=meeting).select_related("partnership")),
        participants.COUNT_LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(done)
    context |= form_context(meeting, _("Staff who took part"), form)
    return render(request, "meetings/trainings/counts_form.html", context)


def trained_record(request: SignedIn, pk: int) -> HttpResponse:
    """Show what recording the trained staff would change, and record it."""
    training = get_training(request, pk)
    demand(request, "meetings.record_trained_staff", training.meeting.group)
    if request.method == "POST":
        try:
            changed = recording.record_trained_staff(training, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            words = ngettext(
                "Recorded. %(number)d way of access has the new day.",
                "Recorded. %(number)d ways of access have the new day.",
                len(changed),
            )
            say_done(request, words % {"number": len(changed)} if changed else _("Recorded. No access had to change."))
            return redirect(training)
    outcome = recording.preview_recording(training, at=timezone.now())
    context = form_context(training.meeting, _("Record trained staff"), None, outcome=outcome, training=training)
    return render(request, "meetings/trainings/record.html", context)


# ---------------------------------------------------------------- Material
@takes_files
@idempotent
def material_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a file or a link to a training."""
    meeting = _get_training_meeting(request, pk)
    form = MaterialForm(request.POST or None, request.FILES or None)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        added = save(form, lambda: facts.add_material(meeting, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The material is added."))
            return redirect(added)
    context = form_context(meeting, _("Add material"), form, submit=_("Add material"))
    return render(request, "layouts/form.html", context, status=status_of(form))


@require_POST
def material_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a material."""
    material = get_material(request, pk)
    demand(request, "meetings.plan_meetings", material.training.meeting.group)
    facts.remove_material(material, by=request.user, at=timezone.now())
    say_done(request, _("The material is removed."), undo=reverse("meetings:material_restore", args=[pk]))
    return redirect(material)


@require_POST
def material_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed material."""
    material = get_material(request, pk)
    demand(request, "meetings.plan_meetings", material.training.meeting.group)
    facts.restore_material(material, by=request.user, at=timezone.now())
    say_done(request, _("The material is restored."))
    return redirect(material)
