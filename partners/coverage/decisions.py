"""Record decisions on required programs of an area, and access to programs in its centers.

Also selects which of the 19 required programs have a partner, have a decision, or are missing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.sentences import join_words
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
from partners.models.active import is_active_partner
from partners.models.partnerships import PartnershipQuerySet

TANF = "tanf"
AGREEMENT_FACTS: dict[str, Any] = {"agreement_partner": None, "agreement_with": ""}
DECISION_FACTS = ("kind", *AGREEMENT_FACTS, "decided_on", "decided_by", "reason", "source")
# The fields of each mode, besides who and note; the fields of other modes are cleared.
FACTS_OF_MODE: dict[str, tuple[str, ...]] = {
    ProgramAccess.Mode.STAFF: (),
    ProgramAccess.Mode.TRAINED: ("host", "trained_on"),
    ProgramAccess.Mode.LINKAGE: ("medium", "within_minutes"),
}
EMPTY: dict[str, Any] = {"host": None, "trained_on": None, "medium": "", "within_minutes": None}
ACCESS_FACTS = ("mode", "who", *EMPTY, "note")

Mode = ProgramAccess.Mode
# The required fields of access, and their errors (20 CFR 678.305(d)).
MISSING = {
    "who": gettext_lazy(
        "Enter who is in the center, who is trained, or who of the program staff answers. A phone number, a website or "
        "a pamphlet alone is not access."
    ),
    "host": gettext_lazy("Select the partner whose staff is trained."),
    "medium": gettext_lazy("Select how people reach program staff in real time."),
    "within_minutes": gettext_lazy("Enter within how many minutes a person answers. Enter 0 for immediately."),
}


class CannotDecide(Refused):
    """A decision on the program cannot be recorded like this."""


class CannotReach(Refused):
    """Access to the program cannot be recorded like this."""


# ---------------------------------------------------------------- Decisions
@recorded
def record_decision(
    area: LocalArea, program: Program, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> ProgramDecision:
    """Record why a required program needs no partner in an area (20 CFR 678.400, 678.405(b), 678.415(a)).

    :raises CannotDecide: if the law does not allow it, the program has a partner, or a decision exists already.
    """
    decision = ProgramDecision(area=area, program=program, **_of_kind(facts))
    _check_decision(decision, at)
    _save_decision(decision)
    return decision


@recorded
def update_decision(
    decision: ProgramDecision, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProgramDecision:
    """Change a decision.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDecide: if it was withdrawn, the law does not allow it, or the program has a partner.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    decision = _lock_decision(decision)
    demand_version(decision, (), version)
    if decision.is_archived:
        raise CannotDecide(_("This decision was withdrawn. Record a new one."))
    facts = {name: getattr(decision, name) for name in DECISION_FACTS} | dict(facts)
    if changed := apply_facts(decision, _of_kind(facts)):
        _check_decision(decision, at)
        decision.save(update_fields=changed)
    return decision


@recorded
def withdraw_decision(decision: ProgramDecision, *, by: User | None, at: datetime) -> None:
    """Withdraw a decision: the program needs a partner again; the decision stays in the history."""
    ProgramDecision.objects.current().filter(pk=decision.pk).update(archived_at=at)


@recorded
def restore_decision(decision: ProgramDecision, *, by: User | None, at: datetime) -> None:
    """Restore a withdrawn decision.

    :raises CannotDecide: if another one was recorded since, or the program has a partner now.
    """
    decision = _lock_decision(decision)
    _check_decision(decision, at)
    decision.archived_at = None
    _save_decision(decision)


