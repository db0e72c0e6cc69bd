"""The notice admin's list with key figures, and details, resending and withdrawing of notices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import admin_scopes as verbs
from onestop.notices import notice_timeline, outbox_stats, redaction
from onestop.notices.admin_scopes import AdminScope, Consequence
from onestop.notices.filters.notice_admin import NoticeAdminFilters, usual_days
from onestop.notices.notice_admin.parts import demand_writing, mail_page, shows_mails, tabs_of
from onestop.notices.outbox import send_again
from onestop.notices.outbox_stats import OutboxStats
from onestop.notices.subjects import subject_label
from onestop.notices.tables.notice_admin import (
    NoticeTable,
    PortalTable,
    name_of_kind,
    notice_export,
    reason_of,
    state_chip,
)
from onestop.ops.health import PULSE_MISSED_AFTER, pulse_age
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, list_page
from onestop.ui.presentation import chip

HEAVY = ("html", "text", "headers")


def notice_list(request: SignedIn, admin: AdminScope) -> HttpResponseBase:
    """Show the notices of the scope, with the key figures of the outbox above."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    standing = outbox_stats.outbox_stats_of(admin.notices(), midnight=midnight, at=now)
    everywhere = admin.scope is None
    hours = outbox_stats.sent_by_hour(admin.notices(), at=now) if everywhere else []
    return list_page(
        request,
        key=f"notices:{admin.rule_scope}",
        title=_("Notifications: %(name)s") % {"name": admin.name},
        queryset=admin.notices().defer(*HEAVY).select_related("recipient").order_by("-written_at"),
        filters=NoticeAdminFilters,
        table=PortalTable if everywhere else NoticeTable,
        given=lambda rows: {"admin": admin},
        template="notices/admin_list.html",
        export=notice_export(),
        bulk_actions=[
            BulkAction(_("Resend"), admin.address("send_again"), icon="send"),
            BulkAction(_("Withdraw"), admin.address("withdraw"), icon="arrow-counterclockwise"),
        ]
        if admin.may_write
        else (),
        most=outbox_stats.MOST_COUNTED,
        days=usual_days(admin),
        context={
            **tabs_of(admin, "list"),
            "figures": head_figures(admin, standing, midnight),
            "hours": hours,
            "busiest": max((number for _, number in hours), default=0),
            "pulse": pulse_chip() if everywhere else "",
            "about": request.GET.get("about", ""),
            "days": usual_days(admin),
        },
    )


def head_figures(admin: AdminScope, standing: OutboxStats, midnight: Any) -> list[dict[str, Any]]:
    """Return the key figures, each with the URL of its rows."""
    now = timezone.now()
    today = timezone.localdate(midnight).isoformat()
    week = timezone.localdate(now - outbox_stats.LOOKS_BACK).isoformat()

    def figure(label: str, number: int, state: str, trend: tuple[str, str, str] | None = None, **since: str) -> Any:
        url = f"{admin.address('list')}?{urlencode({'state': state, **since})}"
        shown = {"label": label, "value": _many(number), "url": url}
        if trend and number:
            shown |= dict(zip(("trend", "trend_kind", "trend_icon"), trend, strict=True))
        return shown

    failed_trend = (_("Review the reasons"), "now", "envelope-x")
    uncertain_trend = (_("Resend or leave as is"), "soon", "patch-question")
    returned_trend = (_("Correct the addresses"), "soon", "at")
    return [
        figure(_("Waiting to be sent"), standing.waiting, "waiting") | _waiting(standing, standing.oldest_age(now)),
        figure(_("Sent today"), standing.sent_today, "sent", since=today),
        figure(_("Not delivered"), standing.failed, "failed", failed_trend, since=week)
        | {"note": _("In the last 7 days.")},
        figure(_("Delivery unknown"), standing.uncertain, "uncertain", uncertain_trend),
        figure(_("Held for digests"), standing.held, "digest_pending"),
        figure(_("Bouncing addresses"), standing.returned, "returned", returned_trend),
    ]


def _waiting(standing: OutboxStats, age: timedelta) -> dict[str, Any]:
    later = ""
    if standing.later:
        text = _("Scheduled for later, after quiet hours or for another attempt: %(number)s.")
        later = text % {"number": _many(standing.later)}
    if not standing.waiting:
        return {"trend": _("Nothing waiting"), "trend_kind": "good", "trend_icon": "check-lg", "note": later}
    kind = "now" if age > outbox_stats.LATE else "soon" if age > outbox_stats.SLOW else ""
    icon = {"now": "exclamation-octagon", "soon": "hourglass-split"}.get(kind, "clock")
    return {
        "trend": _("Oldest: %(time)s") % {"time": notice_timeline.span(age)},
        "trend_kind": kind,
        "trend_icon": icon,
        "note": later,
    }


def pulse_chip() -> SafeString:
    """Return a chip with the state of the workers and their last response."""
    age = pulse_age()
    if age is None:
        return chip("now", _("No worker is responding"))
    values = {"time": notice_timeline.span(timedelta(seconds=age))}
    if age > PULSE_MISSED_AFTER:
        return chip("now", _("No worker has responded for %(time)s") % values)
    return chip("good", _("Workers are running: last response %(time)s ago") % values, "activity")


def _many(number: int) -> str:
    return f"{outbox_stats.MOST_COUNTED:,}+" if number > outbox_stats.MOST_COUNTED else f"{number:,}"


