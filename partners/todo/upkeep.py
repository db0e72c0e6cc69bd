"""Services, proposals, imports, terms and centers that need attention, as to-do items."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.presentation import day, shortday
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from onestop.ui.written_queries import Row, written_once
from partners.models import (
    Center,
    CenterReview,
    ImportRun,
    LocalArea,
    OrganizationProposal,
    Partnership,
    Proposal,
    ServiceText,
    State,
    Term,
)
from partners.models.services import ServiceQuerySet
from partners.network.due_dates import OVER, Clock, clocks_of
from partners.network.organization_proposals import labels_of as organization_labels_of
from partners.network.summary import services_of
from partners.notices.last_contacts import LastContact, last_contacts
from partners.notices.reminder_status import words_of
from partners.seats import seats_of
from partners.todo.lines import NAMED, see_all
from partners.upkeep.confirmation_requests import may_ask_again_on
from partners.upkeep.proposals import labels_of

CERTIFICATION = CenterReview.Kind.CERTIFICATION


def unconfirmed_services(area: LocalArea, at: datetime) -> SmallQuery[Iterator[TodoItem]]:
    """Return partners whose services were not confirmed in the last six months, those with the most first."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_with_stale_services(area.pk, today), lambda rows: _unconfirmed(rows, area, at))


@written_once
def _with_stale_services(area: int, today: date) -> QuerySet[Any, Any]:
    return (
        Partnership.objects.filter(services__in=services_of(area).stale(today))
        .values("pk", organization_name=F("organization__name"))
        .annotate(waiting=Count("services"), oldest=Min("services__verified_on"))
        .order_by("-waiting", Lower("organization_name"), "pk")
    )


def _unconfirmed(partners: list[Row], area: LocalArea, at: datetime) -> Iterator[TodoItem]:
    address = reverse("partners:service_list", args=[area.slug])
    contacts = last_contacts([partner["pk"] for partner in partners[:NAMED]])
    for partner in partners[:NAMED]:
        contact, number = contacts.get(partner["pk"]), partner["waiting"]
        what = ngettext(
            "%(partner)s has not confirmed %(number)d service",
            "%(partner)s has not confirmed %(number)d services",
            number,
        )
        why = ngettext(
            "Not confirmed in the last 6 months. It is still public.",
            "Not confirmed in the last 6 months. They are still public.",
            number,
        )
        yield TodoItem(
            NOW if partner["oldest"] else SOON,
            "clock-history",
            what % {"number": number, "partner": partner["organization_name"]},
            (_in_words(contact) if contact else "") or why,
            f"{address}?freshness=unconfirmed&partner={partner['pk']}",
            *_ask_or_review(partner, may_ask=contact is None or may_ask_again_on(contact.asked_at, at) is None),
        )
    if rest := partners[NAMED:]:
        number, services = len(rest), sum(partner["waiting"] for partner in rest)
        what = ngettext(
            "%(number)d more partner has services to confirm",
            "%(number)d more partners have services to confirm",
            number,
        )
        yield TodoItem(
            SOON,
            "clock-history",
            what % {"number": number},
            ngettext("%(number)d service in all.", "%(number)d services in all.", services) % {"number": services},
            f"{address}?freshness=unconfirmed",
            _("Review these services"),
        )


def _in_words(contact: LastContact) -> str:
    """Return who requested confirmation last, a person or the portal; nothing if no answer is pending."""
    if contact.asked_by and not contact.progress.is_exhausted:
        return _("%(person)s requested confirmation on %(date)s. No answer yet.") % {
            "person": contact.asked_by,
            "date": shortday(contact.asked_at),
        }
    return words_of(contact.progress) if contact.progress.steps_told else ""


def _ask_or_review(partner: Row, *, may_ask: bool) -> tuple[str, str]:
    """Return the button for a partner with unconfirmed services: request confirmation, unless done recently."""
    if not may_ask:
        review = ngettext("Review %(number)d service", "Review %(number)d services", partner["waiting"])
        return review % {"number": partner["waiting"]}, ""
    return _("Request confirmation"), reverse("partners:partnership_ask", args=[partner["pk"]])


def changes_to_decide(area: LocalArea, partners: frozenset[int] | None = None) -> SmallQuery[Iterator[TodoItem]]:
    """Return proposed changes that are pending in an area, or for some partners of it, the oldest first."""
    return SmallQuery(_pending(area.pk, partners), lambda waiting: _changes(waiting, area))


@written_once
def _pending(area: int, partners: frozenset[int] | None) -> QuerySet[Any, Any]:
    rows = Proposal.objects.open().filter(service__partnership__area=area, service__partnership__archived_at=None)
    rows = rows if partners is None else rows.filter(service__partnership__in=partners)
    names = {"service_name": F("service__name"), "partner": F("service__partnership__organization__name")}
    return rows.order_by("proposed_at", "pk").values("pk", "proposer_name", "after", **names)[: NAMED + 1]


