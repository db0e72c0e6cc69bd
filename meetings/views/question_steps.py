"""Answer a question, accept an answer, ask further, withdraw, reopen, reassign, and move the answer date."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.assistance import answers, dates, questions
from meetings.assistance.reading import may_agree
from meetings.assistance.recipients import speaks_for
from meetings.assistance.refusals import CannotAsk
from meetings.assistance.working_days import working_day_after
from meetings.context.lookups import get_question
from meetings.context.pages import form_context
from meetings.forms.questions import (
    AnswerForm,
    DateForm,
    FurtherForm,
    ReassignForm,
    ReopenForm,
    WithdrawForm,
    key_of,
    last_seen,
    later,
)
from meetings.models import Question, QuestionEntry
from meetings.rules import has_asked, is_asked
from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand

FORM = "meetings/assistance/step_form.html"


@idempotent
def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question."""
    question = get_question(request, pk)
    demand(request, "meetings.answer_question", question)
    form = AnswerForm(request.POST or None, initial={"known": _last(question)})
    return _step(
        request,
        question,
        form,
        lambda: answers.answer_question(question, **form.said, **_who(request, question)),
        said=_("Your answer is sent to %(asker)s.") % {"asker": question.asker_name},
        title=_("Answer the question"),
        submit=_("Send the answer"),
    )


@idempotent
def question_ask_further(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the answers leave open."""
    question = get_question(request, pk)
    demand(request, "meetings.keep_question", question)
    form = FurtherForm(request.POST or None, initial={"known": _last(question), "due_on": _later(question)})
    return _step(
        request,
        question,
        form,
        lambda: answers.ask_further(
            question, **form.said, due_on=form.cleaned_data["due_on"], **_who(request, question)
        ),
        said=_("Sent to %(who)s.") % {"who": question.recipient_name},
        title=_("Ask further"),
        submit=_("Send the question"),
    )


@require_POST
def answer_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an answer answers the question."""
    answer = get_object_or_404(QuestionEntry.objects.filter(kind=QuestionEntry.Kind.ANSWER), pk=pk)
    question = get_question(request, answer.question_id)
    demand(request, "meetings.keep_question", question)
    try:
        answers.accept_answer(answer, **_who(request, question))
    except CannotAsk as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The question is answered."))
    return redirect(question)


@idempotent
def question_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a question, with a reason."""
    question = get_question(request, pk)
    demand(request, "meetings.keep_question", question)
    form = WithdrawForm(request.POST or None)
    return _step(
        request,
        question,
        form,
        lambda: questions.withdraw_question(question, reason=form.cleaned_data["reason"], **_who(request, question)),
        said=_("The question is withdrawn."),
        title=_("Withdraw the question"),
        submit=_("Withdraw"),
    )


@idempotent
def question_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again what was answered or withdrawn."""
    question = get_question(request, pk)
    demand(request, "meetings.keep_question", question)
    form = ReopenForm(request.POST or None, initial={"due_on": _later(question)})
    return _step(
        request,
        question,
        form,
        lambda: questions.reopen_question(
            question,
            text=form.said["text"],
            vouched=form.said["vouched"],
            due_on=form.cleaned_data["due_on"],
            **_who(request, question),
        ),
        said=_("The question is open again."),
        title=_("Reopen the question"),
        submit=_("Reopen"),
    )


@idempotent
def question_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another partner, group or the staff instead."""
    question = get_question(request, pk)
    demand(request, "meetings.reassign_question", question)
    form = ReassignForm(request.POST or None, question=question, initial={"to": key_of(question)})
    return _step(
        request,
        question,
        form,
        lambda: questions.reassign_question(question, **form.facts, by=author(request), at=timezone.now()),
        said=_("Passed on. Those who are asked now, those who were, and the asker get an email."),
        title=_("Pass the question on"),
        submit=_("Pass on"),
    )


@idempotent
def question_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose another answer date, or move it."""
    question = get_question(request, pk)
    demand(request, "meetings.move_answer_date", question)
    form = DateForm(request.POST or None, initial={"on": _later(question)})
    asks, asked = bool(has_asked.test(request.user, question)), bool(is_asked.test(request.user, question))
    return _step(
        request,
        question,
        form,
        lambda: dates.move_date(
            question,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by_asker=asks,
            by_both=asks and asked,
            **_who(request, question),
        ),
        said=_("Sent. The answer date moves when the other side agrees, or at once if that burdens only you."),
        title=_("Move the answer date"),
        submit=_("Send"),
        intro=_("The asker may wait longer, and who is asked may answer earlier. Otherwise the other side must agree."),
    )


@require_POST
def question_date_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the proposed answer date."""
    return _decide_date(request, pk, dates.agree_to_date, _("The answer date is moved."))


@require_POST
def question_date_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline the proposed answer date."""
    return _decide_date(request, pk, dates.decline_date, _("The answer date stays as it is."))


def _decide_date(request: HttpRequest, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    question = get_question(request, pk)
    demand(request, "meetings.move_answer_date", question)
    try:
        on = parse_date(request.POST.get("on", ""))
    except ValueError:
        on = None
    try:
        if on is None:
            raise CannotAsk(_("No other answer date is proposed any more."))
        if question.proposed_on and not may_agree(question, request.user):
            raise CannotAsk(_("The other side decides on this day."))
        verb(question, on=on, **_who(request, question))
    except CannotAsk as problem:
        say_refused(request, problem)
    else:
        say_done(request, said)
    return redirect(question)


# ---------------------------------------------------------------- What the steps share
def _step(
    request: HttpRequest, question: Question, form: Any, verb: Callable[[], Any], *, said: str, title: str, **page: str
) -> HttpResponse:
    """Take one step with a question by a form, and go back to its page."""
    is_complete = form.is_bound and form.is_valid()
    if is_complete and save(form, verb):
        say_done(request, said)
        return redirect(question)
    entries = list(question.entries.select_related("partnership__organization").order_by("pk"))
    if is_complete and "known" in form.fields:
        # What was written meanwhile is now on the page: sent again, it has been read.
        form.data = form.data.copy()
        form.data["known"] = str(last_seen(entries))
    context = form_context(question, title, form, question=question, entries=entries, **page)
    return render(request, FORM, context)


def _who(request: HttpRequest, question: Question) -> dict[str, Any]:
    return {"speaker": speaks_for(question, request.user), "by": author(request), "at": timezone.now()}


def _last(question: Question) -> int:
    return last_seen(list(question.entries.all()))


def _later(question: Question) -> Any:
    return later(question.due_on, working_day_after(question.area, timezone.localdate()))
