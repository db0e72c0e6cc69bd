"""Bounced addresses of an area: list, mark as working."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.saving import say_done
from onestop.notices import bounces
from onestop.notices.models import Bounce
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, Export, list_page
from onestop.ui.sentences import join_words
from partners.filters.unreachable import UnreachableFilters
from partners.network.current_area import enter_area
from partners.people import unreachable
from partners.rules import demand
from partners.tables.unreachable import HEADER, UnreachableTable, row_of


def unreachable_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show the people of an area whose email bounces."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_addresses", area)
    people = {bounce.pk: person for bounce, person in unreachable.unreachable_in(area)}
    return list_page(
        request,
        key=f"unreachable:{area.slug}",
        title=_("Email bounces"),
        queryset=bounces.with_trust(Bounce.objects.filter(pk__in=people)).order_by("at"),
        filters=UnreachableFilters,
        table=UnreachableTable,
        given=lambda rows: {"unreachable": people},
        template="partners/people/unreachable_list.html",
        export=Export(HEADER, lambda rows: (row_of(bounce, people[bounce.pk]) for bounce in rows)),
        bulk_actions=[
            BulkAction(_("Mark as working"), reverse("partners:address_works", args=[slug]), icon="check-lg")
        ],
        context={"area": area, "number": len(people)},
    )


@require_POST
def address_works(request: SignedIn, slug: str) -> HttpResponse:
    """Mark the selected addresses as working: email goes there again."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_addresses", area)
    picks = whole_numbers(request.POST.getlist("pick"))
    people = unreachable.trust_addresses(area, picks, by=request.user, at=timezone.now())
    if people:
        names = {"names": join_words(person.name for person in people)}
        say_done(request, _("We email %(names)s again. If it bounces again, we notify you.") % names)
    elif picks:
        messages.info(request, _("These addresses are already marked as working."))
    else:
        messages.warning(request, _("Select at least one address first."))
    return redirect("partners:unreachable_list", slug=slug)
