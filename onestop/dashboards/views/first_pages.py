"""First pages: the to-do list of a person, and the status of their network."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.dashboards import first_pages
from onestop.dashboards.state_page import state_page
from partners.models import State
from partners.network.current_area import enter_area, find_area, own_area
from partners.seats import seats_of


def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the person's first page: the area they visited last, their first area, or their state."""
    user: Any = request.user
    last = find_area(user, request.session.get("area") or "")
    if last is None and seats_of(user).state_ids:
        return own_state(request)
    area = last or own_area(user)
    return redirect("dashboards:home", slug=area.slug) if area else redirect("dashboards:welcome")


def welcome(request: HttpRequest) -> HttpResponse:
    """Explain to a person without a seat how to get access."""
    return render(request, "dashboards/welcome.html", {"title": _("You do not have access to a partner network yet")})


def area_home(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the first page of a person in an area."""
    area = enter_area(request, slug)
    whole = request.GET.get("todo") == "all"
    context = first_pages.home_of(request.user, area, at=timezone.now(), whole=whole)
    return render(request, "dashboards/home.html", context)


def own_state(request: HttpRequest) -> HttpResponse:
    """Redirect to the state that the person administers."""
    state = State.objects.visible_to(request.user).order_by("name", "pk").first()
    if state is None:
        raise Http404("No state to administer.")
    return redirect("dashboards:state", code=state.code)


def state_home(request: HttpRequest, code: str) -> HttpResponse:
    """Compare the areas of a state."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    return render(request, "dashboards/state.html", state_page(request.user, state, at=timezone.now()))
