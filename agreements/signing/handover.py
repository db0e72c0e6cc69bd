"""Signatures that wait for a person who leaves (see ``turnover``), and what stops without a signatory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower, Now, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement, Delegation, Party, SignatureRequest
from agreements.signing import delegations
from agreements.signing.signatures import CannotSign
from onestop.accounts.models import User
from partners.models import Membership, Tenure
from partners.people import single_person_risk, turnover
from partners.people.single_person_risk import Function
from partners.people.turnover import Leaving, OpenItem

WAITS = (Agreement.Status.REVIEW, Agreement.Status.SIGNING)


def register() -> None:
    """Register what this app hands over, and what stops without a signatory."""
    turnover.register_open_items("signatures", find_signatures, hand_over_signature)
    single_person_risk.register_stop(Function.SIGNS, _no_signatures, _unsigned_agreements)


# ---------------------------------------------------------------- Turnover
def find_signatures(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield what waits for the signature of a person whose account is deactivated."""
    if not leaving.deactivates:
        return
    for request in _waiting_for(leaving.person).order_by("opened_at", "pk"):
        names = {"agreement": request.agreement, "title": request.title}
        yield OpenItem(
            key=f"signature-{request.pk}",
            title=_("Signature on %(agreement)s as %(title)s") % names,
            otherwise=_("It waits until somebody else holds the office, or the staff record a signature on paper."),
            heirs=_colleagues(request, leaving.person),
            subject=request,
        )


def _waiting_for(person: User) -> QuerySet[SignatureRequest]:
    """Return what a person is to sign on the database's day; one more or less does not matter here."""
    today = TruncDate(Now())
    held = Tenure.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), user=person, from_on__lte=today)
    delegated = Delegation.objects.filter(email__iexact=person.email, status=Delegation.Status.CONFIRMED)
    rows = SignatureRequest.objects.of_live_sendings().filter(status=SignatureRequest.Status.OPEN)
    rows = rows.filter(Q(office__in=held.values("office")) | Q(pk__in=delegated.values("request")))
    return rows.select_related("agreement__area", "party__partnership__organization")


def _colleagues(request: SignatureRequest, person: User) -> tuple[User, ...]:
    """Return who else of the party can sign in; of the board and officials, nobody stands in without being named."""
    partnership = request.party.partnership
    if partnership is None:
        return ()
    seats = Membership.objects.current().filter(
        Q(partnership=partnership) | Q(organization=partnership.organization_id), user=OuterRef("pk")
    )
    people = User.objects.filter(Exists(seats), is_active=True).exclude(pk=person.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def hand_over_signature(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Propose that the heir signs; the staff confirm it, as they confirm any delegation."""
    request: SignatureRequest = thing.subject
    taken = request.delegations.exclude(status=Delegation.Status.REFUSED).exists()
    if heir is None or taken:
        return
    authority = _("Takes over from %(name)s, who left") % {"name": leaving.person.name}
    try:
        delegations.name_heir(request, heir, authority=authority, asked_by=leaving.person.name, at=at)
    except CannotSign:  # signed or taken back meanwhile: nothing is left to hand over
        return


# ---------------------------------------------------------------- Single-person risk
def _unsigned_agreements() -> Any:
    """Return how many agreements in review or out for signature a partner has still to sign."""
    signed = SignatureRequest.objects.filter(party=OuterRef("pk"), status="signed", sending__voided_at=None)
    parties = Party.objects.current().filter(
        ~Exists(signed), partnership=OuterRef("pk"), agreement__status__in=WAITS
    )  # fmt: skip
    counted = parties.order_by().values("partnership").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def _no_signatures(number: int) -> str:
    if not number:
        return ""
    return ngettext("%(number)d agreement cannot be signed.", "%(number)d agreements cannot be signed.", number) % {
        "number": number
    }
