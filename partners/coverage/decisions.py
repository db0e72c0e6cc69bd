"""How an area covers the programs of the law: what is decided of a program, and how people get to it in a center.

Which of the 19 required programs are carried, decided or missing is counted here too, for whoever counts it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import (
    Center,
    LocalArea,
    Partnership,
    PartnershipProgram,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
)
from partners.models.partnerships import PartnershipQuerySet

TANF = "tanf"
DECISION_FACTS = ("kind", "decided_on", "decided_by", "reason", "source")
# What is said of each way besides who and a note; what belongs to another way is left out.
FACTS_OF_MODE: dict[str, tuple[str, ...]] = {
    ProgramAccess.Mode.STAFF: (),
    ProgramAccess.Mode.TRAINED: ("host", "trained_on"),
    ProgramAccess.Mode.LINKAGE: ("medium", "within_minutes"),
}
EMPTY: dict[str, Any] = {"host": None, "trained_on": None, "medium": "", "within_minutes": None}
ACCESS_FACTS = ("mode", "who", *EMPTY, "note")

Mode = ProgramAccess.Mode
# What each way must say, and what to answer if it does not (20 CFR 678.305(d)).
MISSING = {
    "who": "Say who is in the center, who is trained, or who of the program answers. A number, a website or a leaflet "
    "alone is no access.",
    "host": "Choose the partner whose staff is trained.",
    "medium": "Choose how they speak with a person of the program, in real time.",
    "within_minutes": "Say within how many minutes a person answers; 0 for at once.",
}


class CannotDecide(Refused):
    """This cannot be decided of the program, or not like this."""


class CannotReach(Refused):
    """This is no way in which people of the center get to the program."""


# ---------------------------------------------------------------- Decisions
@recorded
def record_decision(
    area: LocalArea, program: Program, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> ProgramDecision:
    """Record why a required program needs no partner in an area (20 CFR 678.405(b), 678.415(a)).

    :raises CannotDecide: if the law does not let it, a partner carries it, or it is decided already.
    """
    decision = ProgramDecision(area=area, program=program, **{name: facts[name] for name in DECISION_FACTS})
    _check_decision(decision, at)
    _save_decision(decision)
    return decision


@recorded
def update_decision(
    decision: ProgramDecision, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProgramDecision:
    """Change what is recorded of a decision.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDecide: if it was withdrawn, the law does not let it, or a partner carries the program.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    decision = _lock_decision(decision)
    demand_version(decision, (), version)
    if decision.is_archived:
        raise CannotDecide("This decision was withdrawn. Record a new one.")
    if changed := apply_facts(decision, facts):
        _check_decision(decision, at)
        decision.save(update_fields=changed)
    return decision


@recorded
def withdraw_decision(decision: ProgramDecision, *, by: User | None, at: datetime) -> None:
    """Take a decision back: the program needs a partner again; what was decided stays on the record."""
    ProgramDecision.objects.current().filter(pk=decision.pk).update(archived_at=at)


@recorded
def restore_decision(decision: ProgramDecision, *, by: User | None, at: datetime) -> None:
    """Let a withdrawn decision hold again.

    :raises CannotDecide: if another one was made since, or a partner carries the program by now.
    """
    decision = _lock_decision(decision)
    _check_decision(decision, at)
    decision.archived_at = None
    _save_decision(decision)


def _lock_decision(decision: ProgramDecision) -> ProgramDecision:
    rows = ProgramDecision.objects.select_for_update(of=("self",)).select_related("area", "program")
    return rows.get(pk=decision.pk)


def _save_decision(decision: ProgramDecision) -> None:
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        raise CannotDecide(
            f"{decision.program.short_name} is decided in {decision.area.name} already. Change that decision, "
            "or withdraw it first."
        ) from None


def _check_decision(decision: ProgramDecision, at: datetime) -> None:
    """Refuse what the law does not let be decided. A partner may come a moment later: the coverage page shows that."""
    program, area = decision.program, decision.area
    if not program.is_required:
        raise CannotDecide("An additional program needs no partner, so there is nothing to decide (20 CFR 678.410).")
    if decision.kind == ProgramDecision.Kind.EXEMPTED and program.code != TANF:
        raise CannotDecide(
            f"The Governor can exempt TANF alone (20 CFR 678.405(b)). If {program.short_name} is not carried out in "
            f"{area.name}, say that.",
            field="kind",
        )
    if decision.decided_on > at.astimezone(area.zone).date():
        raise CannotDecide("This day is still to come. Record the decision once it is made.", field="decided_on")
    carriers = carriers_of(program, area)
    if decision.kind == ProgramDecision.Kind.NOT_CARRIED_OUT and carriers:
        names = " and ".join(partner.organization.name for partner in carriers)
        carry = "carries" if len(carriers) == 1 else "carry"
        raise CannotDecide(
            f"{names} {carry} {program.short_name} here, so it is carried out. If they no longer do, take the program "
            "from them first.",
            field="kind",
        )


