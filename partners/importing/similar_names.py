"""Find saved things whose names are nearly the one of a row: acronyms, short forms, typing errors, the same domain."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from partners.importing import cells

SHORT_FORMS = {
    "div": "division", "dept": "department", "dpt": "department", "street": "st", "saint": "st", "ste": "st",
    "ave": "avenue", "rd": "road", "mt": "mount", "ft": "fort", "ctr": "center", "cntr": "center", "centre": "center",
    "svc": "services", "svcs": "services",
    "srvcs": "services", "service": "services", "assn": "association", "assoc": "association", "comm": "community",
    "cmty": "community", "univ": "university", "coll": "college", "co": "county", "cnty": "county",
    "govt": "government", "natl": "national", "intl": "international", "ed": "education", "educ": "education",
    "voc": "vocational", "rehab": "rehabilitation", "emp": "employment", "empl": "employment", "dev": "development",
    "devt": "development", "devel": "development", "hs": "high school", "corp": "corporation", "org": "organization",
    "inst": "institute", "tech": "technical", "soc": "social", "admin": "administration", "auth": "authority",
    "bd": "board", "wkforce": "workforce", "wf": "workforce", "vets": "veterans", "veteran": "veterans",
    "program": "programs", "prog": "programs", "n": "north", "s": "south", "e": "east", "w": "west",
    "train": "training", "trng": "training", "mgmt": "management", "asst": "assistance", "fam": "family",
    "hlth": "health", "lib": "library", "pub": "public", "dist": "district", "sch": "school",
}  # fmt: skip
SILENT = {"the", "of", "for", "and", "a", "in", "at", "inc", "llc", "ltd", "incorporated", "to", "on", "by", "ii"}
# Mail providers for everybody: the same domain says nothing.
PROVIDERS = {"gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "aol.com", "icloud.com", "comcast.net", "msn.com",
             "live.com", "me.com", "att.net", "verizon.net", "sbcglobal.net", "protonmail.com"}  # fmt: skip
LIKE = 0.62  # share of trigrams of two names that are the same, from which one may be meant
LIKE_IN_A_DOMAIN = 0.3
LONGEST_ACRONYM = 8
MOST = 3  # things that a question names
COMMON = 300  # names that share a trigram, from which on it is not looked up


@dataclass(frozen=True)
class Similar:
    """A saved thing that may be the one of a row, and why."""

    pk: int
    name: str
    why: str
    score: float


class SimilarNames:
    """Saved things by the words, initials, trigrams and domains of their names."""

    def __init__(self) -> None:
        """Start without things."""
        self._names: dict[int, str] = {}
        self._by_words: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._by_initials: dict[str, set[int]] = defaultdict(set)
        self._by_trigram: dict[str, set[int]] = defaultdict(set)
        self._by_domain: dict[str, set[int]] = defaultdict(set)
        self._by_email: dict[str, set[int]] = defaultdict(set)

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, pk: int, name: str, *, short_name: str = "", addresses: Iterable[str] = ()) -> None:
        """Add a thing with its other name, email addresses and websites."""
        self._names[pk] = name
        self._by_words[tuple(sorted(words_of(name)))].add(pk)
        acronym_itself = cells.key(name) if len(cells.key(name)) <= LONGEST_ACRONYM else ""
        for acronym in {initials_of(name), cells.key(short_name), acronym_itself} - {""}:
            self._by_initials[acronym].add(pk)
        for trigram in trigrams_of(name):
            self._by_trigram[trigram].add(pk)
        for address in filter(None, addresses):
            if "@" in address:
                self._by_email[address.casefold()].add(pk)
            if domain := domain_of(address):
                self._by_domain[domain].add(pk)

    def find(self, name: str, *, short_name: str = "", addresses: Iterable[str] = ()) -> list[Similar]:
        """Return the things that may be meant by a name that is none of theirs, the likeliest first."""
        found: dict[int, Similar] = {}

        def keep(pk: int, why: str, score: float) -> None:
            if pk not in found or found[pk].score < score:
                found[pk] = Similar(pk, self._names[pk], why, score)

        for pk in self._by_words.get(tuple(sorted(words_of(name))), ()):
            keep(pk, _("the same words"), 1.0)
        for acronym in {cells.key(short_name), cells.key(name) if len(cells.key(name)) <= LONGEST_ACRONYM else ""} - {
            ""
        }:
            for pk in self._by_initials.get(acronym, ()) if len(acronym) > 1 else ():
                keep(pk, _("the same acronym"), 0.95)
        if 3 <= len(initials_of(name)) <= LONGEST_ACRONYM:
            for pk in self._by_initials.get(initials_of(name), ()):
                if cells.key(self._names[pk]) == initials_of(name):  # the saved name is the acronym
                    keep(pk, _("the same acronym"), 0.95)
        for pk in self._near(name):
            if (score := likeness(name, self._names[pk])) >= LIKE:
                keep(pk, _("a similar name"), score)
        addresses = [address for address in addresses if address]
        for address in addresses:
            for pk in self._by_email.get(address.casefold(), ()):
                keep(pk, _("the same email %(email)s") % {"email": address}, 0.9)
        for domain in filter(None, map(domain_of, addresses)):
            for pk in self._by_domain.get(domain, ()):
                if (score := _likeness_in_a_domain(name, self._names[pk])) >= LIKE_IN_A_DOMAIN:
                    keep(pk, _("a similar name, and the same domain %(domain)s") % {"domain": domain}, 0.5 + score / 2)
        return sorted(found.values(), key=lambda one: (-one.score, one.pk))[:MOST]

    def _near(self, name: str) -> list[int]:
        shared: dict[int, int] = defaultdict(int)
        trigrams = trigrams_of(name)
        for trigram in trigrams:
            holders = self._by_trigram.get(trigram, ())
            if len(holders) <= COMMON:
                for pk in holders:
                    shared[pk] += 1
        fewest, numbers = min(4, max(1, len(trigrams) // 3)), _numbers_of(name)
        return [pk for pk, count in shared.items() if count >= fewest and _numbers_of(self._names[pk]) == numbers]


# ---------------------------------------------------------------- Names
@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name with short forms written out, without those that say nothing."""
    words = [SHORT_FORMS.get(word, word) for word in cells.fold(re.sub(r"\([^()]*\)", " ", name)).split()]
    return tuple(word for word in words if word not in SILENT)


