"""How a person wants to be told: how often for each kind, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onestop.accounts.models import User
from onestop.notices.kinds import Cadence, Kind, all_kinds
from onestop.notices.models import Preference, Timetable

TIMETABLE = ("time_zone", "digest_at", "weekly_on", "quiet_from", "quiet_until", "ceiling")


@dataclass(frozen=True)
class Wish:
    """A kind, and how often the person wants to be told such things."""

    kind: Kind
    cadence: Cadence


def wishes_of(user: Any) -> list[Wish]:
    """Return what a person has a say in, and what they said, or how it is by default."""
    said = dict(Preference.objects.filter(user=user).values_list("kind", "cadence"))
    changeable = [kind for kind in all_kinds() if kind.can_be_changed and kind.is_for(user)]
    return [Wish(kind, Cadence(said.get(kind.code, kind.cadence))) for kind in changeable]


@transaction.atomic
def save_wishes(user: User, *, cadences: Mapping[str, Cadence], timetable: Mapping[str, Any]) -> None:
    """Keep how and when a person wants to be told. What waits for a digest stays there."""
    # Lock: of two who save at once, the last one counts whole.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Preference.objects.filter(user=user).delete()
    kinds = {kind.code: kind for kind in all_kinds()}
    Preference.objects.bulk_create(
        [
            Preference(user=user, kind=code, cadence=cadence)
            for code, cadence in cadences.items()
            if code in kinds and cadence in kinds[code].cadences and cadence != kinds[code].cadence
        ]
    )
    Timetable.objects.update_or_create(
        user=user, defaults={name: timetable[name] for name in TIMETABLE if name in timetable}
    )
