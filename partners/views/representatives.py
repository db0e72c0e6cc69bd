"""Who speaks for partners: the contact directory of an area, each person's page, adding, changing, leaving, history."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done, say_refused
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import BulkAction, Export, list_page
from partners.context.breadcrumbs import representative_breadcrumbs
from partners.context.lookups import get_partnership, get_representative
from partners.context.people import with_rights
from partners.filters.partnerships import shows_archived
from partners.filters.representatives import RepresentativeFilters
from partners.forms.representatives import LeavingForm, RepresentativeForm, facts_of
from partners.models import Partnership, Representative
from partners.network.counts import representatives_in_words
from partners.network.current_area import enter_area
from partners.people import representatives
from partners.people.single_person_risk import Risk, risks_with
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.representatives import RepresentativeTable

EXPORT = Export(
    ("Person", "Title", "Partner", "Speaks as", "May sign", "E-mail", "Phone", "Has an account"),
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
    """Show the contact directory: everybody who speaks for a partner of the area."""
    area = enter_area(request, slug)
    people = Representative.objects.visible_to(request.user).filter(
        partnership__area=area, partnership__archived_at=None
    )
    managed = seats_of(request.user).managed_partnership_ids
    own = Partnership.objects.current().filter(area=area, pk__in=managed).select_related("organization")
    return list_page(
        request,
        key=f"representatives:{area.slug}",
        title="Representatives",
        queryset=people.with_signing()
        .select_related("partnership__organization")
        .order_by(Lower("partnership__organization__name"), "-kind", Lower("name")),
        filters=RepresentativeFilters,
        table=RepresentativeTable,
        template="partners/people/representative_list.html",
        export=EXPORT,
        bulk_actions=[
            BulkAction(_("Write to them"), reverse("partners:representative_write_picked", args=[slug]), "envelope")
        ],
        context={
            "area": area,
            "counted": representatives_in_words(area, archived=shows_archived(request)),
            "own": list(own.order_by(Lower("organization__name"), "pk")) if managed else [],
            "may_add": may(request.user, "partners.add_partner", area),
        },
        area=area,
    )


def representative_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how to reach a person, and what they may do for the partner."""
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
    """Name a person who speaks for a partner."""
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
            say_done(request, f"{person.name} now speaks for {partnership.organization.name}.")
            return redirect("partners:partnership_detail", pk=pk)
    home = reverse("partners:partnership_detail", args=[pk])
    context = {
        "title": "Name a representative",
        "crumbs": [
            ("Partners", reverse("partners:partnership_list", args=[partnership.area.slug])),
            (partnership.organization.name, home),
        ],
        "partnership": partnership,
        "form": form,
        "submit": "Name this person",
        "cancel_url": home,
    }
    return render(request, "partners/people/representative_form.html", context)


def representative_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change what is known of a person who speaks for a partner."""
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
            say_done(request, "Saved.")
            return redirect("partners:representative_detail", pk=pk)
    context |= {
        "title": f"Edit {person.name}",
        "crumbs": representative_breadcrumbs(person),
        "here": "Edit",
        "person": person,
        "partnership": person.partnership,
        "form": form,
        "cancel_url": reverse("partners:representative_detail", args=[pk]),
    }
    return render(request, "partners/people/representative_form.html", context)


@require_POST
def representative_make_main(request: SignedIn, pk: int) -> HttpResponse:
    """Make an alternate the main representative; who was it becomes alternate."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    try:
        before = representatives.make_main(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("partners:representative_make_main", args=[before.pk]) if before else ""
        then = f" {before.name} is alternate from now on." if before else ""
        say_done(request, f"{person.name} is the main representative.{then}", undo=undo)
    return redirect("partners:representative_detail", pk=pk)


@require_POST
def representative_confirm_signatory(request: SignedIn, pk: int) -> HttpResponse:
    """Let a person whom their partner named as signatory sign from now on."""
    person = get_representative(request, pk)
    demand(request, "partners.confirm_signatory", person)
    try:
        representatives.confirm_signatory(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, f"{person.name} may sign for {person.partnership} now.")
    return redirect("partners:representative_detail", pk=pk)


def representative_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Ask who takes over, then record that a person has left."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    if person.is_archived:
        say_refused(request, Refused(f"{person.name} has left already."))
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
        then = f" {successor.name} is the main representative from now on." if successor else ""
        undo = "" if successor else reverse("partners:representative_restore", args=[pk])
        say_done(request, f"{person.name} no longer speaks for {person.partnership}.{then}", undo=undo)
        return redirect("partners:partnership_detail", pk=person.partnership_id)
    context = {
        "title": f"Has {person.name} left?",
        "crumbs": representative_breadcrumbs(person),
        "here": "Has left",
        "consequences": consequences(person, list(others)),
        "form": form if asks else None,
        "act": f"{person.name} has left",
        "keep": "No, still here",
        "safe": True,
        "cancel_url": reverse("partners:representative_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


def consequences(person: Representative, others: list[Representative]) -> list[str]:
    """Say what follows when a person has left."""
    partner = person.partnership.organization.name
    said = [f"Nothing for {partner} goes to {person.name} any more. What they did stays in the history."]
    if not others:
        said.append(f"Nobody else speaks for {partner}: until you name somebody, questions have nowhere to go.")
    elif person.kind == Representative.Kind.MAIN:
        said.append(f"{person.name} is the main representative. Choose who takes over, or leave it open for now.")
    now = timezone.now()
    if person.may_sign(now) and not any(other.may_sign(now) for other in others):
        said.append(f"Nobody else may sign for {partner}: agreements wait until somebody may.")
    if person.user_id:
        said.append("Their account stays as it is; who manages accounts ends it under “People with accounts”.")
    return said


@require_POST
def representative_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Bring a person back who had left."""
    person = get_representative(request, pk)
    demand(request, "partners.edit_representative", person)
    try:
        person = representatives.restore_representative(person, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        role = person.get_kind_display().lower()
        say_done(request, f"{person.name} speaks for {person.partnership} again, as {role}.")
    return redirect("partners:representative_detail", pk=pk)


def representative_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that ever changed in what is known of a person."""
    person = get_representative(request, pk)
    return history_page(request, person, crumbs=representative_breadcrumbs(person))


# ---------------------------------------------------------------- Shared
def leaving_risks(request: HttpRequest, person: Representative) -> list[Risk]:
    """Return what stops, over all partnerships of their organization that the reader sees, if the person leaves."""
    theirs = Partnership.objects.visible_to(request.user).current()
    same = [person.pk, *(other.pk for other in elsewhere(request, person))]
    rows = theirs.filter(organization=person.partnership.organization_id)
    return risks_with(rows, request.user, user_id=person.user_id, representative_ids=same)


def main_of(partnership: Partnership) -> Representative | None:
    """Return who is the main representative now."""
    return partnership.representatives.filter(archived_at=None, kind=Representative.Kind.MAIN).first()


def others_of(person: Representative) -> QuerySet[Representative]:
    """Return who else speaks for the same partner now, the main one first."""
    rows = Representative.objects.current().filter(partnership=person.partnership_id).exclude(pk=person.pk)
    return rows.order_by("-kind", Lower("name"), "pk")


def elsewhere(request: HttpRequest, person: Representative) -> list[Representative]:
    """Return where else the same person speaks for the organization, among the areas that the reader sees."""
    if not person.email:
        return []
    same = (
        Representative.objects.visible_to(request.user)
        .current()
        .filter(email__iexact=person.email, partnership__organization=person.partnership.organization_id)
    )
    return list(same.exclude(pk=person.pk).select_related("partnership__area").order_by("pk"))
