"""The glossary of an area: list, details, propose, edit, approve, send back, archive, history."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Left, Lower, Upper
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.history.reading import changes_of
from onestop.ui.lists import Export, list_page
from partners.context.breadcrumbs import term_breadcrumbs
from partners.context.lookups import get_term, usages_by_owner
from partners.filters.terms import TermFilters
from partners.forms.terms import (
    BaseUsageFormSet,
    ReasonForm,
    Systems,
    TermForm,
    check_both,
    facts_of,
    leave_unchecked,
    usage_rows,
)
from partners.glossary.term_matcher import entry_of, lexicon_of
from partners.glossary.terms import (
    TERM_LINKS,
    add_term,
    approve_term,
    archive_term,
    change_term,
    may_review,
    restore_term,
    say_usages,
    send_back_term,
    synonyms_of,
)
from partners.glossary.usage_search import usages_of
from partners.importing.export import term_export_header, term_export_rows
from partners.models import LocalArea, Partnership, Program, Term, Usage
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.terms import TermTable, state_chip

LATELY = 3
LONGEST_NAME = 120  # of a term, in a link that proposes one


def term_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the terms of an area in alphabetical order."""
    area = enter_area(request, slug)
    terms = Term.objects.visible_to(request.user).filter(area=area)
    current = terms.current()
    return list_page(
        request,
        key=f"terms:{area.slug}",
        title=_("Glossary"),
        queryset=terms.prefetch_related("usages").order_by(Lower("name")),
        filters=TermFilters,
        table=TermTable,
        template="partners/glossary/term_list.html",
        export=Export(term_export_header, lambda rows: term_export_rows(rows.prefetch_related(None))),
        context={
            "number": current.approved().count(),
            "waiting": current.waiting().count(),
            "letters": letters_of(current),
            "may_propose": may(request.user, "partners.propose_term", area),
            "may_import": may(request.user, "partners.import_data", area),
        },
        area=area,
    )


def letters_of(terms: Any) -> list[str]:
    """Return the first letters of terms."""
    first = terms.order_by().annotate(first=Upper(Left("name", 1))).values_list("first", flat=True)
    return sorted(first.distinct())


