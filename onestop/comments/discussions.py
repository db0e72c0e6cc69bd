"""Comment on a thing, answer, correct a comment, resolve and reopen a discussion."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from onestop.accounts.models import User
from onestop.comments.mentions import names_in
from onestop.comments.models import Comment, Discussion, Mention
from onestop.comments.notice_types import MENTIONED, WRITTEN
from onestop.comments.subjects import CommentSubject
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _

EDITABLE_FOR = timedelta(minutes=10)


class CannotComment(Refused):
    """A discussion is in the wrong state for this; the message says why."""


# ---------------------------------------------------------------- Writing
@recorded
def start_discussion(
    subject: CommentSubject, thing: Any, *, text: str, mention: Collection[int] = (), by: User, at: datetime
) -> Comment:
    """Start a discussion about a thing with a first comment; ``mention`` are ids of people to tell."""
    kind = ContentType.objects.get_for_model(thing, for_concrete_model=False)
    discussion = Discussion.objects.create(content_type=kind, object_id=thing.pk, started_at=at)
    return _add(discussion, subject, thing, text=text, mention=mention, by=by, at=at)


@recorded
def reply(
    discussion: Discussion,
    subject: CommentSubject,
    thing: Any,
    *,
    text: str,
    mention: Collection[int] = (),
    by: User,
    at: datetime,
) -> Comment:
    """Add a comment to a discussion.

    :raises CannotComment: if it is resolved.
    """
    # Lock: an answer must not arrive in a discussion that is just being resolved.
    discussion = Discussion.objects.select_for_update().get(pk=discussion.pk)
    if discussion.resolved_at:
        raise CannotComment(_("This discussion was resolved. Reopen it to reply."))
    return _add(discussion, subject, thing, text=text, mention=mention, by=by, at=at)


@recorded
def edit_comment(
    comment: Comment, subject: CommentSubject, thing: Any, *, text: str, by: User, at: datetime
) -> Comment:
    """Correct one's own comment within ten minutes; people newly named in it are told.

    :raises CannotComment: if it is somebody else's, or older.
    """
    # Lock: of two corrections in two windows, the second starts from the first.
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if not may_edit(comment, by, at):
        raise CannotComment(_("You can edit only your own comments, for 10 minutes after you wrote them."))
    if text != comment.text:
        comment.text, comment.edited_at = text, at
        comment.save(update_fields=["text", "edited_at"])
        mentioned = _mention(comment, subject.people(thing), ids=())
        _tell(comment, subject, thing, MENTIONED, mentioned, at=at)
    return comment


def may_edit(comment: Comment, person: Any, at: datetime) -> bool:
    """Return whether a person may still correct a comment."""
    return comment.by_id == person.pk and at - comment.at < EDITABLE_FOR


# ---------------------------------------------------------------- Resolving
@recorded
def resolve(discussion: Discussion, *, by: User, at: datetime) -> None:
    """Mark a discussion as resolved; nothing happens if it is."""
    Discussion.objects.filter(pk=discussion.pk, resolved_at=None).update(resolved_at=at, resolved_by=by)


@recorded
def reopen(discussion: Discussion, *, by: User, at: datetime) -> None:
    """Open a resolved discussion again."""
    Discussion.objects.filter(pk=discussion.pk).update(resolved_at=None, resolved_by=None)


# ---------------------------------------------------------------- Mentions and notices
def _add(
    discussion: Discussion,
    subject: CommentSubject,
    thing: Any,
    *,
    text: str,
    mention: Collection[int],
    by: User,
    at: datetime,
) -> Comment:
    comment = Comment.objects.create(discussion=discussion, text=text, by=by, at=at)
    people = subject.people(thing)
    mentioned = _mention(comment, people, ids=mention)
    _tell(comment, subject, thing, MENTIONED, mentioned, at=at)
    earlier = people.filter(pk__in=Comment.objects.filter(discussion=discussion).values("by"))
    known = {by.pk, *(person.pk for person in mentioned)}
    others = {person.pk: person for person in (*earlier, *subject.told(thing)) if person.pk not in known}
    _tell(comment, subject, thing, WRITTEN, others.values(), at=at)
    return comment


def _mention(comment: Comment, people: Any, *, ids: Collection[int]) -> list[User]:
    """Record who is mentioned by name or selected, if they see the thing; return who was not before."""
    everyone = list(people.order_by("name", "pk"))
    chosen = {person.pk: person for person in names_in(comment.text, everyone)}
    chosen |= {person.pk: person for person in everyone if person.pk in set(ids)}
    before = {comment.by_id, *comment.mentions.values_list("person", flat=True)}
    fresh = [person for pk, person in chosen.items() if pk not in before]
    Mention.objects.bulk_create([Mention(comment=comment, person=person) for person in fresh])
    return fresh


def _tell(
    comment: Comment, subject: CommentSubject, thing: Any, kind: NoticeType, people: Iterable[User], *, at: datetime
) -> None:
    name, scope = subject.name(thing), subject.scope(thing)
    why = {
        MENTIONED.code: _("You were mentioned in a comment."),
        WRITTEN.code: _("You take part in this, or decide on it."),
    }[kind.code]
    notify_many(
        [
            Message(
                kind=kind.code,
                key=f"comment:{comment.pk}:{person.pk}",
                to=person,
                about=[thing, *([scope] if scope else [])],
                scope=scope,
                why=why,
                path=f"{subject.page(thing)}#comment-{comment.pk}",
                context={"recipient": person, "comment": comment, "author": comment.by, "name": name},
            )
            for person in people
            if person.is_active and subject.is_seen_by(person, thing)
        ],
        at=at,
    )
