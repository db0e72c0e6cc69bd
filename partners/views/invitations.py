"""Invitations: list, send, resend, withdraw, accept."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from onestop.accounts import addresses
from onestop.accounts.models import User
from onestop.accounts.requests import SignedIn, back
from onestop.editing.idempotency import idempotent
from onestop.ops.languages import in_languages
from onestop.ui.lists import list_page
from partners.context.people import accounts_tabs, show_area_of, with_mail
from partners.filters.people import InvitationFilters
from partners.forms.people import AcceptForm, InvitationForm
from partners.models import Invitation, LocalArea, Organization, Partnership, Role
from partners.network.current_area import enter_area
from partners.people import invitations
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.people import INVITATION_EXPORT, InvitationTable


# ---------------------------------------------------------------- List, resend, withdraw
def invitation_list(request: SignedIn, slug: str) -> HttpResponseBase:
    """Show the invitations to the area and to its partners."""
    area = enter_area(request, slug)
    demand(request, "partners.manage_accounts", area)
    return list_page(
        request,
        key=f"invitations:{area.slug}",
        title=_("Invitations"),
        queryset=with_mail(Invitation.objects.in_area(area)),
        filters=InvitationFilters,
        table=InvitationTable,
        template="partners/people/invitation_list.html",
        export=INVITATION_EXPORT,
        context={"area": area, "tabs": accounts_tabs(request, area), "now": timezone.now()},
    )


@require_POST
def invitation_resend(request: SignedIn, pk: int) -> HttpResponse:
    """Resend an invitation."""
    invitation = _manageable(request, pk)
    try:
        again = invitations.resend(invitation, by=request.user, at=timezone.now())
    except invitations.CannotResend as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Invitation resent to %(email)s.") % {"email": again.email})
    return _back(request, invitation)


@require_POST
def invitation_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _manageable(request, pk)
    try:
        invitations.withdraw(invitation, by=request.user, at=timezone.now())
    except invitations.CannotWithdraw as problem:
        messages.error(request, str(problem))
    else:
        done = _("The invitation to %(name)s is withdrawn. Its link no longer works.")
        messages.success(request, done % {"name": invitation.name})
    return _back(request, invitation)


def _manageable(request: SignedIn, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(request.user).select_related(*invitations.PLACES_WHOLE)
    invitation = get_object_or_404(rows, pk=pk)
    demand(request, "partners.manage_invitation", invitation)
    return invitation


def _back(request: SignedIn, invitation: Invitation) -> HttpResponse:
    if invitation.area:
        return back(request, reverse("partners:invitation_list", args=[invitation.area.slug]))
    place = invitation.place
    if isinstance(place, Partnership | Organization):
        organization_id = place.pk if isinstance(place, Organization) else place.organization_id
        return back(request, reverse("partners:colleague_list", args=[organization_id]))
    return back(request, reverse("home"))


# ---------------------------------------------------------------- Send
@idempotent
def invitation_add(request: SignedIn, slug: str) -> HttpResponse:
    """Invite a person to the area, or to one of its partners."""
    area = enter_area(request, slug)
    demand(request, "partners.invite_to_area", area)
    roles = [Role.MANAGER, Role.REPRESENTATIVE, Role.BOARD, Role.STAFF]
    if seats_of(request.user).everything:
        roles.append(Role.STATE)
    return _invite(
        request,
        {"roles": roles, "home": area, "partnerships": Partnership.objects.current().filter(area=area)},
        crumbs=[(_("Accounts"), reverse("partners:seat_list", args=[area.slug]))],
        after=reverse("partners:invitation_list", args=[area.slug]),
    )


@idempotent
def colleague_invite(request: SignedIn, pk: int) -> HttpResponse:
    """Invite a colleague to one of an organization's partnerships, or to the whole organization."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    show_area_of(request, organization)
    demand(request, "partners.invite_to_organization", organization)
    colleagues = reverse("partners:colleague_list", args=[organization.pk])
    return _invite(
        request,
        {"roles": [Role.REPRESENTATIVE, Role.MANAGER], "home": organization, **_places_to_give(request, organization)},
        crumbs=[(_("People of %(organization)s") % {"organization": organization}, colleagues)],
        after=colleagues,
    )


