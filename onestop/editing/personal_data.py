"""Find text that may identify a customer, before others read it.

It only warns: a phone number may be the partner's own. The author checks each finding and confirms that it may stay.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TAKEN = "\0"  # replaces text that a more certain pattern has matched
MOST = 12  # findings shown; somebody with more will read through the whole text
NAME = r"\b[A-Z][a-zà-ÿ]+(?:[- ][A-Z][a-zà-ÿ.]+){0,2}"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
DAY = rf"(?:\d{{1,2}}[/-]\d{{1,2}}[/-](?:19|20)?\d{{2}}|{MONTH} \d{{1,2}},? (?:19|20)\d{{2}})"
BORN = r"(?i:\b(?:born(?: on)?|date of birth|birthday|dob))[:,]? *(?:is |was )?"
CASE = r"(?i:\b(?:case|file|claim|client|customer|participant)(?: id| no\.?| number)?) *+[#:]?+ *+#?+"
AGE = r"(?:, (?:aged? |who is )?| \(| is | was |, an? )\d{1,2}\b(?:[- ]years?[- ]old|\))?"
# "Riverbend, 12 people" is not a person of twelve.
NO_AGE = r"(?!\s*(?:%|people|partners|customers|agencies|minutes|hours|days|weeks|months|to\b|of\b))"
# The most certain patterns come first: text that matches one is not searched again.
# Every pattern runs in linear time: repetition is possessive or bounded, so that no text can take long.
PATTERNS = (
    (_("a Social Security number"), r"\b\d{3}[- ]\d{2}[- ]\d{4}\b"),
    (_("an email address"), r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]++(?:\.[\w-]++)++"),
    (_("a date of birth"), BORN + DAY),
    (_("a phone number"), r"(?<!\w)(?:\+?1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b"),
    (_("a case number"), CASE + r"(?=[A-Z-]{0,40}\d)[A-Z0-9-]{4,40}\b"),
    (_("a name with an age"), NAME + AGE + NO_AGE),
    (_("a name"), r"\b(?:Mr|Mrs|Ms|Miss)\.? [A-Z][a-zà-ÿ]+"),
)
_patterns = [(kind, re.compile(pattern)) for kind, pattern in PATTERNS]


@dataclass(frozen=True)
class Finding:
    """Words that may identify a person, and what they look like."""

    kind: str | Promise
    words: str

    def __str__(self) -> str:
        return gettext("“%(words)s” looks like %(kind)s") % {"words": self.words, "kind": self.kind}


def find_personal_data(texts: Iterable[str]) -> list[Finding]:
    """Return what looks like a name with an age, or a number or address of a person, each once."""
    found: dict[str, Finding] = {}
    for text in texts:
        for kind, pattern in _patterns:
            for match in pattern.finditer(text):
                words = " ".join(match[0].split())
                found.setdefault(words, Finding(kind, words))
            text = pattern.sub(lambda match: TAKEN * len(match[0]), text)
    return list(found.values())[:MOST]
