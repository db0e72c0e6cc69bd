"""The glossary: proposing a term, saying how one's own system says it, approving, sending back, putting away.

A reviewer is One-Stop staff of the area other than the person who wrote the last change. Where an area has no second
one, the same person may approve; the term's page then says so. What was approved stays in force while a change waits.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Membership, Partnership, Role, Term, Usage
from partners.search.synonyms import refresh_synonyms

FACTS = ("name", "abbreviation", "definition")
SAID = ("partnership", "program", "system", "wording", "meaning", "is_synonym")
# What counts as one version of a term: whatever its form shows.
TERM_LINKS = ("usages",)


class CannotKeepTerm(Refused):
    """A term cannot be kept like this."""


class CannotApprove(Refused):
    """A term cannot be approved, or sent back, by this person or in this state."""


class TermNameTaken(CannotKeepTerm):
    """The area has a term of this name."""

    def __init__(self, term: Term) -> None:
        archived = " in the archive" if term.is_archived else ""
        super().__init__(
            f"{term.area.name} already has a term “{term.name}”{archived}. "
            "Say there how you say it, or use another name.",
            field="name",
        )
        self.term = term


@recorded
def add_term(
    area: LocalArea,
    *,
    facts: Mapping[str, Any],
    usages: Iterable[Mapping[str, Any]] | None = None,
    by: User | None,
    at: datetime,
) -> Term:
    """Propose a term; it is a draft until a reviewer approves it.

    :raises TermNameTaken: if the area has one of this name, also if only in the archive.
    :raises CannotKeepTerm: if a system says the same word twice, or a partner is not of the area.
    """
    term = Term(area=area, written_by=by, **{name: facts[name] for name in FACTS if name in facts})
    _save(term)
    _write_usages(term, usages)
    return term


@recorded
def change_term(
    term: Term,
    *,
    facts: Mapping[str, Any] | None = None,
    usages: Iterable[Mapping[str, Any]] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Term:
    """Change what is written about a term, and how each system says it.

    What was approved stays in force until somebody approves the change.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises TermNameTaken: if the area has another term of this name.
    :raises CannotKeepTerm: if it is archived, a system says the same word twice, or a partner is not of the area.
    """
    term = _lock_to_change(term, version)
    changed = apply_facts(term, {name: value for name, value in (facts or {}).items() if name in FACTS})
    if _write_usages(term, usages) or changed:
        _wait_for_approval(term, by)
    return term


@recorded
def say_usages(
    term: Term,
    *,
    usages: Iterable[Mapping[str, Any]],
    of: Collection[Partnership],
    version: str = "",
    by: User | None,
    at: datetime,
) -> Term:
    """Say how these partners say a term; what others say stays as it is.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepTerm: if it is archived, a word stands twice, or a word would be put into another's mouth.
    """
    term, own, usages = _lock_to_change(term, version), {one.pk for one in of}, list(usages)
    if any(usage.get("partnership") is None or usage["partnership"].pk not in own for usage in usages):
        raise CannotKeepTerm("You can only say how your own organization says it.")
    if _write_usages(term, usages, among=term.usages.filter(partnership__in=own)):
        _wait_for_approval(term, by)
    return term


@recorded
def approve_term(term: Term, *, version: str = "", by: User | None, at: datetime) -> Term:
    """Put what is written into force: from now on it is what the partners have agreed on.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since the reviewer read it.
    :raises CannotApprove: if it is archived or approved already, the reviewer wrote the last change and is not the
        only staff, or another term in force has this name.
    """
    # Lock: what is approved must be what the reviewer has read.
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if term.is_archived:
        raise CannotApprove("This term is archived. Restore it first.")
    if term.is_approved:
        raise CannotApprove("This term is approved already.")
    if by is not None and not may_review(term, by):
        raise CannotApprove("You wrote the last change yourself. Somebody else of the One-Stop staff approves it.")
    term.status, term.sent_back_because = Term.Status.APPROVED, ""
    for name in FACTS:
        setattr(term, f"agreed_{name}", getattr(term, name))
    term.agreed_synonyms = synonyms_of(term)
    term.approved_by, term.approved_at = by, at
    try:
        with transaction.atomic():
            _save_what_is_in_force(term)
    except IntegrityError:
        raise CannotApprove(
            f"Another term is agreed as “{term.name}” until its own change is approved. Approve that one first."
        ) from None
    return term


@recorded
def send_back_term(term: Term, *, reason: str, version: str = "", by: User | None, at: datetime) -> Term:
    """Send a term back to whoever wrote it, with a reason.

    A change that waits goes back and leaves in force what was agreed before; an approved term becomes a draft again,
    and nothing of it is in force any more.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotApprove: if no reason is given, or the term is archived.
    """
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if not reason.strip():
        raise CannotApprove("Say what is to be changed.", field="reason")
    if term.is_archived:
        raise CannotApprove("This term is archived. Restore it first.")
    if term.is_approved:
        term.status = Term.Status.DRAFT
        term.agreed_name = term.agreed_abbreviation = term.agreed_definition = ""
        term.agreed_synonyms, term.approved_by, term.approved_at = [], None, None
    term.sent_back_because = reason.strip()
    _save_what_is_in_force(term)
    return term


@recorded
def archive_term(term: Term, *, by: User | None, at: datetime) -> None:
    """Put a term away: nothing is explained or found by it any more; its history stays, and it can be restored."""
    term = _lock(term)
    if not term.is_archived:
        term.archived_at = at
        _save_what_is_in_force(term)


@recorded
def restore_term(term: Term, *, by: User | None, at: datetime) -> None:
    """Take a term back, with what was in force of it."""
    term = _lock(term)
    term.archived_at = None
    _save_what_is_in_force(term)


def may_review(term: Term, user: User) -> bool:
    """Return whether one of the staff may approve what was written last: others' work, or all of it as the only one."""
    return term.written_by_id != user.pk or not _others(term, user).exists()


