"""Authorizations of a purchase: the list, one of them, issue, amend, close, reopen, cancel, reissue."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.filters.authorizations import AuthorizationFilters
from agreements.forms.authorizations import (
    AmendmentForm,
    AuthorizationForm,
    CancelForm,
    ClosingForm,
    ReissueForm,
    ReopeningForm,
)
from agreements.models import Agreement, Authorization
from agreements.models.purchases import fiscal_year_of
from agreements.purchase_context import (
    get_authorization,
    get_purchase,
    purchase_breadcrumbs,
    purchase_form,
    purchase_tabs,
)
from agreements.purchasing import authorizations, reopening
from agreements.purchasing.authorization_page import contents_of
from agreements.purchasing.authorization_reading import read, with_delivered, with_state
from agreements.rules import purchase_terms_of
from agreements.tables.authorizations import AuthorizationTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import list_page
from onestop.ui.presentation import money, shortday
from partners.rules import demand, may

AUTHORIZE = "agreements.authorize_service"  # the right


def authorization_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List the authorizations of a purchase with what is left of each."""
    agreement = get_purchase(request, pk)
    rows = with_state(with_delivered(agreement.authorizations.select_related("line")), timezone.localdate())
    return list_page(
        request,
        key=f"authorizations:{agreement.pk}",
        title=_("Authorizations of %(number)s") % {"number": agreement.number},
        queryset=rows.order_by("-first_on", "number", "pk"),
        filters=AuthorizationFilters,
        table=AuthorizationTable,
        template="agreements/purchases/authorization_list.html",
        context={
            "agreement": agreement,
            "crumbs": purchase_breadcrumbs(agreement),
            "here": _("Authorizations"),
            "tabs": purchase_tabs(request, agreement),
            "terms": purchase_terms_of(agreement),
            "may_authorize": _may_issue(request, agreement),
        },
        agreement=agreement,
    )


def _may_issue(request: HttpRequest, agreement: Agreement) -> bool:
    """Return whether the person may issue an authorization now: under an executed agreement with terms."""
    is_ready = agreement.status == Agreement.Status.EXECUTED and purchase_terms_of(agreement) is not None
    return is_ready and may(request.user, AUTHORIZE, agreement)


