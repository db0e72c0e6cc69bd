"""Notification settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
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
    """Show and save the notification settings of the user."""
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
        messages.success(request, _("Saved. Notifications not sent yet follow the new settings."))
        return redirect("notices:preferences")
    context = {
        "title": _("Notification settings"),
        "form": form,
        "outlook": outlook_of(user, scope=name_of(area) if area else "", at=now),
        "bounce": Bounce.objects.filter(address__iexact=user.email, cleared_at=None).first(),
    }
    return render(request, "notices/preferences.html", context)


@require_POST
def all_weekly(request: SignedIn) -> HttpResponse:
    """Set everything to a weekly digest."""
    before = all_in_one_digest(request.user, at=timezone.now())
    if before:
        was = ",".join(f"{code}:{cadence}" for code, cadence in before.items())
        undo = reverse("notices:preferences_put_back", query={"was": was})
        messages.success(request, _("Saved. You now get everything in a weekly digest."), extra_tags=f"undo:{undo}")
    else:
        messages.info(request, _("You already get everything in a weekly digest."))
    return redirect("notices:preferences")


@require_POST
def put_back(request: SignedIn) -> HttpResponse:
    """Restore the cadences before everything was set to a weekly digest."""
    pairs = (pair.partition(":")[::2] for pair in request.GET.get("was", "").split(","))
    cadences = {code: Cadence(cadence) for code, cadence in pairs if cadence in Cadence}
    save_preferences(request.user, cadences=cadences, delivery_schedule={}, at=timezone.now())
    messages.success(request, _("Your previous settings were restored."))
    return redirect("notices:preferences")