def _of_kind(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a decision; only an agreement names another organization, either a partner or another one."""
    agreement = dict(AGREEMENT_FACTS)
    if facts["kind"] == ProgramDecision.Kind.AGREEMENT:
        agreement |= {name: facts[name] for name in AGREEMENT_FACTS if facts.get(name)}
    return {name: facts[name] for name in DECISION_FACTS if name not in agreement} | agreement


def _lock_decision(decision: ProgramDecision) -> ProgramDecision:
    rows = ProgramDecision.objects.select_for_update(of=("self",))
    rows = rows.select_related("area", "program", "agreement_partner__organization")
    return rows.get(pk=decision.pk)


def _save_decision(decision: ProgramDecision) -> None:
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        raise CannotDecide(
            _("%(area)s already has a decision on %(program)s. Edit that decision, or withdraw it first.")
            % {"program": decision.program.short_name, "area": decision.area.name}
        ) from None


def _check_decision(decision: ProgramDecision, at: datetime) -> None:
    """Refuse decisions that the law does not allow. The coverage page shows conflicts that arise later."""
    program, area = decision.program, decision.area
    if not program.is_required:
        raise CannotDecide(_("An additional program needs no partner and no decision (20 CFR 678.410)."))
    if decision.kind == ProgramDecision.Kind.EXEMPTED and program.code != TANF:
        raise CannotDecide(
            _(
                "The Governor can exempt only TANF (20 CFR 678.405(b)). If %(program)s is not carried out in %(area)s, "
                "record that instead."
            )
            % {"program": program.short_name, "area": area.name},
            field="kind",
        )
    if decision.decided_on > at.astimezone(area.zone).date():
        raise CannotDecide(_("This date is in the future. Record the decision after it is made."), field="decided_on")
    if decision.kind == ProgramDecision.Kind.AGREEMENT:
        _check_agreement(decision)
    carriers = carriers_of(program, area)
    if decision.kind != ProgramDecision.Kind.EXEMPTED and carriers:
        raise CannotDecide(
            _(
                "%(program)s has a partner here: %(partners)s. If they no longer carry it out, remove the program from "
                "them first."
            )
            % {
                "program": program.short_name,
                "partners": join_words(partner.organization.name for partner in carriers),
            },
            field="kind",
        )


def _check_agreement(decision: ProgramDecision) -> None:
    partner = decision.agreement_partner
    if partner and decision.agreement_with:
        words = _("Select a partner or enter another organization, not both.")
        raise CannotDecide(words, field="agreement_with")
    if not (partner or decision.agreement_with):
        words = _("Select the partner, or enter the organization, with which the agreement is made.")
        raise CannotDecide(words, field="agreement_partner")
    if partner and not (partner.area_id == decision.area_id and is_active(partner)):
        raise CannotDecide(_("Select an active partner of this area."), field="agreement_partner")


# ---------------------------------------------------------------- Access to a program in a center
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
    """Record access in a center to a program of a partner (20 CFR 678.305(d)).

    :raises CannotReach: if it is not a program of the partner, a field is missing, or it is recorded already.
    """
    # Lock: the partner must not be archived while access is recorded.
    partnership = Partnership.objects.select_for_update().get(pk=partnership.pk)
    access = ProgramAccess(partnership=partnership, program=program, center=center, **_of_mode(facts))
    _check_access(access, at)
    _save_access(access)
    return access


@recorded
def update_access(
    access: ProgramAccess, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ProgramAccess:
    """Change access to a program.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotReach: if it was removed, a field is missing, or it is recorded already.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    access = _lock_access(access)
    demand_version(access, (), version)
    if access.is_archived:
        raise CannotReach(_("This access was removed. Record it again."))
    facts = {name: getattr(access, name) for name in ACCESS_FACTS} | dict(facts)
    if apply_facts(access, _of_mode(facts)):
        _check_access(access, at)
        _save_access(access)
    return access


@recorded
def remove_access(access: ProgramAccess, *, by: User | None, at: datetime) -> None:
    """Remove access to a program; it stays in the history."""
    ProgramAccess.objects.current().filter(pk=access.pk).update(archived_at=at)


@recorded
def restore_access(access: ProgramAccess, *, by: User | None, at: datetime) -> None:
    """Restore removed access to a program.

    :raises CannotReach: if the same was recorded since, or is no longer valid.
    """
    access = _lock_access(access)
    _check_access(access, at)
    access.archived_at = None
    _save_access(access)


def _of_mode(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of access, without the fields of other modes."""
    own = FACTS_OF_MODE[facts["mode"]]
    fields = {name: facts.get(name, nothing) if name in own else nothing for name, nothing in EMPTY.items()}
    return fields | {"mode": facts["mode"], "who": facts.get("who", ""), "note": facts.get("note", "")}


def _lock_access(access: ProgramAccess) -> ProgramAccess:
    rows = ProgramAccess.objects.select_for_update(of=("self",))
    return rows.select_related("program", "center", "partnership", "host").get(pk=access.pk)


def _save_access(access: ProgramAccess) -> None:
    try:
        with transaction.atomic():
            access.save()
    except IntegrityError:
        raise CannotReach(
            _("This access to %(program)s at %(center)s is already recorded. Edit that record.")
            % {"program": access.program.short_name, "center": access.center.name},
            field="mode",
        ) from None


def _check_access(access: ProgramAccess, at: datetime) -> None:
    partnership, program, center, host = access.partnership, access.program, access.center, access.host
    today = at.astimezone(center.area.zone).date()
    if not is_active(partnership):
        raise CannotReach(
            _("Access is recorded only for active partners. Set the partner to active first."), field="partnership"
        )
    if not partnership.program_links.filter(program=program).exists():
        words = _("%(partner)s is not a partner for %(program)s here. Add the program to the partner first.")
        raise CannotReach(words % {"partner": partnership, "program": program.short_name}, field="partnership")
    if center.area_id != partnership.area_id or center.is_archived:
        raise CannotReach(_("Select a current center of this area."), field="center")
    for name in ("who", *FACTS_OF_MODE[access.mode]):
        if name in MISSING and getattr(access, name) in (None, ""):
            raise CannotReach(str(MISSING[name]), field=name)
    if host and not (host.pk != partnership.pk and host.area_id == partnership.area_id and is_active(host)):
        raise CannotReach(_("Select another active partner of this area."), field="host")
    if access.trained_on and access.trained_on > today:
        raise CannotReach(_("This date is in the future. Enter when they were last trained."), field="trained_on")
    scheduled = (
        Presence.objects.in_use().in_person().holding(today, today).filter(partnership=partnership, center=center)
    )
    if access.mode == Mode.STAFF and scheduled.exists():
        raise CannotReach(
            _("The co-location schedule already shows %(partner)s at %(center)s. You do not need to record this.")
            % {"partner": partnership, "center": center.name},
            field="mode",
        )


# ---------------------------------------------------------------- Partners of programs
def carriers_of(program: Program, area: LocalArea) -> list[Partnership]:
    """Return the active partners of a program in an area; each recipient counts."""
    rows: PartnershipQuerySet = Partnership.objects.active().filter(area=area)
    carrying = rows.filter(program_links__program=program).select_related("organization", "area")
    return list(carrying.order_by(Lower("organization__name"), "pk"))


def is_active(partnership: Partnership) -> bool:
    """Return whether a partner is active and not archived."""
    return not partnership.is_archived and partnership.status == Partnership.Status.ACTIVE


def active_links() -> QuerySet[PartnershipProgram]:
    """Return the links of all active partners to programs."""
    return PartnershipProgram.objects.filter(is_active_partner("partnership"))


def decisions_that_count() -> QuerySet[ProgramDecision]:
    """Return the decisions on programs without a partner; a program with a partner counts as covered."""
    carried = active_links().filter(program=OuterRef("program"), partnership__area=OuterRef("area"))
    return ProgramDecision.objects.current().exclude(Exists(carried))


def contradicted_decisions(area: LocalArea) -> QuerySet[ProgramDecision]:
    """Return decisions that a program needs no partner, although it has an active one."""
    carried = active_links().filter(program=OuterRef("program"), partnership__area=OuterRef("area"))
    decisions = ProgramDecision.objects.against_a_partner().filter(area=area)
    rows = decisions.filter(Exists(carried)).select_related("program", "agreement_partner__organization")
    return rows.order_by("program__position")


def contradicted_by(partnership: Partnership) -> list[str]:
    """Return warnings about programs of an active partner that need none by a decision in its area."""
    if not is_active(partnership):
        return []
    decisions = contradicted_decisions(partnership.area).filter(program__in=partnership.programs.all())
    return [
        _("The record for %(program)s in %(area)s says: %(decision)s. Withdraw that decision on the coverage page.")
        % {"program": decision.program.short_name, "area": partnership.area.name, "decision": decision.in_words}
        for decision in decisions
    ]
