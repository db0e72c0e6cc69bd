"""File names as people bring them, fit to be shown and downloaded again."""

import re
import unicodedata

from onestop.files.kinds import ENDINGS, kind_by_ending

LONGEST = 120  # characters, without the ending
# Control characters, those that change the direction of text or cannot be seen, and line and paragraph separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str, kind: str, otherwise: str) -> str:
    """Return a name without folders, invisible characters and surprises; ``otherwise`` is for one without any rest.

    Its ending is one of the kind, added if there is none.
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(" " if letter.isspace() else letter for letter in base if _is_visible(letter))
    known = kind_by_ending(visible.strip()) == kind
    stem, _dot, ending = visible.strip().rpartition(".") if known else (visible, "", ENDINGS[kind][0])
    stem = re.sub(r"[<>:\"|?*]", "", " ".join(stem.split()))[:LONGEST].strip(". ")
    return f"{stem or otherwise[:LONGEST]}.{ending}"


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in INVISIBLE
