"""Projects of an area: the list, compared, one with its parts; add, edit, archive, history."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from meetings.context.lookups import get_project
from meetings.context.pages import project_breadcrumbs
from meetings.filters.projects import ProjectFilters
from meetings.forms.projects import ProjectForm
from meetings.models import Project
from meetings.projects import editing, reading
from meetings.tables.projects import ProjectTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from partners.models import Partnership, Practice
from partners.network.current_area import enter_area
from partners.network.served_things import read_served
from partners.rules import demand, may

EXPORTED = (
    gettext_lazy("Project"), gettext_lazy("Carried out"), gettext_lazy("Lead partner"), gettext_lazy("Partners"),
    gettext_lazy("Goal"), gettext_lazy("First day"), gettext_lazy("Last day"), gettext_lazy("Status"),
    gettext_lazy("Outcomes"), gettext_lazy("What came of it"),
)  # fmt: skip


def project_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the projects of an area."""
    area = enter_area(request, slug)
    rows = Project.objects.visible_to(request.user).filter(area=area)
    return list_page(
        request,
        key=f"projects:{area.slug}",
        title=_("Projects"),
        queryset=reading.with_parts(rows).order_by("-first_on", "pk"),
        filters=ProjectFilters,
        table=ProjectTable,
        template="meetings/projects/project_list.html",
        export=Export(EXPORTED, export_rows),
        context={"area": area, "may_add": may(request.user, "meetings.add_project", area)},
        area=area,
    )


def export_rows(rows: QuerySet[Project]) -> Iterator[list[Any]]:
    """Yield a row for each project, with a constant number of queries."""
    for project in rows:
        parts: Any = project
        named = ((link.partnership.organization.name, link.get_commitment_display()) for link in parts.partners)
        yield [
            project.name,
            str(project.get_framework_display()),
            project.lead.organization.name,
            "; ".join(f"{name} ({commitment})" for name, commitment in named),
            project.goal.name if project.goal else None,
            project.first_on,
            project.last_on,
            str(project.get_status_display()),
            "; ".join(f"{each.outcome.name}: {each.words}" for each in reading.counted_of(parts)),
            project.outcome,
        ]


def project_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare the projects of an area by how they are carried out and how closely partners take part."""
    area = enter_area(request, slug)
    rows = Project.objects.visible_to(request.user).current().filter(area=area)
    found = list(reading.with_parts(rows).order_by("framework", "-first_on", "pk"))
    compared = reading.compare(found)
    context = {
        "title": _("Projects compared"),
        "crumbs": [(_("Projects"), reverse("meetings:project_list", args=[slug]))],
        "area": area,
        "rows": compared,
        "commitments": [label for _code, label in Partnership.Commitment.choices],
        "projects": found,
        "chart": reading.comparison_chart(compared) if any(row.commitments for row in compared) else None,
    }
    return render(request, "meetings/projects/project_compare.html", context)


def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project: its partners, what it counts, practices and agreements."""
    project = get_project(request, pk)
    parts: Any = reading.with_parts(Project.objects.filter(pk=pk)).get()
    ties = list(project.ties.order_by("pk").values_list("thing", flat=True))
    practices = Practice.objects.visible_to(request.user).filter(project_links__project=project)
    removed = project.outcomes.archived().order_by("position", "pk")
    may_keep = may(request.user, "meetings.keep_project", project)
    context = {
        "title": project.name,
        "crumbs": project_breadcrumbs(project)[:1],
        "project": project,
        "links": parts.partners,
        "outcomes": reading.counted_of(parts),
        "removed": removed if may_keep else (),
        "practices": practices.order_by("title", "pk"),
        "agreements": list(read_served(ties, request.user).values()),
        "is_late": reading.is_late(project, timezone.localdate()),
        "chip": (reading.KINDS[project.status], reading.ICONS[project.status]),
        "may_keep": may_keep,
        "may_count": may(request.user, "meetings.count_project", project),
    }
    return render(request, "meetings/projects/project_detail.html", context)


@idempotent
def project_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a project."""
    area = enter_area(request, slug)
    demand(request, "meetings.add_project", area)
    form = ProjectForm(request.POST or None, area=area, user=request.user)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: editing.add_project(area, facts=form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The project is added. Add its partners, and what it counts."))
            return redirect(added)
    listed = reverse("meetings:project_list", args=[slug])
    context = {
        "title": _("Add a project"),
        "crumbs": [(_("Projects"), listed)],
        "form": form,
        "submit": _("Add project"),
        "cancel_url": listed,
    }
    return render(request, "layouts/form.html", context)


def project_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a project."""
    project = get_project(request, pk)
    demand(request, "meetings.keep_project", project)
    form = ProjectForm(
        request.POST or None,
        initial=editing.facts_of(project),
        version=version_of(project, editing.LINKS),
        area=project.area,
        user=request.user,
        project=project,
    )
    done, context = save_edit(
        form,
        lambda: editing.update_project(
            project, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        project,
        lambda: editing.facts_of(get_project(request, pk)),
        editing.LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(done)
    title = _("Edit “%(project)s”") % {"project": project.name}
    context |= {
        "title": title,
        "crumbs": project_breadcrumbs(project),
        "here": _("Edit"),
        "form": form,
        "cancel_url": project.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context)


@require_POST
def project_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a project."""
    project = get_project(request, pk)
    demand(request, "meetings.keep_project", project)
    editing.archive_project(project, by=request.user, at=timezone.now())
    message = _("“%(project)s” archived. It is hidden from lists.") % {"project": project.name}
    say_done(request, message, undo=reverse("meetings:project_restore", args=[pk]))
    return redirect("meetings:project_list", slug=project.area.slug)


@require_POST
def project_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived project."""
    project = get_project(request, pk)
    demand(request, "meetings.keep_project", project)
    editing.restore_project(project, by=request.user, at=timezone.now())
    say_done(request, _("“%(project)s” restored.") % {"project": project.name})
    return redirect(project)


def project_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a project."""
    project = get_project(request, pk)
    return history_page(request, project, links=editing.HISTORY_LINKS, crumbs=project_breadcrumbs(project))
