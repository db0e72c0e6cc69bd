"""Suggest another wording for a clause in review, and decide on it."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from agreements.drafting.clauses import update_clause
from agreements.drafting.locking import lock_draft
from agreements.models import Agreement, Clause, Suggestion
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify, notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Role

MADE, DECIDED = "agreements.suggestion_made", "agreements.suggestion_decided"
Status = Suggestion.Status


class CannotSuggest(Refused):
    """A wording cannot be suggested, or was decided on already; the message says why."""


@recorded
def suggest_wording(clause: Clause, *, text: str, note: str, by: User, at: datetime) -> Suggestion:
    """Suggest a text for a clause, and tell the staff; a person has one open suggestion for a clause.

    :raises CannotSuggest: if the agreement is not in review, nothing differs, or the person has an open suggestion.
    """
    agreement = lock_draft(clause.agreement)
    clause = Clause.objects.select_related("agreement__area").get(pk=clause.pk)
    if agreement.status != Agreement.Status.REVIEW or clause.is_archived:
        raise CannotSuggest(_("This clause is not in review."))
    if text == clause.text:
        raise CannotSuggest(_("You have not changed anything."), field="text")
    if clause.suggestions.open().filter(by=by).exists():
        raise CannotSuggest(_("You have already suggested a wording for this clause. Withdraw it first."))
    suggestion = Suggestion.objects.create(clause=clause, before=clause.text, text=text, note=note, by=by, at=at)
    _tell_staff(suggestion, agreement, at)
    return suggestion


@recorded
def accept_suggestion(suggestion: Suggestion, *, version: str, by: User, at: datetime) -> None:
    """Put the suggested text into the clause, and tell who suggested it.

    :raises ChangedMeanwhile: if somebody has edited the clause since the page was shown.
    :raises CannotSuggest: if it was decided on already.
    :raises CannotDraft: if the agreement was sent for signature.
    """
    suggestion = _lock_open(suggestion)
    update_clause(suggestion.clause, facts={"text": suggestion.text}, version=version, by=by, at=at)
    _decide(suggestion, Status.ACCEPTED, "", by, at)


@recorded
def decline_suggestion(suggestion: Suggestion, *, answer: str, by: User, at: datetime) -> None:
    """Leave the clause as it is, and tell who suggested the wording why.

    :raises CannotSuggest: if it was decided on already, or the reason is missing.
    :raises CannotDraft: if the agreement was sent for signature.
    """
    suggestion = _lock_open(suggestion)
    if not answer.strip():
        raise CannotSuggest(_("Enter the reason. It is sent to the person who suggested the wording."), field="answer")
    _decide(suggestion, Status.DECLINED, answer, by, at)


@recorded
def withdraw_suggestion(suggestion: Suggestion, *, by: User, at: datetime) -> None:
    """Withdraw one's own suggestion.

    :raises CannotSuggest: if it was decided on already, or is somebody else's.
    :raises CannotDraft: if the agreement was sent for signature.
    """
    suggestion = _lock_open(suggestion)
    if suggestion.by_id != by.pk:
        raise CannotSuggest(_("You can withdraw only your own suggestion."))
    _decide(suggestion, Status.WITHDRAWN, "", by, at)


def _lock_open(suggestion: Suggestion) -> Suggestion:
    # Lock: of two who decide at once, the second is told what the first decided.
    lock_draft(suggestion.clause.agreement)
    locked = Suggestion.objects.select_related("clause__agreement__area__state", "by").get(pk=suggestion.pk)
    if locked.status != Status.OPEN:
        raise CannotSuggest(_("This suggestion was already decided on."))
    return locked


def _decide(suggestion: Suggestion, status: str, answer: str, by: User, at: datetime) -> None:
    suggestion.status, suggestion.answer, suggestion.decided_by, suggestion.decided_at = status, answer, by, at
    suggestion.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    if suggestion.by_id != by.pk:
        _tell_suggester(suggestion, at)


# ---------------------------------------------------------------- Notices
def _tell_staff(suggestion: Suggestion, agreement: Agreement, at: datetime) -> None:
    seats = Membership.objects.current().filter(role=Role.STAFF, area=agreement.area_id, user=OuterRef("pk"))
    staff = User.objects.filter(Exists(seats), is_active=True).exclude(pk=suggestion.by_id)
    notify_many(
        [
            Message(
                kind=MADE,
                key=f"suggestion-made:{suggestion.pk}:{person.pk}",
                to=person,
                about=[agreement, agreement.area],
                scope=agreement.area,
                why=_("You are One-Stop staff in %(area)s.") % {"area": agreement.area},
                path=suggestion.get_absolute_url(),
                context={"suggestion": suggestion, "clause": suggestion.clause, "agreement": agreement},
            )
            for person in staff
        ],
        at=at,
    )


def _tell_suggester(suggestion: Suggestion, at: datetime) -> None:
    agreement = suggestion.clause.agreement
    notify(
        DECIDED,
        key=f"suggestion-decided:{suggestion.pk}",
        to=suggestion.by,
        at=at,
        about=[agreement, agreement.area],
        scope=agreement.area,
        why=_("You suggested this wording."),
        path=suggestion.get_absolute_url(),
        context={"suggestion": suggestion, "clause": suggestion.clause, "agreement": agreement},
    )