@lru_cache(maxsize=50_000)
def initials_of(name: str) -> str:
    """Return the first letters of the words of a name of several words, else nothing."""
    words = [word for word in cells.fold(name).split() if word not in SILENT]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


@lru_cache(maxsize=50_000)
def trigrams_of(name: str) -> frozenset[str]:
    """Return the groups of three letters in the words of a name, as PostgreSQL cuts them."""
    return frozenset(f"  {word} "[at : at + 3] for word in words_of(name) for at in range(len(word) + 1))


def domain_of(address: str) -> str:
    """Return the domain of an email address or website; nothing for providers of mail to everybody."""
    match = re.search(r"(?:@|://)(?:www\.)?([a-z0-9.-]+)", address.lower()[:300])
    domain = match.group(1).strip(".") if match else ""
    return "" if domain in PROVIDERS else domain


def likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how alike two names are; 0 if each has a word that the other lacks, or other numbers."""
    first, second = set(words_of(one)), set(words_of(other))
    if not first or not second or _numbers_of(one) != _numbers_of(other):
        return 0.0
    lacking = [word for word in first if not _has(second, word)]
    lacked = [word for word in second if not _has(first, word)]
    if lacking and lacked:
        return 0.0
    if lacking or lacked:  # "Job club" is in "Evening job club for youth", and yet another one
        shorter = min(first, second, key=len)
        if len(shorter) < 2 or len(lacking) + len(lacked) > len(shorter):
            return 0.0
        return max(LIKE, _shared(one, other)) if len(shorter) > 2 else _shared(one, other)
    return max(LIKE, _shared(one, other))


def _likeness_in_a_domain(one: str, other: str) -> float:
    first, second = set(words_of(one)), set(words_of(other))
    lacking = [word for word in first if not _has(second, word)]
    lacked = [word for word in second if not _has(first, word)]
    if _numbers_of(one) != _numbers_of(other) or (lacking and lacked and len(lacking) + len(lacked) > 2):
        return 0.0
    return _shared(one, other)


def _shared(one: str, other: str) -> float:
    first, second = trigrams_of(one), trigrams_of(other)
    return len(first & second) / (len(first | second) or 1)


def _has(words: Iterable[str], word: str) -> bool:
    """Return whether one of the words is this one, the start of it, or differs by a typing error."""
    return any(
        word == other
        or (min(len(word), len(other)) >= 4 and (word.startswith(other) or other.startswith(word)))
        or (min(len(word), len(other)) >= 5 and _edits(word, other))
        for other in words
    )


def _edits(one: str, other: str) -> bool:
    """Return whether a few letters make one word the other: one in five."""
    if abs(len(one) - len(other)) > 2 or one[0] != other[0]:
        return False
    last = list(range(len(other) + 1))
    for at, sign in enumerate(one, start=1):
        now = [at]
        for to, letter in enumerate(other, start=1):
            now.append(min(last[to] + 1, now[to - 1] + 1, last[to - 1] + (sign != letter)))
        last = now
    return last[-1] <= max(len(one), len(other)) // 5


@lru_cache(maxsize=50_000)
def _numbers_of(name: str) -> frozenset[str]:
    """Return the words of a name that have digits."""
    return frozenset(word for word in words_of(name) if any(sign.isdigit() for sign in word))
