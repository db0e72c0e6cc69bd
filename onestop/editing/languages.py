"""The languages in which a service is offered: the living languages of ISO 639-3, and the names that people use."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

import pycountry
from django.core.exceptions import ValidationError

from onestop.editing.stored_values import KeepsStoredValue
from onestop.editing.typed_lists import TypedListField
from onestop.ui.sentences import retold as _

# Names that people in the United States use, which the standard writes otherwise or counts as several languages.
ALSO_CALLED = (
    "ASL", "Cantonese", "Chaldean", "Creole", "Farsi", "Greek",
    "Haitian Creole",  # no translation: stored as typed
    "Ilocano", "Kanjobal", "Karen", "Karenni", "Mandarin", "Mixtec", "Mixteco", "Pashto",
    "Pennsylvania Dutch",  # no translation: stored as typed
    "Punjabi", "Quechua",
    "Sign language",  # no translation: stored as typed
    "Toishanese", "Triqui", "Zapotec", "Zapoteco",
)  # fmt: skip
LONGEST_GUESSED = 40  # characters of a word for which we look for one like it
MOST_SHOWN = 3  # unknown languages in one message


@cache
def known_languages() -> dict[str, str]:
    """Return the names of all languages by their names in small letters."""
    living = [language for language in pycountry.languages if language.type == "L"]
    names = [name for language in living for name in _names_of(language)]
    return {name.casefold(): name for name in (*names, *ALSO_CALLED)}


@cache
def common_languages() -> Sequence[str]:
    """Return the names of languages that have a code of two letters, and those of ``ALSO_CALLED``, in small letters."""
    common = [name for one in pycountry.languages if hasattr(one, "alpha_2") for name in _names_of(one)]
    return [name.casefold() for name in (*common, *ALSO_CALLED)]


def find_language(text: str) -> str | None:
    """Return the name of a language as it is written everywhere, or ``None`` if there is none.

    A kind of it may stand in brackets: "Chinese (Cantonese)".
    """
    text = " ".join(text.split())
    name, _, kind = text.partition(" (")
    known = known_languages().get(text.casefold())
    if known or not kind or name.casefold() not in known_languages():
        return known
    return f"{known_languages()[name.casefold()]} ({kind}"


def language_like(text: str) -> str:
    """Return the common language that is written most like a text, or nothing."""
    near = get_close_matches(text.casefold()[:LONGEST_GUESSED], common_languages(), n=1, cutoff=0.7)
    return known_languages().get(near[0], "") if near else ""


def why_unknown(text: str) -> str:
    """Return a sentence that says that a text is no language, and which one may be meant."""
    if near := language_like(text):
        return _("“%(text)s” is not a language. Did you mean %(language)s?") % {"text": text, "language": near}
    return _("“%s” is not a language. Write its name in English, such as Spanish.") % text


def _names_of(language: Any) -> list[str]:
    # "Nepali (macrolanguage)" is Nepali to everybody else.
    names = (language.name, getattr(language, "common_name", language.name))
    return [name.partition(" (")[0] for name in dict.fromkeys(names)]


class LanguagesField(KeepsStoredValue, TypedListField):
    """A typed list of languages, each one a known one."""

    def to_python(self, value: Any) -> Any:
        """Return the languages by their usual names."""
        stored = {item.casefold(): item for item in self.stored or ()}
        items = (stored.get(item.casefold()) or find_language(item) or item for item in super().to_python(value))
        return list(dict.fromkeys(items))

    def validate(self, value: Any) -> None:
        """Refuse what is no language, and suggest one."""
        super().validate(value)
        unknown = [item for item in value if item not in (self.stored or ()) and not find_language(item)]
        if unknown:
            raise ValidationError([f"{self.label}: {why_unknown(item)}" for item in unknown[:MOST_SHOWN]])
