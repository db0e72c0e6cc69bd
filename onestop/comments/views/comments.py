"""Comment, reply, edit, resolve and reopen. Comments are read on the page of their thing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.comments import discussions
from onestop.comments.forms import CommentForm
from onestop.comments.models import Comment
from onestop.comments.subjects import CommentSubject, get_discussion, subject_of
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done
from onestop.history.pages import history_page


@idempotent
def comment_add(request: SignedIn, code: str, pk: int) -> HttpResponseBase:
    """Start a discussion about a thing."""
    subject = subject_of(code)
    thing = subject.get_thing(request.user, pk)
    form = CommentForm(request.POST or None, people=_others(request, subject, thing))
    if form.is_valid():
        comment = discussions.start_discussion(
            subject, thing, text=form.cleaned_data["text"], mention=form.mentioned, by=request.user, at=now()
        )
        return _shown(request, subject, thing, comment, _("Comment added."))
    return _show_form(request, subject, thing, form, title=_("Comment"), submit=_("Add the comment"))


@idempotent
def discussion_reply(request: SignedIn, pk: int) -> HttpResponseBase:
    """Reply in a discussion."""
    discussion, subject, thing = get_discussion(request.user, pk)
    form = CommentForm(request.POST or None, people=_others(request, subject, thing))
    if form.is_valid():
        try:
            comment = discussions.reply(
                discussion, subject, thing,
                text=form.cleaned_data["text"], mention=form.mentioned, by=request.user, at=now(),
            )  # fmt: skip
        except Refused as problem:
            problem.show_in(form)
        else:
            return _shown(request, subject, thing, comment, _("Reply added."))
    context = {"before": list(discussion.comments.select_related("by").order_by("pk"))}
    return _show_form(request, subject, thing, form, title=_("Reply"), submit=_("Add the reply"), **context)


def comment_edit(request: SignedIn, pk: int) -> HttpResponseBase:
    """Correct one's own comment."""
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None:
        raise Http404("No such comment.")
    _discussion, subject, thing = get_discussion(request.user, comment.discussion_id)
    if comment.by_id != request.user.pk:
        raise PermissionDenied
    form = CommentForm(request.POST or None, initial={"text": comment.text})
    if request.method != "POST" and not discussions.may_edit(comment, request.user, now()):
        messages.error(request, _("Comments can be edited for 10 minutes."))
        return redirect(subject.page(thing))
    if form.is_valid():
        try:
            comment = discussions.edit_comment(
                comment, subject, thing, text=form.cleaned_data["text"], by=request.user, at=now()
            )
        except Refused as problem:
            problem.show_in(form)
        else:
            return _shown(request, subject, thing, comment, _("Comment saved."))
    return _show_form(request, subject, thing, form, title=_("Edit comment"), submit=_("Save"))


@require_POST
def discussion_resolve(request: SignedIn, pk: int) -> HttpResponse:
    """Mark a discussion as resolved."""
    discussion, subject, thing = get_discussion(request.user, pk)
    discussions.resolve(discussion, by=request.user, at=now())
    say_done(request, _("Discussion resolved. You can reopen it below."))
    return redirect(f"{subject.page(thing)}#comments")


@require_POST
def discussion_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Open a resolved discussion again."""
    discussion, subject, thing = get_discussion(request.user, pk)
    discussions.reopen(discussion, by=request.user, at=now())
    say_done(request, _("Discussion reopened."))
    return redirect(f"{subject.page(thing)}#comments")


def discussion_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was written, edited, resolved and reopened in a discussion."""
    discussion, subject, thing = get_discussion(request.user, pk)
    name = subject.name(thing)
    crumbs = [(name, subject.page(thing))]
    return history_page(
        request, discussion, links=["comments"], name=_("Discussion of %(name)s") % {"name": name}, crumbs=crumbs
    )


# ---------------------------------------------------------------- Shared
def _others(request: SignedIn, subject: CommentSubject, thing: Any) -> Any:
    return subject.people(thing).exclude(pk=request.user.pk)


def _shown(request: HttpRequest, subject: CommentSubject, thing: Any, comment: Comment, words: str) -> HttpResponse:
    say_done(request, words)
    return redirect(f"{subject.page(thing)}#comment-{comment.pk}")


def _show_form(
    request: HttpRequest, subject: CommentSubject, thing: Any, form: CommentForm, **context: Any
) -> HttpResponse:
    address = subject.page(thing)
    own = {"form": form, "crumbs": [(subject.name(thing), address)], "cancel_url": f"{address}#comments"}
    return render(request, "comments/comment_form.html", own | context)
