"""Practices: telling what worked, keeping it right, doing it too."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Adoption, LocalArea, Partnership, Practice

FACTS = ("title", "situation", "did", "result", "would_change", "happened_on", "topics", "told_by")
LINKS = ("partners", "programs")
# What counts as one version of a practice: whatever its form shows.
PRACTICE_LINKS = ("partner_links", "program_links")
HISTORY_LINKS = (*PRACTICE_LINKS, "adoptions")


class CannotKeepPractice(Refused):
    """A practice cannot be kept like this."""


class CannotAdopt(Refused):
    """A partner cannot take a practice over."""


@recorded
def add_practice(
    area: LocalArea, *, facts: Mapping[str, Any], vouched: bool, by: User | None, at: datetime
) -> Practice:
    """Tell what worked; ``vouched`` says that no customer can be recognized from it.

    :raises CannotKeepPractice: if nobody vouches for it, the title is taken, it lies ahead, or a partner is not of
        the area.
    """
    practice = Practice(area=area, written_by=by)
    _write(practice, facts, vouched=vouched, at=at)
    return practice


@recorded
def update_practice(
    practice: Practice, *, facts: Mapping[str, Any], vouched: bool, version: str = "", by: User | None, at: datetime
) -> Practice:
    """Change what is told of a practice.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepPractice: as in ``add_practice``, or if it is archived.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    practice = _lock(practice)
    demand_version(practice, PRACTICE_LINKS, version)
    if practice.is_archived:
        raise CannotKeepPractice("This practice is archived. Restore it before you change it.")
    _write(practice, facts, vouched=vouched, at=at)
    return practice


def facts_of(practice: Practice) -> dict[str, Any]:
    """Return what is told of a practice, as its form shows it."""
    facts = {name: getattr(practice, name) for name in FACTS}
    return facts | {name: [row.pk for row in getattr(practice, name).all()] for name in LINKS}


@recorded
def archive_practice(practice: Practice, *, by: User | None, at: datetime) -> None:
    """Put a practice away; its history stays, and it can be restored."""
    Practice.objects.current().filter(pk=practice.pk).update(archived_at=at)


@recorded
def restore_practice(practice: Practice, *, by: User | None, at: datetime) -> None:
    """Show a practice again, with those who took it over."""
    Practice.objects.archived().filter(pk=practice.pk).update(archived_at=None)


@recorded
def adopt_practice(
    practice: Practice, *, partnership: Partnership, since: date, note: str = "", by: User | None, at: datetime
) -> Adoption:
    """Record that a partner does it too.

    :raises CannotAdopt: if the practice is archived, the partner is not of the area or does it already, or the day
        lies ahead.
    """
    # Lock: a practice must not be put away in the moment in which somebody takes it over.
    practice = _lock(practice)
    if practice.is_archived:
        raise CannotAdopt("This practice is archived.")
    if partnership.area_id != practice.area_id or partnership.is_archived:
        raise CannotAdopt("Only a partner of this area can take it over.", field="partnership")
    if since > at.astimezone(practice.area.zone).date():
        raise CannotAdopt("This day lies ahead. Say since when you do it.", field="since")
    try:
        with transaction.atomic():
            return practice.adoptions.create(partnership=partnership, adopted_on=since, note=note)
    except IntegrityError:
        raise CannotAdopt(f"{partnership.organization.name} does it already.", field="partnership") from None


@recorded
def end_adoption(adoption: Adoption, *, by: User | None, at: datetime) -> None:
    """Record that a partner does it no longer, or never did; history keeps that it was said."""
    Adoption.objects.filter(pk=adoption.pk).delete()


def _lock(practice: Practice) -> Practice:
    return Practice.objects.select_for_update(of=("self",)).select_related("area").get(pk=practice.pk)


def _write(practice: Practice, facts: Mapping[str, Any], *, vouched: bool, at: datetime) -> None:
    area = practice.area
    if not vouched:
        raise CannotKeepPractice("Say that no customer can be recognized from this.", field="vouched")
    told_by = facts.get("told_by")
    if any(partner.area_id != area.pk for partner in (*facts.get("partners", ()), *([told_by] if told_by else ()))):
        raise CannotKeepPractice("Name partners of this area.", field="partners")
    apply_facts(practice, {name: facts[name] for name in FACTS if name in facts})
    if practice.happened_on > at.astimezone(area.zone).date():
        raise CannotKeepPractice("This month lies ahead. Tell what has happened.", field="happened_on")
    try:
        with transaction.atomic():
            practice.save()
    except IntegrityError:
        raise CannotKeepPractice(
            f"{area.name} already has a practice “{practice.title}”. "
            "Use another title, or say there that you do it too.",
            field="title",
        ) from None
    for name in LINKS:
        if name in facts:
            getattr(practice, name).set(facts[name])
