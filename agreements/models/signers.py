"""Who is asked to sign: whoever holds the office on a day, or the person to whom the signature was delegated."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from onestop.accounts.models import User
from partners.models import Tenure

if TYPE_CHECKING:
    from agreements.models.sendings import SignatureRequest


@dataclass(frozen=True)
class Signer:
    """A person who signs as an office: the name on record, the address, and the account, if there is an active one."""

    name: str
    email: str
    user: User | None = None
    delegated_by: str = ""

    @property
    def can_be_asked(self) -> bool:
        """Whether there is an address to write to."""
        return bool(self.email)

    def has(self, *, user: Any = None, email: str = "") -> bool:
        """Whether it is the person of an account, or of an address."""
        if user is not None:
            return self.user is not None and self.user == user
        return bool(email) and self.email == email.lower()


def holder_of(tenure: Tenure) -> Signer:
    """Return the holder of an office. Needs the account of the tenure."""
    user = tenure.user if tenure.user and tenure.user.is_active else None
    return Signer(tenure.name, (user.email if user else tenure.email).lower(), user)


def holders_on(day: date, offices: Collection[int]) -> dict[int, Signer]:
    """Return who holds each of these offices on a day, by office; one query."""
    tenures = Tenure.objects.on(day).filter(office__in=offices).select_related("user")
    return {tenure.office_id: holder_of(tenure) for tenure in tenures}


def signers_of(requests: "Collection[SignatureRequest]", *, at: datetime) -> dict[int, Signer]:
    """Return who is asked by each request of one agreement, by request; three queries. Without anybody, none is there.

    The office is read as of the day in the area of the agreement.
    """
    from agreements.models.signatures import Delegation  # below this module only for its rows

    if not requests:
        return {}
    today = at.astimezone(next(iter(requests)).agreement.area.zone).date()
    holders = holders_on(today, {request.office_id for request in requests})
    delegations = Delegation.objects.filter(request__in=[request.pk for request in requests], status="confirmed")
    delegated = {delegation.request_id: delegation for delegation in delegations}
    accounts: dict[str, User] = {}
    if delegated:
        addresses = {delegation.email for delegation in delegated.values()}
        accounts = {user.email.lower(): user for user in User.objects.filter(email__in=addresses, is_active=True)}
    found: dict[int, Signer] = {}
    for request in requests:
        if to := delegated.get(request.pk):
            found[request.pk] = Signer(to.name, to.email, accounts.get(to.email), to.asked_by)
        elif holder := holders.get(request.office_id):
            found[request.pk] = holder
    return found


def signer_of(request: "SignatureRequest", *, at: datetime) -> Signer | None:
    """Return who is asked by a request, or ``None`` if nobody holds the office."""
    return signers_of([request], at=at).get(request.pk)