def synonyms_of(term: Term) -> list[str]:
    """Return the words, besides its own, under which people may look for a term, as its usages say now."""
    return other_words(term, term.usages.filter(is_synonym=True).order_by("pk").values_list("wording", flat=True))


def other_words(term: Term, words: Iterable[str]) -> list[str]:
    """Return words by name, each once whatever its case, without the term's own name and short form."""
    folded = {word.casefold(): word for word in words}
    for own in (term.name, term.abbreviation):
        folded.pop(own.casefold(), None)
    return sorted(folded.values(), key=str.casefold)


def settle(term: Term, synonyms: list[str], by: User | None) -> None:
    """Set whether what stands in a term is what was approved; if not, it waits for a reviewer."""
    says = [*(getattr(term, name) for name in FACTS), synonyms]
    agreed = [*(getattr(term, f"agreed_{name}") for name in FACTS), term.agreed_synonyms]
    term.status = Term.Status.APPROVED if term.is_in_force and says == agreed else Term.Status.DRAFT
    term.written_by, term.sent_back_because = by, ""


def _others(term: Term, user: User) -> Any:
    """Return the seats of the area's staff besides somebody."""
    seats = Membership.objects.current().filter(role=Role.STAFF, area=term.area_id, user__is_active=True)
    return seats.exclude(user=user)


def _lock(term: Term) -> Term:
    return Term.objects.select_for_update(of=("self",)).select_related("area").get(pk=term.pk)


def _lock_to_change(term: Term, version: str) -> Term:
    # Lock: of two who save at once, the second must see what the first has written.
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if term.is_archived:
        raise CannotKeepTerm("This term is archived. Restore it before you change it.")
    return term


def _wait_for_approval(term: Term, by: User | None) -> None:
    settle(term, synonyms_of(term), by)
    _save(term)


def _save_what_is_in_force(term: Term) -> None:
    """Save a term after which texts and searches may know other words; all such acts pass through here."""
    term.save()
    refresh_synonyms(term.area)


def _save(term: Term) -> None:
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError:
        raise TermNameTaken(Term.objects.select_related("area").get(area=term.area, name__iexact=term.name)) from None


def _write_usages(term: Term, usages: Iterable[Mapping[str, Any]] | None, *, among: Any = None) -> bool:
    """Make the usages (all of them, or those ``among`` which one may) say what is given; return whether any changed.

    A usage that is there already is known by its ``id``; one that is not given goes.
    """
    if usages is None:
        return False
    usages = list(usages)
    if any(usage["partnership"].area_id != term.area_id for usage in usages if usage.get("partnership")):
        raise CannotKeepTerm("Only partners of this area can say how they say it.")
    there = {usage.pk: usage for usage in (term.usages.all() if among is None else among)}
    # What goes makes room first.
    gone = there.keys() - {usage.get("id") for usage in usages}
    changed = bool(Usage.objects.filter(pk__in=gone).delete()[0])
    for said in usages:
        usage = there.get(said.get("id") or 0) or Usage(term=term)
        if apply_facts(usage, {name: said[name] for name in SAID if name in said}):
            _save_usage(usage)
            changed = True
    return changed


def _save_usage(usage: Usage) -> None:
    try:
        with transaction.atomic():
            usage.save()
    except IntegrityError:
        raise CannotKeepTerm(f"{usage.whose} says “{usage.wording}” twice. Make one line of the two.") from None
