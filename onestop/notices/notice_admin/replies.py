"""Incoming mail that no part of the portal took: answers to notices, and what people write to the portal."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import inbound, redaction
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.filters.inbound import InboundFilters
from onestop.notices.incoming import read_mail
from onestop.notices.models import MailboxPoll
from onestop.notices.notice_admin.parts import demand_writing, tabs_of
from onestop.notices.tables.inbound import InboundTable, inbound_export, sender_of, state_chip
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, list_page
from onestop.ui.presentation import mailto


def reply_list(request: SignedIn, admin: AdminScope) -> HttpResponseBase:
    """Show the incoming mail of the scope."""
    is_operator = admin.scope is None
    return list_page(
        request,
        key=f"replies:{admin.rule_scope}",
        title=_("Incoming email: %(name)s") % {"name": admin.name},
        queryset=admin.inbound().defer("content").select_related("notice").order_by("-received_at"),
        filters=InboundFilters,
        table=InboundTable,
        given=lambda rows: {"admin": admin},
        template="notices/admin_reply_list.html",
        export=inbound_export(),
        bulk_actions=[BulkAction(_("Mark as done"), admin.address("reply_done"), icon="check-lg")]
        if admin.may_write
        else (),
        context={
            **tabs_of(admin, "reply_list"),
            "days": inbound.KEPT.days,
            "mailbox": MailboxPoll.objects.first() if is_operator else None,
            "is_operator": is_operator,
        },
    )


def reply_detail(request: SignedIn, admin: AdminScope, pk: int) -> HttpResponse:
    """Show one mail as plain text: nothing in it runs, and nothing is fetched."""
    row = get_object_or_404(admin.inbound().select_related("notice", "done_by"), pk=pk)
    mail = read_mail(bytes(row.content))
    notice = row.notice
    context = {
        "title": row.subject or _("No subject"),
        "crumbs": [(_("Incoming email: %(name)s") % {"name": admin.name}, admin.address("reply_list"))],
        "here": _("Email"),
        "admin": admin,
        "mail": row,
        "state": state_chip(row),
        "sender": sender_of(row),
        "text": redaction.text_of_reply(mail.text, notice),
        "attachments": mail.attachments,
        "is_cut": row.size > len(row.content),
        "answers": redaction.subject_of(notice) if notice else "",
        "answers_url": admin.address("detail", notice.pk) if notice and admin.holds(notice.scope) else "",
        "is_from_other": bool(notice and notice.to.lower() != row.sender),
        "answer_url": mailto(row.sender) if row.sender and not row.is_automatic else "",
        "done_url": admin.address("reply_done"),
        "days": inbound.KEPT.days,
    }
    return render(request, "notices/admin_reply_detail.html", context)


@require_POST
def reply_done(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Mark mail as done, or as not read again."""
    demand_writing(admin)
    mails = admin.inbound().filter(pk__in=whole_numbers(request.POST.getlist("pick"))[:100])
    if "undo" in request.POST:
        inbound.reopen(mails)
        messages.success(request, _("Marked as not read."))
    elif number := inbound.mark_done(mails, by=request.user, at=timezone.now()):
        text = ngettext("%(number)s email marked as done.", "%(number)s emails marked as done.", number)
        messages.success(request, text % {"number": number})
    else:
        messages.warning(request, _("Select emails first."))
    return redirect(admin.address("reply_list"))
