"""What waits for the signature of a person, and what they have signed."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from agreements.models import Delegation, Signature, SignatureRequest
from agreements.models.signers import signers_of
from onestop.accounts.models import User
from partners.models import Tenure

MOST = 200


def waiting_for(user: User, *, at: datetime) -> Sequence[SignatureRequest]:
    """Return the requests that the person can sign now, the oldest first; the same number of queries for any number.

    A request of each area is judged by the day there.
    """
    by_area: dict[int, list[SignatureRequest]] = {}
    for request in _candidates(user).order_by("opened_at", "pk")[:MOST]:
        by_area.setdefault(request.agreement.area_id, []).append(request)
    found = []
    for requests in by_area.values():
        signers = signers_of(requests, at=at)
        found += [request for request in requests if request.pk in signers and signers[request.pk].has(user=user)]
    return found


def _candidates(user: User) -> QuerySet[SignatureRequest]:
    """Return open requests of offices that the person holds or held, and those delegated to their address."""
    offices = Tenure.objects.current().filter(user=user).values("office")
    delegated = Delegation.objects.filter(email__iexact=user.email, status=Delegation.Status.CONFIRMED)
    rows = SignatureRequest.objects.filter(status=SignatureRequest.Status.OPEN, sending__voided_at=None)
    rows = rows.filter(Q(office__in=offices) | Q(pk__in=delegated.values("request")))
    return rows.select_related("agreement__area__state", "sending", "party__partnership__organization", "office")


def signed_by(user: User) -> QuerySet[Signature]:
    """Return the signatures that a person gave with their account, the latest first."""
    rows = Signature.objects.filter(user=user).order_by("-signed_at", "-pk")
    return rows.select_related("agreement__area", "party__partnership__organization", "request")[:MOST]
