"""What a service says on a page in the language of the page, and in English where it says nothing in that language."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from partners.models import Service, ServiceText
from partners.models.service_texts import WORDS

ENGLISH = "en"


@dataclass(frozen=True)
class Part:
    """One part of a service as a page shows it.

    ``lang`` is its language where that must be said: on pages in another language than English. ``english`` are the
    English words, if they changed after the others were written.
    """

    text: str
    lang: str = ""
    english: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def page_language() -> str:
    """Return the language of the page: "en", "es"."""
    return (get_language() or ENGLISH).split("-")[0]


def is_in_english() -> bool:
    """Return whether the page is in English, as services are written first."""
    return page_language() == ENGLISH


def text_of(service: Service) -> ServiceText | None:
    """Return the text of a service in the language of the page. Needs its texts."""
    if is_in_english():
        return None
    return next((text for text in service.texts.all() if text.language == page_language()), None)


def words_of(service: Service) -> dict[str, Part]:
    """Return each part of a service in the language of the page. Needs its texts, unless the page is in English."""
    text = text_of(service)
    return words_beside(service, text, text.parts_behind(service) if text else ())


def words_beside(service: Any, text: Any, late: Collection[str]) -> dict[str, Part]:
    """Return each part of a service, or of its entry in the manual, from its text in the language of the page.

    ``late`` are the parts of the text whose English words have changed since.
    """
    if is_in_english():
        return {name: Part(getattr(service, name)) for name in WORDS}
    return {name: _part(service, text, name, is_behind=name in late) for name in WORDS}


def _part(service: Any, text: Any, name: str, *, is_behind: bool) -> Part:
    english, said = getattr(service, name), getattr(text, name) if text else ""
    if is_behind and not english:  # what was removed in English no longer holds
        return Part("")
    if said and text:
        return Part(said, text.language, english if is_behind else "")
    return Part(english, ENGLISH if english else "")


def is_partly_english(words: Mapping[str, Part]) -> bool:
    """Return whether some parts are shown in English on a page in another language."""
    return any(part.lang == ENGLISH for part in words.values())


def is_all_english(words: Mapping[str, Part]) -> bool:
    """Return whether nothing is said in the language of the page, which is not English."""
    return {part.lang for part in words.values() if part} == {ENGLISH}
