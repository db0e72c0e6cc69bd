"""Editions of the manual: snapshots of a day, with the changes since the edition before."""

from datetime import datetime

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.manual import printing
from partners.manual.contents import Manual
from partners.manual.differences import Difference, differences
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualEdition, ManualPrint


class NothingNew(Refused):
    """The manual has not changed since its latest edition."""

    def __init__(self, edition: ManualEdition) -> None:
        message = _("Nothing has changed since edition %(number)s. Use its PDF.")
        super().__init__(message % {"number": edition.number})
        self.edition = edition


@recorded
def issue_edition(area: LocalArea, *, title: str, note: str = "", by: User | None, at: datetime) -> ManualEdition:
    """Save the current manual as the next edition, and request its PDFs.

    :raises NothingNew: if nothing has changed since the latest edition.
    """
    # Lock: of two concurrent requests, the second must find the edition of the first.
    LocalArea.objects.select_for_update().get(pk=area.pk)
    before = ManualEdition.objects.of(area).first()
    manual = gather(area, today=at.astimezone(area.zone).date())
    if before and before.digest == manual.digest():
        raise NothingNew(before)
    edition = keep_edition(area, manual, before, title=title, note=note, by=by, at=at)
    for variant in ManualPrint.Variant:
        printing.ask_for_edition(edition, variant, by=None, at=at)
    return edition


def keep_edition(
    area: LocalArea,
    manual: Manual,
    before: ManualEdition | None,
    *,
    title: str,
    note: str,
    by: User | None,
    at: datetime,
) -> ManualEdition:
    """Save the first edition, or the one after ``before``."""
    return ManualEdition.objects.create(
        area=area,
        number=before.number + 1 if before else 1,
        title=title,
        note=note,
        issued_on=at.astimezone(area.zone).date(),
        issued_at=at,
        issued_by=by,
        digest=manual.digest(),
        snapshot=manual.to_json(),
        changes=[found.to_json() for found in changes_since(before, manual)],
    )


def changes_since(before: ManualEdition | None, manual: Manual) -> list[Difference]:
    """Return the changes since an edition; none without one."""
    return differences(Manual.read(before.snapshot), manual) if before else []


def changes_in(edition: ManualEdition) -> list[Difference]:
    """Return the stored changes of an edition."""
    return [Difference.read(found) for found in edition.changes]
