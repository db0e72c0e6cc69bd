"""Practices of an area: list, details, share, edit, adopt, archive, history."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from onestop.ui.rich_text import plain
from partners.context.breadcrumbs import practice_breadcrumbs
from partners.context.lookups import _adoptions_of_practice, _partners_of_practice, get_practice
from partners.filters.practices import PracticeFilters
from partners.forms.practices import AdoptionForm, PracticeForm
from partners.glossary.term_matcher import lexicon_of
from partners.models import Adoption, AdoptionCheck, LocalArea, Partnership, Practice, Program
from partners.network.current_area import enter_area, show_area
from partners.practices import checked, practices
from partners.practices.checked import CheckedAdoption
from partners.practices.drafts import find_draft
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.practices import PracticeTable

REMINDER = gettext_lazy(
    "Others will read this, and some know your customers. Leave out names, ages, numbers and towns."
)
EXPORTED = (
    gettext_lazy("Practice"), gettext_lazy("Month"), gettext_lazy("Partners"), gettext_lazy("Programs"),
    gettext_lazy("Topics"), gettext_lazy("Situation"), gettext_lazy("What we did"), gettext_lazy("Result"),
    gettext_lazy("What we would change"), gettext_lazy("Adopted by"), gettext_lazy("Shared by"),
)  # fmt: skip


def practice_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the practices of an area."""
    area = enter_area(request, slug)
    rows = Practice.objects.visible_to(request.user).filter(area=area)
    return list_page(
        request,
        key=f"practices:{area.slug}",
        title=_("Practices"),
        queryset=rows.with_adoptions()
        .prefetch_related(_partners_of_practice())
        .order_by("-happened_on", Lower("title")),
        filters=PracticeFilters,
        table=PracticeTable,
        template="partners/practices/practice_list.html",
        export=Export([str(title) for title in EXPORTED], lambda rows: export_rows(rows.prefetch_related(None))),
        context={
            "number": rows.current().count(),
            "may_write": may(request.user, "partners.write_practice", area),
        },
        area=area,
    )


def export_rows(rows: QuerySet[Practice]) -> Iterator[list[Any]]:
    """Yield a row for each practice, with a constant number of queries."""
    programs = Prefetch("programs", Program.objects.order_by("position"))
    for one in rows.select_related("told_by__organization").prefetch_related(
        _partners_of_practice(), _adoptions_of_practice(), programs
    ):
        yield [
            one.title,
            f"{one.happened_on:%Y-%m}",
            "; ".join(partner.organization.name for partner in one.partners.all()),
            "; ".join(program.short_name for program in one.programs.all()),
            "; ".join(one.topics),
            plain(one.situation),
            plain(one.did),
            plain(one.result),
            plain(one.would_change),
            "; ".join(adoption.partnership.organization.name for adoption in one.adoptions.all()),
            one.told_by.organization.name if one.told_by else None,
        ]


def practice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a practice with its adoptions."""
    practice = get_practice(request, pk)
    adoptions = _checked(request, practice)
    context = {
        "title": practice.title,
        "crumbs": practice_breadcrumbs(practice)[:1],
        "practice": practice,
        "adoptions": adoptions,
        "tally": checked.tally(adoptions),
        "terms": lexicon_of(request, practice.area),
        "may": {
            "edit": may(request.user, "partners.edit_practice", practice),
            "adopt": bool(adopters(request, practice)),
        },
    }
    return render(request, "partners/practices/practice_detail.html", context)


@idempotent
def practice_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Share a practice; ``?from=`` names what it is drafted from (see ``drafts``)."""
    area = enter_area(request, slug)
    demand(request, "partners.write_practice", area)
    draft = {} if request.method == "POST" else find_draft(area, request.user, request.GET.get("from", ""))
    form = PracticeForm(request.POST or None, initial=dict(draft), area=area, own=tellers(request, area))
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: practices.add_practice(
                area, facts=form.facts, vouched=form.cleaned_data["vouched"], by=author(request), at=timezone.now()
            ),
        )
        if done:
            message = _("“%(practice)s” shared with the partners of %(area)s.")
            say_done(request, message % {"practice": done.title, "area": area.name})
            return redirect("partners:practice_detail", pk=done.pk)
    context = {
        "title": _("Share a practice"),
        "crumbs": [(_("Practices"), reverse("partners:practice_list", args=[slug]))],
        "reminder": REMINDER,
        "form": form,
        "submit": _("Share this practice"),
        "cancel_url": reverse("partners:practice_list", args=[slug]),
    }
    return render(request, "partners/practices/practice_form.html", context)


def practice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a practice."""
    practice = get_practice(request, pk)
    demand(request, "partners.edit_practice", practice)
    form = PracticeForm(
        request.POST or None,
        initial=practices.facts_of(practice) | {"told_by": practice.told_by_id},
        version=version_of(practice, practices.PRACTICE_LINKS),
        area=practice.area,
        own=tellers(request, practice.area, practice),
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: practices.update_practice(
                    practice,
                    facts=form.facts,
                    vouched=form.cleaned_data["vouched"],
                    version=form.version,
                    by=author(request),
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            saved = practices.facts_of(get_practice(request, pk))
            done, context = None, conflict_context(form, practice, practices.PRACTICE_LINKS, saved)
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:practice_detail", pk=pk)
    context |= {
        "title": _("Edit “%(practice)s”") % {"practice": practice.title},
        "crumbs": practice_breadcrumbs(practice),
        "here": _("Edit"),
        "practice": practice,
        "reminder": REMINDER,
        "form": form,
        "cancel_url": reverse("partners:practice_detail", args=[pk]),
    }
    return render(request, "partners/practices/practice_form.html", context)


@require_POST
def practice_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive a practice."""
    practice = get_practice(request, pk)
    demand(request, "partners.edit_practice", practice)
    practices.archive_practice(practice, by=author(request), at=timezone.now())
    undo = reverse("partners:practice_restore", args=[pk])
    message = _("“%(practice)s” archived. It is hidden from lists and search.") % {"practice": practice.title}
    say_done(request, message, undo=undo)
    return redirect("partners:practice_list", slug=practice.area.slug)