# ---------------------------------------------------------------- One notice
@shows_mails
def notice_detail(request: SignedIn, admin: AdminScope, pk: int) -> HttpResponse:
    """Show one notice, without what is only for the recipient, and its delivery."""
    notices = admin.notices().select_related("recipient", "carrier").prefetch_related("resends__by")
    notice = get_object_or_404(notices, pk=pk)
    context = {
        "title": redaction.subject_of(notice),
        "crumbs": [(_("Notifications: %(name)s") % {"name": admin.name}, admin.address("list"))],
        "here": _("Notification"),
        "admin": admin,
        "notice": notice,
        "kind": name_of_kind(notice.kind),
        "state": state_chip(notice),
        "reason": reason_of(notice),
        "is_secret": redaction.is_secret(notice),
        "text": redaction.text_of(notice),
        "parts": redaction.parts_of(notice),
        "mail_url": admin.address("mail", pk) if redaction.html_of(notice) else "",
        "headers": notice_timeline.headers_of(notice),
        "technical": notice_timeline.technical_details_of(notice) if request.user.is_superuser else [],
        "story": notice_timeline.timeline_of(notice, admin),
        "path": notice_timeline.path_of(notice),
        "reminder": notice_timeline.reminder_of_notice(notice),
        "about": [
            (label, f"{admin.address('list')}?{urlencode({'about': name})}")
            for name in notice.about
            if (label := subject_label(name))
        ],
        "may_send_again": admin.may_write and verbs.may_send_again(notice, at=timezone.now()),
        "may_withdraw": admin.may_write and verbs.may_withdraw(notice),
        "send_again_url": admin.address("send_again"),
        "withdraw_url": admin.address("withdraw"),
    }
    return render(request, "notices/admin_detail.html", context)


def notice_mail(request: SignedIn, admin: AdminScope, pk: int) -> HttpResponse:
    """Show the HTML of a notice, with the tokens of its links blanked."""
    notice = get_object_or_404(admin.notices(), pk=pk)
    html = redaction.html_of(notice)
    if not html:
        raise Http404("This notice has no HTML that others may read.")
    return mail_page(html, theme=request.GET.get("theme", ""))


# ---------------------------------------------------------------- Resending and withdrawing
@dataclass(frozen=True)
class Action:
    """An action on selected notices: its function, its preview, and its texts."""

    perform: Callable[..., int]
    preview: Callable[..., Consequence]
    question: Promise
    button: Promise
    success: Promise
    refusal: Promise
    is_safe: bool = False


SEND_AGAIN = Action(
    send_again,
    verbs.preview_resending,
    question=ngettext_lazy("Resend %(number)d notification?", "Resend %(number)d notifications?", "number"),
    button=gettext_lazy("Resend"),
    success=ngettext_lazy(
        "%(number)d notification will be resent.", "%(number)d notifications will be resent.", "number"
    ),
    refusal=gettext_lazy(
        "None of these can be resent. You can resend only notifications that were not delivered, or may not have been."
    ),
    is_safe=True,
)
WITHDRAW = Action(
    verbs.withdraw,
    verbs.preview_withdrawing,
    question=ngettext_lazy("Withdraw %(number)d notification?", "Withdraw %(number)d notifications?", "number"),
    button=gettext_lazy("Withdraw"),
    success=ngettext_lazy("%(number)d notification withdrawn.", "%(number)d notifications withdrawn.", "number"),
    refusal=gettext_lazy("None of these can be withdrawn. You cannot withdraw notifications that were already sent."),
)


@require_POST
def notice_send_again(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Ask for confirmation, then queue the selected notices again."""
    return _act_on_picked(request, admin, SEND_AGAIN)


@require_POST
def notice_withdraw(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Ask for confirmation, then withdraw the selected notices."""
    return _act_on_picked(request, admin, WITHDRAW)


def _act_on_picked(request: SignedIn, admin: AdminScope, action: Action) -> HttpResponse:
    demand_writing(admin)
    picked = whole_numbers(request.POST.getlist("pick"))[:100]
    notices = admin.notices().filter(pk__in=picked)
    consequence = action.preview(notices, at=timezone.now())
    if not picked or not consequence.number:
        messages.warning(request, str(action.refusal) if picked else _("Select notifications first."))
        return redirect(admin.address("list"))
    if "sure" in request.POST:
        number = action.perform(notices, by=request.user, at=timezone.now())
        messages.success(request, action.success % {"number": number})
        return redirect(admin.address("list"))
    context = {
        "title": action.question % {"number": consequence.number},
        "act": action.button,
        "keep": _("Cancel"),
        "consequences": _consequences(action, consequence, left=len(picked) - consequence.number),
        "safe": action.is_safe,
        "picked": picked,
        "cancel_url": admin.address("list"),
    }
    return render(request, "notices/admin_confirm.html", context)


def _consequences(action: Action, consequence: Consequence, *, left: int) -> list[str]:
    sentences = []
    if action is SEND_AGAIN:
        sentences.append(_("They are sent again, to each person's current address."))
    else:
        sentences.append(_("Recipients are not informed. An email that is being sent right now is still delivered."))
    if number := consequence.uncertain:
        text = ngettext(
            "%(number)s notification may already have been delivered, so the person may get it twice. "
            "Most mail programs show duplicates only once.",
            "%(number)s notifications may already have been delivered, so people may get them twice. "
            "Most mail programs show duplicates only once.",
            number,
        )
        sentences.append(text % {"number": number})
    if number := consequence.urgent:
        text = ngettext(
            "%(number)s notification is urgent: someone may be waiting for it.",
            "%(number)s notifications are urgent: someone may be waiting for them.",
            number,
        )
        sentences.append(text % {"number": number})
    if left:
        text = ngettext(
            "%(number)s other selected notification does not change.",
            "%(number)s other selected notifications do not change.",
            left,
        )
        sentences.append(text % {"number": left})
    return sentences
