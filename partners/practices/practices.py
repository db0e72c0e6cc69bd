"""Practices: share, change, archive and adopt what worked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Adoption, LocalArea, Partnership, Practice

FACTS = ("title", "situation", "did", "result", "would_change", "happened_on", "topics", "told_by")
LINKS = ("partners", "programs")
# The links that are part of the version of a practice: those in its form.
PRACTICE_LINKS = ("partner_links", "program_links")
HISTORY_LINKS = (*PRACTICE_LINKS, "adoptions")


class CannotKeepPractice(Refused):
    """A practice cannot be saved like this."""


class CannotAdopt(Refused):
    """A partner cannot adopt a practice."""


@recorded
def add_practice(
    area: LocalArea, *, facts: Mapping[str, Any], vouched: bool, by: User | None, at: datetime
) -> Practice:
    """Add a practice; ``vouched`` confirms that it does not identify any customer.

    :raises CannotKeepPractice: if that is not confirmed, the title is taken, the month is in the future, or a partner
        is not of the area.
    """
    practice = Practice(area=area, written_by=by)
    _write(practice, facts, vouched=vouched, at=at)
    return practice


@recorded
def update_practice(
    practice: Practice, *, facts: Mapping[str, Any], vouched: bool, version: str = "", by: User | None, at: datetime
) -> Practice:
    """Change a practice.

    :raises ChangedMeanwhile: if ``version`` is given and the practice was saved since.
    :raises CannotKeepPractice: as in ``add_practice``, or if it is archived.
    """
    # Lock: of two concurrent saves, the second must see the first.
    practice = _lock(practice)
    demand_version(practice, PRACTICE_LINKS, version)
    if practice.is_archived:
        raise CannotKeepPractice(_("This practice is archived. Restore it before you change it."))
    _write(practice, facts, vouched=vouched, at=at)
    return practice


def facts_of(practice: Practice) -> dict[str, Any]:
    """Return the initial values of the form of a practice."""
    facts = {name: getattr(practice, name) for name in FACTS}
    return facts | {name: [row.pk for row in getattr(practice, name).all()] for name in LINKS}


@recorded
def archive_practice(practice: Practice, *, by: User | None, at: datetime) -> None:
    """Archive a practice; it can be restored."""
    Practice.objects.current().filter(pk=practice.pk).update(archived_at=at)


@recorded
def restore_practice(practice: Practice, *, by: User | None, at: datetime) -> None:
    """Restore a practice with its adoptions."""
    Practice.objects.archived().filter(pk=practice.pk).update(archived_at=None)


@recorded
def adopt_practice(
    practice: Practice, *, partnership: Partnership, since: date, note: str = "", by: User | None, at: datetime
) -> Adoption:
    """Record that a partner adopted a practice.

    :raises CannotAdopt: if the practice is archived, the partner is not of the area or already adopted it, or the day
        is in the future.
    """
    # Lock: a practice must not be archived while a partner adopts it.
    practice = _lock(practice)
    if practice.is_archived:
        raise CannotAdopt(_("This practice is archived."))
    if partnership.area_id != practice.area_id or partnership.is_archived:
        raise CannotAdopt(_("Only partners of this area can adopt this practice."), field="partnership")
    if since > at.astimezone(practice.area.zone).date():
        raise CannotAdopt(_("This day is in the future. Enter the day you started."), field="since")
    try:
        with transaction.atomic():
            return practice.adoptions.create(partnership=partnership, adopted_on=since, note=note)
    except IntegrityError:
        message = _("%(partner)s already adopted this practice.") % {"partner": partnership.organization.name}
        raise CannotAdopt(message, field="partnership") from None


@recorded
def end_adoption(adoption: Adoption, *, by: User | None, at: datetime) -> None:
    """Remove an adoption; the history keeps a record."""
    Adoption.objects.filter(pk=adoption.pk).delete()


def _lock(practice: Practice) -> Practice:
    return Practice.objects.select_for_update(of=("self",)).select_related("area").get(pk=practice.pk)


def _write(practice: Practice, facts: Mapping[str, Any], *, vouched: bool, at: datetime) -> None:
    area = practice.area
    if not vouched:
        raise CannotKeepPractice(_("Confirm that the text does not identify any customer."), field="vouched")
    told_by = facts.get("told_by")
    if any(partner.area_id != area.pk for partner in (*facts.get("partners", ()), *([told_by] if told_by else ()))):
        raise CannotKeepPractice(_("Choose partners of this area."), field="partners")
    apply_facts(practice, {name: facts[name] for name in FACTS if name in facts})
    if practice.happened_on > at.astimezone(area.zone).date():
        raise CannotKeepPractice(_("This month is in the future. Enter a past month."), field="happened_on")
    try:
        with transaction.atomic():
            practice.save()
    except IntegrityError:
        raise CannotKeepPractice(
            _("%(area)s already has a practice “%(practice)s”. Use another title, or adopt that practice.")
            % {"area": area.name, "practice": practice.title},
            field="title",
        ) from None
    for name in LINKS:
        if name in facts:
            getattr(practice, name).set(facts[name])
