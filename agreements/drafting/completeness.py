"""How an agreement meets what the law requires, element by element."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.drafting.facts import FACTS, Found, Surroundings
from agreements.models import Agreement, Clause, ElementRecord
from agreements.requirements import Element, elements_of
from onestop.ui.checklist import MET, MISSING, PART, Check
from onestop.ui.rich_text import plain
from onestop.ui.sentences import join_words

EXCEPTED = "excepted"
SHORTEST = 40  # characters of a clause that says something


@dataclass(frozen=True)
class Requirement:
    """An element and how an agreement meets it: met, partly met, missing or excepted, and where."""

    element: Element
    state: str
    where: str
    clauses: Sequence[Clause] = ()
    record: ElementRecord | None = None

    @property
    def is_open(self) -> bool:
        """Whether it keeps the agreement from being sent."""
        return self.state in (PART, MISSING)


@dataclass(frozen=True)
class Completeness:
    """All required elements of an agreement."""

    requirements: Sequence[Requirement]

    @property
    def open(self) -> list[Requirement]:
        """What is missing, or met in part."""
        return [each for each in self.requirements if each.is_open]

    @property
    def settled(self) -> list[Requirement]:
        """What is met or excepted."""
        return [each for each in self.requirements if not each.is_open]

    @property
    def by_clause(self) -> dict[int, list[Requirement]]:
        """The elements that each clause answers."""
        found: dict[int, list[Requirement]] = {}
        for each in self.requirements:
            for clause in each.clauses:
                found.setdefault(clause.pk, []).append(each)
        return found


def completeness_of(
    agreement: Agreement,
    clauses: Sequence[Clause],
    records: Iterable[ElementRecord],
    around: Surroundings,
    *,
    fields: Mapping[str, str] | None = None,
) -> Completeness:
    """Return how an agreement meets what the law requires; ``fields`` are the values of its merge fields."""
    by_code = {record.element: record for record in records}
    texts = {clause.pk: plain(clause.text, fields=fields) for clause in clauses}
    found = [
        _requirement(element, agreement, clauses, texts, by_code.get(element.code), around)
        for element in elements_of(agreement.kind)
    ]
    return Completeness(found)


def _requirement(
    element: Element,
    agreement: Agreement,
    clauses: Sequence[Clause],
    texts: Mapping[int, str],
    record: ElementRecord | None,
    around: Surroundings,
) -> Requirement:
    answering = [clause for clause in clauses if element.code in clause.elements]
    if element.fact:
        state, where = FACTS[element.fact](agreement, around)
    else:
        state, where = _by_clauses(element, answering, texts)
    if element.or_fact and state != MET:
        state, where = _better(FACTS[element.or_fact](agreement, around), (state, where))
    if record and record.page:
        words = gettext("Page %(page)s of the signed document") % {"page": record.page}
        return Requirement(element, MET, words, answering, record)
    if record and state in (PART, MISSING):
        return Requirement(element, EXCEPTED, record.exception, answering, record)
    return Requirement(element, state, where, answering, record)


def _better(fact: Found, found: Found) -> Found:
    """Return the fact, unless the clauses say as much or more."""
    order = (MISSING, PART, MET)
    return fact if order.index(fact[0]) > order.index(found[0]) else found


def _by_clauses(element: Element, answering: Sequence[Clause], texts: Mapping[int, str]) -> Found:
    text = " ".join(texts[clause.pk] for clause in answering).strip()
    if not answering:
        return MISSING, gettext("No clause answers this.")
    if len(text) < SHORTEST:
        return MISSING, gettext("The clause has no text yet.")
    folded = text.casefold()
    absent = [group[0] for group in element.mentions if not any(word in folded for word in group)]
    if absent:
        return PART, gettext("The clause does not mention %(words)s.") % {"words": join_words(map(_in_full, absent))}
    return MET, ""


# The stems of ``mentions`` as they are told.
IN_FULL = {
    "coordinat": _("how services are coordinated"),
    "service": _("services"),
    "infrastructure": _("infrastructure costs"),
    "shared": _("shared costs"),
    "career service": _("career services"),
    "refer": _("referral"),
    "disabilit": _("people with disabilities"),
    "technolog": _("technology"),
    "material": _("materials"),
    "amend": _("amendments"),
    "review": _("the review"),
    "renew": _("renewal"),
    "budget": _("the budget"),
    "reconcil": _("reconciliation"),
    "method": _("the method"),
    "consensus": _("consensus"),
    "issue": _("how issues are resolved"),
    "modif": _("modification"),
    "rate": _("rates"),
    "authoriz": _("authorization"),
    "exception": _("exceptions"),
    "invoice": _("invoices"),
    "report": _("reports"),
    "confidential": _("confidentiality"),
}


def _in_full(stem: str) -> str:
    return str(IN_FULL[stem])


def checks_of(completeness: Completeness) -> Iterator[Check]:
    """Yield the elements as ``components/checklist.html`` shows them, what is open first."""
    for each in [*completeness.open, *completeness.settled]:
        state = MET if each.state == EXCEPTED else each.state
        where = gettext("Exception: %(reason)s") % {"reason": each.where} if each.state == EXCEPTED else each.where
        if not where and each.clauses:
            where = join_words(str(clause.title) for clause in each.clauses)
        url = each.clauses[0].get_absolute_url() if each.clauses else ""
        yield Check(state, str(each.element.title), where, each.element.law, url)
