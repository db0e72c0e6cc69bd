"""Add, edit, move, remove and restore the clauses of a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft, lock_draft
from agreements.models import Agreement, Clause
from agreements.requirements import clause_elements_of
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("title", "text", "elements")
MOST_CLAUSES = 200


@recorded
def add_clause(
    agreement: Agreement, *, facts: Mapping[str, Any], after: Clause | None = None, by: User | None, at: datetime
) -> Clause:
    """Add a clause after another one, or at the end.

    :raises CannotDraft: if the agreement was sent for signature, or has very many clauses.
    """
    agreement = lock_draft(agreement)
    order = list(agreement.clauses.current().in_order())
    if len(order) >= MOST_CLAUSES:
        raise CannotDraft(_("An agreement can have %(number)s clauses at most.") % {"number": MOST_CLAUSES})
    own = {name: facts[name] for name in FACTS if name in facts}
    clause = Clause(agreement=agreement, position=len(order) + 1, **own)
    _check_elements(agreement, clause)
    clause.save()
    place = order.index(after) + 1 if after in order else len(order)
    order.insert(place, clause)
    _number(order)
    return clause


@recorded
def update_clause(
    clause: Clause, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Clause:
    """Edit a clause.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if the agreement was sent for signature, or the clause was removed.
    """
    agreement, clause = _lock(clause)
    demand_version(clause, (), version)
    if clause.is_archived:
        raise CannotDraft(_("This clause was removed. Restore it before you edit it."))
    names = apply_facts(clause, {name: facts[name] for name in FACTS if name in facts})
    _check_elements(agreement, clause)
    if names:
        clause.save(update_fields=names)
    return clause


@recorded
def move_clause(clause: Clause, *, to: int, by: User | None, at: datetime) -> None:
    """Move a clause to a place, counted from one.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    agreement, clause = _lock(clause)
    order = [each for each in agreement.clauses.current().in_order() if each.pk != clause.pk]
    if not clause.is_archived:
        order.insert(max(0, to - 1), clause)
        _number(order)


@recorded
def remove_clause(clause: Clause, *, by: User | None, at: datetime) -> None:
    """Remove a clause; it can be restored.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    agreement, clause = _lock(clause)
    if not clause.is_archived:
        clause.archived_at = at
        clause.save(update_fields=["archived_at"])
        _number(list(agreement.clauses.current().in_order()))


@recorded
def restore_clause(clause: Clause, *, by: User | None, at: datetime) -> None:
    """Restore a removed clause at its old place.

    :raises CannotDraft: if the agreement was sent for signature.
    """
    agreement, clause = _lock(clause)
    if clause.is_archived:
        order = list(agreement.clauses.current().in_order())
        clause.archived_at = None
        clause.save(update_fields=["archived_at"])
        order.insert(max(0, clause.position - 1), clause)
        _number(order)


def _lock(clause: Clause) -> tuple[Agreement, Clause]:
    agreement = lock_draft(clause.agreement)
    return agreement, Clause.objects.select_related("agreement").get(pk=clause.pk)


def _check_elements(agreement: Agreement, clause: Clause) -> None:
    known = [element.code for element in clause_elements_of(agreement.kind)]
    clause.elements = [code for code in known if code in clause.elements]


def _number(order: list[Clause]) -> None:
    """Give the clauses their places, without holes."""
    moved = [clause for place, clause in enumerate(order, start=1) if clause.position != place]
    for place, clause in enumerate(order, start=1):
        clause.position = place
    Clause.objects.bulk_update(moved, ["position"])
