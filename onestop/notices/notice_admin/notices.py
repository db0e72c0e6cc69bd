"""What was told: the list with its figures, each notice with its story, sending again, taking back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import admin_scopes as verbs
from onestop.notices import notice_timeline, outbox_stats, redaction
from onestop.notices.admin_scopes import AdminScope, Consequence
from onestop.notices.filters.notice_admin import NoticeAdminFilters, usual_days
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.notice_admin.parts import demand_writing, mail_page, shows_mails, tabs_of
from onestop.notices.outbox import send_again
from onestop.notices.outbox_stats import OutboxStats
from onestop.notices.tables.notice_admin import EXPORT, NoticeTable, PortalTable, name_of_kind, reason_of, state_chip
from onestop.ops.health import PULSE_MISSED_AFTER, pulse_age
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, list_page
from onestop.ui.presentation import chip

HEAVY = ("html", "text", "headers")


def notice_list(request: SignedIn, admin: AdminScope) -> HttpResponseBase:
    """Show what was told, and above it how the outbox stands."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    standing = outbox_stats.outbox_stats_of(admin.notices(), midnight=midnight, at=now)
    everywhere = admin.scope is None
    hours = outbox_stats.sent_by_hour(admin.notices(), at=now) if everywhere else []
    return list_page(
        request,
        key=f"notices:{admin.rule_scope}",
        title=f"Notices of {admin.name}",
        queryset=admin.notices().defer(*HEAVY).select_related("recipient").order_by("-written_at"),
        filters=NoticeAdminFilters,
        table=PortalTable if everywhere else NoticeTable,
        table_given={"admin": admin},
        template="notices/admin_list.html",
        export=EXPORT,
        bulk_actions=[
            BulkAction("Send again", admin.address("send_again"), icon="send"),
            BulkAction("Take back", admin.address("withdraw"), icon="arrow-counterclockwise"),
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
    """Return the head's figures, each with where its rows are."""
    now = timezone.now()
    week = timezone.localdate(now - outbox_stats.LOOKS_BACK).isoformat()

    def rows(state: str, **more: str) -> str:
        return f"{admin.address('list')}?{urlencode({'state': state, **more})}"

    age = standing.oldest_age(now)
    shown: list[dict[str, Any]] = [
        {"label": "Waiting now", "value": _many(standing.waiting), "url": rows("waiting"), **_waiting(standing, age)},
        {
            "label": "Sent today",
            "value": _many(standing.sent_today),
            "url": rows("sent", since=timezone.localdate(midnight).isoformat()),
        },
        {
            "label": "Not delivered",
            "value": _many(standing.failed),
            "url": rows("failed", since=week),
            "note": "In the last 7 days.",
            **({"trend": "Look why", "trend_kind": "now", "trend_icon": "envelope-x"} if standing.failed else {}),
        },
        {
            "label": "Perhaps sent",
            "value": _many(standing.uncertain),
            "url": rows("uncertain"),
            **(
                {"trend": "Decide on them", "trend_kind": "soon", "trend_icon": "patch-question"}
                if standing.uncertain
                else {}
            ),
        },
        {"label": "Held for digests", "value": _many(standing.held), "url": rows("digest_pending")},
        {
            "label": "Addresses that come back",
            "value": _many(standing.returned),
            "url": rows("returned"),
            **({"trend": "Correct them", "trend_kind": "soon", "trend_icon": "at"} if standing.returned else {}),
        },
    ]
    return shown


def _waiting(standing: OutboxStats, age: timedelta) -> dict[str, Any]:
    later = f"{_many(standing.later)} more later, after quiet hours or for another try." if standing.later else ""
    if not standing.waiting:
        return {"trend": "Nothing waits", "trend_kind": "good", "trend_icon": "check-lg", "note": later}
    kind = "now" if age > outbox_stats.LATE else "soon" if age > outbox_stats.SLOW else ""
    icon = {"now": "exclamation-octagon", "soon": "hourglass-split"}.get(kind, "clock")
    return {
        "trend": f"The oldest for {notice_timeline.span(age)}",
        "trend_kind": kind,
        "trend_icon": icon,
        "note": later,
    }


def pulse_chip() -> SafeString:
    """Return whether workers are alive, and when one answered last."""
    age = pulse_age()
    if age is None:
        return chip("now", "No worker answers")
    ago = f"{notice_timeline.span(timedelta(seconds=age))} ago"
    if age > PULSE_MISSED_AFTER:
        return chip("now", f"No worker has answered since {ago}")
    return chip("good", f"Workers are alive: one answered {ago}", "activity")


def _many(number: int) -> str:
    return f"{outbox_stats.MOST_COUNTED:,}+" if number > outbox_stats.MOST_COUNTED else f"{number:,}"


# ---------------------------------------------------------------- One notice
@shows_mails
def notice_detail(request: SignedIn, admin: AdminScope, pk: int) -> HttpResponse:
    """Show one notice as it was told, without what is for the person alone, and what became of it."""
    notices = admin.notices().select_related("recipient", "carrier").prefetch_related("resends__by")
    notice = get_object_or_404(notices, pk=pk)
    context = {
        "title": redaction.subject_of(notice),
        "crumbs": [(f"Notices of {admin.name}", admin.address("list"))],
        "here": "Notice",
        "admin": admin,
        "notice": notice,
        "kind": name_of_kind(notice.kind),
        "state": state_chip(notice),
        "reason": reason_of(notice),
        "is_secret": redaction.is_secret(notice),
        "text": redaction.text_of(notice),
        "mail_url": admin.address("mail", pk) if redaction.html_of(notice) else "",
        "headers": [*notice_timeline.headers_of(notice), *redaction.headers_of(notice).items()],
        "story": notice_timeline.timeline_of(notice, admin),
        "path": notice_timeline.path_of(notice),
        "reminder": notice_timeline.reminder_of_notice(notice),
        "about": [(name, f"{admin.address('list')}?{urlencode({'about': name})}") for name in notice.about],
        "may_send_again": admin.may_write and verbs.may_send_again(notice),
        "may_withdraw": admin.may_write and verbs.may_withdraw(notice),
        "send_again_url": admin.address("send_again"),
        "withdraw_url": admin.address("withdraw"),
    }
    return render(request, "notices/admin_detail.html", context)


def notice_mail(request: SignedIn, admin: AdminScope, pk: int) -> HttpResponse:
    """Show the HTML of a notice as a mail program would, links without their tokens."""
    notice = get_object_or_404(admin.notices(), pk=pk)
    html = redaction.html_of(notice)
    if not html:
        raise Http404("This notice has no HTML that others may read.")
    return mail_page(html, theme=request.GET.get("theme", ""))


# ---------------------------------------------------------------- Sending again, taking back
@require_POST
def notice_send_again(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Ask, then owe the picked notices anew."""
    return _act_on_picked(request, admin, verbs.preview_resending, send_again, SEND_AGAIN)


@require_POST
def notice_withdraw(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Ask, then take the picked notices back."""
    return _act_on_picked(request, admin, verbs.preview_withdrawing, verbs.withdraw, WITHDRAW)


SEND_AGAIN = {
    "ask": "Send {number} again?",
    "act": "Send again",
    "done": "{number} to be sent again.",
    "none": "Nothing to send again among these: only what was not delivered, or perhaps not, can be.",
    "keep": "Leave them",
}
WITHDRAW = {
    "ask": "Take {number} back?",
    "act": "Take back",
    "done": "{number} taken back.",
    "none": "Nothing to take back among these: what has gone out cannot be.",
    "keep": "Leave them",
}


def _act_on_picked(
    request: SignedIn,
    admin: AdminScope,
    weigh: Callable[[NoticeQuerySet], Consequence],
    verb: Callable[..., int],
    words: dict[str, str],
) -> HttpResponse:
    demand_writing(admin)
    picked = whole_numbers(request.POST.getlist("pick"))[:100]
    notices = admin.notices().filter(pk__in=picked)
    consequence = weigh(notices)
    if not picked or not consequence.number:
        messages.warning(request, words["none"] if picked else "Pick some notices first.")
        return redirect(admin.address("list"))
    if "sure" in request.POST:
        number = verb(notices, by=request.user, at=timezone.now())
        messages.success(request, words["done"].format(number=_notices(number)))
        return redirect(admin.address("list"))
    context = {
        "title": words["ask"].format(number=_notices(consequence.number)),
        "act": words["act"],
        "keep": words["keep"],
        "consequences": _consequences(verb is send_again, consequence, left=len(picked) - consequence.number),
        "safe": verb is send_again,
        "picked": picked,
        "cancel_url": admin.address("list"),
    }
    return render(request, "notices/admin_confirm.html", context)


def _consequences(is_sending: bool, consequence: Consequence, *, left: int) -> list[str]:
    said = []
    if is_sending:
        said.append("Workers try them anew, at each person's present address.")
        if consequence.uncertain:
            them = "it" if consequence.uncertain == 1 else "them"
            said.append(
                f"{_notices(consequence.uncertain)} may have gone out: a server may have {them}, and the person "
                "then gets the same twice. Most mail programs show one that has the same Message-ID only once."
            )
    else:
        said.append("The people are not told. What a worker is handing to a server just now still goes out.")
        if consequence.urgent:
            said.append(f"{_notices(consequence.urgent)} of them is something that somebody waits for.")
    if left:
        said.append(f"The other {left} of those you picked stay as they are.")
    return said


def _notices(number: int) -> str:
    return "1 notice" if number == 1 else f"{number} notices"
