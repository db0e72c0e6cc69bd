"""Read the languages in a cell: names, codes and short forms against the list of languages; the rest is questioned."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from onestop.editing.languages import find_language, why_unknown
from partners.importing import cells

# Codes of ISO 639 and short forms that people write in lists. Not all codes: "no", "is" and "it" are words.
SHORT = {
    "en": "English", "eng": "English", "engl": "English", "ingles": "English", "es": "Spanish", "sp": "Spanish",
    "spa": "Spanish", "span": "Spanish", "spn": "Spanish", "esp": "Spanish", "espanol": "Spanish", "zh": "Chinese",
    "chi": "Chinese", "zho": "Chinese", "cmn": "Mandarin", "yue": "Cantonese", "cant": "Cantonese",
    "mand": "Mandarin", "vi": "Vietnamese", "vie": "Vietnamese", "viet": "Vietnamese", "tl": "Tagalog",
    "tgl": "Tagalog", "fil": "Filipino", "pilipino": "Filipino", "ko": "Korean", "kor": "Korean", "ru": "Russian",
    "rus": "Russian", "ar": "Arabic", "ara": "Arabic", "fr": "French", "fre": "French", "fra": "French",
    "francais": "French", "de": "German", "ger": "German", "deu": "German", "pt": "Portuguese", "por": "Portuguese",
    "port": "Portuguese", "ht": "Haitian Creole", "hat": "Haitian Creole", "kreyol": "Haitian Creole",
    "som": "Somali", "hmn": "Hmong", "ja": "Japanese", "jpn": "Japanese", "hi": "Hindi", "hin": "Hindi",
    "pa": "Punjabi", "pan": "Punjabi", "fa": "Farsi", "fas": "Farsi", "per": "Farsi", "uk": "Ukrainian",
    "ukr": "Ukrainian", "pl": "Polish", "pol": "Polish", "ase": "ASL",
    "american sign language asl": "ASL", "sign": "Sign language", "sw": "Swahili", "swa": "Swahili", "ne": "Nepali",
    "nep": "Nepali", "am": "Amharic", "amh": "Amharic", "ti": "Tigrinya", "bi lingual spanish": "Spanish",
    "bilingual spanish": "Spanish", "spanish speaking": "Spanish",
}  # fmt: skip
KINDS = {"simplified", "traditional", "brazilian", "brazil", "mexican", "mexico", "us", "usa", "creole", "haitian"}
CUTS = re.compile(r"/|&|\+|\||•|·|\band\b|\bor\b|\by\b", re.IGNORECASE)
BRACKETS = re.compile(r"^([^()]+)\(([^()]+)\)$")
SAID = {"yes": True, "y": True, "x": True, "true": True, "no": False, "n": False, "false": False}
STATED = re.compile(r"\b(only|spoken|speaking|fluent|language|preferred)\b", re.IGNORECASE)


@dataclass
class Spoken:
    """The languages of a cell, and what in it is none, each with a sentence that says why."""

    languages: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def add(self, language: str) -> None:
        """Add a language once."""
        if language not in self.languages:
            self.languages.append(language)


def read_languages(text: str, title: str = "", *, longest: int = 60) -> Spoken:
    """Return the languages of a cell.

    :param title: the title of its column: below "Spanish?", a "Y" stands for Spanish.
    """
    spoken = Spoken()
    commas = ";" not in text and "\n" not in text
    for part in cells.split_list(text, commas=commas):
        _read_part(part, title, longest, spoken)
    return spoken


def language_of(text: str) -> str | None:
    """Return the name of a language, also from its code or a short form."""
    return SHORT.get(cells.fold(text)) or find_language(text)


def language_in(title: str) -> str:
    """Return the language that the title of a column asks for: "Spanish?", "Spanish spoken (Y/N)"."""
    words = [word for word in re.split(r"[\s?/():,]+", title) if len(word) > 3]
    found = list(dict.fromkeys(filter(None, (find_language(word) for word in words))))
    return found[0] if len(found) == 1 else ""


def _read_part(part: str, title: str, longest: int, spoken: Spoken) -> None:
    if _take(part, spoken):
        return
    pieces = [piece.strip() for piece in CUTS.split(part) if piece.strip()]
    known = [piece for piece in pieces if _take(piece, Spoken())]
    if len(pieces) > 1 and (len(known) == len(pieces) or any(find_language(piece) for piece in known)):
        for piece in pieces:
            _take(piece, spoken) if piece in known else spoken.unknown.append((piece, why_unknown(piece)))
        return
    if (says := SAID.get(cells.fold(part))) is not None:
        asked = language_in(title)
        if asked and says:
            spoken.add(asked)
        elif not asked:
            spoken.unknown.append((part, _("This does not name a language. Write its name, such as Spanish.")))
        else:
            spoken.unknown.append((part, _("Read as: not in %(language)s.") % {"language": asked}))
        return
    why = why_unknown(part)
    if re.search(r"interpret|translat", part, re.IGNORECASE):
        why = _("This does not name a language. Write which languages are interpreted.")
    elif re.search(r"\b(staff|some|several|many|various|multiple|other|bilingual|varies)\b", part, re.IGNORECASE):
        why = _("This does not name a language. Write the names of the languages.")
    elif len(part) > longest:
        why = cells.too_long(part, longest)
    spoken.unknown.append((part, why))


def _take(part: str, spoken: Spoken) -> bool:
    """Add the language of a part; return whether it names one."""
    match = BRACKETS.match(part)
    if found := language_of(part) if match is None else None:
        spoken.add(found)
        return True
    if match is None:
        plain = " ".join(STATED.sub(" ", part).split())
        language = language_of(plain) if plain != part else None
        if language:
            spoken.add(language)
            spoken.unknown.append((part, _("Read as %(language)s.") % {"language": language}))
        return bool(language)
    name, kind = map(str.strip, match.groups())
    language = language_of(name) or language_of(kind)
    if language is None:
        return False
    if language_of(name) is None:
        spoken.add(language)
        spoken.unknown.append((name, _("Read as %(language)s.") % {"language": language}))
    elif _is_kind(kind):
        spoken.add(find_language(part) or language)
    else:
        spoken.add(language)
        spoken.unknown.append((kind, _("Saved as %(language)s, without these words.") % {"language": language}))
    return True


def _is_kind(kind: str) -> bool:
    """Return whether words in brackets say which kind of a language it is: "Chinese (Cantonese, Mandarin)"."""
    pieces = [piece for piece in re.split(r"[,/;&]|\band\b", kind) if piece.strip()]
    known = {
        "simplified",
        "traditional",
        "brazilian",
        "brazil",
        "mexican",
        "mexico",
        "us",
        "usa",
        "creole",
        "haitian",
        "asl",
    }
    return all(find_language(piece.strip()) or cells.fold(piece) in known for piece in pieces)
