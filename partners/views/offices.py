"""Offices of areas and organizations, and who holds them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.history.pages import history_page
from onestop.ops.request_limits import takes_files
from partners.board import offices
from partners.context.breadcrumbs import office_breadcrumbs, office_place_breadcrumbs
from partners.context.lookups import get_office, get_organization, get_tenure
from partners.forms.boards import OfficeForm, TenureForm, accounts_in, held_facts
from partners.models import LocalArea, Office, Organization
from partners.network.current_area import enter_area
from partners.rules import demand, may


@idempotent
def office_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add an office of an area."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_board", area)
    return _add(request, area, reverse("partners:board", args=[slug]))


@idempotent
def organization_office_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add an office of an organization."""
    organization = get_organization(request, pk)
    demand(request, "partners.keep_organization_offices", organization)
    return _add(request, organization, reverse("partners:organization_detail", args=[pk]))


def _add(request: SignedIn, place: LocalArea | Organization, home: str) -> HttpResponse:
    form = OfficeForm(request.POST or None, place=place, initial={"kind": request.GET.get("kind", "")})
    if form.is_bound and form.is_valid():
        office = save(form, lambda: offices.add_office(place, facts=form.facts, by=request.user, at=timezone.now()))
        if office:
            say_done(request, _("%(office)s is added. Record who holds it.") % {"office": office})
            return redirect(office)
    context = {
        "title": _("Add an office"),
        "crumbs": office_place_breadcrumbs(place),
        "here": _("Add an office"),
        "form": form,
        "submit": _("Add office"),
        "cancel_url": home,
        "intro": _(
            "An office signs and decides, whoever holds it. Agreements keep the office when the person changes."
        ),
    }
    return render(request, "layouts/form.html", context)


def office_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an office with all who held it."""
    office = get_office(request, pk)
    today = timezone.localdate()
    held = list(office.tenures.current().select_related("user", "proof_file").order_by("-from_on"))
    context = {
        "title": office.title,
        "crumbs": office_place_breadcrumbs(_place(office)),
        "office": office,
        "tenures": held,
        "today": today,
        "holder": next((tenure for tenure in held if tenure.is_on(today)), None),
        "archive_url": reverse(f"partners:office_{'restore' if office.is_archived else 'archive'}", args=[pk]),
        "may_keep": may(request.user, "partners.keep_office", office),
    }
    return render(request, "partners/board/office_detail.html", context)


def office_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an office."""
    office = get_office(request, pk)
    demand(request, "partners.keep_office", office)
    form = OfficeForm(request.POST or None, place=_place(office), initial=_facts(office), version=version_of(office))
    done, context = save_edit(
        form,
        lambda: offices.update_office(
            office, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        office,
        lambda: _facts(get_office(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(office)
    context |= {
        "title": _("Edit %(name)s") % {"name": office.title},
        "crumbs": office_breadcrumbs(office),
        "here": _("Edit"),
        "form": form,
        "cancel_url": office.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context)


def _facts(office: Office) -> dict[str, Any]:
    return {name: getattr(office, name) for name in offices.FACTS}


def _place(office: Office) -> LocalArea | Organization:
    place = office.area or office.organization
    assert place is not None
    return place


@require_POST
def office_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive an office that no longer exists."""
    office = get_office(request, pk)
    demand(request, "partners.keep_office", office)
    offices.archive_office(office, by=request.user, at=timezone.now())
    undo = reverse("partners:office_restore", args=[pk])
    say_done(request, _("%(office)s is archived.") % {"office": office}, undo=undo)
    return redirect(office)


@require_POST
def office_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived office."""
    office = get_office(request, pk)
    demand(request, "partners.keep_office", office)
    try:
        offices.restore_office(office, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(office)s is restored.") % {"office": office})
    return redirect(office)


def office_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of an office and of who held it."""
    office = get_office(request, pk)
    return history_page(request, office, links=offices.LINKS, crumbs=office_breadcrumbs(office))


# ---------------------------------------------------------------- Who holds it
@takes_files
@idempotent
def tenure_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record who holds an office."""
    office = get_office(request, pk)
    demand(request, "partners.keep_office", office)
    form = TenureForm(request.POST or None, request.FILES or None, accounts=accounts_in(_place(office)), is_new=True)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        tenure = save(form, lambda: offices.add_tenure(office, facts=form.facts, by=request.user, at=timezone.now()))
        if tenure:
            undo = reverse("partners:tenure_remove", args=[tenure.pk])
            names = {"person": tenure.name, "office": office.title}
            say_done(request, _("%(person)s is recorded as %(office)s.") % names, undo=undo)
            return redirect(office)
    context = {
        "title": _("Record who holds the office"),
        "crumbs": office_breadcrumbs(office),
        "here": _("Record who holds the office"),
        "form": form,
        "submit": _("Record"),
        "cancel_url": office.get_absolute_url(),
        "intro": _("If the current holder has no last day, their time ends the day before the new holder starts."),
    }
    return render(request, "layouts/form.html", context, status=status_of(form))


@takes_files
def tenure_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit who holds an office and when."""
    tenure = get_tenure(request, pk)
    form = TenureForm(
        request.POST or None,
        request.FILES or None,
        initial=held_facts(tenure, offices.OWN),
        version=version_of(tenure),
        accounts=accounts_in(_place(tenure.office), tenure.user_id),
        is_new=False,
    )
    receive_files(request, form, at=timezone.now())
    done, context = save_edit(
        form,
        lambda: offices.update_tenure(
            tenure, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        tenure,
        lambda: held_facts(get_tenure(request, pk), offices.OWN),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(tenure)
    context |= {
        "title": _("Edit the time of %(name)s") % {"name": tenure.name},
        "crumbs": office_breadcrumbs(tenure.office),
        "here": _("Edit"),
        "form": form,
        "cancel_url": tenure.get_absolute_url(),
    }
    return render(request, "layouts/edit_form.html", context, status=status_of(form))


@require_POST
def tenure_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an entry that was recorded by mistake."""
    tenure = get_tenure(request, pk)
    offices.remove_tenure(tenure, by=request.user, at=timezone.now())
    undo = reverse("partners:tenure_restore", args=[pk])
    say_done(request, _("The entry for %(person)s is removed.") % {"person": tenure.name}, undo=undo)
    return redirect(tenure)


@require_POST
def tenure_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed entry."""
    tenure = get_tenure(request, pk)
    try:
        offices.restore_tenure(tenure, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The entry for %(person)s is restored.") % {"person": tenure.name})
    return redirect(tenure)
