"""Missing representatives, single-person dependencies and unreachable people of an area, as to-do items."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.notices.models import Bounce
from onestop.ui.presentation import shortday
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from onestop.ui.written_queries import Row, WrittenQuery, written_once
from partners.models import LocalArea, Partnership
from partners.network.summary import invitations_into, people_counts
from partners.people.unreachable import bounces_in, people_behind
from partners.seats import seats_of
from partners.todo.lines import NAMED, see_all


def without_a_voice(area: LocalArea, partners: WrittenQuery) -> SmallQuery[Iterator[TodoItem]]:
    """Return partners without a main representative, then those that depend on one person, given their counts."""
    return SmallQuery(partners, lambda rows: _without_a_voice(rows, area))


def _without_a_voice(partners: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    unrepresented = [partner for partner in partners if not partner["main_name"]]
    # A single representative comes before a single signatory, and that before a single editor.
    alone = sorted(
        (one for one in partners if one["main_name"] and 1 in (one["speakers"], one["signatories"], one["editors"])),
        key=lambda one: (one["speakers"] > 1, one["signatories"] != 1),
    )
    for partner in unrepresented[:NAMED]:
        yield _add_person(
            partner,
            SOON,
            "person-x",
            _("%(partner)s has no main representative") % {"partner": partner["organization_name"]},
            _("No one is named to answer, attend or sign for this partner."),
            _("Add a representative"),
        )
    for partner in alone[:NAMED]:
        yield _one_person(partner)
    address = reverse("partners:partnership_list", args=[area.slug]) + "?status=active"
    if (more := len(unrepresented) - NAMED) > 0:
        what = ngettext(
            "%(number)d more partner has no main representative",
            "%(number)d more partners have no main representative",
            more,
        ) % {"number": more}
        yield see_all(SOON, what, f"{address}&attention=nobody", _("Review these partners"))
    if (more := len(alone) - NAMED) > 0:
        what = ngettext(
            "%(number)d more partner depends on one person",
            "%(number)d more partners depend on one person",
            more,
        ) % {"number": more}
        why = _("Only one person can represent them, sign for them or edit their services.")
        yield see_all(LATER, what, f"{address}&attention=alone", _("Review these partners"), why)


def _one_person(partner: Row) -> TodoItem:
    names = {"partner": partner["organization_name"], "person": partner["main_name"]}
    if partner["speakers"] == 1:
        what = _("%(partner)s has no alternate representative") % names
        why = _("%(person)s is the only representative.") % names
        return _add_person(partner, LATER, "person-exclamation", what, why, _("Add an alternate"))
    if partner["signatories"] == 1:
        what = _("%(partner)s has only one signatory") % names
        why = _("No one else can sign agreements.")
        return _add_person(partner, LATER, "person-exclamation", what, why, _("Add a signatory"))
    return TodoItem(
        LATER,
        "person-exclamation",
        _("Only one person can edit the services of %(partner)s") % names,
        _("If that person leaves, no one at the partner can confirm or change them."),
        reverse("partners:partnership_detail", args=[partner["pk"]]),
        _("Invite a second manager"),
        reverse("partners:colleague_invite", args=[partner["organization_id"]], query=_second_manager(partner)),
    )


def expired_invitations(area: LocalArea, at: datetime) -> SmallQuery[Iterator[TodoItem]]:
    """Return the invitations into the area that have expired without an answer."""
    return SmallQuery(_expired_into(area.pk, at), lambda found: _expired(found, area))


@written_once
def _expired_into(area: int, at: datetime) -> QuerySet[Any, Any]:
    return invitations_into(area).expired(at).values("name")


def _expired(found: list[Row], area: LocalArea) -> Iterator[TodoItem]:
    url = reverse("partners:invitation_list", args=[area.slug]) + "?status=expired"
    number = len(found)
    if number == 1:
        yield TodoItem(
            NOW,
            "envelope-x",
            _("%(person)s has not answered an invitation") % {"person": found[0]["name"]},
            _("It has expired. Resend or withdraw it."),
            url,
            _("Resend invitation"),
        )
    elif number:
        what = ngettext(
            "%(number)d person has not answered an invitation",
            "%(number)d people have not answered their invitations",
            number,
        )
        yield TodoItem(
            NOW,
            "envelope-x",
            what % {"number": number},
            _("The invitations have expired. Resend or withdraw them."),
            url,
            _("Review expired invitations"),
        )


def not_reached(area: LocalArea) -> SmallQuery[Iterator[TodoItem]]:
    """Return the people whose email bounces."""
    return SmallQuery(_bounced(area.pk), lambda rows: _not_reached([Bounce(**row) for row in rows], area))


@written_once
def _bounced(area: int) -> QuerySet[Any, Any]:
    return bounces_in(area).values("pk", "address", "at")


def _not_reached(bounced: list[Bounce], area: LocalArea) -> Iterator[TodoItem]:
    address = reverse("partners:unreachable_list", args=[area.slug])
    people = people_behind(bounced, area)
    for bounce, person in people[:NAMED]:
        why = _("Messages to %(address)s have bounced since %(date)s. %(advice)s")
        yield TodoItem(
            NOW,
            "envelope-x",
            _("Email to %(person)s bounces") % {"person": person.name},
            why % {"address": person.address, "date": shortday(bounce.at), "advice": person.advice},
            address,
            person.do,
            person.url,
        )
    if more := len(people[NAMED:]):
        what = ngettext(
            "Email to %(number)d more person bounces",
            "Email to %(number)d more people bounces",
            more,
        ) % {"number": more}
        yield see_all(NOW, what, address, _("Review bounced email"))


def of_own(user: Any, area: LocalArea) -> SmallQuery[list[TodoItem]]:
    """Return who is missing, or alone, in the user's own partnerships of an area."""
    partners = _people_of(area.pk, seats_of(user).managed_partnership_ids)
    return SmallQuery(partners, lambda rows: [item for partner in rows for item in _of_own_partnership(partner)])


