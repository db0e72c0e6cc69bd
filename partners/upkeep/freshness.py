"""How recently a service was confirmed: in the last six months, earlier, or never."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from onestop.ui.presentation import shortday
from partners.models import Service, ServiceText


@dataclass(frozen=True)
class Freshness:
    """A status as ``{% chip %}`` takes it: kind, word and icon. ``code`` is its value in the filters."""

    code: str
    kind: str
    word: str
    icon: str


def freshness_of(service: Service | ServiceText, today: date) -> Freshness:
    """Return how recently a service or its text was confirmed, as a chip."""
    if service.verified_on is None:
        return Freshness("never", "soon", _("Never confirmed"), icon="question-circle")
    if service.is_stale(today):
        word = _("Not confirmed since %(day)s") % {"day": shortday(service.verified_on)}
        return Freshness("stale", "soon", word, icon="clock-history")
    return Freshness("fresh", "good", shortday(service.verified_on), icon="check-lg")
