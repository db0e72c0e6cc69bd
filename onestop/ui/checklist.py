"""Checks of what is recorded against rules of the law, as ``components/checklist.html`` shows them."""

from dataclasses import dataclass

from django.utils.functional import Promise

MET, PART, MISSING = "met", "part", "missing"


@dataclass(frozen=True)
class Rule:
    """One rule in plain words, and its citation."""

    sentence: str | Promise
    law: str


@dataclass(frozen=True)
class Check:
    """How one rule is met: met, partly met (part) or missing."""

    state: str
    what: str
    where: str
    law: str
    url: str = ""
