"""Shared values of an area: the page, its draft and adoption, and what partners affirm."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from meetings.context.values import get_draft, statement_in_force, values_breadcrumbs
from meetings.forms.values import AdoptForm, AffirmForm, ValuesForm
from meetings.models import ValuesStatement
from meetings.values import affirmations, reading, statements
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, save_edit, say_done, say_refused
from onestop.history.pages import history_page
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from partners.context.lookups import get_partnership
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.rules import demand, may

KEEP, AFFIRM = "meetings.keep_values", "meetings.affirm_values"


def values_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the vision and values in force, and which partners affirm them; to the staff, the draft too."""
    area = enter_area(request, slug)
    today = timezone.localdate()
    statement = statement_in_force(area)
    lines = reading.lines_of(statement, today) if statement else []
    if statement and request.GET.get("export") in spreadsheets.FORMATS:
        header, rows = reading.export_lines(lines)
        name = f"{slugify(_('Shared values'))}-{today:%Y-%m-%d}"
        return spreadsheets.response(
            request.GET["export"], name=name, header=header, rows=rows, sheet=_("Affirmations")
        )
    seen = ValuesStatement.objects.visible_to(request.user).filter(area=area)
    before = seen.filter(adopted_on__isnull=False).select_related("group").order_by("-adopted_on", "-pk")
    context = {
        "title": _("Shared values"),
        "area": area,
        "statement": statement,
        "draft": seen.filter(adopted_on=None).first(),
        "lines": lines,
        "affirmed": sum(line.holds for line in lines),
        "own": [
            line for line in lines if reading.may_renew(line, today) and may(request.user, AFFIRM, line.partnership)
        ],
        "before": [one for one in before if one != statement],
        "may_keep": may(request.user, KEEP, area),
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "meetings/values/values_detail.html", context)


def values_draft(request: SignedIn, slug: str) -> HttpResponse:
    """Write the draft of the values; it begins with those in force."""
    area = enter_area(request, slug)
    demand(request, KEEP, area)
    draft = statements.draft_of(area)
    form = ValuesForm(
        request.POST or None,
        initial=_facts(draft or statement_in_force(area)),
        version=statements.draft_version(draft),
    )
    done, context = save_edit(
        form,
        lambda: statements.write_draft(
            area, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        draft or ValuesStatement(pk=0, area=area),
        lambda: _facts(statements.draft_of(area)),
    )
    if done:
        say_done(request, _("The draft is saved. Adopt it when a group has decided."))
        return redirect("meetings:values_detail", slug=slug)
    context |= _form_context(area, _("Edit the draft") if draft else _("Write the shared values"), form)
    return render(request, "layouts/edit_form.html", context | {"submit": _("Save draft")})


def _facts(statement: ValuesStatement | None) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in statements.FACTS} if statement else {}


def _form_context(area: LocalArea, title: str, form: Any) -> dict[str, Any]:
    return {
        "title": title,
        "crumbs": values_breadcrumbs(area),
        "form": form,
        "cancel_url": reverse("meetings:values_detail", args=[area.slug]),
    }


def values_discard(request: SignedIn, slug: str) -> HttpResponse:
    """Discard the draft, after a confirmation."""
    area = enter_area(request, slug)
    demand(request, KEEP, area)
    if request.method == "POST":
        statements.discard_draft(area, by=request.user, at=timezone.now())
        say_done(request, _("The draft is discarded."))
        return redirect("meetings:values_detail", slug=slug)
    context = {
        "title": _("Discard the draft?"),
        "act": _("Discard the draft"),
        "consequences": [_("Its text is deleted. The values in force, if there are any, stay.")],
        "cancel_url": reverse("meetings:values_detail", args=[slug]),
    }
    return render(request, "layouts/confirm.html", context)


def values_adopt(request: SignedIn, slug: str) -> HttpResponse:
    """Record that a group adopted the draft."""
    area = enter_area(request, slug)
    demand(request, KEEP, area)
    draft = get_draft(request, area)
    if draft is None:
        say_refused(request, statements.CannotKeepValues(_("There is no draft: it was adopted or discarded already.")))
        return redirect("meetings:values_detail", slug=slug)
    form = AdoptForm(request.POST or None, initial={"adopted_on": timezone.localdate()}, area=area, user=request.user)
    if form.is_bound and form.is_valid():
        adopted = save(
            form, lambda: statements.adopt_draft(draft, **form.cleaned_data, by=request.user, at=timezone.now())
        )
        if adopted:
            say_done(request, _("The values are adopted. Each partner is asked to affirm them."))
            return redirect("meetings:values_detail", slug=slug)
    intro = _("The draft replaces the values in force. Each partner is asked to affirm it, and then every year.")
    context = _form_context(area, _("Adopt the shared values"), form)
    return render(request, "layouts/form.html", context | {"submit": _("Adopt"), "intro": intro})


def values_affirm(request: SignedIn, pk: int) -> HttpResponse:
    """Affirm the values for a partner."""
    partnership = get_partnership(request, pk)
    demand(request, AFFIRM, partnership)
    area = partnership.area
    form = AffirmForm(request.POST or None)
    if form.is_bound and form.is_valid():
        affirmed = save(
            form,
            lambda: affirmations.affirm_values(
                partnership, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            ),
        )
        if affirmed:
            words = _("%(partner)s affirms the shared values.")
            say_done(request, words % {"partner": partnership.organization.name})
            return redirect("meetings:values_detail", slug=area.slug)
    context = _form_context(area, _("Affirm the shared values"), form)
    context |= {"submit": _("Affirm"), "partnership": partnership, "statement": statement_in_force(area)}
    return render(request, "meetings/values/affirm.html", context)


def values_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the history of the values in force, and of their affirmations."""
    area = enter_area(request, slug)
    statement = statement_in_force(area)
    if statement is None:
        raise Http404
    return history_page(request, statement, links=("affirmations",), crumbs=values_breadcrumbs(area))
