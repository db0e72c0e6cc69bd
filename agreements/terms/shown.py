"""What pages of agreements show of the term: standings of an agreement and its parties, clocks, reviews, numbers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q

from agreements.models import AgreementQuerySet
from agreements.terms.clocks import clocks_of
from agreements.terms.standings import (
    EXPIRING,
    GAP,
    LAPSED,
    LASTING,
    RETROACTIVE,
    STANDINGS,
    condition_of,
    standing_of,
    standing_of_party,
)

READY = (LAPSED, EXPIRING, LASTING, GAP, RETROACTIVE, "draft", "review", "signing")  # filters that a list offers


def shown_terms(agreement: Any, parties: Sequence[Any], today: date) -> dict[str, Any]:
    """Return what the page of an agreement shows; two queries if it is executed. Needs with_terms and with_clocks."""
    standing = standing_of(agreement, today)
    if agreement.executed_on is None:
        return {"standing": standing, "last_day": agreement.expires_on, "clocks": (), "reviews": (), "extensions": ()}
    for party in parties:
        party.standing = standing_of_party(agreement, party, today)
    extensions = agreement.amendments.executed().exclude(extends_to=None).exclude(status="terminated")
    return {
        "standing": standing,
        "last_day": agreement.ends_on,
        "clocks": list(clocks_of(agreement, today)),
        "reviews": agreement.reviews.current().select_related("by").latest_first(),
        "extensions": list(extensions.order_by("extends_to", "pk")),
    }


def numbers_of(rows: AgreementQuerySet, today: date) -> list[tuple[str, Any, int]]:
    """Return the ready filters of a list with how many agreements each finds, without empty ones; one query."""
    named = dict(STANDINGS)
    counts = rows.with_terms().aggregate(
        **{code: Count("pk", filter=Q(condition_of(code, today)), distinct=True) for code in READY}
    )
    return [(code, named[code], counts[code]) for code in READY if counts[code]]