def term_book(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all approved terms on one page, for printing."""
    area = enter_area(request, slug)
    terms = Term.objects.visible_to(request.user).approved().filter(area=area)
    parts: dict[str, list[Term]] = defaultdict(list)
    for term in terms.prefetch_related(usages_by_owner()).order_by(Lower("agreed_name"), "pk"):
        parts[term.agreed_name[:1].upper()].append(term)
    context = {
        "title": _("Glossary of %(area)s") % {"area": area.name},
        "crumbs": [(_("Glossary"), reverse("partners:term_list", args=[slug]))],
        "here": _("Print"),
        "area": area,
        "parts": list(parts.items()),
        "number": sum(map(len, parts.values())),
    }
    return render(request, "partners/glossary/term_book.html", context)


def term_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a term: its definition, usages, occurrences and recent changes."""
    term = get_term(request, pk)
    usages = list(term.usages.all())
    reviews = may(request.user, "partners.approve_term", term)
    context = {
        "title": term.agreed_name or term.name,
        "crumbs": term_breadcrumbs(term)[:1],
        "term": term,
        "status": state_chip(term),
        "usages": [(usage, others) for usage, others in zip(usages, elsewhere(term, usages), strict=True)],
        "mentions": usages_of(entry_of(term), term.area, request.user) if term.is_in_force else [],
        "terms": lexicon_of(request, term.area).without(term.pk),
        "changes": changes_of(term, TERM_LINKS)[:LATELY],
        "version": version_of(term, TERM_LINKS),
        "synonyms": synonyms_of(term),
        "is_own_work": term.written_by_id == request.user.pk,
        "may": {
            "edit": may(request.user, "partners.edit_term", term),
            "say": bool(own_partnerships(request, term.area)),
            "review": reviews,
            "approve": reviews and may_review(term, author(request)),
        },
    }
    return render(request, "partners/glossary/term_detail.html", context)


def elsewhere(term: Term, usages: Iterable[Usage]) -> list[list[Term]]:
    """Return for each usage the other terms of the area with the same wording."""
    words = {usage.wording.lower() for usage in usages}
    others = Term.objects.current().filter(area=term.area).exclude(pk=term.pk).annotate(low=Lower("name"))
    alike = others.filter(
        Q(low__in=words) | Q(usages__in=Usage.objects.annotate(low=Lower("wording")).filter(low__in=words))
    )
    by_word: dict[str, dict[int, Term]] = defaultdict(dict)
    for other in alike.distinct().prefetch_related("usages").order_by(Lower("name"), "pk"):
        for word in {other.name.lower(), *(usage.wording.lower() for usage in other.usages.all())}:
            by_word[word][other.pk] = other
    return [list(by_word[usage.wording.lower()].values()) for usage in usages]


# ---------------------------------------------------------------- Editing
@idempotent
def term_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose a term with its usages."""
    area = enter_area(request, slug)
    demand(request, "partners.propose_term", area)
    form = TermForm(request.POST or None, initial={"name": request.GET.get("name", "")[:LONGEST_NAME]})
    rows = usage_rows(systems_of(area), request.POST or None, extra=1)
    if "more" in request.POST:
        rows = one_more(form, rows)
    elif form.is_bound and check_both(form, rows):
        term = save(
            form,
            lambda: add_term(area, facts=form.cleaned_data, usages=rows.said, by=author(request), at=timezone.now()),
        )
        if term:
            say_done(
                request,
                _("“%(term)s” proposed. Other pages explain it after it is approved.") % {"term": term.name},
            )
            return redirect("partners:term_detail", pk=term.pk)
    context = {
        "title": _("Propose a term"),
        "crumbs": [(_("Glossary"), reverse("partners:term_list", args=[slug]))],
        "area": area,
        "form": form,
        "rows": rows,
        "submit": _("Propose this term"),
        "cancel_url": reverse("partners:term_list", args=[slug]),
    }
    return render(request, "partners/glossary/term_form.html", context)


def term_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a term and its usages; the approved version stays in force until the change is approved."""
    term = get_term(request, pk)
    demand(request, "partners.edit_term", term)
    systems = systems_of(term.area, term)
    form = TermForm(request.POST or None, initial=facts_of(term), version=version_of(term, TERM_LINKS))
    rows = usage_rows(systems, request.POST or None, usages=term.usages.all())
    context: dict[str, Any] = {}
    if "more" in request.POST:
        rows = one_more(form, rows)
    elif form.is_bound and check_both(form, rows):
        try:
            done = save(
                form,
                lambda: change_term(
                    term,
                    facts=form.cleaned_data,
                    usages=rows.said,
                    version=form.version,
                    by=author(request),
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            now = get_term(request, pk)
            rows = rows.reconcile({usage.pk: systems.initial(usage) for usage in now.usages.all()})
            done, context = None, conflict_context(form, term, TERM_LINKS, facts_of(now))
        if done:
            say_saved(request, done)
            return redirect("partners:term_detail", pk=pk)
    context |= {
        "title": _("Edit “%(term)s”") % {"term": term.name},
        "crumbs": term_breadcrumbs(term),
        "here": _("Edit"),
        "area": term.area,
        "term": term,
        "form": form,
        "rows": rows,
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "partners/glossary/term_form.html", context)


@idempotent
def term_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the usages of a term by one's own organization."""
    term = get_term(request, pk)
    demand(request, "partners.say_term", term)
    own = own_partnerships(request, term.area)
    systems = Systems(own, others=False)
    usages = term.usages.filter(partnership__in=own).order_by("pk")
    form = ConflictForm(request.POST or None, version=version_of(term, TERM_LINKS))
    rows = usage_rows(systems, request.POST or None, usages=usages, extra=0 if usages else 1)
    context: dict[str, Any] = {}
    if "more" in request.POST:
        rows = one_more(form, rows)
    elif form.is_bound and check_both(form, rows):
        try:
            done = save(
                form,
                lambda: say_usages(
                    term, usages=rows.said, of=own, version=form.version, by=author(request), at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            rows = rows.reconcile({usage.pk: systems.initial(usage) for usage in usages.all()})
            done, context = None, conflict_context(form, term, TERM_LINKS, {})
        if done:
            say_saved(request, done)
            return redirect("partners:term_detail", pk=pk)
    context |= {
        "title": _("Your wording for “%(term)s”") % {"term": term.agreed_name or term.name},
        "crumbs": term_breadcrumbs(term),
        "here": _("Your wording"),
        "area": term.area,
        "term": term,
        "own": own,
        "form": form,
        "rows": rows,
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "partners/glossary/term_say.html", context)


def one_more(form: ConflictForm, rows: BaseUsageFormSet) -> BaseUsageFormSet:
    """Return the rows with an empty one, without validating them."""
    leave_unchecked(form)
    return rows.with_one_more()


def say_saved(request: HttpRequest, term: Term) -> None:
    """Show the result of a change."""
    if term.is_approved:
        say_done(request, _("Saved."))
    elif term.is_in_force:
        say_done(request, _("Saved. The approved version stays in use until the change is approved."))
    else:
        say_done(request, _("Saved. The term is pending approval."))


# ---------------------------------------------------------------- Review
@require_POST
def term_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a term, unless it was changed since the reviewer read it."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    version = request.POST.get("version", "")
    try:
        approve_term(term, version=version, by=author(request), at=timezone.now())
    except ChangedMeanwhile:
        messages.warning(request, _("Someone changed this term while you were reading it. Review it again."))
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("“%(term)s” approved. Other pages now explain it.") % {"term": term.name})
    return redirect("partners:term_detail", pk=pk)


def term_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason, then send a term back to its author."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    version = version_of(term, TERM_LINKS)
    form = ReasonForm(request.POST or None, initial={"version": version})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            done = save(
                form,
                lambda: send_back_term(
                    term, reason=given["reason"], version=given["version"], by=author(request), at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            messages.warning(request, _("Someone changed this term while you were reading it. Review it again."))
            return redirect("partners:term_detail", pk=pk)
        if done:
            say_done(request, _("“%(term)s” sent back with your reason.") % {"term": term.name})
            return redirect("partners:term_detail", pk=pk)
    if term.is_approved:
        consequence = _(
            "Its approval is withdrawn. Until it is approved again, other pages do not explain it and searches do not "
            "use it."
        )
    elif term.is_in_force:
        consequence = _("The approved version stays in use.")
    else:
        consequence = _("It stays a draft.")
    author_words = (
        _("Your reason appears on its page for %(author)s.") % {"author": term.written_by}
        if term.written_by
        else _("Your reason appears on its page for the author.")
    )
    context = {
        "title": _("Send “%(term)s” back?") % {"term": term.name},
        "consequences": [consequence, author_words],
        "form": form,
        "act": _("Send back"),
        "safe": True,
        "keep": _("Cancel"),
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def term_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive a term."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    archive_term(term, by=author(request), at=timezone.now())
    undo = reverse("partners:term_restore", args=[pk])
    message = _("“%(term)s” archived. It is no longer explained on other pages.") % {"term": term.name}
    say_done(request, message, undo=undo)
    return redirect("partners:term_list", slug=term.area.slug)


@require_POST
def term_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived term."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    restore_term(term, by=author(request), at=timezone.now())
    say_done(request, _("“%(term)s” restored.") % {"term": term.name})
    return redirect("partners:term_detail", pk=pk)


def term_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a term."""
    term = get_term(request, pk)
    return history_page(request, term, links=TERM_LINKS, crumbs=term_breadcrumbs(term))


# ---------------------------------------------------------------- Shared


def own_partnerships(request: HttpRequest, area: LocalArea) -> list[Partnership]:
    """Return the partnerships of the person in the area."""
    own = seats_of(request.user).partnership_ids
    if not own:
        return []
    rows = Partnership.objects.current().filter(area=area, pk__in=own)
    return list(rows.select_related("organization").order_by(Lower("organization__name"), "pk"))


def systems_of(area: LocalArea, term: Term | None = None) -> Systems:
    """Return the owners to choose from: current partners, those of existing usages, and programs."""
    named = Usage.objects.filter(term=term).values("partnership") if term else []
    partners = Partnership.objects.filter(Q(archived_at=None) | Q(pk__in=named), area=area)
    partners = partners.select_related("organization").order_by(Lower("organization__name"), "pk")
    return Systems(partners, Program.objects.order_by("position"), others=True)
