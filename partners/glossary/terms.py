"""The glossary: propose, change, approve, send back and archive terms, and edit their usages.

A reviewer is One-Stop staff of the area other than the author of the last change. If the area has no other staff, the
author may approve; the page of the term then shows that. The approved version stays in force while a change is pending.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, Membership, Partnership, Role, Term, Usage
from partners.search.synonyms import refresh_synonyms

FACTS = ("name", "abbreviation", "definition")
USAGE_FACTS = ("partnership", "program", "system", "wording", "meaning", "is_synonym", "is_search_only")
# The links that are part of the version of a term: those in its form.
TERM_LINKS = ("usages",)


class Synonyms(NamedTuple):
    """The wordings by which searches find a term: those that pages also explain, and the others."""

    explained: list[str]
    search_only: list[str]


class CannotKeepTerm(Refused):
    """A term cannot be saved like this."""


class CannotApprove(Refused):
    """A term cannot be approved or sent back by this person or in this state."""


class TermNameTaken(CannotKeepTerm):
    """The area already has a term with this name."""

    def __init__(self, term: Term) -> None:
        if term.is_archived:
            message = _("%(area)s has an archived term “%(term)s”. One-Stop staff can restore it. Or use another name.")
        else:
            message = _("%(area)s already has a term “%(term)s”. Add your wording there, or use another name.")
        super().__init__(message % {"area": term.area.name, "term": term.name}, field="name")
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

    :raises TermNameTaken: if the area has a current or archived term with this name.
    :raises CannotKeepTerm: if a system has the same wording twice, a partner is not of the area, or a wording is for
        searches only and not used in searches.
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
    """Change a term and its usages. The approved version stays in force until the change is approved.

    :raises ChangedMeanwhile: if ``version`` is given and the term was saved since.
    :raises TermNameTaken: if the area has another term with this name.
    :raises CannotKeepTerm: if it is archived, a system has the same wording twice, a partner is not of the area, or a
        wording is for searches only and not used in searches.
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
    """Set the usages of these partners; other usages stay unchanged.

    :raises ChangedMeanwhile: if ``version`` is given and the term was saved since.
    :raises CannotKeepTerm: if it is archived, a wording is repeated, a usage is of another partner, or a wording is for
        searches only and not used in searches.
    """
    term, own, usages = _lock_to_change(term, version), {one.pk for one in of}, list(usages)
    if any(usage.get("partnership") is None or usage["partnership"].pk not in own for usage in usages):
        raise CannotKeepTerm(_("You can only edit the wordings of your own organization."))
    if _write_usages(term, usages, among=term.usages.filter(partnership__in=own)):
        _wait_for_approval(term, by)
    return term


@recorded
def approve_term(term: Term, *, version: str = "", by: User | None, at: datetime) -> Term:
    """Approve the current version of a term, which puts it into force.

    :raises ChangedMeanwhile: if ``version`` is given and the term was saved since the reviewer read it.
    :raises CannotApprove: if it is archived or already approved, the reviewer wrote the last change and is not the
        only staff, or another approved version has this name.
    """
    # Lock: the approved version must be the one that the reviewer read.
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if term.is_archived:
        raise CannotApprove(_("This term is archived. Restore it first."))
    if term.is_approved:
        raise CannotApprove(_("This term is already approved."))
    if by is not None and not may_review(term, by):
        raise CannotApprove(_("You wrote the last change. Another staff member must approve it."))
    term.status, term.sent_back_because = Term.Status.APPROVED, ""
    for name in FACTS:
        setattr(term, f"agreed_{name}", getattr(term, name))
    term.agreed_synonyms, term.agreed_search_only = synonyms_of(term)
    term.approved_by, term.approved_at = by, at
    try:
        with transaction.atomic():
            _save_and_refresh_synonyms(term)
    except IntegrityError:
        raise CannotApprove(
            _("The approved version of another term is still named “%(term)s”. Approve the change of that term first.")
            % {"term": term.name}
        ) from None
    return term


@recorded
def send_back_term(term: Term, *, reason: str, version: str = "", by: User | None, at: datetime) -> Term:
    """Send a term back to its author with a reason.

    Sending back a pending change leaves the approved version in force. Sending back an approved term withdraws its
    approval and makes it a draft again.

    :raises ChangedMeanwhile: if ``version`` is given and the term was saved since.
    :raises CannotApprove: if no reason is given, or the term is archived.
    """
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if not reason.strip():
        raise CannotApprove(_("Enter what should change."), field="reason")
    if term.is_archived:
        raise CannotApprove(_("This term is archived. Restore it first."))
    if term.is_approved:
        term.status = Term.Status.DRAFT
        term.agreed_name = term.agreed_abbreviation = term.agreed_definition = ""
        term.agreed_synonyms, term.agreed_search_only = [], []
        term.approved_by, term.approved_at = None, None
    term.sent_back_because = reason.strip()
    _save_and_refresh_synonyms(term)
    return term


