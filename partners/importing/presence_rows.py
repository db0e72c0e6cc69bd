"""Plan the rows of a file of hours on site; a row may hold several weekdays."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.presentation import clock
from partners.importing import cells, times
from partners.importing.cells import CannotRead, Names
from partners.importing.network_fields import PRESENCE_FIELDS
from partners.importing.planning import Finder, Options, Outcome, PlannedRow, ReadRow, Seen, show, unreadable
from partners.models import Center, LocalArea, Organization, Partnership, Presence, Rhythm, Weekday

ABOUT = [field for field in PRESENCE_FIELDS if field.part == "presence" and field.code != "rhythm"]


class PresencePlanner:
    """Read the partners, centers and hours of the area once, then plan each row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read existing rows with a constant number of queries."""
        self.notes: list[str] = []
        self.words: dict[str, Names] = {}
        self.extra: dict[str, Any] = {}
        self.centers = {item.pk: item for item in Center.objects.filter(area=area).order_by("archived_at", "pk")}
        self.center_names = Names({item.pk: [item.name] for item in self.centers.values()})
        self.partnerships = {
            item.organization_id: item for item in Partnership.objects.filter(area=area).order_by("pk")
        }
        here = Organization.objects.filter(pk__in=self.partnerships).order_by("archived_at", "pk")
        self.organizations = {item.pk: item for item in here}
        self.partner_names = Finder((item.name, item) for item in self.organizations.values())
        self.short_names = Names(
            {item.pk: [item.short_name] for item in self.organizations.values() if item.short_name}
        )
        self.by_pk: dict[int, Presence] = {}
        self.there: dict[tuple[int, int], list[Presence]] = defaultdict(list)
        for presence in Presence.objects.filter(partnership__area=area).order_by("pk"):
            self.by_pk[presence.pk] = presence
            if not presence.is_archived:
                self.there[presence.partnership_id, presence.center_id].append(presence)
        self.planned: dict[int, Presence] = {}  # existing hours as this file changes them
        self.seen = Seen()

    # ------------------------------------------------------------ A row
    def plan_row(self, row: ReadRow) -> PlannedRow:
        """Return the plan of a row."""
        partner, center_name = row.values.get("partner", ""), row.values.get("center", "")
        title = ", ".join(part for part in (partner, center_name) if part)
        found = self._find(partner, center_name)
        if isinstance(found, str):
            return unreadable(row, title, found)
        partnership, center = found
        title = f"{self.organizations[partnership.organization_id].name}, {center.name}"
        try:
            days = self._days(row)
            starts_at, ends_at = self._hours(row)
        except CannotRead as problem:
            return unreadable(row, title, str(problem))
        if row.problems:
            return unreadable(row, title)
        identity = (partnership.pk, center.pk, tuple(days), starts_at, ends_at, row.values.get("begins_on"))
        if repeated := self.seen.repeat(identity, row, title):
            return repeated
        facts = {"starts_at": starts_at, "ends_at": ends_at} | self._facts(row)
        wanted = [
            Presence(partnership=partnership, center=center, weekday=weekday, rhythm=rhythm, **facts)
            for weekday, rhythm in days
        ]
        return self._plan(row, title, partnership, wanted)

    def _find(self, partner: str, center_name: str) -> tuple[Partnership, Center] | str:
        if not partner or not center_name:
            return _("The center is missing.") if partner else _("The partner is missing.")
        found = self.partner_names.find(partner)
        if not found and (by_short := self.short_names.find(partner)) is not None:
            found = [self.organizations[by_short]]
        if len(found) != 1:
            return (
                _("“%(name)s” matches several partners. Write the full name of one of them.") % {"name": partner}
                if found
                else _("There is no partner “%(name)s” here. Add it first.") % {"name": partner}
            )
        partnership = self.partnerships[found[0].pk]
        if partnership.is_archived:
            return _("Its partner is archived. Restore the partner first.")
        center = self.centers.get(self.center_names.find(center_name) or 0)
        if center is None:
            return _("There is no center “%(name)s” here.") % {"name": center_name}
        if center.is_archived:
            return _("The center “%(name)s” is archived. Restore it first.") % {"name": center_name}
        return partnership, center

    def _days(self, row: ReadRow) -> list[tuple[int, str]]:
        if "weekdays" not in row.values:
            raise CannotRead(_("The weekdays are missing."))
        try:
            days = times.read_days(row.values["weekdays"])
        except CannotRead as problem:
            raise CannotRead(
                _("Weekdays “%(value)s”: %(problem)s") % {"value": row.values["weekdays"], "problem": str(problem)}
            ) from problem
        weeks = row.values.get("rhythm")
        if weeks and any(rhythm and rhythm != weeks for _, rhythm in days):
            raise CannotRead(_("“Weekdays” and “In which weeks” contradict each other."))
        return [(weekday, rhythm or weeks or Rhythm.WEEKLY) for weekday, rhythm in days]

    def _hours(self, row: ReadRow) -> tuple[Any, Any]:
        hours, starts, ends = (row.values.get(code, "") for code in ("hours", "starts_at", "ends_at"))
        try:
            if hours and not (starts and ends):
                given = times.read_hours(hours)
            elif starts and ends:
                given = times.pair(starts, ends)
            else:
                raise CannotRead(_("A start or end time is missing. Write it like 9:00 AM to 4:00 PM."))
        except CannotRead as problem:
            value = hours or _("%(start)s to %(end)s") % {"start": starts, "end": ends}
            raise CannotRead(
                _("Hours “%(value)s”: %(problem)s") % {"value": value, "problem": str(problem)}
            ) from problem
        if given[1] <= given[0]:
            raise CannotRead(
                _("The hours end before they start: %(start)s to %(end)s.")
                % {"start": clock(given[0]), "end": clock(given[1])}
            )
        return given

    def _facts(self, row: ReadRow) -> dict[str, Any]:
        given = {item.name: row.values[item.code] for item in ABOUT if item.code in row.values}
        begins, ends = given.get("begins_on"), given.get("ends_on")
        if begins and ends and ends < begins:
            row.problems.append(_("The last day is before the first day."))
        return given

    # ------------------------------------------------------------ What it changes
    def _plan(self, row: ReadRow, title: str, partnership: Partnership, wanted: list[Presence]) -> PlannedRow:
        if row.problems:
            return unreadable(row, title)
        number = row.values.get("number")
        numbered = self.by_pk.get(number) if number else None
        if numbered and numbered.partnership_id == partnership.pk:
            if numbered.is_archived:
                row.remark(_("These hours are archived and were not changed. Restore them first."))
                return PlannedRow(row.line, title[:250], Outcome.SAME, target=partnership.pk)
            if len(wanted) > 1:
                return unreadable(
                    row, title, _("A portal number stands for one weekday. Write each weekday on its own row.")
                )
        else:
            numbered = None
        pairs: list[tuple[Presence, Presence | None]] = []
        for one in wanted:
            known = numbered or self._known(one)
            if isinstance(known, str):
                return unreadable(row, title, known)
            pairs.append((one, known))
            if conflict := self._clash(row, one, known):
                return unreadable(
                    row,
                    title,
                    _("The partner already has hours then: %(hours)s. Change those hours.") % {"hours": conflict},
                )
        changes: list[list[str]] = []
        writes: list[dict[str, Any]] = []
        for one, known in pairs:
            changed, write = self._differences(row, one, known, alone=len(pairs) == 1)
            changes += changed
            if known is None or changed:
                writes.append(write)
            self._take(one, known)
        added = all(known is None for _, known in pairs)
        outcome = Outcome.ADD if added else Outcome.CHANGE if writes else Outcome.SAME
        return PlannedRow(row.line, title[:250], outcome, changes, writes={"hours": writes}, target=partnership.pk)

    def _now(self, partnership_id: int, center_id: int) -> list[Presence]:
        """Return the hours of a partner at a center with the changes of earlier rows."""
        now = [self.planned.get(one.pk, one) if one.pk else one for one in self.there[partnership_id, center_id]]
        return [one for one in now if one.center_id == center_id]

    def _known(self, one: Presence) -> Presence | str | None:
        """Return the existing hours that a row changes: the same ones, or those it overlaps."""
        overlapping = [
            known for known in self._now(one.partnership_id, one.center_id) if known.pk and known.overlaps(one)
        ]
        same = [known for known in overlapping if _times(known) == _times(one)]
        open_ended = [known for known in overlapping if known.ends_on is None]
        for some in (same, overlapping, open_ended):
            if len(some) == 1:
                if some[0].pk in self.planned:
                    return _("Another row of the file has the same hours: %(hours)s.") % {"hours": some[0]}
                return self.by_pk[some[0].pk]
        if overlapping:
            return ngettext(
                "It overlaps %(number)s entry of hours. Add the column “Portal number” from an export.",
                "It overlaps %(number)s entries of hours. Add the column “Portal number” from an export.",
                len(overlapping),
            ) % {"number": len(overlapping)}
        return None

    def _clash(self, row: ReadRow, one: Presence, known: Presence | None) -> Presence | None:
        for name in ("begins_on", "ends_on"):
            if known and name not in row.values:
                setattr(one, name, getattr(known, name))
        others = self._now(one.partnership_id, one.center_id)
        return next((x for x in others if not (known and x.pk == known.pk) and x.overlaps(one)), None)

    def _take(self, one: Presence, known: Presence | None) -> None:
        if known is None:
            self.there[one.partnership_id, one.center_id].append(one)
        else:
            one.pk = known.pk
            self.planned[known.pk] = one
            if known.center_id != one.center_id:
                self.there[one.partnership_id, one.center_id].append(one)

    def _differences(
        self, row: ReadRow, one: Presence, known: Presence | None, *, alone: bool
    ) -> tuple[list[list[str]], dict[str, Any]]:
        """Return the differences between a row and existing hours: as text, and as values to write."""

        def label(field: str) -> str:
            day = Weekday(one.weekday).label
            return field if alone else _("%(day)s: %(field)s") % {"day": day, "field": field}

        changes: list[list[str]] = []
        after: dict[str, Any] = {"weekday": one.weekday, "rhythm": one.rhythm, "center_id": one.center_id}
        after |= {"starts_at": one.starts_at, "ends_at": one.ends_at}
        after |= {item.name: row.values[item.code] for item in ABOUT if item.code in row.values}
        was, will = (str(known) if known else ""), str(one)
        if was != will:
            changes.append([label(_("When")), was, will])
        if known and known.center_id != one.center_id:
            before, now = self.centers[known.center_id].name, self.centers[one.center_id].name
            changes.append([label(_("Center")), before, now])
        for item in ABOUT:
            if item.code not in row.values:
                continue
            before = getattr(known, item.name) if known else getattr(Presence(), item.name)
            value = row.values[item.code]
            if cells.comparable(before, item.reader) != cells.comparable(value, item.reader):
                changes.append([label(item.label), show(item, before), show(item, value)])
        return changes, {"row": known, "partnership_id": one.partnership_id, "values": after}


def _times(presence: Presence) -> tuple[Any, ...]:
    return presence.starts_at, presence.ends_at, presence.rhythm
