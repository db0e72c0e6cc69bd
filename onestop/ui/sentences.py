"""Join words into sentences, and say a sentence again in another language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext


def join_words(words: Iterable[object]) -> str:
    """Return words as a list within a sentence: "A", "A and B", "A, B and C"; nothing for none."""
    *rest, last = [str(word) for word in words] or [""]
    if not rest:
        return last
    return gettext("%(words)s and %(last_word)s") % {"words": ", ".join(rest), "last_word": last}


class Retold(str):
    """A translated text that can be said again in another language, because it knows its English and its values.

    It is made by ``retold``, imported as ``_`` where texts are written for somebody who may read another language than
    whoever writes: the reasons and the details of notices.
    """

    __slots__ = ("message", "values")
    message: str
    values: Any

    def __new__(cls, message: str, values: Any = None) -> "Retold":
        """Return the text in the current language, with its values."""
        text = translation.gettext(message)  # collected where "retold" is called
        self = super().__new__(cls, text if values is None else text % values)
        self.message, self.values = message, values
        return self

    def __mod__(self, values: Any) -> "Retold":
        """Return the text with its values."""
        return Retold(self.message, values)

    def again(self) -> "Retold":
        """Return it in the current language."""
        values = self.values
        if isinstance(values, Mapping):
            values = {name: say_again(value) for name, value in values.items()}
        return Retold(self.message, values)


def retold(message: str) -> Retold:
    """Return a translated text that can be said again in another language."""
    return Retold(message)


def say_again(text: Any) -> Any:
    """Return a text in the current language, if it can be said again; anything else as it is."""
    return text.again() if isinstance(text, Retold) else text