@recorded
def archive_term(term: Term, *, by: User | None, at: datetime) -> None:
    """Archive a term: it is no longer explained or used in searches; it can be restored."""
    term = _lock(term)
    if not term.is_archived:
        term.archived_at = at
        _save_and_refresh_synonyms(term)


@recorded
def restore_term(term: Term, *, by: User | None, at: datetime) -> None:
    """Restore a term with its approved version."""
    term = _lock(term)
    term.archived_at = None
    _save_and_refresh_synonyms(term)


def may_review(term: Term, user: User) -> bool:
    """Return whether staff may approve the last change: that of others, or any as the only staff."""
    return term.written_by_id != user.pk or not _others(term, user).exists()


def synonyms_of(term: Term) -> Synonyms:
    """Return the synonyms of a term from its current usages."""
    return split_synonyms(term, _wordings(term.usages).values_list("wording", "is_search_only"))


def _wordings(usages: Any) -> Any:
    return usages.filter(is_synonym=True).order_by("pk")


def split_synonyms(term: Term, wordings: Iterable[tuple[str, bool]]) -> Synonyms:
    """Return the synonyms among wordings and whether each is for searches only.

    They are distinct regardless of case, and without the name and abbreviation of the term. A wording that is for
    searches only in one usage is never explained.
    """
    own = {term.name.casefold(), term.abbreviation.casefold()}
    known: dict[str, str] = {}
    search_only: set[str] = set()
    for wording, is_search_only in wordings:
        key = wording.casefold()
        if key not in own:
            known[key] = wording
            search_only |= {key} if is_search_only else set()
    ordered = sorted(known.items())
    return Synonyms(
        [wording for key, wording in ordered if key not in search_only],
        [wording for key, wording in ordered if key in search_only],
    )


def settle(term: Term, synonyms: Synonyms, by: User | None) -> None:
    """Set the status: approved if the term matches its approved version, or else pending approval."""
    current = [*(getattr(term, name) for name in FACTS), *synonyms]
    agreed = [*(getattr(term, f"agreed_{name}") for name in FACTS), term.agreed_synonyms, term.agreed_search_only]
    term.status = Term.Status.APPROVED if term.is_in_force and current == agreed else Term.Status.DRAFT
    term.written_by, term.sent_back_because = by, ""


def _others(term: Term, user: User) -> Any:
    """Return the seats of the other staff of the area."""
    seats = Membership.objects.current().filter(role=Role.STAFF, area=term.area_id, user__is_active=True)
    return seats.exclude(user=user)


def _lock(term: Term) -> Term:
    return Term.objects.select_for_update(of=("self",)).select_related("area").get(pk=term.pk)


def _lock_to_change(term: Term, version: str) -> Term:
    # Lock: of two concurrent saves, the second must see the first.
    term = _lock(term)
    demand_version(term, TERM_LINKS, version)
    if term.is_archived:
        raise CannotKeepTerm(_("This term is archived. Restore it before you change it."))
    return term


def _wait_for_approval(term: Term, by: User | None) -> None:
    settle(term, synonyms_of(term), by)
    _save(term)


def _save_and_refresh_synonyms(term: Term) -> None:
    """Save a term whose approved version may have changed, and refresh the synonyms of the search."""
    term.save()
    refresh_synonyms(term.area)


def _save(term: Term) -> None:
    try:
        with transaction.atomic():
            term.save()
    except IntegrityError:
        raise TermNameTaken(Term.objects.select_related("area").get(area=term.area, name__iexact=term.name)) from None


