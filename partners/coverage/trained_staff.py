"""Record that staff of partners were trained about programs: the "trained staff" of program access."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import Partnership, Program, ProgramAccess


class CannotRecordTraining(Refused):
    """A training of staff cannot be recorded like this."""


@recorded
def record_training(
    *, programs: Collection[Program], hosts: Collection[Partnership], on: date, by: User | None, at: datetime
) -> list[ProgramAccess]:
    """Record that staff of these partners learned about these programs on a day, and return the access that has it.

    This is the day of all access to the programs through trained staff of the partners (20 CFR 678.305(d)(2)), unless
    a later training is recorded. An earlier day changes nothing, and nothing is ever set back.

    :raises CannotRecordTraining: if the day is in the future, in the area of one of the partners.
    """
    if any(on > at.astimezone(host.area.zone).date() for host in hosts):
        raise CannotRecordTraining(_("This date is in the future. Record a training after it took place."))
    # Lock: of two trainings recorded at once the later day stays, and nobody edits the access meanwhile.
    rows = ProgramAccess.objects.current().select_for_update(of=("self",)).filter(
        Q(trained_on=None) | Q(trained_on__lt=on), mode=ProgramAccess.Mode.TRAINED, program__in=programs,
        host__in=hosts,
    )  # fmt: skip
    found = list(rows.select_related("program", "center", "host__organization").order_by("pk"))
    for access in found:
        access.trained_on = on
    ProgramAccess.objects.bulk_update(found, ["trained_on"])
    return found