def _places_to_give(request: SignedIn, organization: Organization) -> dict[str, Any]:
    """Return the partnerships of an organization to which the person may invite, and the organization if allowed."""
    seats = seats_of(request.user)
    whole = may(request.user, "partners.give_whole_organization", organization)
    partnerships = Partnership.objects.current().filter(organization=organization)
    if not seats.everything:
        mine = Q(pk__in=seats.managed_partnership_ids) | Q(area_id__in=seats.staff_area_ids)
        partnerships = partnerships.filter(mine)
    return {"partnerships": partnerships, "whole": organization if whole else None}


def _invite(request: SignedIn, options: dict[str, Any], *, crumbs: list[tuple[str, str]], after: str) -> HttpResponse:
    prefilled = {name: request.GET[name] for name in ("partner", "role", "email", "name") if name in request.GET}
    form = InvitationForm(request.POST or None, initial=prefilled, **options)
    known = None
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("email", "name", "role", "message")}
        try:
            invitation = invitations.invite(**given, place=form.place, by=request.user, at=timezone.now())
        except invitations.CannotInvite as problem:
            form.add_error(None, str(problem))
            known = getattr(problem, "invitation", None)
        else:
            messages.success(request, _("Invitation sent to %(email)s.") % {"email": invitation.email})
            return redirect(after)
    context = {"form": form, "known": known, "crumbs": crumbs, "back": after, "home": options["home"]}
    context["title"] = _("Invite a person") if isinstance(options["home"], LocalArea) else _("Invite a colleague")
    return render(request, "partners/people/invitation_form.html", context)


# ---------------------------------------------------------------- Accept
@in_languages
@never_cache
@login_not_required
@sensitive_post_parameters("password")
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to anyone with its link; only a POST accepts it."""
    invitation = invitations.find_by_token(token)
    if invitation is None:
        return render(request, "partners/people/invitation_unknown.html", status=404)
    area = invitations.area_of(invitation.place)
    if area:
        timezone.activate(area.zone)
    if invitation.accepted_at or invitation.withdrawn_at or invitation.has_expired(timezone.now()):
        return _show_over(request, invitation)
    if request.user.is_authenticated:
        return _accept_with_account(request, invitation, request.user)
    account = invitations.find_account(invitation.email)
    if account and account.is_active:
        return render(request, "partners/people/invitation_sign_in.html", _about(invitation))
    return _accept_as_new(request, invitation)


def _about(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation": invitation,
        "contact": invitations.contact_of(invitation),
        "network": invitations.network_of(invitation.place),
        "role": invitations.words_for(invitation.role),
        "what": invitations.WHAT_A_ROLE_IS[Role(invitation.role)],
    }


def _show_over(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.accepted_at and invitation.accepted_by == request.user:
        messages.info(request, _("You have already accepted this invitation."))
        return redirect("home")
    status = 200 if invitation.accepted_at else 410
    return render(request, "partners/people/invitation_over.html", _about(invitation), status=status)


def _accept_with_account(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    if not addresses.owns_address(user, invitation.email):
        return render(request, "partners/people/invitation_switch.html", _about(invitation), status=403)
    if request.method != "POST":
        return render(request, "partners/people/invitation_accept.html", _about(invitation))
    try:
        seat = invitations.accept(invitation, by=user, at=timezone.now())
    except invitations.CannotAccept as problem:
        messages.info(request, str(problem))
    else:
        messages.success(request, _("Welcome. You have a new seat: %(seat)s.") % {"seat": seat})
    return redirect("home")


def _accept_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = AcceptForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept_as_new(
                invitation, name=form.cleaned_data["name"], password=form.chosen_password, at=timezone.now()
            )
        except invitations.CannotAccept as problem:
            messages.info(request, str(problem))
            return redirect(request.path)
        messages.success(request, _("Welcome. Your account is ready."))
        # Use allauth's stages, so that a reactivated account is asked for its second factor.
        return perform_login(request, user, redirect_url=reverse("home"))
    return render(request, "partners/people/invitation_accept_new.html", {"form": form, **_about(invitation)})
