"""Add, edit, archive and restore groups; what an area asks of people at most."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.models import FurtherGroupArea, Group, MeetingPolicy
from onestop.accounts.models import User
from onestop.editing.personal_data import find_personal_data
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, State

FACTS = (
    "kind", "name", "purpose", "cadence", "quorum", "quorum_number", "is_open_meeting", "notice_days",
    "absences_allowed",
)  # fmt: skip
LINKS = ("seats", "members", "further_areas")


class CannotKeepGroup(Refused):
    """A group cannot be saved or changed like this."""


@recorded
def add_group(
    place: LocalArea | State,
    *,
    facts: Mapping[str, Any],
    further_areas: Collection[LocalArea] = (),
    by: User | None,
    at: datetime,
) -> Group:
    """Add a group of an area, or of a state.

    :raises CannotKeepGroup: if the name is taken, the area has a board already, or a support team names a person.
    """
    owner = {"area": place} if isinstance(place, LocalArea) else {"state": place}
    group = Group(**owner, **{name: facts[name] for name in FACTS if name in facts})
    _save(group)
    _set_further_areas(group, further_areas)
    return group


@recorded
def update_group(
    group: Group,
    *,
    facts: Mapping[str, Any],
    further_areas: Collection[LocalArea] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Group:
    """Edit a group.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepGroup: if it is archived, its name is taken, or a support team names a person.
    """
    group = lock_group(group)
    demand_version(group, ("further_areas",), version)
    demand_current(group)
    apply_facts(group, {name: facts[name] for name in FACTS if name in facts})
    _save(group)
    if further_areas is not None:
        _set_further_areas(group, further_areas)
    return group


@recorded
def archive_group(group: Group, *, by: User | None, at: datetime) -> None:
    """Archive a group that no longer meets.

    :raises CannotKeepGroup: if a meeting of it is still to come.
    """
    group = lock_group(group)
    if group.is_archived:
        return
    coming = group.meetings.coming(at).first()
    if coming:
        raise CannotKeepGroup(_("A meeting is still to come. Cancel it, or end its series, first."))
    group.archived_at = at
    group.save(update_fields=["archived_at"])


@recorded
def restore_group(group: Group, *, by: User | None, at: datetime) -> None:
    """Restore an archived group.

    :raises CannotKeepGroup: if another group has its name by now, or is the board of its area.
    """
    group = lock_group(group)
    if group.is_archived:
        group.archived_at = None
        _save(group)


def lock_group(group: Group) -> Group:
    """Lock a group and return it as it is now, in the running transaction.

    Its seats, members and series change one after the other: two who add the same one do not both add it.
    """
    # Lock: of two edits at once, the second sees the first.
    rows = Group.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area__state", "state").get(pk=group.pk)


def demand_current(group: Group) -> None:
    """Refuse to change a group that is archived.

    :raises CannotKeepGroup: then.
    """
    if group.is_archived:
        raise CannotKeepGroup(_("This group is archived. Restore it first."))


def _save(group: Group) -> None:
    if group.quorum != Group.Quorum.NUMBER:
        group.quorum_number = None
    elif not group.quorum_number:
        raise CannotKeepGroup(_("Enter how many voting seats make a quorum."), field="quorum_number")
    if group.is_support_team:
        demand_no_personal_data(group.name, group.purpose)
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as problem:
        if "area_has_one_board" in str(problem):
            raise CannotKeepGroup(_("This area has a board already."), field="kind") from None
        raise CannotKeepGroup(_("There is a group of this name already."), field="name") from None


def demand_no_personal_data(*texts: str) -> None:
    """Refuse what may name the customer of a support team.

    :raises CannotKeepGroup: with what was found.
    """
    if found := find_personal_data(texts):
        words = _("%(finding)s. A support team has a number, and never the name of a customer.")
        raise CannotKeepGroup(words % {"finding": found[0]})


def _set_further_areas(group: Group, areas: Collection[LocalArea]) -> None:
    wanted = {area.pk for area in areas} - {group.area_id}
    known = set(group.further_areas.values_list("area", flat=True))
    group.further_areas.filter(area__in=known - wanted).delete()
    FurtherGroupArea.objects.bulk_create(FurtherGroupArea(group=group, area_id=pk) for pk in sorted(wanted - known))


# ---------------------------------------------------------------- The policy of an area
@recorded
def set_policy(area: LocalArea, *, hours_a_month: int, by: User | None, at: datetime) -> MeetingPolicy:
    """Set how many hours a month an area asks people to meet at most."""
    policy, _made = MeetingPolicy.objects.update_or_create(area=area, defaults={"hours_a_month": hours_a_month})
    return policy
