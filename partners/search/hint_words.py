"""The words of ``words/hints.toml``: what a question says besides its matter."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from partners.models import Service
from partners.search.thesaurus import HINTS, WORDS, BadWords, plain_text, split

KEYS = {"facet", "value", "is_aside", "english", "spanish", "not_in"}
VALUES = {
    "group": set(Service.Group.values),
    "accommodation": set(Service.Accommodation.values),
    "hours": {"evening", "weekend"},
    "free": {"1"},
    "remote": {"1"},
    "today": {"1"},
    "here": {""},
}
# Languages by their names in English and Spanish, without accents; the value is that of services. Not English: whoever
# types it looks for a class.
LANGUAGES = {
    "Spanish": "spanish espanol castellano", "Arabic": "arabic arabe", "Somali": "somali",
    "Vietnamese": "vietnamese vietnamita",
    "Chinese": "chinese chino", "Mandarin": "mandarin", "Cantonese": "cantonese cantones", "Korean": "korean coreano",
    "Russian": "russian ruso", "Ukrainian": "ukrainian ucraniano", "French": "french frances", "Hmong": "hmong",
    "Haitian Creole": "creole kreyol criollo", "Portuguese": "portuguese portugues", "Tagalog": "tagalog filipino",
    "Amharic": "amharic", "Dari": "dari", "Farsi": "farsi persian", "Karen": "karen", "Khmer": "khmer cambodian",
    "Nepali": "nepali", "Polish": "polish polaco", "Swahili": "swahili", "Burmese": "burmese", "Pashto": "pashto",
    "Punjabi": "punjabi", "Hindi": "hindi", "Urdu": "urdu", "Japanese": "japanese japones", "Lao": "lao laotian",
    "Tigrinya": "tigrinya", "Mixteco": "mixteco", "Navajo": "navajo",
    "German": "german aleman", "Italian": "italian italiano",
}  # fmt: skip
# Around the name of a language. A name alone is an aside too, if something else is asked for.
LANGUAGE_FRAMES = (
    "in {0}", "{0} speaking", "{0} speaker", "{0} speakers", "speak {0}", "speaks {0}", "i speak {0}", "who speaks {0}",
    "who speak {0}", "someone who speaks {0}", "that speaks {0}", "en {0}", "hablo {0}", "habla {0}", "hablan {0}",
    "que hable {0}", "que hablen {0}", "que hablan {0}", "que habla {0}", "{0} interpreter", "interprete de {0}",
    "interpreter for {0}", "{0} language", "solo hablo {0}", "only speak {0}", "se habla {0}", "{0}",
)  # fmt: skip
NOT_LANGUAGES = (
    "learn {0}", "learning {0}", "{0} class", "{0} classes", "{0} lessons", "teach {0}", "{0} teacher", "{0} war",
    "aprender {0}", "clases de {0}", "clase de {0}", "{0} food", "{0} restaurant", "nail {0}", "{0} tutor",
)  # fmt: skip


@dataclass(frozen=True)
class HintWords:
    """One value of a facet with the wordings that say so, as tuples of plain words."""

    facet: str
    value: str
    is_aside: bool
    wordings: tuple[tuple[str, ...], ...]
    not_in: tuple[tuple[str, ...], ...] = ()


@lru_cache
def hint_words(path: Path = WORDS / HINTS) -> tuple[HintWords, ...]:
    """Return all hints, those of languages last.

    :raises BadWords: if the file breaks a rule.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("hint", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadWords(f"{path.name}: {problem}") from problem
    if problems := [text for number, row in enumerate(rows, start=1) if (text := _problem(row, f"hint {number}"))]:
        raise BadWords("\n".join(f"{path.name}, {problem}" for problem in problems))
    return tuple(_of_file(row) for row in rows) + tuple(_of_languages())


def _problem(row: dict[str, Any], place: str) -> str:
    facet, value = row.get("facet", ""), row.get("value", "")
    if unknown := row.keys() - KEYS:
        return f"{place}: unknown key “{sorted(unknown)[0]}”; known are {', '.join(sorted(KEYS))}"
    if value not in VALUES.get(facet, ()):
        return f"{place}: facet “{facet}” has no value “{value}”"
    if not split(row.get("english", "")):
        return f"{place}: needs English wordings"
    return ""


def _of_file(row: dict[str, Any]) -> HintWords:
    texts = split(row["english"]) + split(row.get("spanish", ""))
    not_in = split(row.get("not_in", ""))
    return HintWords(row["facet"], row["value"], row.get("is_aside", False), _tokens(texts), _tokens(not_in))


def _of_languages() -> list[HintWords]:
    return [
        HintWords(
            "language",
            language,
            True,
            _tokens(frame.format(name) for name in names.split() for frame in LANGUAGE_FRAMES),
            _tokens(frame.format(name) for name in names.split() for frame in NOT_LANGUAGES),
        )
        for language, names in LANGUAGES.items()
    ]


def _tokens(texts: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(plain_text(text).split()) for text in texts)
