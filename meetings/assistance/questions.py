"""Ask a question, edit it, withdraw and reopen it, and let somebody else answer it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.assistance.messages import CHANGED, tell
from meetings.assistance.recipients import asked_people, asking_people
from meetings.assistance.refusals import (
    CannotAsk,
    demand_day,
    demand_no_customer,
    demand_open,
    demand_partner,
    lock_question,
    today_of,
)
from meetings.assistance.thread import PROPOSAL, forget_proposal, tell_about, tell_asked, write
from meetings.models import Group, Question, QuestionEntry, QuestionProgram
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Partnership, Program

TEXTS = ("subject", "question", "is_private")
FACTS = (*TEXTS, "asker", "to_partnership", "to_group", "due_on")
EDITED = ("program_links",)
LINKS = ("program_links", "entries")
Kind = QuestionEntry.Kind


@recorded
def ask_question(
    area: LocalArea,
    *,
    facts: Mapping[str, Any],
    programs: Collection[Program] = (),
    vouched: bool = False,
    by: User,
    at: datetime,
) -> Question:
    """Ask a partner, the training consortium or the staff of an area, and tell them.

    ``vouched`` confirms that what looks like personal data does not identify a customer.

    :raises CannotAsk: if who asks or who is asked is not of the area any more, both are the same, the answer date is
        not possible, or the text may identify a customer.
    """
    question = Question(
        area=area, asked_by=by, asked_name=by.name, asked_at=at,
        **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    demand_partner(question.asker, area, "asker")
    _demand_recipient(question)
    demand_day(question.due_on, today_of(question, at))
    demand_no_customer({"subject": question.subject, "question": question.question}, vouched=vouched)
    question.save()
    _set_programs(question, programs)
    tell_asked(question, key=f"{question.pk}:asked", text=question.question, by=by, at=at)
    return question


@recorded
def update_question(
    question: Question,
    *,
    facts: Mapping[str, Any],
    programs: Collection[Program] | None = None,
    vouched: bool = False,
    version: str = "",
    by: User,
    at: datetime,
) -> Question:
    """Correct a question, its programs, and whether others read it.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotAsk: if the text may identify a customer.
    """
    question = lock_question(question)
    demand_version(question, EDITED, version)
    changed = apply_facts(question, {name: facts[name] for name in TEXTS if name in facts})
    demand_no_customer({"subject": question.subject, "question": question.question}, vouched=vouched)
    if changed:
        question.save(update_fields=changed)
    if programs is not None:
        _set_programs(question, programs)
    return question


@recorded
def withdraw_question(
    question: Question, *, reason: str, speaker: Partnership | None = None, by: User, at: datetime
) -> Question:
    """Withdraw a question that needs no answer any more, and tell who was asked.

    :raises CannotAsk: if it is answered or withdrawn already.
    """
    question = lock_question(question)
    demand_open(question)
    question.status = Question.Status.WITHDRAWN
    forget_proposal(question)
    question.save(update_fields=["status", *PROPOSAL])
    entry = write(question, Kind.WITHDRAWN, reason, speaker=speaker, by=by, at=at)
    says = _("%(name)s withdrew the question “%(subject)s”. It needs no answer any more.")
    tell_about(question, entry, says=says % {"name": by.name, "subject": question.subject}, by=by, at=at)
    return question


@recorded
def reopen_question(
    question: Question,
    *,
    text: str,
    due_on: date,
    vouched: bool = False,
    speaker: Partnership | None = None,
    by: User,
    at: datetime,
) -> Question:
    """Ask again what was answered or withdrawn; the staff are asked if who was asked has left the network.

    :raises CannotAsk: if it is open, the answer date is not possible, or the text may identify a customer.
    """
    question = lock_question(question)
    if question.is_open:
        raise CannotAsk(_("This question is open already."))
    demand_day(due_on, today_of(question, at))
    demand_no_customer({"text": text}, vouched=vouched)
    if question.to_partnership and question.to_partnership.is_archived:
        question.to_partnership = None
    if question.to_group and question.to_group.is_archived:
        question.to_group = None
    question.status, question.due_on = Question.Status.WAITING, due_on
    question.solution = question.answered_at = None
    question.save(update_fields=["status", "due_on", "solution", "answered_at", "to_partnership", "to_group"])
    entry = write(question, Kind.REOPENED, text, on=due_on, speaker=speaker, by=by, at=at)
    tell_asked(question, key=str(entry.pk), text=text or question.question, by=by, at=at)
    return question


@recorded
def reassign_question(
    question: Question,
    *,
    to_partnership: Partnership | None = None,
    to_group: Group | None = None,
    reason: str = "",
    by: User,
    at: datetime,
) -> Question:
    """Ask another partner, group or the staff instead, and tell those who are asked now, those who were, and the asker.

    :raises CannotAsk: if the question is not open, who is asked has left or has asked it, or nothing would change.
    """
    question = lock_question(question)
    demand_open(question)
    before = asked_people([question], at)[question.pk]
    if (question.to_partnership, question.to_group) == (to_partnership, to_group):
        raise CannotAsk(_("This is who is asked already. Choose somebody else."), field="to")
    question.to_partnership, question.to_group = to_partnership, to_group
    _demand_recipient(question)
    question.status = Question.Status.WAITING
    forget_proposal(question)
    question.save(update_fields=["to_partnership", "to_group", "status", *PROPOSAL])
    entry = write(question, Kind.REASSIGNED, reason, by=by, at=at)
    tell_asked(question, key=str(entry.pk), text=question.question, by=by, at=at)
    now = {person.pk for person in asked_people([question], at)[question.pk]}
    says = _("%(name)s passed the question “%(subject)s” on to %(asked)s.") % {
        "name": by.name, "subject": question.subject, "asked": question.recipient_name
    }  # fmt: skip
    others = [person for person in [*before, *asking_people(question)] if person.pk not in now]
    tell(CHANGED, question, others, key=str(entry.pk), says=says, quote=reason, by=by, at=at)
    return question


def _demand_recipient(question: Question) -> None:
    demand_partner(question.to_partnership, question.area, "to")
    if question.asker and question.asker == question.to_partnership:
        raise CannotAsk(_("A partner cannot ask itself. Choose somebody else."), field="to")
    group = question.to_group
    if group and not Group.objects.current().of(question.area).filter(pk=group.pk).exists():
        raise CannotAsk(_("This group does not meet any more. Choose somebody else."), field="to")


def _set_programs(question: Question, programs: Collection[Program]) -> None:
    wanted = {program.pk for program in programs}
    known = set(question.program_links.values_list("program", flat=True))
    question.program_links.filter(program__in=known - wanted).delete()
    QuestionProgram.objects.bulk_create(
        [QuestionProgram(question=question, program_id=pk) for pk in sorted(wanted - known)]
    )
