"""Representatives of partners: list, detail, add, edit, make main, confirm signatory, archive, restore, history."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done, say_refused
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import BulkAction, Export, list_page
from partners.context.breadcrumbs import partnership_breadcrumbs, representative_breadcrumbs
from partners.context.lookups import get_partnership, get_representative
from partners.context.people import with_rights
from partners.filters.partnerships import shows_archived
from partners.filters.representatives import RepresentativeFilters
from partners.forms.representatives import LeavingForm, RepresentativeForm, facts_of
from partners.models import Partnership, Representative
from partners.network.counts import count_representatives
from partners.network.current_area import enter_area
from partners.people import representatives
from partners.people.single_person_risk import Risk, risks_with
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.representatives import RepresentativeTable

EXPORT = Export(
    (
        gettext_lazy("Person"),
        gettext_lazy("Title"),
        gettext_lazy("Partner"),
        gettext_lazy("Role"),
        gettext_lazy("Signatory"),
        gettext_lazy("Email"),
        gettext_lazy("Phone"),
        gettext_lazy("Has an account"),
    ),
    lambda people: (
        (
            person.name,
            person.job_title,
            person.partnership.organization.name,
            person.get_kind_display(),
            person.signs_now,
            person.email,
            person.phone,
            person.user_id is not None,
        )
        for person in people
    ),
)


def representative_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the representatives of the area's partners."""
    area = enter_area(request, slug)
    people = Representative.objects.visible_to(request.user).filter(
        partnership__area=area, partnership__archived_at=None
    )
    managed = seats_of(request.user).managed_partnership_ids
    own = Partnership.objects.current().filter(area=area, pk__in=managed).select_related("organization")
    counts = count_representatives(area)
    return list_page(
        request,
        key=f"representatives:{area.slug}",
        title=_("Representatives"),
        queryset=people.with_signing()
        .select_related("partnership__organization")
        .order_by(Lower("partnership__organization__name"), "-kind", Lower("name")),
        filters=RepresentativeFilters,
        total=counts.listed,
        table=RepresentativeTable,
        template="partners/people/representative_list.html",
        export=EXPORT,
        bulk_actions=[
            BulkAction(_("Write to them"), reverse("partners:representative_write_picked", args=[slug]), "envelope")
        ],
        context={
            "area": area,
            "summary": counts.in_words(area, archived=shows_archived(request)),
            "own": list(own.order_by(Lower("organization__name"), "pk")) if managed else [],
            "may_add": may(request.user, "partners.add_partner", area),
        },
        area=area,
    )


