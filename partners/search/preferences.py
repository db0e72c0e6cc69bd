"""Put services first that fit the hints of a question (``hints``)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Service
from partners.search.facets import BY_CODE, FREE, REMOTE, TODAY
from partners.search.hints import HOURS, PLACE, Hint, Hints
from partners.search.language_names import said_language

# A service that fits all hints passes those that fit none and are up to 15 places better.
FROM_PLACE, FOR_ASIDE, FOR_PEOPLE = 10, 1.5, 0.6
# Hours are typed: "Mon to Thu, 5:30 to 8:30 PM", "18:00", "Saturdays by appointment".
EVENING = r"\m(evening|night|noche|tarde)|(^|[^0-9:])0?([6-9]|10)(:[0-5][0-9])? ?p\.?m|\m(1[89]|2[0-3]):[0-5][0-9]"
WEEKEND = (
    r"\m(sat|sun)(urdays?|days?)?\M|weekend|\m(s[aá]bado|domingo|fin de semana)|daily|every day|7 days|24/7|24 hours"
)
CLOSED = r"closed (on )?(sat|sun|weekend)"
FITS_HOURS = {
    "evening": f"s.hours ~* '{EVENING}'",
    "weekend": f"s.hours ~* '{WEEKEND}' AND s.hours !~* '{CLOSED}'",
}  # no translation: SQL
LABELS: dict[str, str | Promise] = {
    FREE: gettext_lazy("Free"),
    REMOTE: gettext_lazy("By phone, video or online"),
    TODAY: gettext_lazy("On site today"),
    "evening": gettext_lazy("In the evening"),
    "weekend": gettext_lazy("On the weekend"),
}


def label_of(hint: Hint) -> str:
    """Return a hint in the words of a page."""
    if hint.facet == PLACE:
        return _("Near %(place)s") % {"place": hint.value}
    if hint.facet == "group":
        return str(Service.Group(hint.value).label)
    if hint.facet == "accommodation":
        return str(Service.Accommodation(hint.value).label)
    if hint.facet == "language":
        return said_language(hint.value)
    return str(LABELS.get(hint.value if hint.facet == HOURS else hint.facet, hint.value))


def prefer(ids: Sequence[int], hints: Hints, sites: Collection[tuple[int, int]] = ()) -> list[int]:
    """Return the ids of services, the best first, with those that fit the hints moved up; one query if there are any.

    ``sites`` are the (partner, center) pairs on site today.
    """
    wanted = hints.preferred
    if not (ids and wanted):
        return list(ids)
    fits, given = fits_sql(wanted, sites)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.service_id, {fits} FROM partners_listing l JOIN partners_service s ON s.id = l.service_id"  # noqa: S608 -- SQL of this module
            " WHERE l.service_id = ANY (%(ids)s)",
            given | {"ids": list(ids)},
        )
        gains = {row[0]: float(row[1]) for row in cursor.fetchall()}
    if not hints.words:
        return sorted(ids, key=lambda pk: -gains.get(pk, 0))
    score = {pk: (1 + gains.get(pk, 0) / len(wanted)) / (FROM_PLACE + place) for place, pk in enumerate(ids)}
    return sorted(ids, key=lambda pk: -score[pk])


def fits_sql(hints: Iterable[Hint], sites: Collection[tuple[int, int]]) -> tuple[str, dict[str, Any]]:
    """Return SQL for how well a listing ``l`` of a service ``s`` fits the hints, and its parameters."""
    given: dict[str, Any] = {"today_partnerships": [p for p, _c in sites], "today_centers": [c for _p, c in sites]}
    pieces = []
    for number, hint in enumerate(hints):
        name = f"hint{number}"
        given |= {name: [hint.value], f"{name}_said": hint.value if hint.facet == PLACE else hint.said}
        gain = FOR_ASIDE if hint.is_aside else FOR_PEOPLE
        pieces.append(f"CASE WHEN {_fits(hint, name)} THEN {gain} ELSE 0 END")  # no translation: SQL
    return " + ".join(pieces), given


def _fits(hint: Hint, name: str) -> str:
    if hint.facet == HOURS:
        return FITS_HOURS[hint.value]
    if hint.facet == PLACE:
        return f"l.search @@ phraseto_tsquery('onestop', %({name}_said)s)"
    facet = BY_CODE[hint.facet]
    if facet.shape == "flag":
        return facet.sql
    # What is said in a name or a keyword counts as much as what was ticked.
    return f"({facet.sql} && %({name})s::text[] OR l.head @@ plainto_tsquery('onestop', %({name}_said)s))"
