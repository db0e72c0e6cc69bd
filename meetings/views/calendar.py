"""The calendar of an area, and the calendars to which people subscribe."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from meetings.context.lookups import get_group
from meetings.feeds import feeds
from meetings.filters.calendar import CalendarFilters
from meetings.groups.rhythm import rhythms_of
from meetings.invitations.answers import chip_of, own_answers
from meetings.models import CalendarFeed, Group
from meetings.scheduling import calendar
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done, say_refused
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import address_with, applied_filters
from partners.network.current_area import enter_area
from partners.rules import may

NEXT_SHOWN = 8
CALENDAR = "text/calendar; charset=utf-8"
MADE = "feed_made"  # in the session: the address of a new feed, until it was shown


def meeting_calendar(request: SignedIn, slug: str) -> HttpResponse:
    """Show a month of the area's meetings, the next ones with the person's answers, and the rhythm of groups."""
    area = enter_area(request, slug)
    at = timezone.now()
    today = timezone.localdate()
    everything = calendar.calendar_rows(area, request.user)
    bar = CalendarFilters(request.GET, queryset=everything, request=request, area=area)
    rows: Any = bar.qs if bar.is_valid() else everything
    first = calendar.month_asked(request.GET.get("month", ""), today)
    shown = calendar.month_of(area, rows, first, today=today)
    coming = list(rows.with_place().coming(at)[:NEXT_SHOWN])
    given = own_answers(request.user, coming)
    groups = Group.objects.visible_to(request.user).of(area).current().select_related("area").order_by("kind", "name")
    promised = [each for each in groups if each.promised_days]
    context = {
        "title": _("Meetings"),
        "area": area,
        "month": shown,
        "is_this_month": first == today.replace(day=1),
        "before_url": address_with(request, month=f"{shown.before:%Y-%m}"),
        "after_url": address_with(request, month=f"{shown.after:%Y-%m}"),
        "today_url": address_with(request, month=None),
        "coming": [(each, chip_of(given[each.pk]) if each.pk in given else None) for each in coming],
        "filter": bar,
        "applied": list(applied_filters(bar, request.GET)),
        "rhythms": rhythms_of(promised, at=at),
        "plans": [each for each in groups if may(request.user, "meetings.plan_meetings", each)],
        "may_add": may(request.user, "meetings.add_group", area),
        "has_groups": bool(groups),
    }
    return render(request, "meetings/calendar.html", context)


# ---------------------------------------------------------------- Subscribing
def feed_list(request: SignedIn) -> HttpResponse:
    """Show the calendars to which the person subscribes; the address of a new one is shown this once."""
    rows = request.user.calendar_feeds.working().select_related("group", "area").order_by("made_at")
    context = {
        "title": _("Calendars for your own program"),
        "feeds": rows,
        "made": request.session.pop(MADE, ""),
        "groups": Group.objects.visible_to(request.user).current().order_by("name")[:100],
        "area": getattr(request, "area", None),
    }
    return render(request, "meetings/feed_list.html", context)


@require_POST
@idempotent
def feed_add(request: SignedIn) -> HttpResponse:
    """Make a feed of a group, of an area, or of the person's own meetings."""
    pk, slug = whole_number(request.POST.get("group")), request.POST.get("area")
    group = get_group(request, pk) if pk else None
    area = enter_area(request, slug) if slug and not group else None
    try:
        _feed, secret = feeds.make_feed(request.user, group=group, area=area, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        request.session[MADE] = feeds.address_of(secret)
    return redirect("meetings:feed_list")


@require_POST
def feed_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """End a feed."""
    feed = get_object_or_404(CalendarFeed.objects.working(), pk=pk, owner=request.user)
    feeds.revoke_feed(feed, by=request.user, at=timezone.now())
    say_done(request, _("This calendar address no longer works."))
    return redirect(reverse("meetings:feed_list"))


@require_safe
@login_not_required
@conditional_page
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program."""
    found = feeds.find_feed(secret)
    if found is None:
        raise Http404
    response = HttpResponse(feeds.write_feed(found, at=timezone.now()), content_type=CALENDAR)
    response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    return response
