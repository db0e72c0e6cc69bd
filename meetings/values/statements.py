"""Write a statement of values as a draft, discard it, and adopt it by a group."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import Group, ValuesStatement
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version, version_of
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import LocalArea

FACTS = ("vision", "values")
NEW = "0"  # the version of what nobody has written yet


class CannotKeepValues(Refused):
    """The shared values cannot be saved, adopted or affirmed like this."""


def draft_of(area: LocalArea) -> ValuesStatement | None:
    """Return the draft of an area, if there is one."""
    return ValuesStatement.objects.filter(area=area, adopted_on=None).first()


def draft_version(draft: ValuesStatement | None) -> str:
    """Return the version that the form of a draft shows."""
    return version_of(draft) if draft else NEW


@recorded
def write_draft(
    area: LocalArea, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ValuesStatement:
    """Save the draft of an area's values; the first time, it is begun.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepValues: if there is no vision or no value.
    """
    # Lock: of two people who begin a draft at once, the second finds that of the first.
    LocalArea.objects.select_for_update(no_key=True).get(pk=area.pk)
    draft = draft_of(area)
    if draft:
        demand_version(draft, (), version)
    else:
        draft = ValuesStatement(area=area, created_at=at, created_by=by)
    apply_facts(draft, {name: facts[name] for name in FACTS if name in facts})
    if not draft.vision.strip():
        raise CannotKeepValues(_("Enter the vision."), field="vision")
    if not draft.lines:
        raise CannotKeepValues(_("Enter at least one value."), field="values")
    draft.save()
    return draft


@recorded
def discard_draft(area: LocalArea, *, by: User | None, at: datetime) -> None:
    """Delete the draft of an area's values; what was adopted stays. Doing it twice changes nothing."""
    ValuesStatement.objects.filter(area=area, adopted_on=None).delete()


@recorded
def adopt_draft(
    draft: ValuesStatement, *, group: Group | None = None, adopted_on: date, by: User | None, at: datetime
) -> ValuesStatement:
    """Record that a group adopted a draft: it replaces the statement before, and every partner affirms it anew.

    :raises CannotKeepValues: if it is adopted or discarded already, the group is not of the area, or the day is in the
        future or before the adoption of the statement that it replaces.
    """
    # Lock: two people must not adopt it on different days.
    draft = ValuesStatement.objects.select_for_update(of=("self",), no_key=True).filter(pk=draft.pk).first() or draft
    if draft.adopted_on is not None:
        raise CannotKeepValues(_("These values are adopted already."))
    if not ValuesStatement.objects.filter(pk=draft.pk).exists():
        raise CannotKeepValues(_("This draft was discarded."))
    if group and not Group.objects.current().of(draft.area_id).filter(pk=group.pk).exists():
        raise CannotKeepValues(_("Choose a group of this area."), field="group")
    today = at.astimezone(draft.area.zone).date()
    if adopted_on > today:
        raise CannotKeepValues(_("This day is in the future. Enter today or an earlier day."), field="adopted_on")
    if last := ValuesStatement.objects.in_force(draft.area_id, today).first():
        assert last.adopted_on
        if adopted_on < last.adopted_on:
            words = _("The values before were adopted on %(day)s. Enter that day or a later one.")
            raise CannotKeepValues(words % {"day": day(last.adopted_on, "plain")}, field="adopted_on")
    draft.group, draft.adopted_on = group, adopted_on
    draft.save(update_fields=["group", "adopted_on"])
    return draft
