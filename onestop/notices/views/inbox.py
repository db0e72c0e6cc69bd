"""A person's inbox."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.lists import BulkAction, list_page
from onestop.notices import inbox, timing
from onestop.notices.filters.inbox import InboxFilters
from onestop.notices.models import Notice, timetable_of
from onestop.notices.tables.inbox import InboxTable, label_of
from onestop.notices.telling import zone_for

SNOOZES = (("1", "Until tomorrow"), ("7", "For a week"), ("28", "For four weeks"))


def inbox_list(request: SignedIn) -> HttpResponseBase:
    """Show what the portal told the person."""
    return list_page(
        request,
        key="inbox",
        title="Your notices",
        queryset=Notice.objects.shown_to(request.user).defer("html", "text").order_by("-written_at"),
        filters=InboxFilters,
        table=InboxTable,
        template="notices/inbox.html",
        bulk_actions=[
            BulkAction("Mark as read", reverse("notices:read_picked"), icon="envelope-open"),
            BulkAction("Mark as unread", reverse("notices:unread_picked"), icon="envelope"),
        ],
        context={"unread": inbox.unread_of(request.user, at=timezone.now()).count()},
    )


def notice_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show one notice as it was told, why the person got it, and how it reached them; it then counts as read."""
    notice = get_object_or_404(Notice.objects.shown_to(request.user).select_related("carrier"), pk=pk)
    inbox.mark_read(request.user, [notice.pk], at=timezone.now())
    context = {
        "title": notice.subject,
        "crumbs": [("Your notices", reverse("notices:inbox"))],
        "notice": notice,
        "kind": label_of(notice.kind),
        "snoozes": SNOOZES,
    }
    return render(request, "notices/notice_detail.html", context)


@require_POST
def read_picked(request: SignedIn) -> HttpResponse:
    """Mark the picked notices as read."""
    number = inbox.mark_read(request.user, _picked(request), at=timezone.now())
    messages.success(request, f"{number} marked as read.")
    return redirect("notices:inbox")


@require_POST
def unread_picked(request: SignedIn) -> HttpResponse:
    """Mark the picked notices as unread."""
    number = inbox.mark_unread(request.user, _picked(request))
    messages.success(request, f"{number} marked as unread.")
    return redirect("notices:inbox")


@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark everything as read."""
    number = inbox.mark_all_read(request.user, at=timezone.now())
    messages.success(request, f"{number} marked as read.")
    return redirect("notices:inbox")


@require_POST
def snooze(request: SignedIn, pk: int) -> HttpResponse:
    """Put a notice off until a morning in some days."""
    notice = get_object_or_404(Notice.objects.shown_to(request.user), pk=pk)
    days = request.POST.get("days", "")
    days = days if days in dict(SNOOZES) else SNOOZES[0][0]
    zone = zone_for(request.user)
    day = timezone.now().astimezone(zone) + timedelta(days=int(days))
    until = timing.at_wall(day, timetable_of(request.user).digest_at, zone)
    inbox.snooze(request.user, notice.pk, until=until)
    messages.success(request, "Put off. It is unread again then.")
    return redirect("notices:inbox")


def _picked(request: SignedIn) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal()]
