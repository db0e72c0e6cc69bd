"""The names of languages in the language of the page. Services store them in English, as people chose or typed them."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

NAMES = {
    "American Sign Language": _("American Sign Language"),
    "Amharic": _("Amharic"),
    "Arabic": _("Arabic"),
    "ASL": _("ASL"),
    "Burmese": _("Burmese"),
    "Cantonese": _("Cantonese"),
    "Chinese": _("Chinese"),
    "Dari": _("Dari"),
    "English": _("English"),
    "Farsi": _("Farsi"),
    "Filipino": _("Filipino"),
    "French": _("French"),
    "German": _("German"),
    "Haitian Creole": _("Haitian Creole"),
    "Hindi": _("Hindi"),
    "Hmong": _("Hmong"),
    "Italian": _("Italian"),
    "Japanese": _("Japanese"),
    "Karen": _("Karen"),
    "Khmer": _("Khmer"),
    "Korean": _("Korean"),
    "Lao": _("Lao"),
    "Mandarin": _("Mandarin"),
    "Mixteco": _("Mixteco"),
    "Navajo": _("Navajo"),
    "Nepali": _("Nepali"),
    "Pashto": _("Pashto"),
    "Polish": _("Polish"),
    "Portuguese": _("Portuguese"),
    "Punjabi": _("Punjabi"),
    "Russian": _("Russian"),
    "Sign language": _("Sign language"),
    "Somali": _("Somali"),
    "Spanish": _("Spanish"),
    "Swahili": _("Swahili"),
    "Tagalog": _("Tagalog"),
    "Tigrinya": _("Tigrinya"),
    "Ukrainian": _("Ukrainian"),
    "Urdu": _("Urdu"),
    "Vietnamese": _("Vietnamese"),
}


def said_language(name: str) -> str:
    """Return the name of a language in the language of the page, for a label; as it is stored, if none of NAMES.

    Spanish writes it small within a sentence, but a label begins with a capital.
    """
    return capfirst(str(NAMES.get(name, name)))


def said_languages(names: Iterable[str]) -> str:
    """Return names of languages as a list in the language of the page."""
    return capfirst(", ".join(str(NAMES.get(name, name)) for name in names))
