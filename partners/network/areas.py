"""The local area itself: its name, its board, its time zone, its program year."""

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea

AREA_FACTS = ("name", "board_name", "time_zone", "program_year_month")


class CannotKeepArea(Refused):
    """An area cannot be kept like this."""


@recorded
def update_area(
    area: LocalArea, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> LocalArea:
    """Change what is known of an area. Its name in addresses stays, so that no kept link breaks.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepArea: if there is no such time zone, or another area of the state has the name.
    """
    # Lock: of two who save at once, the second must see what the first has written.
    area = LocalArea.objects.select_for_update(of=("self",)).select_related("state").get(pk=area.pk)
    demand_version(area, (), version)
    for name in AREA_FACTS:
        if name in facts:
            setattr(area, name, facts[name])
    if area.time_zone not in zoneinfo.available_timezones():
        raise CannotKeepArea("There is no time zone of this name.", field="time_zone")
    try:
        with transaction.atomic():
            area.save()
    except IntegrityError:
        raise CannotKeepArea(f"{area.state.name} has an area named {area.name} already.", field="name") from None
    return area


@recorded
def archive_area(area: LocalArea, *, by: User | None, at: datetime) -> None:
    """Put an area away, as when two areas become one: nobody but the operator comes in; everything is kept."""
    LocalArea.objects.current().filter(pk=area.pk).update(archived_at=at)


@recorded
def restore_area(area: LocalArea, *, by: User | None, at: datetime) -> None:
    """Take an area back, with its people and partners as they were."""
    LocalArea.objects.archived().filter(pk=area.pk).update(archived_at=None)
