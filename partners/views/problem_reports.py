"""Report a problem with a public service, without an account."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.ops.languages import in_languages
from partners.forms.problem_reports import ProblemForm
from partners.models import Service
from partners.network.current_area import show_public_area
from partners.search.results import shown_services
from partners.search.said_words import words_of
from partners.upkeep.proposals import report_problem


@in_languages
@never_cache
@csrf_exempt  # there is no session whose rights a foreign page could use, and the page sets no cookie
@login_not_required
@idempotent
def directory_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report of a problem, by whoever reads the page of a service."""
    service = shown_services().filter(pk=pk).first()
    if service is None:
        raise Http404("Not in the directory.")
    area = show_public_area(request, service.partnership.area)
    address = reverse("partners:directory_service", args=[pk])
    form = ProblemForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if not ratelimit.consume(request, action="report_problem"):
            form.add_error(None, _("Too many reports came from here in a short time. Wait ten minutes, or call."))
        elif form.is_by_program or _report(form, service):
            return redirect(f"{address}?reported=1")
    context = {
        "title": _("Report a problem with %(service)s") % {"service": words_of(service)["name"]},
        "area": area,
        "service": service,
        "form": form,
        "back_url": address,
    }
    return render(request, "partners/search/directory_report.html", context)


def _report(form: ProblemForm, service: Service) -> bool:
    """Record the report; return whether it was, or else say why not in the form."""
    try:
        report_problem(
            service,
            facts=form.facts,
            note=form.reason,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            at=timezone.now(),
        )
    except Refused as problem:
        problem.show_in(form)
        return False
    return True
