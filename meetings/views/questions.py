"""Questions of an area: list, page, ask, edit, history."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.assistance import questions
from meetings.assistance.reading import chip_of, figures_of, may_do
from meetings.assistance.working_days import closed_in, working_day_after, working_days_between
from meetings.context.lookups import get_question
from meetings.context.pages import form_context, question_breadcrumbs
from meetings.filters.questions import FOR_ME, MINE, QuestionFilters
from meetings.forms.questions import AnswerForm, QuestionForm, last_seen
from meetings.models import Question
from meetings.tables.questions import QuestionTable
from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from partners.models import LocalArea, Partnership, Program
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of

EXPORTED = (
    gettext_lazy("Subject"), gettext_lazy("Question"), gettext_lazy("Asked by"), gettext_lazy("Person"),
    gettext_lazy("Asked of"), gettext_lazy("Asked"), gettext_lazy("Answer date"), gettext_lazy("State"),
    gettext_lazy("Answered"), gettext_lazy("Working days"), gettext_lazy("Answer"), gettext_lazy("Programs"),
)  # fmt: skip


def question_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the questions of an area that the person may read, with how many are open and how long answers take."""
    area = enter_area(request, slug)
    rows = Question.objects.visible_to(request.user).filter(area=area)
    return list_page(
        request,
        key=f"questions:{area.slug}",
        title=_("Questions and answers"),
        queryset=rows.with_names().order_by("-asked_at"),
        filters=QuestionFilters,
        table=QuestionTable,
        template="meetings/assistance/question_list.html",
        export=Export(EXPORTED, lambda found: _export(found, area)),
        context={
            "figures": _figures(rows, area),
            "may_ask": may(request.user, "meetings.ask_question", area),
            "quick": _quick(request, area),
        },
        area=area,
    )


def _figures(rows: QuerySet[Question], area: LocalArea) -> list[dict[str, Any]]:
    found = figures_of(rows, area, timezone.now())
    page = reverse("meetings:question_list", args=[area.slug])
    return [
        {"label": _("Open"), "value": found.open, "url": f"{page}?state=open"},
        {"label": _("Overdue"), "value": found.overdue, "url": f"{page}?state=overdue"},
        {
            "label": _("Usual time to the answer"),
            "value": found.in_days,
            "url": f"{page}?state=answered",
            "note": ngettext(
                "Median of %(number)d answer in the last 12 months.",
                "Median of %(number)d answers in the last 12 months.",
                found.answered,
            )
            % {"number": found.answered},
        },
    ]


def _quick(request: HttpRequest, area: LocalArea) -> list[tuple[str, str]]:
    """Return links to what concerns the person's organization, if there is one here."""
    seats = seats_of(request.user)
    if area.pk not in seats.partner_area_ids | seats.staff_area_ids:
        return []
    page = reverse("meetings:question_list", args=[area.slug])
    return [
        (_("Asked of my organization"), f"{page}?whose={FOR_ME}&state=open"),
        (_("Asked by my organization"), f"{page}?whose={MINE}"),
    ]


def _export(rows: QuerySet[Question], area: LocalArea) -> Iterator[list[Any]]:
    found = list(rows.prefetch_related(Prefetch("programs", Program.objects.order_by("position"))))
    today = timezone.localdate()
    first = min((timezone.localdate(each.asked_at) for each in found), default=today)
    closed = closed_in(area, first, today)
    for one in found:
        asked = timezone.localdate(one.asked_at)
        answered = timezone.localdate(one.answered_at) if one.answered_at else None
        yield [
            one.subject,
            one.question,
            one.asker_name,
            one.asked_name,
            one.recipient_name,
            asked,
            one.due_on,
            str(chip_of(one, today)[1]),
            answered,
            working_days_between(asked, answered, closed) if answered else None,
            one.solution.text if one.solution else None,
            "; ".join(program.short_name for program in one.programs.all()),
        ]


def question_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a question with its answers and everything that happened to it."""
    question = get_question(request, pk)
    may_now = may_do(question, request.user)
    entries = list(question.entries.select_related("partnership__organization").order_by("pk"))
    context = {
        "title": question.subject,
        "crumbs": question_breadcrumbs(question)[:-1],
        "here": question.subject,
        "question": question,
        "entries": entries,
        "programs": list(question.programs.order_by("position")),
        "chip": chip_of(question, timezone.localdate()),
        "may": may_now,
        "answer_form": AnswerForm(initial={"known": last_seen(entries)}, auto_id="id_answer_%s"),
    }
    return render(request, "meetings/assistance/question_detail.html", context)


@idempotent
def question_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a partner, the training consortium or the staff."""
    area = enter_area(request, slug)
    demand(request, "meetings.ask_question", area)
    by_staff = seats_of(request.user).everything or area.pk in seats_of(request.user).staff_area_ids
    usual = working_day_after(area, timezone.localdate())
    form = QuestionForm(
        request.POST or None,
        initial={"due_on": usual, "to": request.GET.get("to", "")},
        area=area,
        askers=_askers(request, area, by_staff=by_staff),
        by_staff=by_staff,
    )
    if form.is_bound and form.is_valid():
        question = save(
            form,
            lambda: questions.ask_question(
                area,
                facts=form.facts,
                programs=form.cleaned_data["programs"],
                vouched=bool(form.cleaned_data.get("fine")),
                by=author(request),
                at=timezone.now(),
            ),
        )
        if question:
            say_done(request, _("Asked. %(who)s gets an email with a link.") % {"who": question.recipient_name})
            return redirect(question)
    page = reverse("meetings:question_list", args=[slug])
    context = {
        "title": _("Ask a question"),
        "crumbs": [(_("Questions and answers"), page)],
        "form": form,
        "submit": _("Send the question"),
        "cancel_url": page,
    }
    return render(request, "meetings/assistance/question_form.html", context)


def _askers(request: HttpRequest, area: LocalArea, *, by_staff: bool) -> list[Partnership]:
    """Return the partners for which a person can ask: their own, for staff all of the area."""
    here = Partnership.objects.current().filter(area=area).select_related("organization")
    own = here if by_staff else here.filter(pk__in=seats_of(request.user).partnership_ids)
    return list(own.order_by(Lower("organization__name"), "pk"))


def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a question, its programs, and whether others read it."""
    question = get_question(request, pk)
    demand(request, "meetings.keep_question", question)
    form = QuestionForm(
        request.POST or None,
        initial=_facts(question),
        version=version_of(question, questions.EDITED),
        area=question.area,
        is_new=False,
    )
    done, context = save_edit(
        form,
        lambda: questions.update_question(
            question,
            facts=form.facts,
            programs=form.cleaned_data["programs"],
            vouched=bool(form.cleaned_data.get("fine")),
            version=form.version,
            by=author(request),
            at=timezone.now(),
        ),
        question,
        lambda: _facts(get_question(request, pk)),
        questions.EDITED,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(question)
    context |= form_context(question, _("Edit the question"), form, here=_("Edit"))
    return render(request, "layouts/edit_form.html", context)


def _facts(question: Question) -> dict[str, Any]:
    facts = {name: getattr(question, name) for name in questions.TEXTS}
    return facts | {"programs": list(question.program_links.values_list("program", flat=True))}


def question_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a question; those who may change it see who changed what."""
    question = get_question(request, pk)
    return history_page(request, question, links=questions.LINKS, crumbs=question_breadcrumbs(question))
