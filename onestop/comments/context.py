"""The comments on the page of a thing: a constant number of queries for any number of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.safestring import SafeString

from onestop.comments.discussions import may_edit
from onestop.comments.forms import CommentForm
from onestop.comments.mentions import parts_of
from onestop.comments.models import Comment, Discussion
from onestop.comments.subjects import subject_of_model
from onestop.ui.markup import break_lines, format_html, join_html

PER_PAGE = 20  # discussions


@dataclass(frozen=True)
class ShownComment:
    """A comment, its text as HTML, and whether the reader may correct it."""

    comment: Comment
    html: SafeString
    may_edit: bool


@dataclass(frozen=True)
class ShownDiscussion:
    """A discussion with its comments."""

    discussion: Discussion
    comments: list[ShownComment]


def comments_context(request: HttpRequest, thing: Any, *, at: datetime) -> dict[str, Any]:
    """Return what ``comments/_comments.html`` needs on the page of a thing that the user sees."""
    subject = subject_of_model(type(thing))
    author: Any = request.user
    comments = Comment.objects.select_related("by").prefetch_related("mentions__person").order_by("pk")
    found = Discussion.objects.about(thing).select_related("resolved_by")
    found = found.prefetch_related(Prefetch("comments", comments, to_attr="in_order"))
    page: Page = Paginator(found, PER_PAGE).get_page(request.GET.get("discussions") or -1)
    shown = [_shown(discussion, author, at) for discussion in page]
    people = subject.people(thing).exclude(pk=author.pk)
    return {
        "comment_subject": subject,
        "comment_thing": thing,
        "comment_page": page,
        "open_discussions": [each for each in shown if not each.discussion.resolved_at],
        "resolved_discussions": [each for each in shown if each.discussion.resolved_at],
        "comment_form": CommentForm(people=people),
    }


def _shown(discussion: Any, user: Any, at: datetime) -> ShownDiscussion:
    comments = [ShownComment(each, comment_html(each), may_edit(each, user, at)) for each in discussion.in_order]
    return ShownDiscussion(discussion, comments)


def comment_html(comment: Comment) -> SafeString:
    """Return the text of a comment with its line breaks, and the names of mentioned people in bold."""
    return break_lines(join_html(_parts(comment)))


def _parts(comment: Comment) -> Iterator[SafeString]:
    names = [mention.person.name for mention in comment.mentions.all()]
    for part, is_mention in parts_of(comment.text, names):
        yield format_html("<b>{}</b>", part) if is_mention else format_html("{}", part)