@written_once
def _people_of(area: int, partners: frozenset[int]) -> QuerySet[Any, Any]:
    return people_counts(Partnership.objects.current().filter(area=area, pk__in=partners))


def _of_own_partnership(partner: Row) -> Iterator[TodoItem]:
    page = reverse("partners:partnership_detail", args=[partner["pk"]])
    names = {"partner": partner["organization_name"]}
    if not partner["main_name"]:
        what = _("%(partner)s has no main representative") % names
        why = _("Add the person who represents your organization.")
        yield _add_person(partner, SOON, "person-x", what, why, _("Add a representative"))
    elif partner["speakers"] == 1:
        what = _("%(partner)s has no alternate representative") % names
        why = _("With an alternate, work continues when the main representative is away.")
        yield _add_person(partner, LATER, "person-exclamation", what, why, _("Add an alternate"))
    if partner["editors"] == 1:
        yield TodoItem(
            LATER,
            "person-exclamation",
            _("Only you can edit the services of %(partner)s") % names,
            _("If you leave, no one at your organization can confirm or change them."),
            page,
            _("Invite a second manager"),
            reverse("partners:colleague_invite", args=[partner["organization_id"]], query=_second_manager(partner)),
        )
    if partner["speakers"] and not partner["signatories"]:
        what = _("%(partner)s has no signatory") % names
        why = _("Agreements cannot be signed without one.")
        yield TodoItem(LATER, "pen", what, why, page, _("Choose a signatory"), page)


def _second_manager(partner: Row) -> dict[str, str]:
    return {"role": "manager", "partner": str(partner["pk"])}


def _add_person(partner: Row, kind: str, icon: str, what: str, why: str, do: str) -> TodoItem:
    page = reverse("partners:partnership_detail", args=[partner["pk"]])
    return TodoItem(kind, icon, what, why, page, do, reverse("partners:representative_add", args=[partner["pk"]]))