def _write_usages(term: Term, usages: Iterable[Mapping[str, Any]] | None, *, among: Any = None) -> bool:
    """Replace the usages (all, or those in ``among``) by the given ones; return whether any changed.

    Existing usages are matched by ``id``; those not given are deleted.
    """
    if usages is None:
        return False
    usages = list(usages)
    _check_partners(term.area, usages)
    there = {usage.pk: usage for usage in (term.usages.all() if among is None else among)}
    # Delete first: a new usage may have the wording of a deleted one.
    gone = there.keys() - {usage.get("id") for usage in usages}
    changed = bool(Usage.objects.filter(pk__in=gone).delete()[0])
    for given in usages:
        usage = there.get(given.get("id") or 0) or Usage(term=term)
        if apply_facts(usage, {name: given[name] for name in USAGE_FACTS if name in given}):
            if usage.is_search_only and not usage.is_synonym:
                raise CannotKeepTerm(
                    _("“%(wording)s” is search only. Use it in searches, or clear “Search only”.")
                    % {"wording": usage.wording}
                )
            _save_usage(usage)
            changed = True
    return changed


def _check_partners(area: LocalArea, usages: Iterable[Mapping[str, Any]]) -> None:
    if any(usage["partnership"].area_id != area.pk for usage in usages if usage.get("partnership")):
        raise CannotKeepTerm(_("Only partners of this area can have a wording."))


def _save_usage(usage: Usage) -> None:
    try:
        with transaction.atomic():
            usage.save()
    except IntegrityError:
        raise CannotKeepTerm(
            _("%(name)s has the wording “%(wording)s” twice. Remove one of the two.")
            % {"name": usage.whose, "wording": usage.wording}
        ) from None


# ---------------------------------------------------------------- Many at once
@dataclass
class TermChange:
    """A term to add (without ``pk``) or to change, and its usages to add or, with an ``id``, to change."""

    pk: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    usages: Sequence[Mapping[str, Any]] = ()


@recorded
def save_terms(area: LocalArea, *, changes: Sequence[TermChange], by: User | None, at: datetime) -> list[Term]:
    """Add and change many terms of an area; return them in order. Usages that are not named stay as they are.

    New terms are drafts. Changed terms are pending approval, unless they still match the approved version.

    :raises TermNameTaken: if the area has a current or archived term with the name of a new one.
    :raises CannotKeepTerm: if one is archived, or a partner is not of the area.
    """
    _check_partners(area, [usage for change in changes for usage in change.usages])
    # Lock: of two concurrent saves, the second must see the first.
    rows = Term.objects.filter(area=area).select_related("area")
    there = bulk.lock_rows(rows, [change.pk for change in changes if change.pk])
    if any(term.is_archived for term in there.values()):
        raise CannotKeepTerm(_("This term is archived. Restore it before you change it."))
    new = iter(_add_many(area, [change.facts for change in changes if not change.pk], by))
    terms = [there[change.pk] if change.pk else next(new) for change in changes]
    _write_many_usages([(term, change.usages) for term, change in zip(terms, changes, strict=True)])
    names = bulk.apply_changes(there, {change.pk: change.facts for change in changes if change.pk}, FACTS)
    words: dict[int, list[tuple[str, bool]]] = {pk: [] for pk in there}
    usages = _wordings(Usage.objects.filter(term__in=there))
    for pk, wording, is_search_only in usages.values_list("term", "wording", "is_search_only"):
        words[pk].append((wording, is_search_only))
    for pk, term in there.items():
        settle(term, split_synonyms(term, words[pk]), by)
    bulk.save_rows(there.values(), {*names, "status", "written_by", "sent_back_because"})
    return terms


def _add_many(area: LocalArea, facts: Sequence[Mapping[str, Any]], by: User | None) -> list[Term]:
    known = Term.objects.filter(area=area).annotate(lowered=Lower("name")).select_related("area")
    if taken := known.filter(lowered__in=[each["name"].lower() for each in facts]).order_by("pk").first():
        raise TermNameTaken(taken)
    new = [Term(area=area, written_by=by, **{name: each[name] for name in FACTS if name in each}) for each in facts]
    return bulk.add_rows(new)


def _write_many_usages(usages: Iterable[tuple[Term, Sequence[Mapping[str, Any]]]]) -> None:
    new: list[Usage] = []
    changes = {}
    for term, those in usages:
        for usage in those:
            facts = {name: usage[name] for name in USAGE_FACTS if name in usage}
            if usage.get("id"):
                changes[usage["id"]] = facts
            else:
                new.append(Usage(term=term, **facts))
    rows = bulk.lock_rows(Usage.objects.all(), changes)
    names = bulk.apply_changes(rows, changes)
    try:
        with transaction.atomic():
            bulk.save_rows(rows.values(), names)
            bulk.add_rows(new)
    except IntegrityError:
        raise CannotKeepTerm(_("A system has the same wording of a term twice. Remove one of the two.")) from None