def representative_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a representative: contact, role and dependencies."""
    person = get_representative(request, pk)
    others = others_of(person)
    context = {
        "title": person.name,
        "crumbs": representative_breadcrumbs(person)[:1],
        "person": person,
        "partnership": person.partnership,
        "others": others,
        "risks": with_rights(request, leaving_risks(request, person)),
        "may_edit": may(request.user, "partners.edit_representative", person),
        "may_sign": person.may_sign(timezone.now()),
        "is_pending": person.is_signatory_pending(timezone.now()),
        "may_confirm": may(request.user, "partners.confirm_signatory", person),
        "elsewhere": elsewhere(request, person),
    }
    return render(request, "partners/people/representative_detail.html", context)


@idempotent
def representative_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a representative of a partner."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.add_representative", partnership)
    form = RepresentativeForm(
        request.POST or None,
        initial={"kind": Representative.Kind.ALTERNATE if main_of(partnership) else Representative.Kind.MAIN},
        partnership=partnership,
        main=main_of(partnership),
    )
    if form.is_bound and form.is_valid():
        facts, now = form.facts, timezone.now()
        person = save(
            form, lambda: representatives.add_representative(partnership, facts=facts, by=request.user, at=now)
        )
        if person:
            done = _("%(name)s now represents %(partner)s.")
            say_done(request, done % {"name": person.name, "partner": partnership.organization.name})
            return redirect("partners:partnership_detail", pk=pk)
    home = reverse("partners:partnership_detail", args=[pk])
    context = {
        "title": _("Add a representative"),
        "crumbs": partnership_breadcrumbs(partnership),
        "partnership": partnership,
        "form": form,
        "submit": _("Add representative"),
        "cancel_url": home,
    }
    return render(request, "partners/people/representative_form.html", context)


def representative_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a representative."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    form = RepresentativeForm(
        request.POST or None,
        initial=facts_of(person),
        version=version_of(person),
        partnership=person.partnership,
        main=main_of(person.partnership),
        person=person,
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: representatives.update_representative(
                    person, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, person, (), facts_of(get_representative(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:representative_detail", pk=pk)
    context |= {
        "title": _("Edit %(name)s") % {"name": person.name},
        "crumbs": representative_breadcrumbs(person),
        "here": _("Edit"),
        "person": person,
        "partnership": person.partnership,
        "form": form,
        "cancel_url": reverse("partners:representative_detail", args=[pk]),
    }
    return render(request, "partners/people/representative_form.html", context)


@require_POST
def representative_make_main(request: SignedIn, pk: int) -> HttpResponse:
    """Make an alternate the main representative; the previous one becomes an alternate."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    try:
        before = representatives.make_main(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("partners:representative_make_main", args=[before.pk]) if before else ""
        done = _("%(name)s is now the main representative.") % {"name": person.name}
        if before:
            names = {"name": person.name, "previous": before.name}
            done = _("%(name)s is now the main representative, and %(previous)s is an alternate.") % names
        say_done(request, done, undo=undo)
    return redirect("partners:representative_detail", pk=pk)


@require_POST
def representative_confirm_signatory(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm a pending signatory."""
    person = get_representative(request, pk)
    demand(request, "partners.confirm_signatory", person)
    try:
        representatives.confirm_signatory(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        names = {"name": person.name, "partner": person.partnership}
        say_done(request, _("%(name)s can now sign for %(partner)s.") % names)
    return redirect("partners:representative_detail", pk=pk)


def representative_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for a successor, then archive a representative who has left."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    if person.is_archived:
        say_refused(request, Refused(_("%(name)s has already left.") % {"name": person.name}))
        return redirect("partners:representative_detail", pk=pk)
    others = others_of(person)
    asks = person.kind == Representative.Kind.MAIN and bool(others)
    form = LeavingForm(request.POST if request.method == "POST" else None, others=others)
    if form.is_bound and form.is_valid():
        successor = form.cleaned_data["successor"] if asks else None
        try:
            representatives.archive_representative(person, successor=successor, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
            return redirect("partners:representative_detail", pk=pk)
        names = {"name": person.name, "partner": person.partnership}
        done = _("%(name)s no longer represents %(partner)s.") % names
        if successor:
            done = _("%(name)s no longer represents %(partner)s. %(successor)s is now the main representative.") % {
                **names,
                "successor": successor.name,
            }
        undo = "" if successor else reverse("partners:representative_restore", args=[pk])
        say_done(request, done, undo=undo)
        return redirect("partners:partnership_detail", pk=person.partnership_id)
    context = {
        "title": _("Mark %(name)s as left?") % {"name": person.name},
        "crumbs": representative_breadcrumbs(person),
        "here": _("Mark as left"),
        "consequences": consequences(person, list(others)),
        "form": form if asks else None,
        "act": _("Mark %(name)s as left") % {"name": person.name},
        "keep": _("Cancel"),
        "safe": True,
        "cancel_url": reverse("partners:representative_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


def consequences(person: Representative, others: list[Representative]) -> list[str]:
    """Return sentences that explain what happens when a person has left."""
    names = {"name": person.name, "partner": person.partnership.organization.name}
    sentences = [
        _("%(name)s gets no more messages for %(partner)s. Past actions stay in the history.") % names,
    ]
    if not others:
        sentences.append(_("%(partner)s will have no representative until you add one.") % names)
    elif person.kind == Representative.Kind.MAIN:
        sentences.append(_("%(name)s is the main representative. Choose a successor, or decide later.") % names)
    now = timezone.now()
    if person.may_sign(now) and not any(other.may_sign(now) for other in others):
        sentences.append(_("%(partner)s will have no signatory. Agreements cannot be signed without one.") % names)
    if person.user_id:
        sentences.append(_("Their account stays active. Staff can deactivate it under “Accounts”."))
    return sentences


@require_POST
def representative_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a representative who had left."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    try:
        person = representatives.restore_representative(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        done = _("%(name)s represents %(partner)s again, as an alternate.")
        if person.kind == Representative.Kind.MAIN:
            done = _("%(name)s represents %(partner)s again, as the main representative.")
        say_done(request, done % {"name": person.name, "partner": person.partnership})
    return redirect("partners:representative_detail", pk=pk)


def representative_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a representative."""
    person = get_representative(request, pk)
    return history_page(request, person, crumbs=representative_breadcrumbs(person))


# ---------------------------------------------------------------- Shared
def leaving_risks(request: HttpRequest, person: Representative) -> list[Risk]:
    """Return the dependencies on the person in all partnerships of the organization that the reader sees."""
    theirs = Partnership.objects.visible_to(request.user).current()
    same = [person.pk, *(other.pk for other in elsewhere(request, person))]
    rows = theirs.filter(organization=person.partnership.organization_id)
    return risks_with(rows, request.user, user_id=person.user_id, representative_ids=same)


def main_of(partnership: Partnership) -> Representative | None:
    """Return the current main representative."""
    return partnership.representatives.filter(archived_at=None, kind=Representative.Kind.MAIN).first()


def others_of(person: Representative) -> QuerySet[Representative]:
    """Return the other current representatives of the same partner, the main one first."""
    rows = Representative.objects.current().filter(partnership=person.partnership_id).exclude(pk=person.pk)
    return rows.order_by("-kind", Lower("name"), "pk")


def elsewhere(request: HttpRequest, person: Representative) -> list[Representative]:
    """Return the same person's other roles as representative of the organization that the reader sees."""
    if not person.email:
        return []
    same = (
        Representative.objects.visible_to(request.user)
        .current()
        .filter(email__iexact=person.email, partnership__organization=person.partnership.organization_id)
    )
    return list(same.exclude(pk=person.pk).select_related("partnership__area").order_by("pk"))