# ---------------------------------------------------------------- Ways to a program in a center
@recorded
def record_access(
    partnership: Partnership,
    *,
    program: Program,
    center: Center,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> ProgramAccess:
    """Record how people in a center get to a program that a partner carries (20 CFR 678.305(d)).

    :raises CannotReach: if the partner does not carry it, the way is not whole, or it is on record already.
    """
    # Lock: the partner must not be put away while something is recorded of it.
    partnership = Partnership.objects.select_for_update().get(pk=partnership.pk)
    access = ProgramAccess(partnership=partnership, program=program, center=center, **_of_mode(facts))
    _check_access(access, at)
    _save_access(access)
    return access


@recorded
def update_access(
    access: ProgramAccess, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProgramAccess:
    """Change how people get to a program.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotReach: if it was removed, is not whole, or is on record already.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    access = _lock_access(access)
    demand_version(access, (), version)
    if access.is_archived:
        raise CannotReach("This way was removed. Record a new one.")
    facts = {name: getattr(access, name) for name in ACCESS_FACTS} | dict(facts)
    if apply_facts(access, _of_mode(facts)):
        _check_access(access, at)
        _save_access(access)
    return access


@recorded
def remove_access(access: ProgramAccess, *, by: User | None, at: datetime) -> None:
    """Take a way to a program off the record, since people no longer get to it so."""
    ProgramAccess.objects.current().filter(pk=access.pk).update(archived_at=at)


@recorded
def restore_access(access: ProgramAccess, *, by: User | None, at: datetime) -> None:
    """Put a way to a program back on the record.

    :raises CannotReach: if the same was recorded since, or no longer holds.
    """
    access = _lock_access(access)
    _check_access(access, at)
    access.archived_at = None
    _save_access(access)


def _of_mode(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a way, without those that belong to another one."""
    own = FACTS_OF_MODE[facts["mode"]]
    said = {name: facts.get(name, nothing) if name in own else nothing for name, nothing in EMPTY.items()}
    return said | {"mode": facts["mode"], "who": facts.get("who", ""), "note": facts.get("note", "")}


def _lock_access(access: ProgramAccess) -> ProgramAccess:
    rows = ProgramAccess.objects.select_for_update(of=("self",))
    return rows.select_related("program", "center", "partnership", "host").get(pk=access.pk)


def _save_access(access: ProgramAccess) -> None:
    try:
        with transaction.atomic():
            access.save()
    except IntegrityError:
        raise CannotReach(
            f"This way to {access.program.short_name} at {access.center.name} is on record already. Change that one.",
            field="mode",
        ) from None


def _check_access(access: ProgramAccess, at: datetime) -> None:
    partnership, program, center, host = access.partnership, access.program, access.center, access.host
    today = at.astimezone(center.area.zone).date()
    if not is_active(partnership):
        raise CannotReach("Only an active partner can be reached. Make it one first.", field="partnership")
    if not partnership.program_links.filter(program=program).exists():
        raise CannotReach(f"{partnership} does not carry {program.short_name} here.", field="partnership")
    if center.area_id != partnership.area_id or center.is_archived:
        raise CannotReach("Choose a center of this area that is in use.", field="center")
    for name in ("who", *FACTS_OF_MODE[access.mode]):
        if name in MISSING and getattr(access, name) in (None, ""):
            raise CannotReach(MISSING[name], field=name)
    if host and not (host.pk != partnership.pk and host.area_id == partnership.area_id and is_active(host)):
        raise CannotReach("Choose another active partner of this area, whose staff is in the center.", field="host")
    if access.trained_on and access.trained_on > today:
        raise CannotReach("This day is still to come. Say when they were trained last.", field="trained_on")
    scheduled = (
        Presence.objects.in_use().in_person().holding(today, today).filter(partnership=partnership, center=center)
    )
    if access.mode == Mode.STAFF and scheduled.exists():
        raise CannotReach(
            f"The co-location schedule shows {partnership} at {center.name} already; it is read from there.",
            field="mode",
        )


# ---------------------------------------------------------------- Who carries what
def carriers_of(program: Program, area: LocalArea) -> list[Partnership]:
    """Return the active partners of an area that carry a program; each recipient counts."""
    rows: PartnershipQuerySet = Partnership.objects.current().filter(area=area, status=Partnership.Status.ACTIVE)
    carrying = rows.filter(program_links__program=program).select_related("organization", "area")
    return list(carrying.order_by(Lower("organization__name"), "pk"))


def is_active(partnership: Partnership) -> bool:
    """Return whether a partner counts."""
    return not partnership.is_archived and partnership.status == Partnership.Status.ACTIVE


def active_links() -> QuerySet[PartnershipProgram]:
    """Return the programs of all active partners."""
    return PartnershipProgram.objects.filter(
        partnership__archived_at=None, partnership__status=Partnership.Status.ACTIVE
    )


def uncovered_programs(area: LocalArea) -> QuerySet[Program]:
    """Return required programs (20 CFR 678.400(b)) that no active partner carries and no decision excuses."""
    carried = active_links().filter(partnership__area=area).values("program")
    decided = ProgramDecision.objects.current().filter(area=area).values("program")
    missing = Program.objects.filter(is_required=True).exclude(pk__in=carried).exclude(pk__in=decided)
    return missing.order_by("position")


def decisions_that_count() -> QuerySet[ProgramDecision]:
    """Return the decisions on programs that nobody carries; where a partner does, the program counts as covered."""
    carried = active_links().filter(program=OuterRef("program"), partnership__area=OuterRef("area"))
    return ProgramDecision.objects.current().exclude(Exists(carried))


def contradicted_decisions(area: LocalArea) -> QuerySet[ProgramDecision]:
    """Return decisions that a program is not carried out, though an active partner carries it by now."""
    carried = active_links().filter(program=OuterRef("program"), partnership__area=OuterRef("area"))
    decisions = ProgramDecision.objects.current().filter(area=area, kind=ProgramDecision.Kind.NOT_CARRIED_OUT)
    return decisions.filter(Exists(carried)).select_related("program").order_by("program__position")


def contradicted_by(partnership: Partnership) -> list[str]:
    """Say where an active partner carries what is decided not to be carried out in its area; mostly nothing."""
    if not is_active(partnership):
        return []
    decisions = contradicted_decisions(partnership.area).filter(program__in=partnership.programs.all())
    return [
        f"{decision.program.short_name} is on record as not carried out in {partnership.area.name}. It is now: "
        "withdraw that decision on the coverage page."
        for decision in decisions
    ]
