"""Edit, archive and restore local areas."""

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea

AREA_FACTS = ("name", "board_name", "time_zone", "program_year_month")


class CannotKeepArea(Refused):
    """An area cannot be saved like this."""


@recorded
def update_area(
    area: LocalArea, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> LocalArea:
    """Change the details of an area. Its slug stays, so that links keep working.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepArea: if the time zone does not exist, or another area of the state has the name.
    """
    # Lock: of two who save at once, the second must see the changes of the first.
    area = LocalArea.objects.select_for_update(of=("self",)).select_related("state").get(pk=area.pk)
    demand_version(area, (), version)
    for name in AREA_FACTS:
        if name in facts:
            setattr(area, name, facts[name])
    if area.time_zone not in zoneinfo.available_timezones():
        raise CannotKeepArea(_("This time zone does not exist. Select one from the list."), field="time_zone")
    try:
        with transaction.atomic():
            area.save()
    except IntegrityError:
        names = {"state": area.state.name, "area": area.name}
        message = _("%(state)s already has an area named %(area)s. Use another name.") % names
        raise CannotKeepArea(message, field="name") from None
    return area


@recorded
def archive_area(area: LocalArea, *, by: User | None, at: datetime) -> None:
    """Archive an area, for example after a merger: only the operator can open it, and nothing is deleted."""
    LocalArea.objects.current().filter(pk=area.pk).update(archived_at=at)


@recorded
def restore_area(area: LocalArea, *, by: User | None, at: datetime) -> None:
    """Restore an area with its people and partners as they were."""
    LocalArea.objects.archived().filter(pk=area.pk).update(archived_at=None)
