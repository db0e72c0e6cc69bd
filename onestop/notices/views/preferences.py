"""How and when a person wants to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import reminder_rules
from onestop.notices.forms.preferences import PreferencesForm
from onestop.notices.models import Bounce, Cadence, DeliverySchedule, name_of
from onestop.notices.models.preferences import usual_delivery_schedule
from onestop.notices.preferences import all_in_one_digest, outlook_of, preferences_of, save_preferences
from onestop.notices.zones import zone_for
from onestop.ui.navigation import Navigation


def preferences(request: SignedIn) -> HttpResponse:
    """Show and change how often and when the person is told what."""
    user, now = request.user, timezone.now()
    timezone.activate(zone_for(user))
    area = Navigation(request).area
    known = DeliverySchedule.objects.filter(user=user).first() or usual_delivery_schedule(user)
    form = PreferencesForm(
        request.POST or None,
        instance=known,
        preferences=preferences_of(user),
        usual_weekly_limit=reminder_rules.weekly_limit_in(name_of(area) if area else ""),
        area_name=area.name if area else "",
    )
    if request.method == "POST" and form.is_valid():
        save_preferences(user, cadences=form.cadences, delivery_schedule=form.delivery_schedule, at=now)
        messages.success(request, "Saved. What already waits for you goes the new way, too.")
        return redirect("notices:preferences")
    context = {
        "title": "When and how you are told",
        "form": form,
        "outlook": outlook_of(user, scope=name_of(area) if area else "", at=now),
        "bounce": Bounce.objects.filter(address__iexact=user.email, cleared_at=None).first(),
    }
    return render(request, "notices/preferences.html", context)


@require_POST
def all_weekly(request: SignedIn) -> HttpResponse:
    """Let everything come together, once a week."""
    before = all_in_one_digest(request.user, at=timezone.now())
    if before:
        was = ",".join(f"{code}:{cadence}" for code, cadence in before.items())
        undo = reverse("notices:preferences_put_back", query={"was": was})
        messages.success(request, "All of it now comes in one weekly digest.", extra_tags=f"undo:{undo}")
    else:
        messages.info(request, "All of it comes in one weekly digest already.")
    return redirect("notices:preferences")


@require_POST
def put_back(request: SignedIn) -> HttpResponse:
    """Put back how often the person was told what, before everything came weekly."""
    said = (pair.partition(":")[::2] for pair in request.GET.get("was", "").split(","))
    cadences = {code: Cadence(cadence) for code, cadence in said if cadence in Cadence}
    save_preferences(request.user, cadences=cadences, delivery_schedule={}, at=timezone.now())
    messages.success(request, "Put back: all comes as it did before.")
    return redirect("notices:preferences")