def _changes(waiting: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    for proposal in waiting[:NAMED]:
        yield TodoItem(
            SOON,
            "chat-left-text",
            _("%(person)s proposed a change to %(service)s")
            % {"person": proposal["proposer_name"], "service": proposal["service_name"]},
            _("%(partner)s: %(fields)s. The current text stays public until you decide.")
            % {"partner": proposal["partner"], "fields": ", ".join(map(str, labels_of(proposal["after"])))},
            reverse("partners:proposal_detail", args=[proposal["pk"]]),
            _("Review the change"),
        )
    if len(waiting) > NAMED:
        address = reverse("partners:proposal_list", args=[area.slug]) + "?status=open"
        yield see_all(SOON, _("More proposed changes are pending"), address, _("Review pending changes"))


def organization_changes_to_decide(state: State) -> SmallQuery[Iterator[TodoItem]]:
    """Return proposed changes of organizations that are pending in a state, the oldest first."""
    return SmallQuery(_pending_of_organizations(state.pk), lambda waiting: _organization_changes(waiting, state))


@written_once
def _pending_of_organizations(state: int) -> QuerySet[Any, Any]:
    rows = OrganizationProposal.objects.open().filter(organization__state=state).order_by("proposed_at", "pk")
    return rows.values("pk", "proposer_name", "after", organization_name=F("organization__name"))[: NAMED + 1]


def _organization_changes(waiting: list[Row], state: State) -> Iterator[TodoItem]:
    for proposal in waiting[:NAMED]:
        yield TodoItem(
            SOON,
            "chat-left-text",
            _("%(person)s proposed a change to %(organization)s")
            % {"person": proposal["proposer_name"], "organization": proposal["organization_name"]},
            _("%(fields)s. The current text stays in use in all its areas until you decide.")
            % {"fields": ", ".join(map(str, organization_labels_of(proposal["after"])))},
            reverse("partners:organization_proposal", args=[proposal["pk"]]),
            _("Review the change"),
        )
    if len(waiting) > NAMED:
        address = reverse("partners:organization_list", args=[state.code])
        yield see_all(SOON, _("More proposed changes are pending"), address, _("View the organizations"))


def spanish_behind(area: LocalArea, partners: frozenset[int] | None = None) -> SmallQuery[Iterator[TodoItem]]:
    """Return partners whose Spanish texts are behind the English, of an area or some partners of it."""
    return SmallQuery(_behind(area.pk, partners), lambda rows: _spanish_behind(rows, area))


@written_once
def _behind(area: int, partners: frozenset[int] | None) -> QuerySet[Any, Any]:
    rows = ServiceText.objects.behind().filter(
        service__archived_at=None, service__partnership__archived_at=None, service__partnership__area=area
    )
    rows = rows if partners is None else rows.filter(service__partnership__in=partners)
    names = {"partner": F("service__partnership"), "organization_name": F("service__partnership__organization__name")}
    counted: Any = rows.order_by().values(**names).annotate(number=Count("pk"), only=Min("service"))
    return counted.order_by("-number", Lower("organization_name"), "partner")


def _spanish_behind(partners: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    address = reverse("partners:service_list", args=[area.slug]) + "?spanish=behind"
    for partner in partners[:NAMED]:
        number = partner["number"]
        what = ngettext(
            "%(partner)s has %(number)d Spanish text that is behind the English",
            "%(partner)s has %(number)d Spanish texts that are behind the English",
            number,
        )
        page = f"{address}&partner={partner['partner']}"
        yield TodoItem(
            LATER,
            "translate",
            what % {"number": number, "partner": partner["organization_name"]},
            _("The English changed after the Spanish was written. Spanish pages say so."),
            reverse("partners:service_spanish", args=[partner["only"]]) if number == 1 else page,
            ngettext("Review the Spanish text", "Review the Spanish texts", number),
        )
    if rest := partners[NAMED:]:
        number = len(rest)
        what = ngettext(
            "%(number)d more partner has Spanish texts that are behind the English",
            "%(number)d more partners have Spanish texts that are behind the English",
            number,
        )
        yield see_all(LATER, what % {"number": number}, address, _("Review the Spanish texts"))


def open_imports(area: LocalArea) -> SmallQuery[Iterator[TodoItem]]:
    """Return imports that were started and not finished."""
    return SmallQuery(_unfinished(area.pk), lambda waiting: _imports(waiting, area))


@written_once
def _unfinished(area: int) -> QuerySet[Any, Any]:
    rows = ImportRun.objects.filter(area=area).waiting().order_by("-at", "-pk")
    return rows.values("pk", "name", "status")[: NAMED + 1]


def _imports(waiting: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    for run in waiting[:NAMED]:
        yield TodoItem(
            SOON,
            "upload",
            _("The import of %(file)s is not finished") % {"file": run["name"]},
            _("%(status)s. Nothing is saved until you confirm.") % {"status": ImportRun.Status(run["status"]).label},
            reverse("partners:import_detail", args=[run["pk"]]),
            _("Continue the import"),
        )
    if len(waiting) > NAMED:
        address = reverse("partners:import_list", args=[area.slug])
        yield see_all(SOON, _("More imports are not finished"), address, _("View all imports"))


def terms_to_approve(area: LocalArea) -> SmallQuery[Iterator[TodoItem]]:
    """Return that glossary terms are pending approval."""
    return SmallQuery(_waiting_terms(area.pk), lambda found: _terms(found, area))


@written_once
def _waiting_terms(area: int) -> QuerySet[Any, Any]:
    rows = Term.objects.filter(area=area).waiting().order_by().values("area")
    return rows.annotate(number=Count("pk"), first=Min("name"))


def _terms(found: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    for row in found:
        number = row["number"]
        if number == 1:
            what = _("“%(term)s” is pending approval") % {"term": row["first"]}
        else:
            several = ngettext("%(number)d term is pending approval", "%(number)d terms are pending approval", number)
            what = several % {"number": number}
        yield TodoItem(
            LATER,
            "book",
            what,
            _("Until then, pages do not explain the new text and searches do not find it."),
            reverse("partners:term_list", args=[area.slug]) + "?state=open",
            ngettext("Review %(number)d term", "Review %(number)d terms", number) % {"number": number},
        )


def centers_to_review(centers: Iterable[Center], today: date) -> Iterator[TodoItem]:
    """Yield centers whose certification or accessibility review is overdue, due soon or not recorded."""
    ordered = sorted(centers, key=lambda center: (center.name.lower(), center.pk))
    waiting = [(center, clock) for center in ordered for clock in clocks_of(center, today) if clock.needs_somebody]
    waiting.sort(key=lambda pair: pair[1].due_on or today)
    for center, clock in waiting[: 4 * NAMED]:
        yield _certification(center, clock) if clock.law.kind == CERTIFICATION else _accessibility_review(center, clock)


def _certification(center: Center, clock: Clock) -> TodoItem:
    page = reverse("partners:center_detail", args=[center.pk])
    names, add, do = {"center": center.name}, _address_to_record(center, clock), _("Record certification")
    if clock.due_on is None:
        what = _("%(center)s has no recorded certification") % names
        return TodoItem(LATER, "patch-question", what, _rule_of(clock), page, do, add)
    if clock.state == OVER:
        kind, what = NOW, _("The certification of %(center)s has expired") % names
        why = _(
            "Expired %(date)s. A center must be certified to receive money through the State funding mechanism "
            "(20 CFR 678.800)."
        )
    else:
        kind, what = SOON, _("The certification of %(center)s expires soon") % names
        why = _(
            "Expires %(date)s. A center must be certified to receive money through the State funding mechanism "
            "(20 CFR 678.800)."
        )
    why %= {"date": day(clock.due_on)}
    return TodoItem(kind, "patch-exclamation", what, why, page, do, add, due_on=clock.due_on)


def _accessibility_review(center: Center, clock: Clock) -> TodoItem:
    page = reverse("partners:center_detail", args=[center.pk])
    names, add, do = {"center": center.name}, _address_to_record(center, clock), _("Record a review")
    if clock.due_on is None:
        what = _("%(center)s has no recorded accessibility review") % names
        return TodoItem(LATER, "patch-question", what, _rule_of(clock), page, do, add)
    if clock.state == OVER:
        kind, what = NOW, _("The accessibility review of %(center)s is overdue") % names
    else:
        kind, what = SOON, _("The accessibility review of %(center)s is due soon") % names
    why = _("Due %(date)s. %(rule)s") % {"date": day(clock.due_on), "rule": _rule_of(clock)}
    return TodoItem(kind, "patch-exclamation", what, why, page, do, add, due_on=clock.due_on)


def _address_to_record(center: Center, clock: Clock) -> str:
    return reverse(f"partners:{clock.law.kind}_add", args=[center.pk])


def _rule_of(clock: Clock) -> str:
    return _("%(rule)s (%(law)s).") % {"rule": clock.law.says, "law": clock.law.source}


def services_to_confirm(user: Any, area: LocalArea, *, today: date) -> ServiceQuerySet:
    """Return the stale services of the partnerships that the user manages, longest unconfirmed first."""
    return (
        services_of(area)
        .filter(partnership__in=seats_of(user).managed_partnership_ids)
        .stale(today)
        .select_related("partnership__organization")
        .order_by("verified_on", Lower("name"), "pk")
    )
