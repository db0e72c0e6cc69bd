"""Cells that say something about a value instead of being one: "same as above", "moved?", "TBD", "n/a", "?"."""

import enum
import re
from functools import lru_cache

from partners.importing import cells


class Doubt(enum.Enum):
    """What a cell says about its value."""

    ABOVE = "above"  # it is the value above
    SAME = "same"  # it is the same as something, perhaps as the value above
    UNSURE = "unsure"  # nobody knows
    NOTHING = "nothing"  # there is none


LONGEST = 40  # characters of such a cell
DITTO = re.compile(r"(?:[\"“”″〃]|''|,,|\^|↑|do\.)+", re.IGNORECASE)
MARKS = set("?()! \n")
DASHES = re.compile(r"[-\u2013\u2014_./*~ ]+")
ABOVE = {
    "ditto", "idem", "same as above", "same above", "as above", "see above", "above", "same as previous",
    "same as prior", "same as previous row", "same as row above", "same as the row above", "same as the above",
    "see row above", "see previous", "as previous", "likewise",
}  # fmt: skip
SAME = {"same", "the same", "same address", "same phone", "same number", "same person", "same email", "same contact",
        "same hours", "same as main", "same as main office", "same as mailing", "same as physical", "same as left",
        "see below", "same as below", "as below"}  # fmt: skip
UNSURE = {
    "tbd", "tba", "tbc", "to be determined", "to be announced", "to be confirmed", "to be decided", "unknown", "unk",
    "not sure", "unsure", "dont know", "do not know", "dk", "check", "to check", "verify", "to verify",
    "please verify", "confirm", "to confirm", "ask", "pending", "moved", "moved to", "left", "retired", "vacant",
    "closed", "changed", "changing", "new", "old", "outdated", "update", "to update", "needs update", "xxx",
    "see notes", "see note", "see tab", "see website", "see attached", "maybe", "varies",
}  # fmt: skip
ONLY_WITH_MARK = {
    "left", "retired", "closed", "changed", "changing", "new", "old", "moved", "vacant", "update", "check",
    "confirm", "ask", "pending", "verify", "maybe", "outdated", "varies", "see website", "see notes", "see note",
}  # fmt: skip
NOTHING = {
    "na", "n a", "none", "null", "nil", "nothing", "not applicable", "not available", "does not apply",
    "doesnt apply", "no email", "no e mail", "no phone", "no website", "no web site", "no address", "none listed",
    "not listed", "none given", "blank",
}  # fmt: skip
MEANT_AS_TYPED = {"none", "nothing", "nil", "blank"}  # in a text: "Cost: none"


@lru_cache(maxsize=20_000)
def doubt_of(text: str, *, is_text: bool = False) -> Doubt | None:
    """Return what a whole cell says about its value, or ``None`` if it is one.

    :param is_text: whether the field holds any words: there "None" and "Closed" are values.
    """
    if len(text) > LONGEST:
        return None
    words = cells.fold(text)
    if DITTO.fullmatch(text.strip()) or words in ABOVE:
        return Doubt.ABOVE
    if words in SAME:
        return Doubt.SAME
    if "?" in text and (set(text) <= MARKS or words in UNSURE | SAME | NOTHING):
        return Doubt.UNSURE
    if words in UNSURE and not (is_text and words in ONLY_WITH_MARK):
        return Doubt.UNSURE
    if not words:
        return Doubt.NOTHING if DASHES.fullmatch(text.strip()) else None
    if words in NOTHING and not (is_text and words in MEANT_AS_TYPED):
        return Doubt.NOTHING
    return None


def has_question_mark(text: str) -> bool:
    """Return whether a value is followed by a question mark: "Job Corps?", "7/1/2026 (?)"."""
    return text.rstrip(" )]\n").endswith("?") and bool(cells.fold(text))


def without_question_mark(text: str) -> str:
    """Return a value without the question mark behind it."""
    return text.rstrip(" )]\n").rstrip("?").rstrip(" ([\n")
