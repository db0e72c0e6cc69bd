"""Join words into sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext


def join_words(words: Iterable[object]) -> str:
    """Return words as a list within a sentence: "A", "A and B", "A, B and C"; nothing for none."""
    *rest, last = [str(word) for word in words] or [""]
    if not rest:
        return last
    return gettext("%(words)s and %(last_word)s") % {"words": ", ".join(rest), "last_word": last}
