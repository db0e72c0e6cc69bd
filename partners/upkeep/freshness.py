"""How fresh the word of a partner is: confirmed lately, long ago, or never."""

from dataclasses import dataclass
from datetime import date

from onestop.ui.presentation import shortday
from partners.models import Service


@dataclass(frozen=True)
class Freshness:
    """A status: word, icon and colour, as ``{% chip %}`` takes it; ``code`` is its name among the filters."""

    code: str
    kind: str
    word: str
    icon: str


def freshness_of(service: Service, today: date) -> Freshness:
    """Return how fresh a service is, in the word of its chip."""
    if service.verified_on is None:
        return Freshness("never", "soon", "Never confirmed", icon="question-circle")
    if service.is_stale(today):
        return Freshness("stale", "soon", f"Stale: {shortday(service.verified_on)}", icon="clock-history")
    return Freshness("fresh", "good", shortday(service.verified_on), icon="check-lg")
