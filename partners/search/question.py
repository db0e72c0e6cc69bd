"""A search of the public directory: words and choices, and the address that stands for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from partners.models import LocalArea
from partners.search import facets

MOST_DECLINED = 20  # hints turned off in one address
LONGEST = 200  # characters of a search; the rest is ignored
LONGEST_QUOTED = 1000  # and in an address, where it stands up to four times


@dataclass(frozen=True)
class Question:
    """A search of the directory: words and the choices of each facet, perhaps in one area.

    ``declined`` are the codes of hints in the words that people turned off.
    """

    words: str = ""
    exactly: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: LocalArea | None = None
    declined: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether there are neither words nor choices."""
        return not (self.words or self.chosen)

    def query_string(self, page: int = 1) -> str:
        """Return the canonical query string of this search, without empty parts."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [("exact", self.words)] if self.exactly and self.words else []
        pairs += [("typed", code) for code in self.declined if self.words]
        pairs += [(code, value) for code, values in self.chosen.items() for value in values]
        pairs += [("page", str(page))] if page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, code: str, value: str | None = None) -> "Question":
        """Return the search without one choice of a facet, or without the facet."""
        left = tuple(one for one in self.chosen.get(code, ()) if value is not None and one != value)
        rest = {name: values for name, values in self.chosen.items() if name != code}
        return replace(self, chosen=rest | ({code: left} if left else {}))


def read_question(values_of: Any, area: LocalArea | None) -> Question:
    """Return the search of a URL; ``values_of`` returns the values of a parameter."""
    typed = next(iter(values_of("q")), "")
    words = _short_enough(" ".join(typed.split()))
    chosen = facets.read_choices(values_of)
    if area is None:  # days and centers belong to one area
        chosen = {code: values for code, values in chosen.items() if code not in (facets.TODAY, "center")}
    # Valid for these words only; other words are corrected again.
    exactly = bool(words) and words in values_of("exact")
    declined = tuple(dict.fromkeys(code for code in values_of("typed") if 0 < len(code) <= LONGEST))[:MOST_DECLINED]
    return Question(words, exactly, chosen, area, declined if words else ())


def _short_enough(words: str) -> str:
    """Return words, or as many as fit into an address: signs of other scripts take up to twelve characters there."""
    if len(words) > LONGEST:
        cut = words[: LONGEST + 1]
        words = cut.rpartition(" ")[0] or cut[:LONGEST]  # half a word would be taken for another
    while len(quote_plus(words)) > LONGEST_QUOTED:
        words = words[: len(words) * 9 // 10]
    return words.strip()
