"""Looks for what might lead to a customer in a text that others will read.

It only points: a telephone number may be the partner's own. Whoever writes looks, and says that it is fine.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TAKEN = "\0"  # stands where a surer sign has found something
MOST = 12  # so many are shown; who has more will look through the text anyway
NAME = r"\b[A-Z][a-zà-ÿ]+(?:[- ][A-Z][a-zà-ÿ.]+){0,2}"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
DAY = rf"(?:\d{{1,2}}[/-]\d{{1,2}}[/-](?:19|20)?\d{{2}}|{MONTH} \d{{1,2}},? (?:19|20)\d{{2}})"
BORN = r"(?i:\b(?:born(?: on)?|date of birth|birthday|dob))[:,]? *(?:is |was )?"
CASE = r"(?i:\b(?:case|file|claim|client|customer|participant)(?: id| no\.?| number)?) *+[#:]?+ *+#?+"
AGE = r"(?:, (?:aged? |who is )?| \(| is | was |, an? )\d{1,2}\b(?:[- ]years?[- ]old|\))?"
# "Riverbend, 12 people" is no person of twelve.
NO_AGE = r"(?!\s*(?:%|people|partners|customers|agencies|minutes|hours|days|weeks|months|to\b|of\b))"
# What is surest comes first: a place that fits it is not looked at again.
# Every sign is read in one pass: what repeats gives nothing back, or is bounded, so that no text can take long.
SIGNS = (
    ("a Social Security number", r"\b\d{3}[- ]\d{2}[- ]\d{4}\b"),
    ("an e-mail address", r"[\w.+-]{1,64}+@[\w-]++(?:\.[\w-]++)++"),
    ("a date of birth", BORN + DAY),
    ("a phone number", r"(?<!\w)(?:\+?1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}\b"),
    ("a case number", CASE + r"(?=[A-Z-]{0,40}\d)[A-Z0-9-]{4,40}\b"),
    ("a name with an age", NAME + AGE + NO_AGE),
    ("a name", r"\b(?:Mr|Mrs|Ms|Miss)\.? [A-Z][a-zà-ÿ]+"),
)
_signs = [(kind, re.compile(sign)) for kind, sign in SIGNS]


@dataclass(frozen=True)
class Finding:
    """Some words that may lead to a person, and what they look like."""

    kind: str
    words: str

    def __str__(self) -> str:
        return f"“{self.words}” looks like {self.kind}"


def find_personal_data(texts: Iterable[str]) -> list[Finding]:
    """Return what in the texts looks like a name with an age, a number or an address of a person; each once."""
    found: dict[str, Finding] = {}
    for text in texts:
        for kind, sign in _signs:
            for match in sign.finditer(text):
                words = " ".join(match[0].split())
                found.setdefault(words, Finding(kind, words))
            text = sign.sub(lambda match: TAKEN * len(match[0]), text)
    return list(found.values())[:MOST]