@require_POST
def practice_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived practice."""
    practice = get_practice(request, pk)
    demand(request, "partners.edit_practice", practice)
    practices.restore_practice(practice, by=author(request), at=timezone.now())
    say_done(request, _("“%(practice)s” restored.") % {"practice": practice.title})
    return redirect("partners:practice_detail", pk=pk)


@idempotent
def practice_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a partner adopted a practice."""
    practice = get_practice(request, pk)
    demand(request, "partners.adopt_practice", practice)
    form = AdoptionForm(
        request.POST or None, partners=adopters(request, practice), initial={"since": timezone.localdate()}
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(
            form,
            lambda: practices.adopt_practice(
                practice,
                partnership=given["partnership"],
                since=given["since"],
                note=given["note"],
                by=author(request),
                at=timezone.now(),
            ),
        )
        if done:
            partner = given["partnership"].organization.name
            message = _("%(partner)s added to the partners that adopted “%(practice)s”.")
            say_done(request, message % {"partner": partner, "practice": practice.title})
            return redirect("partners:practice_detail", pk=pk)
    context = {
        "title": _("Adopt this practice"),
        "crumbs": practice_breadcrumbs(practice),
        "intro": _("Record who adopted “%(practice)s”, so that others know whom to ask.")
        % {"practice": practice.title},
        "form": form,
        "submit": _("Adopt this practice"),
        "cancel_url": reverse("partners:practice_detail", args=[pk]),
    }
    return render(request, "layouts/form.html", context)


def adoption_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then record that a partner does it no longer."""
    adoptions = Adoption.objects.filter(practice__in=Practice.objects.visible_to(request.user))
    adoption = get_object_or_404(
        adoptions.select_related("practice__area__state", "partnership__organization", "partnership__area"), pk=pk
    )
    practice, name = adoption.practice, adoption.partnership.organization.name
    show_area(request, practice.area)
    demand(request, "partners.end_adoption", adoption)
    page = reverse("partners:practice_detail", args=[practice.pk])
    if request.method == "POST":
        practices.end_adoption(adoption, by=author(request), at=timezone.now())
        message = _("%(partner)s removed from “%(practice)s”.")
        say_done(request, message % {"partner": name, "practice": practice.title})
        return redirect(page)
    context = {
        "title": _("Remove %(partner)s?") % {"partner": name},
        "crumbs": practice_breadcrumbs(practice),
        "here": _("Remove"),
        "consequences": [
            _("It is no longer listed as having adopted “%(practice)s”.") % {"practice": practice.title},
            _("The history keeps a record."),
        ],
        "act": _("Remove"),
        "cancel_url": page,
    }
    return render(request, "layouts/confirm.html", context)


def practice_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a practice."""
    practice = get_practice(request, pk)
    return history_page(request, practice, links=practices.HISTORY_LINKS, crumbs=practice_breadcrumbs(practice))


# ---------------------------------------------------------------- Shared


def _checked(request: HttpRequest, practice: Practice) -> list[CheckedAdoption]:
    """Return the adoptions of a practice with their quality checks; two queries."""
    today = timezone.localdate()
    checks = Prefetch("checks", AdoptionCheck.objects.order_by("-checked_on", "-pk"))
    rows = practice.adoptions.with_check_day().select_related("partnership__organization", "partnership__area")
    return [
        CheckedAdoption(
            adoption=one,
            checks=list(one.checks.all()),
            due=one.due,
            is_due=one.due is not None and one.due <= today and not practice.is_archived,
            may_check=may(request.user, "partners.check_adoption", one) and not practice.is_archived,
            may_end=may(request.user, "partners.end_adoption", one),
        )
        for one in rows.prefetch_related(checks).order_by("adopted_on", "pk")
    ]


def tellers(request: HttpRequest, area: LocalArea, practice: Practice | None = None) -> QuerySet[Partnership]:
    """Return the partners for which the person may share practices: all for staff, their own for others."""
    rows = Partnership.objects.current().filter(area=area).select_related("organization")
    if not may(request.user, "partners.edit_area", area):
        mine = rows.filter(pk__in=seats_of(request.user).partnership_ids)
        rows = mine | rows.filter(pk=practice.told_by_id) if practice and practice.told_by_id else mine
    return rows.order_by(Lower("organization__name"), "pk")


def adopters(request: HttpRequest, practice: Practice) -> QuerySet[Partnership]:
    """Return the partners that have not adopted the practice and for which the person may record it."""
    rows = Partnership.objects.current().filter(area=practice.area_id).exclude(adoptions__practice=practice)
    if not may(request.user, "partners.edit_area", practice.area):
        rows = rows.filter(pk__in=seats_of(request.user).managed_partnership_ids)
    return rows.select_related("organization").order_by(Lower("organization__name"), "pk")
