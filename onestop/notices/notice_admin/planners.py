"""Planners, called automatic checks on pages: their last runs, and a dry run of each."""

from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.dry_run import MOST_SECONDS, MOST_SHOWN, dry_run
from onestop.notices.models import PlannerRun
from onestop.notices.notice_admin.parts import demand_writing, tabs_of
from onestop.notices.planners import Planner, all_planners, planner_of
from onestop.notices.tasks import run_planner


def planner_list(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Show all planners and their last runs."""
    runs = {run.code: run for run in PlannerRun.objects.all()}
    context = {
        **tabs_of(admin, "planner_list"),
        "title": _("Automatic checks"),
        "planners": [
            (planner, runs.get(planner.code), admin.address("planner_detail", planner.code))
            for planner in all_planners()
        ],
        "shows_problems": admin.scope is None,
    }
    return render(request, "notices/admin_planner_list.html", context)


def planner_detail(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Show a dry run of a planner. Nothing is sent or saved."""
    planner, now = _find(code), timezone.now()
    try:
        rehearsal = dry_run(planner, admin, at=now)
    except OperationalError:  # a query exceeded the statement timeout
        rehearsal = None
    context = {
        "title": planner.label,
        "crumbs": [(_("Automatic checks"), admin.address("planner_list"))],
        "admin": admin,
        "planner": planner,
        "now": now,
        "rehearsal": rehearsal,
        "most": MOST_SHOWN,
        "seconds": MOST_SECONDS,
        "run": PlannerRun.objects.filter(code=code).first(),
        "run_url": admin.address("planner_run", code) if admin.scope is None else "",
    }
    return render(request, "notices/admin_planner_detail.html", context)


@require_POST
def planner_run(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Run a planner now, without waiting for beat."""
    demand_writing(admin)
    planner = _find(code)
    with transaction.atomic():
        transaction.on_commit(lambda: run_planner.delay(planner.code), robust=True)
    messages.success(request, _("Started. New notifications will appear in the list shortly."))
    return redirect(admin.address("planner_detail", code))


def _find(code: str) -> Planner:
    planner = planner_of(code)
    if planner is None:
        raise Http404("No such planner.")
    return planner