def authorization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an authorization, what was delivered under it, its reports and its amendments."""
    found = get_authorization(request, pk)
    agreement = found.agreement
    today = timezone.localdate()
    authorization = read(Authorization.objects.select_related("line", "replaces", "by"), pk, today)
    authorization.agreement = agreement
    may_authorize, contents = may(request.user, AUTHORIZE, agreement), contents_of(authorization, today)
    is_reissued = contents["reissued_as"] is not None
    context = {
        "title": _("Authorization %(number)s") % {"number": authorization.number},
        "crumbs": _breadcrumbs(agreement),
        "here": authorization.number,
        "agreement": agreement,
        "authorization": authorization,
        "may_deliver": authorization.is_open
        and authorization.first_on <= today
        and may(request.user, "agreements.record_delivery", agreement),
        "may_authorize": may_authorize,
        "may_reopen": may_authorize and reopening.can_be_reopened(authorization, today, is_reissued=is_reissued),
        **contents,
    }
    return render(request, "agreements/purchases/authorization_detail.html", context)


@idempotent
def authorization_add(request: SignedIn, pk: int) -> HttpResponse:
    """Authorize a service for one customer."""
    agreement = get_purchase(request, pk)
    demand(request, AUTHORIZE, agreement)
    today = timezone.localdate()
    initial = {
        "number": authorizations.free_number(agreement),
        "line": whole_number(request.GET.get("line")),
        "issued_on": today,
    }
    form = AuthorizationForm(request.POST or None, initial=initial, agreement=agreement)
    if form.is_bound and form.is_valid():
        line, facts = form.cleaned_data["line"], form.facts
        issued = save(
            form, lambda: authorizations.issue_authorization(line, facts=facts, by=request.user, at=timezone.now())
        )
        if issued:
            words = {"number": issued.number, "amount": money(issued.amount)}
            say_done(request, _("Authorization %(number)s of %(amount)s is issued.") % words)
            return redirect(issued)
    context = _form_context(agreement, _("Issue an authorization"), form, submit=_("Issue the authorization"))
    return render(request, "layouts/form.html", context | {"intro": _rule_of(agreement)})


def _rule_of(agreement: Agreement) -> str:
    """Return the rules for the days of an authorization."""
    words = _("A service begins on the day on which it is authorized, or later (34 CFR 361.50(e)).")
    terms = purchase_terms_of(agreement)
    if terms is None or not terms.within_fiscal_year:
        return words
    today = timezone.localdate()
    _first, last = fiscal_year_of(today, agreement.area.state.fiscal_year_month)
    year = _("It ends with the State's fiscal year: this one ends on %(day)s.") % {"day": shortday(last)}
    return f"{words} {year}"


def authorization_amend(request: SignedIn, pk: int) -> HttpResponse:
    """Amend an authorization."""
    authorization = get_authorization(request, pk)
    demand(request, AUTHORIZE, authorization.agreement)
    form = AmendmentForm(
        request.POST or None,
        initial=_amended(authorization),
        version=version_of(authorization),
        authorization=authorization,
    )
    done, context = save_edit(
        form,
        lambda: authorizations.amend_authorization(
            authorization,
            facts=form.facts,
            reason=form.cleaned_data["reason"],
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        authorization,
        lambda: _amended(get_authorization(request, pk)),
    )
    if done:
        say_done(request, _("The authorization is amended."))
        return redirect(authorization)
    title = _("Amend authorization %(number)s") % {"number": authorization.number}
    context |= _step_context(authorization, title, form, submit=_("Amend the authorization"))
    return render(request, "layouts/edit_form.html", context)


def _amended(authorization: Authorization) -> dict[str, Any]:
    return {name: getattr(authorization, name) for name in authorizations.AMENDED}


def authorization_close(request: SignedIn, pk: int) -> HttpResponse:
    """Close an authorization."""
    authorization = get_authorization(request, pk)
    demand(request, AUTHORIZE, authorization.agreement)
    form = ClosingForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        verb = authorizations.close_authorization
        if save(form, lambda: verb(authorization, **given, by=request.user, at=timezone.now())):
            say_done(request, _("Authorization %(number)s is closed.") % {"number": authorization.number})
            return redirect(authorization)
    intro = _("Nothing more can be delivered under it. What was delivered can still be invoiced.")
    title = _("Close authorization %(number)s") % {"number": authorization.number}
    context = _step_context(authorization, title, form, submit=_("Close the authorization"), intro=intro)
    return render(request, "layouts/form.html", context)


def authorization_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Reopen a closed authorization."""
    authorization = get_authorization(request, pk)
    demand(request, AUTHORIZE, authorization.agreement)
    form = ReopeningForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        verb = reopening.reopen_authorization
        if save(form, lambda: verb(authorization, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("Authorization %(number)s is open again.") % {"number": authorization.number})
            return redirect(authorization)
    intro = _("What is left can be delivered again until %(day)s, and its reports are expected again.")
    title = _("Reopen authorization %(number)s") % {"number": authorization.number}
    words = intro % {"day": shortday(authorization.last_on)}
    context = _step_context(authorization, title, form, submit=_("Reopen the authorization"), intro=words)
    return render(request, "layouts/form.html", context)


def authorization_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Cancel an authorization under which nothing was delivered."""
    authorization = get_authorization(request, pk)
    demand(request, AUTHORIZE, authorization.agreement)
    form = CancelForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        verb = authorizations.cancel_authorization
        if save(form, lambda: verb(authorization, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("Authorization %(number)s is canceled.") % {"number": authorization.number})
            return redirect(authorization)
    intro = _("For an authorization under which nothing was delivered. Its reports are no longer expected.")
    title = _("Cancel authorization %(number)s") % {"number": authorization.number}
    context = _step_context(authorization, title, form, submit=_("Cancel the authorization"), intro=intro)
    return render(request, "layouts/form.html", context)


@idempotent
def authorization_reissue(request: SignedIn, pk: int) -> HttpResponse:
    """Issue what is left of an authorization anew."""
    authorization = get_authorization(request, pk)
    agreement = authorization.agreement
    demand(request, AUTHORIZE, agreement)
    try:
        units, amount = authorizations.left_of(authorization)
    except Refused as problem:
        say_refused(request, problem)
        return redirect(authorization)
    today = timezone.localdate()
    with_days = get_purchase(request, agreement.pk)
    authorization.agreement = with_days
    first, last = authorizations.next_period(authorization, today)
    initial = {
        "number": authorizations.free_number(agreement), "first_on": first, "last_on": last, "issued_on": today,
        "note": authorization.note,
    }  # fmt: skip
    form = ReissueForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        verb = authorizations.reissue_authorization
        issued = save(form, lambda: verb(authorization, facts=facts, by=request.user, at=timezone.now()))
        if issued:
            say_done(request, _("Authorization %(number)s is issued.") % {"number": issued.number})
            return redirect(issued)
    words = {"amount": money(amount), "units": f"{units.normalize():f}"} if units else {"amount": money(amount)}
    left = _("%(units)s units and %(amount)s are left.") if units else _("%(amount)s is left.")
    intro = f"{left % words} {_('The earlier authorization is closed.')}"
    title = _("Reissue authorization %(number)s") % {"number": authorization.number}
    context = _step_context(authorization, title, form, submit=_("Reissue what is left"), intro=intro)
    return render(request, "layouts/form.html", context)


def _breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    from_list = authorizations_url(agreement)
    return [*purchase_breadcrumbs(agreement), (_("Authorizations"), from_list)]


def authorizations_url(agreement: Agreement) -> str:
    """Return the address of the list of authorizations."""
    return reverse("agreements:authorization_list", args=[agreement.pk])


def _form_context(agreement: Agreement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a form that leads back to the list."""
    back = {"cancel_url": authorizations_url(agreement), "crumbs": _breadcrumbs(agreement)}
    return purchase_form(agreement, title, form, **more) | back


def _step_context(authorization: Authorization, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a form that leads back to the authorization."""
    crumbs = [*_breadcrumbs(authorization.agreement), (authorization.number, authorization.get_absolute_url())]
    back = {"cancel_url": authorization.get_absolute_url(), "crumbs": crumbs}
    return purchase_form(authorization.agreement, title, form, **more) | back
