"""How and when a person wants to be told; and turning a kind down from the mail itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from onestop.accounts.requests import SignedIn
from onestop.notices import unsubscribing, wishes
from onestop.notices.forms.wishes import WishesForm
from onestop.notices.kinds import Cadence
from onestop.notices.models import Timetable
from onestop.notices.models.preferences import usual_timetable

ONE_CLICK = "One-Click"


def preferences(request: SignedIn) -> HttpResponse:
    """Show and change how often and when the person is told what."""
    known = Timetable.objects.filter(user=request.user).first() or usual_timetable(request.user)
    form = WishesForm(request.POST or None, instance=known, wishes=wishes.wishes_of(request.user))
    if request.method == "POST" and form.is_valid():
        wishes.save_wishes(request.user, cadences=form.cadences, timetable=form.timetable)
        messages.success(request, "Saved. It counts from the next notice on.")
        return redirect("notices:preferences")
    context = {"title": "When and how you are told", "form": form}
    return render(request, "notices/preferences.html", context)


@csrf_exempt  # mail programs press the button for a person (RFC 8058); the signed address is what proves the wish
@login_not_required
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Turn a kind of notice down without signing in. Opening the page changes nothing; its buttons do."""
    context: dict[str, Any] = {"title": "Fewer e-mails"}
    try:
        wish = unsubscribing.read_token(token)
    except unsubscribing.WrongLink:
        return render(request, "notices/stop_unknown.html", context, status=404)
    context |= {"kind": wish.kind, "may_stop": Cadence.OFF in wish.kind.cadences}
    if request.method == "POST":
        chosen = request.POST.get("cadence", "")
        one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
        cadence = Cadence.OFF if one_click or chosen not in Cadence else Cadence(chosen)
        unsubscribing.turn_down(wish, cadence)
        context["done"] = cadence
    return render(request, "notices/stop.html", context)
