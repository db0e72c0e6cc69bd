"""Save the text of an agreement as a version, and compare two of them, clause by clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft, lock_draft
from agreements.models import Agreement, Clause, Version
from onestop.accounts.models import User
from onestop.history.tracking import recorded

Contents = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ClauseDifference:
    """A clause in two versions; ``before`` or ``after`` is empty if it was added or removed."""

    number: str
    before_title: str
    title: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether its title or text differs."""
        return (self.before_title, self.before) != (self.title, self.after)


@recorded
def save_version(agreement: Agreement, *, note: str, by: User | None, at: datetime) -> Version:
    """Save the text as it is now.

    :raises CannotDraft: if the agreement was sent for signature, or nothing changed since the last version.
    """
    agreement = lock_draft(agreement)
    contents = contents_of(agreement.clauses.current().in_order())
    last = agreement.versions.order_by("-number").first()
    if last and last.contents == contents:
        words = _("Nothing changed since version %(number)s.") % {"number": last.number}
        raise CannotDraft(words)
    number = (agreement.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return Version.objects.create(agreement=agreement, number=number, note=note, contents=contents, by=by, at=at)


def contents_of(clauses: Iterable[Clause]) -> list[dict[str, Any]]:
    """Return the clauses as a version keeps them."""
    return [{"id": clause.pk, "title": clause.title, "text": clause.text} for clause in clauses]


def differences_between(old: Contents, new: Contents) -> list[ClauseDifference]:
    """Return each clause of two versions in the order of the new one; removed clauses follow where they were."""
    before = {clause["id"]: clause for clause in old}
    after = {clause["id"]: clause for clause in new}
    order = [clause["id"] for clause in new]
    for place, clause in enumerate(old):
        if clause["id"] not in after:
            order.insert(_place_of_removed(order, old[:place]), clause["id"])
    numbers = {clause["id"]: str(number) for number, clause in enumerate(new, start=1)}
    return [
        ClauseDifference(
            number=numbers.get(pk, ""),
            before_title=before.get(pk, {}).get("title", ""),
            title=after.get(pk, {}).get("title", ""),
            before=before.get(pk, {}).get("text", ""),
            after=after.get(pk, {}).get("text", ""),
        )
        for pk in order
    ]


def _place_of_removed(order: Sequence[int], earlier: Contents) -> int:
    """Return the place after the nearest clause before it that is still there."""
    for clause in reversed(earlier):
        if clause["id"] in order:
            return list(order).index(clause["id"]) + 1
    return 0
