"""How an authorization stands on a day: what is stored, and what follows from its dates and what is left."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import Authorization
from agreements.purchasing.ledger import AuthorizationEntry

ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True)
class AuthorizationState:
    """A state as a chip."""

    code: str
    kind: str
    word: str | Promise
    icon: str


OPEN = AuthorizationState("open", "good", _("Open"), "check-circle-fill")
NOT_BEGUN = AuthorizationState("not_begun", "way", _("Not begun yet"), "clock")
USED_UP = AuthorizationState("used_up", "soon", _("Used up"), "battery")
ENDS = AuthorizationState("ends", "soon", _("Ends soon"), "hourglass-split")
OVER = AuthorizationState("over", "soon", _("Ended, not closed"), "exclamation-triangle")
CLOSED = AuthorizationState("closed", "rest", _("Closed"), "lock")
REISSUED = AuthorizationState("reissued", "rest", _("Closed and reissued"), "arrow-right-circle")
CANCELED = AuthorizationState("canceled", "rest", _("Canceled"), "slash-circle")


def state_of(entry: AuthorizationEntry, today: date, *, is_reissued: bool = False) -> AuthorizationState:
    """Return the state of an authorization; the first one that applies."""
    authorization = entry.authorization
    if authorization.status == Authorization.Status.CANCELED:
        return CANCELED
    if not authorization.is_open:
        return REISSUED if is_reissued else CLOSED
    if authorization.last_on < today:
        return OVER
    if entry.is_used_up:
        return USED_UP
    if authorization.first_on > today:
        return NOT_BEGUN
    return ENDS if authorization.last_on - today <= ENDS_SOON else OPEN
