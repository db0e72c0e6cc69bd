"""Rows of comments."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.timezone import now

from onestop.accounts.models import User
from onestop.comments.models import Comment, Discussion


def make_comment(thing: Any, by: User, *, text: str = "Is the room open on Fridays?", **facts: Any) -> Comment:
    """Return the first comment of a new discussion about a thing."""
    at = facts.pop("at", None) or now()
    kind = ContentType.objects.get_for_model(thing)
    discussion = Discussion.objects.create(content_type=kind, object_id=thing.pk, started_at=at)
    return Comment.objects.create(discussion=discussion, by=by, at=at, text=text, **facts)
