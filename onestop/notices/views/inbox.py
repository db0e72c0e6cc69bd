"""The inbox of a user. A GET changes nothing: an opened page reports by a POST that it was read."""

from datetime import date, datetime

from django.contrib import messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import inbox
from onestop.notices.delivery_status import delivery_status_of
from onestop.notices.filters.inbox import InboxFilters
from onestop.notices.forms.inbox import PutOffForm
from onestop.notices.inbox import Later, State
from onestop.notices.models import Bounce, Notice
from onestop.notices.tables.inbox import InboxTable, label_of
from onestop.notices.zones import zone_for
from onestop.ops.request_numbers import whole_numbers
from onestop.ui import last_list_state
from onestop.ui.lists import BulkAction, Export, list_page
from onestop.ui.presentation import when

UNSHOWN = ("html", "text", "headers", "carrier__html", "carrier__text", "carrier__headers")


def inbox_list(request: SignedIn) -> HttpResponseBase:
    """Show the notifications of the user."""
    now = _at_home(request)
    rows = Notice.objects.shown_to(request.user).select_related("carrier").defer(*UNSHOWN)
    return list_page(
        request,
        key="inbox",
        title=_("Your notifications"),
        queryset=_ranked(rows, now).order_by("-written_at", "-pk"),
        filters=InboxFilters,
        table=InboxTable,
        template="notices/inbox.html",
        export=_export(now),
        bulk_actions=[
            BulkAction(_("Mark as read"), reverse("notices:read_picked"), icon="envelope-open"),
            BulkAction(_("Mark as unread"), reverse("notices:unread_picked"), icon="envelope"),
            BulkAction(str(Later.TOMORROW.label), reverse("notices:put_off_picked", args=["tomorrow"]), icon="clock"),
            BulkAction(str(Later.NEXT_WEEK.label), reverse("notices:put_off_picked", args=["week"]), icon="clock"),
        ],
        context={"bounce": _bounce_of(request)},
    )


def _ranked(rows: QuerySet[Notice], now: datetime) -> QuerySet[Notice]:
    """Annotate the rank by which the list sorts unread notices first."""
    unread = When(pk__in=rows.unread(now).values("pk"), then=Value(0))  # type: ignore[attr-defined]
    return rows.annotate(rank=Case(unread, default=Value(1), output_field=IntegerField()))


def _export(now: datetime) -> Export:
    return Export(
        [_("Notification"), _("Reason"), _("Type"), _("Date"), _("Delivery"), _("Status")],
        lambda rows: (
            [
                notice.subject,
                notice.why,
                label_of(notice.kind),
                when(notice.written_at, "plain"),
                delivery_status_of(notice, at=now).sentence,
                str(inbox.state_of(notice, at=now).label),
            ]
            for notice in rows
        ),
    )


def notice_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show one notice, with its reason and its delivery."""
    return _detail(request, _find(request, pk), PutOffForm(today=_today(request)))


def _detail(request: SignedIn, notice: Notice, form: PutOffForm) -> HttpResponse:
    now = _at_home(request)
    context = {
        "title": notice.subject,
        "crumbs": [(_("Your notifications"), last_list_state.address_of(request, reverse("notices:inbox")))],
        "notice": notice,
        "kind": label_of(notice.kind),
        "way": delivery_status_of(notice, at=now),
        "state": inbox.state_of(notice, at=now),
        "laters": [(later, later.label, _morning(request, later)) for later in Later],
        "form": form,
    }
    return render(request, "notices/notice_detail.html", context)


# ---------------------------------------------------------------- Reading
@require_POST
def notice_opened(request: SignedIn, pk: int) -> HttpResponse:
    """Mark a notice as read once its page is shown, and update the bell."""
    notice = _find(request, pk)
    now = timezone.now()
    if inbox.state_of(notice, at=now) == State.UNREAD:
        inbox.mark_read(request.user, [notice.pk], at=now)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("notices:notice_detail", pk=pk)
    return render(request, "notices/_opened.html", {"notice": notice})


@require_POST
def notice_go(request: SignedIn, pk: int) -> HttpResponse:
    """Redirect to the page of a notice, and mark it as read."""
    notice = _find(request, pk)
    inbox.mark_read(request.user, [notice.pk], at=timezone.now())
    if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return HttpResponseRedirect(notice.url)
    return redirect("notices:notice_detail", pk=pk)


@require_POST
def read_picked(request: SignedIn) -> HttpResponse:
    """Mark the selected notices as read."""
    now = timezone.now()
    return _marked(request, inbox.mark_read(request.user, _picked(request), at=now), now)


@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark everything as read."""
    now = timezone.now()
    return _marked(request, inbox.mark_all_read(request.user, at=now), now)


