"""What people do with selected partners and representatives: write to them, ask them to confirm, archive them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.saving import say_done
from onestop.ops.request_numbers import whole_numbers
from partners.context.asking import ask_partners
from partners.models import LocalArea, Partnership, Representative
from partners.models.partnerships import PartnershipQuerySet
from partners.models.people import RepresentativeQuerySet
from partners.network.current_area import enter_area
from partners.network.partnerships import archive_partners, restore_partners
from partners.people.recipients import in_groups, recipients_of_partners, recipients_of_people
from partners.rules import demand


# ---------------------------------------------------------------- Write
@require_POST
def partnership_write_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Redirect to the addresses of the selected partners."""
    return _to_addresses(request, slug, "partner", "partners:partnership_list", _("Select at least one partner first."))


@require_POST
def representative_write_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Redirect to the addresses of the selected representatives."""
    words = _("Select at least one person first.")
    return _to_addresses(request, slug, "person", "partners:representative_list", words)


def _to_addresses(request: SignedIn, slug: str, name: str, otherwise: str, words: str) -> HttpResponse:
    enter_area(request, slug)
    if picks := whole_numbers(request.POST.getlist("pick")):
        return redirect(reverse("partners:write", args=[slug], query={name: picks}))
    messages.warning(request, words)
    return redirect(otherwise, slug=slug)


def write(request: SignedIn, slug: str) -> HttpResponse:
    """Show the email addresses of partners and people of an area, ready for the person's own mail program."""
    area = enter_area(request, slug)
    partners = _partners(request, area, whole_numbers(request.GET.getlist("partner")))
    people: RepresentativeQuerySet = Representative.objects.visible_to(request.user).current()
    people = people.filter(partnership__area=area, pk__in=whole_numbers(request.GET.getlist("person")))
    recipients = [*recipients_of_partners(partners), *recipients_of_people(people)]
    reached = [one for one in recipients if one.email]
    list_name = "partners:representative_list" if request.GET.get("person") else "partners:partnership_list"
    groups = in_groups(reached)
    context = {
        "title": ngettext("Write to %(number)d person", "Write to %(number)d people", len(reached))
        % {"number": len(reached)},
        "area": area,
        "recipients": reached,
        "unreached": [one for one in recipients if not one.email],
        "groups": groups,
        "addresses": ", ".join(email for group in groups for email in group),
        "back_url": reverse(list_name, args=[slug]),
    }
    return render(request, "partners/people/write.html", context)


# ---------------------------------------------------------------- Ask, archive
@require_POST
def partnership_ask_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Ask the selected partners to confirm their services; those that cannot be asked now are named."""
    area = enter_area(request, slug)
    demand(request, "partners.ask_to_confirm", area)
    if picks := whole_numbers(request.POST.getlist("pick")):
        ask_partners(request, _partners(request, area, picks))
    else:
        messages.warning(request, _("Select at least one partner first."))
    return redirect("partners:partnership_list", slug=slug)


@require_POST
def partnership_archive_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Ask for confirmation, then archive the selected partners."""
    area = enter_area(request, slug)
    demand(request, "partners.add_partner", area)
    partners = list(_partners(request, area, whole_numbers(request.POST.getlist("pick"))))
    if not partners:
        messages.warning(request, _("Select at least one partner first."))
        return redirect("partners:partnership_list", slug=slug)
    if "confirm" not in request.POST:
        return _ask_before_archiving(request, area, partners)
    number = archive_partners(partners, by=request.user, at=timezone.now())
    words = ngettext("%(number)d partner is archived.", "%(number)d partners are archived.", number)
    query = {"pick": [partner.pk for partner in partners]}
    undo = reverse("partners:partnership_restore_picked", args=[slug], query=query)
    say_done(request, words % {"number": number}, undo=undo)
    return redirect("partners:partnership_list", slug=slug)


@require_POST
def partnership_restore_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Restore the archived partners in the address."""
    area = enter_area(request, slug)
    demand(request, "partners.add_partner", area)
    picks = whole_numbers(request.GET.getlist("pick"))
    partners = list(Partnership.objects.archived().filter(area=area, pk__in=picks).order_by("pk"))
    number = restore_partners(partners, by=request.user, at=timezone.now())
    words = ngettext("%(number)d partner is restored.", "%(number)d partners are restored.", number)
    say_done(request, words % {"number": number})
    return redirect("partners:partnership_list", slug=slug)


def _ask_before_archiving(request: HttpRequest, area: LocalArea, partners: list[Partnership]) -> HttpResponse:
    number = len(partners)
    context: dict[str, Any] = {
        "title": ngettext("Archive %(number)d partner?", "Archive %(number)d partners?", number) % {"number": number},
        "partners": partners,
        "act": ngettext("Archive %(number)d partner", "Archive %(number)d partners", number) % {"number": number},
        "cancel_url": reverse("partners:partnership_list", args=[area.slug]),
    }
    return render(request, "partners/network/partnership_archive_picked.html", context)


def _partners(request: HttpRequest, area: LocalArea, picks: list[int]) -> PartnershipQuerySet:
    seen = Partnership.objects.visible_to(request.user).current().filter(area=area, pk__in=picks)
    return seen.select_related("organization").order_by("organization__name", "pk")
