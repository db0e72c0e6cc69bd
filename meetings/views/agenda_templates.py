"""Templates of agendas: save an agenda as one, begin an agenda from one or from another meeting, keep them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.agendas import templates
from meetings.context.lookups import get_group, get_meeting, get_template
from meetings.context.pages import form_context, group_breadcrumbs
from meetings.forms.agendas import BeginForm, SaveTemplateForm, TemplateForm
from meetings.models import AgendaItem, AgendaTemplate, AgendaTemplateItem, Meeting
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from partners.rules import demand

RUN = "meetings.edit_agenda"
MOST_MEETINGS = 6  # from which an agenda can begin


@idempotent
def template_add(request: SignedIn, pk: int) -> HttpResponse:
    """Save the agenda of a meeting as a template."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    form = SaveTemplateForm(request.POST or None, group=meeting.group)
    if form.is_bound and form.is_valid():
        template, name = form.cleaned_data["template"], form.cleaned_data["name"]
        at = timezone.now()
        saved = save(
            form, lambda: templates.save_template(meeting, name=name, template=template, by=request.user, at=at)
        )
        if saved:
            say_done(request, _("The agenda is saved as the template “%(name)s”.") % {"name": saved.name})
            return redirect("meetings:template_list", pk=meeting.group_id)
    intro = _("Titles, purposes, minutes and details are saved. Papers and names are not.")
    context = form_context(meeting, _("Save as a template"), form, submit=_("Save template"), intro=intro)
    return render(request, "layouts/form.html", context)


@idempotent
def agenda_begin(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an agenda from a template or from another meeting of the group."""
    meeting = get_meeting(request, pk)
    demand(request, RUN, meeting.group)
    known = meeting.group.agenda_templates.current().order_by("name", "pk")
    form = BeginForm(request.POST or None, templates=list(known), meetings=_with_agenda(meeting))
    if form.is_bound and form.is_valid():
        source = form.source
        number = save(form, lambda: _begin(request, meeting, source))
        if number:
            words = ngettext("%(number)d item is added.", "%(number)d items are added.", number)
            say_done(request, words % {"number": number})
            return redirect(f"{meeting.get_absolute_url()}#agenda")
    intro = _("The items are added at the end of this agenda. Papers are not copied.")
    context = form_context(meeting, _("Begin the agenda"), form, submit=_("Add these items"), intro=intro)
    return render(request, "meetings/agendas/begin.html", context)


def _begin(request: SignedIn, meeting: Meeting, source: AgendaTemplate | Meeting) -> int:
    if isinstance(source, Meeting):
        return templates.begin_from_meeting(meeting, source=source, by=request.user, at=timezone.now())
    return templates.begin_from_template(meeting, template=source, by=request.user, at=timezone.now())


def _with_agenda(meeting: Meeting) -> list[Meeting]:
    """Return the meetings of the group from which an agenda can begin: the last ones that have an agenda."""
    items = AgendaItem.objects.on_agenda().order_by().values("meeting")
    rows = meeting.group.meetings.filter(pk__in=items, starts_at__lt=meeting.starts_at).select_related("series")
    return list(rows.order_by("-starts_at")[:MOST_MEETINGS])


# ---------------------------------------------------------------- Keeping them
def template_list(request: SignedIn, pk: int) -> HttpResponse:
    """List the templates of a group with their items."""
    group = get_group(request, pk)
    demand(request, RUN, group)
    rows = group.agenda_templates.prefetch_related("items")
    context = {
        "title": _("Agenda templates"),
        "crumbs": group_breadcrumbs(group),
        "here": _("Agenda templates"),
        "group": group,
        "templates": [(each, _in_order(each)) for each in rows.current().order_by("name", "pk")],
        "removed": rows.archived().order_by("name", "pk"),
    }
    return render(request, "meetings/agendas/template_list.html", context)


def _in_order(template: AgendaTemplate) -> list[AgendaTemplateItem]:
    return sorted(template.items.all(), key=lambda item: (item.position, item.pk))


def template_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Rename a template."""
    template = _get(request, pk)
    form = TemplateForm(request.POST or None, initial={"name": template.name}, version=version_of(template))
    done, context = save_edit(
        form,
        lambda: templates.rename_template(
            template, name=form.cleaned_data["name"], version=form.version, by=request.user, at=timezone.now()
        ),
        template,
        lambda: {"name": get_template(request, pk).name},
    )
    if done:
        say_done(request, _("Saved."))
        return redirect("meetings:template_list", pk=template.group_id)
    context |= form_context(template.group, _("Rename “%(name)s”") % {"name": template.name}, form)
    return render(request, "layouts/edit_form.html", context)


@require_POST
def template_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a template."""
    undo = reverse("meetings:template_restore", args=[pk])
    return _change(request, pk, templates.remove_template, _("“%(name)s” is removed."), undo)


@require_POST
def template_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed template."""
    return _change(request, pk, templates.restore_template, _("“%(name)s” is restored."))


def _change(request: SignedIn, pk: int, verb: Callable[..., None], words: str, undo: str = "") -> HttpResponse:
    template = _get(request, pk)
    try:
        verb(template, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, words % {"name": template.name}, undo=undo)
    return redirect("meetings:template_list", pk=template.group_id)


def _get(request: HttpRequest, pk: int) -> AgendaTemplate:
    template = get_template(request, pk)
    demand(request, RUN, template.group)
    return template
