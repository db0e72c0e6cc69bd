"""Issuing the manual: an edition is what stood in it at one moment, with what had changed since the one before."""

from datetime import datetime

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.manual import printing
from partners.manual.contents import Manual
from partners.manual.differences import Difference, differences
from partners.manual.gathering import gather
from partners.models import LocalArea, ManualEdition, ManualPrint


class NothingNew(Refused):
    """The manual is still what its latest edition says."""

    def __init__(self, edition: ManualEdition) -> None:
        super().__init__(f"Nothing has changed since edition {edition.number}, so its PDF is still right.")
        self.edition = edition


@recorded
def issue_edition(area: LocalArea, *, title: str, note: str = "", by: User | None, at: datetime) -> ManualEdition:
    """Keep the manual as it stands now as the next edition, and have its PDFs made.

    :raises NothingNew: if nothing at all has changed since the latest edition.
    """
    # Lock: of two who issue at once, the second must find the first one's edition.
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
    """Write an edition that follows another one, or is the first."""
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
    """Return what has changed since an edition; nothing before the first one."""
    return differences(Manual.read(before.snapshot), manual) if before else []


def changes_in(edition: ManualEdition) -> list[Difference]:
    """Return what had changed when an edition was issued."""
    return [Difference.read(found) for found in edition.changes]
