"""Who is missing, alone or not reached at the partners of an area, as things to do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import Lower
from django.urls import reverse

from onestop.ui.presentation import shortday
from onestop.ui.todo import LATER, NOW, SOON, TodoItem
from partners.models import LocalArea, Partnership
from partners.network.summary import active_partners, invitations_into
from partners.people.unreachable import unreachable_in
from partners.seats import seats_of
from partners.todo.lines import NAMED, see_all


def without_a_voice(area: LocalArea) -> Iterator[TodoItem]:
    """Yield partners for whom nobody speaks, and then those that rest on one person."""
    partners: Any = (
        active_partners(area)
        .with_people()
        .filter(Q(main_name="") | Q(speakers=1) | Q(signatories=1) | Q(editors=1))
        .select_related("organization")
        .order_by(Lower("organization__name"), "pk")
    )
    silent: list[Any] = [partner for partner in partners if not partner.main_name]
    # Whom nobody else could stand in for comes before whom nobody else could sign for, or keep the services of.
    alone: list[Any] = sorted(
        (one for one in partners if one.main_name), key=lambda one: (one.speakers > 1, one.signatories != 1)
    )
    for partner in silent[:NAMED]:
        yield _add_person(
            partner,
            SOON,
            "person-x",
            f"{partner.organization.name} has no main representative",
            "Nobody answers, attends or signs for them.",
            "Add a person",
        )
    for partner in alone[:NAMED]:
        yield _one_person(partner)
    address = reverse("partners:partnership_list", args=[area.slug]) + "?status=active"
    if len(silent) > NAMED:
        more = len(silent) - NAMED
        has = "partner has" if more == 1 else "partners have"
        yield see_all(SOON, f"{more} more {has} no main representative", f"{address}&attention=nobody")
    if len(alone) > NAMED:
        more = len(alone) - NAMED
        rest = "partner rests" if more == 1 else "partners rest"
        why = "One person alone speaks, signs or keeps the services for them."
        yield see_all(LATER, f"{more} more {rest} on one person", f"{address}&attention=alone", why)


def _one_person(partner: Any) -> TodoItem:
    name = partner.organization.name
    if partner.speakers == 1:
        why = f"If {partner.main_name} leaves, nobody is left who knows the way."
        what = f"One person alone speaks for {name}"
        return _add_person(partner, LATER, "person-exclamation", what, why, "Add an alternate")
    if partner.signatories == 1:
        why, what = "While that person is away, nothing gets signed.", f"One person alone signs for {name}"
        return _add_person(partner, LATER, "person-exclamation", what, why, "Add a signatory")
    return TodoItem(
        LATER,
        "person-exclamation",
        f"One person alone keeps the services of {name}",
        "If that person leaves, nobody of theirs can confirm or change them.",
        reverse("partners:partnership_detail", args=[partner.pk]),
        "Invite a second manager",
        reverse("partners:colleague_invite", args=[partner.organization_id], query=_second_manager(partner)),
    )


def expired_invitations(area: LocalArea, at: datetime) -> Iterator[TodoItem]:
    """Yield that invitations into the area have expired unanswered."""
    figures = invitations_into(area).expired(at).aggregate(number=Count("pk"), who=Min("name"))
    if number := figures["number"]:
        yield TodoItem(
            NOW,
            "envelope-x",
            f"{figures['who']} has not answered an invitation"
            if number == 1
            else f"{number} people have not answered their invitations",
            "It has expired. Send it again, or withdraw it.",
            reverse("partners:invitation_list", args=[area.slug]) + "?status=expired",
            "Send again" if number == 1 else "See them",
        )


def not_reached(area: LocalArea) -> Iterator[TodoItem]:
    """Yield people at whose address nobody is reached."""
    address = reverse("partners:unreachable_list", args=[area.slug])
    people = unreachable_in(area)
    for bounce, person in people[:NAMED]:
        yield TodoItem(
            NOW,
            "envelope-x",
            f"Mail to {person.name} comes back",
            f"Since {shortday(bounce.at)} nobody is reached at {person.address}. {person.advice}",
            address,
            person.do,
            person.url,
        )
    if rest := people[NAMED:]:
        what = f"Mail to {len(rest)} more {'person comes' if len(rest) == 1 else 'people comes'} back"
        yield see_all(NOW, what, address)


def of_own(user: Any, area: LocalArea) -> Iterator[TodoItem]:
    """Yield whom the user's partnerships in an area have not named yet, or have only one of."""
    seats = seats_of(user)
    partnerships = (
        Partnership.objects.current()
        .filter(area=area, pk__in=seats.managed_partnership_ids)
        .with_people()
        .select_related("organization")
        .order_by(Lower("organization__name"), "pk")
    )
    partner: Any
    for partner in partnerships:
        page = reverse("partners:partnership_detail", args=[partner.pk])
        add = reverse("partners:representative_add", args=[partner.pk])
        name = partner.organization.name
        if not partner.main_name:
            yield TodoItem(
                SOON,
                "person-x",
                f"{name} has no main representative",
                "Name who speaks for you.",
                page,
                "Name one",
                add,
            )
        elif partner.speakers == 1:
            yield TodoItem(
                LATER, "person-exclamation", f"One person alone speaks for {name}",
                "Name an alternate, so that nothing stops when somebody is away.", page, "Name an alternate", add,
            )  # fmt: skip
        if partner.editors == 1:
            yield TodoItem(
                LATER, "person-exclamation", f"You alone keep the services of {name}",
                "If you leave, nobody of yours can confirm or change them.", page, "Invite a second manager",
                reverse("partners:colleague_invite", args=[partner.organization_id], query=_second_manager(partner)),
            )  # fmt: skip
        if partner.speakers and not partner.signatories:
            yield TodoItem(
                LATER,
                "pen",
                f"Nobody may sign for {name}",
                "Agreements wait for a signatory.",
                page,
                "Say who signs",
                page,
            )


def _second_manager(partner: Partnership) -> dict[str, str]:
    return {"role": "manager", "partner": str(partner.pk)}


def _add_person(partner: Partnership, kind: str, icon: str, what: str, why: str, do: str) -> TodoItem:
    page = reverse("partners:partnership_detail", args=[partner.pk])
    return TodoItem(kind, icon, what, why, page, do, reverse("partners:representative_add", args=[partner.pk]))
