"""The agreed Spanish wordings of terms, for people who write Spanish texts.

A glossary has one language. Its Spanish wordings are usages of approved terms under the system "Spanish".
"""

from collections.abc import Iterable, Mapping

from django.db.models.functions import Lower

from partners.glossary.term_matcher import Lexicon
from partners.models import Usage

SYSTEMS = ("spanish", "español", "espanol")  # no translation: what people type as the system of a usage


def spanish_terms(lexicon: Lexicon, texts: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return for each text the terms in it that have a Spanish wording, each with that wording; one query at most."""
    found = {name: _terms_in(lexicon, text) for name, text in texts.items()}
    wordings = _wordings({pk for terms in found.values() for pk in terms})
    return {
        name: [(spelled, wording) for pk, spelled in terms.items() for wording in wordings.get(pk, ())]
        for name, terms in found.items()
    }


def _terms_in(lexicon: Lexicon, text: str) -> dict[int, str]:
    terms: dict[int, str] = {}
    for start, end, entry in lexicon.occurrences(text):
        terms.setdefault(entry.pk, text[start:end])
    return terms


def _wordings(terms: Iterable[int]) -> dict[int, list[str]]:
    if not (pks := list(terms)):
        return {}
    rows = Usage.objects.annotate(whose_it_is=Lower("system")).filter(term__in=pks, whose_it_is__in=SYSTEMS)
    wordings: dict[int, list[str]] = {}
    for term, wording in rows.order_by("pk").values_list("term", "wording"):
        wordings.setdefault(term, []).append(wording)
    return wordings
