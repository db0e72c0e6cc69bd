"""Tell partners of their statements and of decisions about disputes, and the staff of disputes."""

from collections.abc import Sequence
from datetime import datetime

from agreements.models import Agreement, PartnerStatement, StatementDispute
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import people_of_partners, seated_in

SENT, DISPUTED = "agreements.statement_sent", "agreements.statement_disputed"
DECIDED, CLOSED = "agreements.dispute_decided", "agreements.statement_closed"


def tell_statements(statements: Sequence[PartnerStatement], *, at: datetime) -> None:
    """Send statements to the managers of their partners, or else to representatives with an account."""
    people = people_of_partners([each.payer.partnership for each in statements])
    notify_many(
        [
            _to_partner(SENT, f"{SENT}:{each.pk}", each, person)
            for each in statements
            for person in people[each.payer.partnership_id]
        ],
        at=at,
    )


def tell_disputed(dispute: StatementDispute, *, at: datetime) -> None:
    """Tell the staff that a partner disputes its statement."""
    statement = dispute.statement
    agreement = statement.agreement
    staff = seated_in(Role.STAFF, [agreement.area_id]).get(agreement.area_id, [])
    notify_many(
        [
            Message(
                kind=DISPUTED,
                key=f"{DISPUTED}:{dispute.pk}:{person.pk}",
                to=person,
                about=[statement, agreement],
                scope=agreement.area,
                why=why_staff(agreement),
                path=statement.get_absolute_url(),
                zone=agreement.area.zone,
                context={**context_of(statement), "dispute": dispute, "person": person.name},
            )
            for person in staff
            if person.pk != dispute.by_id
        ],
        at=at,
    )


def tell_decided(dispute: StatementDispute, *, at: datetime) -> None:
    """Tell the partner, and whoever wrote the dispute, what was decided."""
    statement = dispute.statement
    people = people_of_partners([statement.payer.partnership])[statement.payer.partnership_id]
    notify_many(
        [
            _to_partner(DECIDED, f"{DECIDED}:{dispute.pk}", statement, person, dispute)
            for person in people
            if person.pk != dispute.decided_by_id
        ],
        at=at,
    )


def tell_closed(statements: Sequence[PartnerStatement], *, at: datetime) -> None:
    """Tell partners what became of the balance of their statements."""
    people = people_of_partners([each.payer.partnership for each in statements])
    notify_many(
        [
            _to_partner(CLOSED, f"{CLOSED}:{each.pk}", each, person)
            for each in statements
            for person in people[each.payer.partnership_id]
        ],
        at=at,
    )


def _to_partner(
    kind: str, key: str, statement: PartnerStatement, person: User, dispute: StatementDispute | None = None
) -> Message:
    agreement = statement.agreement
    return Message(
        kind=kind,
        key=f"{key}:{person.pk}",
        to=person,
        about=[statement, agreement],
        scope=agreement.area,
        why=why_partner(statement),
        path=statement.get_absolute_url(),
        zone=agreement.area.zone,
        context={**context_of(statement), "dispute": dispute, "person": person.name},
    )


def why_partner(statement: PartnerStatement) -> str:
    """Return why the people of a partner get mail about its statements."""
    return _("You manage %(partner)s, or represent it.") % {"partner": statement.payer}


def why_staff(agreement: Agreement) -> str:
    """Return why the staff get mail about statements."""
    return _("You are One-Stop staff of %(area)s.") % {"area": agreement.area}


def context_of(statement: PartnerStatement) -> dict[str, object]:
    """Return what each mail about a statement says."""
    return {
        "statement": statement,
        "period": statement.period,
        "agreement": statement.agreement,
        "area": statement.agreement.area,
        "credit": max(-statement.balance, 0),
        "due": max(statement.balance, 0),
    }
