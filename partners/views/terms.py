"""The glossary of an area: its list, each term's page, proposing, saying how one says it, approving, history."""

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
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.conflict_forms import ConflictForm
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
from partners.glossary.usage_search import mentions_of
from partners.importing.export import term_export_header, term_export_rows
from partners.models import LocalArea, Partnership, Program, Term, Usage
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.terms import TermTable, state_chip

LATELY = 3


def term_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the terms of an area, A to Z."""
    area = enter_area(request, slug)
    terms = Term.objects.visible_to(request.user).filter(area=area)
    current = terms.current()
    return list_page(
        request,
        key=f"terms:{area.slug}",
        title="Glossary",
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
    """Return the letters with which terms begin."""
    first = terms.order_by().annotate(first=Upper(Left("name", 1))).values_list("first", flat=True)
    return sorted(first.distinct())


def term_book(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all terms in force on one page, for paper and for reading through."""
    area = enter_area(request, slug)
    terms = Term.objects.visible_to(request.user).approved().filter(area=area)
    parts: dict[str, list[Term]] = defaultdict(list)
    for term in terms.prefetch_related(usages_by_owner()).order_by(Lower("agreed_name"), "pk"):
        parts[term.agreed_name[:1].upper()].append(term)
    context = {
        "title": f"Glossary of {area.name}",
        "crumbs": [("Glossary", reverse("partners:term_list", args=[slug]))],
        "here": "To print",
        "area": area,
        "parts": list(parts.items()),
        "number": sum(map(len, parts.values())),
    }
    return render(request, "partners/glossary/term_book.html", context)


def term_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a term: what is agreed, how each says it, where it is used, what changed."""
    term = get_term(request, pk)
    usages = list(term.usages.all())
    reviews = may(request.user, "partners.approve_term", term)
    context = {
        "title": term.agreed_name or term.name,
        "crumbs": term_breadcrumbs(term)[:1],
        "term": term,
        "status": state_chip(term),
        "usages": [(usage, others) for usage, others in zip(usages, elsewhere(term, usages), strict=True)],
        "mentions": mentions_of(entry_of(term), term.area, request.user) if term.is_in_force else [],
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
    """Return for each usage the other terms for which somebody in the area says the same word."""
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


# ---------------------------------------------------------------- Writing
def term_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose a term, with how some say it."""
    area = enter_area(request, slug)
    demand(request, "partners.propose_term", area)
    form = TermForm(request.POST or None)
    rows = usage_rows(systems_of(area), request.POST or None, extra=1)
    if "more" in request.POST:
        rows = one_more(form, rows)
    elif form.is_bound and check_both(form, rows):
        term = save(
            form,
            lambda: add_term(area, facts=form.cleaned_data, usages=rows.said, by=author(request), at=timezone.now()),
        )
        if term:
            say_done(request, f"“{term.name}” is proposed. It is explained in texts once somebody approves it.")
            return redirect("partners:term_detail", pk=term.pk)
    context = {
        "title": "Propose a term",
        "crumbs": [("Glossary", reverse("partners:term_list", args=[slug]))],
        "area": area,
        "form": form,
        "rows": rows,
        "submit": "Propose this term",
        "cancel_url": reverse("partners:term_list", args=[slug]),
    }
    return render(request, "partners/glossary/term_form.html", context)


def term_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a term, and how each says it; what was approved stays in force until the change is approved."""
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
        "title": f"Edit “{term.name}”",
        "crumbs": term_breadcrumbs(term),
        "here": "Edit",
        "area": term.area,
        "term": term,
        "form": form,
        "rows": rows,
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "partners/glossary/term_form.html", context)


def term_say(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how one's own organization says a term, and what it means by it."""
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
        "title": f"How you say “{term.agreed_name or term.name}”",
        "crumbs": term_breadcrumbs(term),
        "here": "How you say it",
        "area": term.area,
        "term": term,
        "own": own,
        "form": form,
        "rows": rows,
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "partners/glossary/term_say.html", context)


def one_more(form: ConflictForm, rows: BaseUsageFormSet) -> BaseUsageFormSet:
    """Return the rows with one more; what was typed stands as it is, unchecked."""
    leave_unchecked(form)
    return rows.with_one_more()


def say_saved(request: HttpRequest, term: Term) -> None:
    """Say what a change led to."""
    waits = "Saved. What was agreed before stays in force until somebody approves the change."
    if term.is_approved:
        say_done(request, "Saved.")
    else:
        say_done(request, waits if term.is_in_force else "Saved. It waits for somebody to approve it.")


# ---------------------------------------------------------------- Reviewing
@require_POST
def term_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is written into force, if it is still what the reviewer has read."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    version = request.POST.get("version", "")
    try:
        approve_term(term, version=version, by=author(request), at=timezone.now())
    except ChangedMeanwhile:
        messages.warning(request, "Somebody changed this term while you were reading it. Look at it again.")
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, f"“{term.name}” is approved: it is explained wherever it stands.")
    return redirect("partners:term_detail", pk=pk)


def term_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then send a term back to whoever wrote it."""
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
            messages.warning(request, "Somebody changed this term while you were reading it. Look at it again.")
            return redirect("partners:term_detail", pk=pk)
        if done:
            say_done(request, f"“{term.name}” is sent back, with your reason.")
            return redirect("partners:term_detail", pk=pk)
    writer = term.written_by or "whoever wrote it"
    follows = (
        ["Its approval ends: no text explains it and no search finds anything by it until it is approved again."]
        if term.is_approved
        else ["What was agreed before stays in force." if term.is_in_force else "It stays a draft."]
    )
    context = {
        "title": f"Send “{term.name}” back?",
        "consequences": [*follows, f"Your reason stands on its page, for {writer} to read."],
        "form": form,
        "act": "Send it back",
        "safe": True,
        "keep": "Leave it as it is",
        "cancel_url": reverse("partners:term_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def term_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a term away."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    archive_term(term, by=author(request), at=timezone.now())
    undo = reverse("partners:term_restore", args=[pk])
    say_done(request, f"“{term.name}” is archived: no text explains it any more.", undo=undo)
    return redirect("partners:term_list", slug=term.area.slug)


@require_POST
def term_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a term back from the archive."""
    term = get_term(request, pk)
    demand(request, "partners.approve_term", term)
    restore_term(term, by=author(request), at=timezone.now())
    say_done(request, f"“{term.name}” is in the glossary again.")
    return redirect("partners:term_detail", pk=pk)


def term_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that ever changed in a term."""
    term = get_term(request, pk)
    return history_page(request, term, links=TERM_LINKS, crumbs=term_breadcrumbs(term))


# ---------------------------------------------------------------- Shared


def own_partnerships(request: HttpRequest, area: LocalArea) -> list[Partnership]:
    """Return the partnerships in the area to which the person belongs."""
    own = seats_of(request.user).partnership_ids
    if not own:
        return []
    rows = Partnership.objects.current().filter(area=area, pk__in=own)
    return list(rows.select_related("organization").order_by(Lower("organization__name"), "pk"))


def systems_of(area: LocalArea, term: Term | None = None) -> Systems:
    """Return whose words can be named: the area's partners, those named already, and the programs."""
    named = Usage.objects.filter(term=term).values("partnership") if term else []
    partners = Partnership.objects.filter(Q(archived_at=None) | Q(pk__in=named), area=area)
    partners = partners.select_related("organization").order_by(Lower("organization__name"), "pk")
    return Systems(partners, Program.objects.order_by("position"), others=True)
