"""Addresses at which nobody of an area is reached: the list, and saying that some work after all."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.saving import say_done
from onestop.notices import bounces
from onestop.notices.models import Bounce
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.lists import BulkAction, Export, list_page
from partners.filters.unreachable import UnreachableFilters
from partners.network.current_area import enter_area
from partners.people import unreachable
from partners.rules import demand
from partners.tables.unreachable import HEADER, UnreachableTable, row_of


def unreachable_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show whose mail comes back in an area."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_addresses", area)
    people = {bounce.pk: person for bounce, person in unreachable.unreachable_in(area)}
    return list_page(
        request,
        key=f"unreachable:{area.slug}",
        title="Mail comes back",
        queryset=bounces.with_trust(Bounce.objects.filter(pk__in=people)).order_by("at"),
        filters=UnreachableFilters,
        table=UnreachableTable,
        table_given={"unreachable": people},
        template="partners/people/unreachable_list.html",
        export=Export(HEADER, lambda rows: (row_of(bounce, people[bounce.pk]) for bounce in rows)),
        bulk_actions=[BulkAction("These work", reverse("partners:address_works", args=[slug]), icon="check-lg")],
        context={"area": area, "number": len(people)},
    )


@require_POST
def address_works(request: SignedIn, slug: str) -> HttpResponse:
    """Trust the picked addresses again: mail goes there from now on."""
    area = enter_area(request, slug)
    demand(request, "partners.keep_addresses", area)
    picks = whole_numbers(request.POST.getlist("pick"))
    people = unreachable.trust_addresses(area, picks, by=request.user, at=timezone.now())
    if people:
        names = ", ".join(person.name for person in people)
        say_done(request, f"Mail goes to {names} again. If it comes back once more, you are told.")
    elif picks:
        messages.info(request, "Nothing was left to do: mail goes there already.")
    else:
        messages.warning(request, "Nothing was picked: tick the addresses first.")
    return redirect("partners:unreachable_list", slug=slug)
