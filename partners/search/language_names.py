"""The names of languages in the language of a page; services keep them in English."""

import gettext
from functools import cache

import pycountry
from django.utils.translation import gettext_lazy as _

from partners.search.said_words import is_in_english, page_language

# Names that the standard lacks, or that its translations write otherwise than people in the United States do.
USUAL = {
    "American Sign Language": _("American Sign Language"),
    "ASL": _("ASL"),
    "Amharic": _("Amharic"),
    "Cantonese": _("Cantonese"),
    "Creole": _("Creole"),
    "Farsi": _("Farsi"),
    "Haitian": _("Haitian"),
    "Haitian Creole": _("Haitian Creole"),
    "Lao": _("Lao"),
    "Mandarin": _("Mandarin"),
    "Pashto": _("Pashto"),
    "Sign language": _("Sign language"),
    "Ukrainian": _("Ukrainian"),
}


def language_name(name: str) -> str:
    """Return the name of a language as the page says it; a name that nobody has translated stays as it is."""
    if is_in_english():
        return name
    if name in USUAL:
        return str(USUAL[name])
    return _standard(page_language()).gettext(name) if name else ""


@cache
def _standard(language: str) -> gettext.NullTranslations:
    return gettext.translation("iso639-3", pycountry.LOCALES_DIR, languages=[language], fallback=True)