@require_POST
def read_take_back(request: SignedIn) -> HttpResponse:
    """Undo marking as read at one moment."""
    try:
        read_at = datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        raise Http404 from None
    if timezone.is_naive(read_at):
        raise Http404
    number = inbox.take_back_reading(request.user, read_at=read_at)
    text = ngettext("%(number)s notification is unread again.", "%(number)s notifications are unread again.", number)
    return _succeed(request, text % {"number": number})


@require_POST
def unread_picked(request: SignedIn) -> HttpResponse:
    """Mark the selected notices as unread."""
    picked = _picked(request)
    if not picked:
        return _nothing_picked(request)
    number = inbox.mark_unread(request.user, picked)
    text = ngettext("%(number)s notification marked as unread.", "%(number)s notifications marked as unread.", number)
    return _succeed(request, text % {"number": number})


def _marked(request: SignedIn, number: int, now: datetime) -> HttpResponse:
    if not number:
        messages.info(request, _("No unread notifications to mark."))
        return _back(request)
    undo = reverse("notices:read_take_back", query={"at": now.isoformat()})
    text = ngettext("%(number)s notification marked as read.", "%(number)s notifications marked as read.", number)
    return _succeed(request, text % {"number": number}, undo=undo)


# ---------------------------------------------------------------- Snoozing
@require_POST
def put_off_picked(request: SignedIn, later: str) -> HttpResponse:
    """Snooze the selected notices until a morning."""
    if later not in Later:
        raise Http404
    picked = _picked(request)
    if not picked:
        return _nothing_picked(request)
    return _put_off(request, picked, _morning(request, Later(later)))


@require_POST
def notice_put_off(request: SignedIn, pk: int) -> HttpResponse:
    """Snooze one notice until a suggested morning, or until a chosen day."""
    notice = _find(request, pk)
    later = request.POST.get("later", "")
    if later in Later:
        return _put_off(request, [notice.pk], _morning(request, Later(later)))
    form = PutOffForm(request.POST, today=_today(request))
    if not form.is_valid():
        return _detail(request, notice, form)
    return _put_off(request, [notice.pk], inbox.morning_of(request.user, form.cleaned_data["until"]))


def _put_off(request: SignedIn, pks: list[int], until: datetime) -> HttpResponse:
    _at_home(request)
    number = inbox.put_off(request.user, pks, until=until)
    undo = reverse("notices:unread_picked", query={"pick": pks})
    text = ngettext(
        "%(number)s notification snoozed until %(date)s.", "%(number)s notifications snoozed until %(date)s.", number
    )
    return _succeed(request, text % {"number": number, "date": when(until)}, undo=undo if number else "")


# ---------------------------------------------------------------- Shared
def _find(request: SignedIn, pk: int) -> Notice:
    return get_object_or_404(Notice.objects.shown_to(request.user).select_related("carrier"), pk=pk)


def _at_home(request: SignedIn) -> datetime:
    """Activate the time zone of the user; return the current time."""
    timezone.activate(zone_for(request.user))
    return timezone.now()


def _today(request: SignedIn) -> date:
    return inbox.today_for(request.user, at=timezone.now())


def _morning(request: SignedIn, later: Later) -> datetime:
    return inbox.morning_of(request.user, later.day(_today(request)))


def _bounce_of(request: SignedIn) -> Bounce | None:
    return Bounce.objects.filter(address__iexact=request.user.email, cleared_at=None).first()


def _picked(request: SignedIn) -> list[int]:
    return whole_numbers((*request.POST.getlist("pick"), *request.GET.getlist("pick")))


def _nothing_picked(request: SignedIn) -> HttpResponse:
    messages.warning(request, _("Select notifications first."))
    return _back(request)


def _succeed(request: SignedIn, text: str, undo: str = "") -> HttpResponse:
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return _back(request)


def _back(request: SignedIn) -> HttpResponse:
    return HttpResponseRedirect(last_list_state.address_of(request, reverse("notices:inbox")))
