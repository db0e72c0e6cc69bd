"""The Spanish catalog is complete for the pages that are offered in Spanish, correct, and never stale when served."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from onestop.ops import catalogs
from tests.languages.texts import CATALOG, Text, catalog, missing, texts_of_module, texts_of_template, written_anywhere

PLACEHOLDERS = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAGS = re.compile(r"</?\w+|\bhref=\"[^\"]*\"|\bclass=\"[^\"]*\"")


def pairs() -> list[tuple[str, str]]:
    """Each English text with its translation; a plural with its plural."""
    found = []
    for entry in catalog():
        if entry.msgid_plural:
            one, many = (entry.msgstr_plural[number] for number in (0, 1))
            found += [(entry.msgid, one), (entry.msgid_plural, many)]
        else:
            found.append((entry.msgid, entry.msgstr))
    return found


def test_every_text_of_the_pages_and_mails_in_spanish_is_translated():
    assert [text.message for text in missing()] == [], "python -m tests.languages.texts --add, and translate them"


def test_no_translation_is_of_a_text_that_is_gone():
    used = written_anywhere()
    assert [entry.msgid for entry in catalog() if (entry.msgctxt, entry.msgid) not in used] == []


def test_translations_have_the_placeholders_and_tags_of_the_text():
    wrong = [
        (english, spanish)
        for english, spanish in pairs()
        for parts in (PLACEHOLDERS, TAGS)
        if set(parts.findall(english)) != set(parts.findall(spanish))
    ]
    assert wrong == []


def test_nothing_is_left_unfinished_or_in_doubt():
    assert [entry.msgid for entry in catalog() if entry.fuzzy or not entry.translated()] == []


@pytest.mark.parametrize("word", ["por favor", "tú ", " tu ", " tus ", "haz clic", "click", "email", "e-mail"])
def test_translations_say_usted_and_plain_words(word: str):
    told = [re.sub(r"<[^>]*>|%\(\w+\)s|\{\w+\}", " ", spanish) for _english, spanish in pairs()]
    assert [spanish for spanish in told if word in f" {spanish.lower()} "] == []


def test_questions_and_exclamations_are_opened():
    assert [spanish for _english, spanish in pairs() if spanish.count("¿") != _marks(spanish, "?")] == []
    assert [spanish for _english, spanish in pairs() if "!" in spanish or "¡" in spanish] == []


def _marks(text: str, mark: str) -> int:
    return re.sub(r"href=\"[^\"]*\"", "", text).count(mark)


# ---------------------------------------------------------------- Reading texts
def test_texts_are_read_from_modules_and_templates(tmp_path: Path):
    module = "_('One'); ngettext('%(n)s day', '%(n)s days', n); pgettext_lazy('short', 'Two'); other('Three')"
    assert list(texts_of_module(module)) == [
        Text("One"), Text("%(n)s day", "%(n)s days"), Text("Two", context="short")
    ]  # fmt: skip
    page = tmp_path / "page.html"
    page.write_text(
        "{% translate 'It (is) here' %} {% translate 'May' context 'month' %} {% icon 'x' _('Close') %}\n"
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} day (or so)\n"
        "{% plural %}\n  {{ n }} days\n{% endblocktranslate %}"
    )
    assert set(texts_of_template(page)) == {
        Text("It (is) here"), Text("May", context="month"), Text("Close"), Text("%(n)s day (or so)", "%(n)s days")
    }  # fmt: skip


# ---------------------------------------------------------------- Compiling
@pytest.fixture
def copy(tmp_path: Path, settings) -> Path:
    """A catalog of which nothing is compiled."""
    source = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    shutil.copy(CATALOG, source)
    settings.LOCALE_PATHS = [tmp_path]
    return source


def test_a_catalog_is_compiled_once(copy: Path):
    assert catalogs.compile_stale() == [copy]
    assert catalogs.compile_stale() == []
    assert [path.name for path in sorted(copy.parent.iterdir())] == ["django.mo", "django.po"]
    compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(str(copy.with_suffix(".mo")))}
    assert compiled["Find a service"] == "Buscar un servicio"


@pytest.mark.parametrize("harm", ["missing", "changed source", "broken", "compiled by another tool"])
def test_a_stale_catalog_is_not_served(copy: Path, harm: str):
    catalogs.compile_stale()
    catalogs.demand_fresh_catalogs()
    compiled = copy.with_suffix(".mo")
    if harm == "missing":
        compiled.unlink()
    elif harm == "changed source":
        copy.write_text(copy.read_text().replace("Buscar un servicio", "Encontrar un servicio"))
    elif harm == "broken":
        compiled.write_bytes(compiled.read_bytes()[:500])
    else:
        catalog(copy).save_as_mofile(str(compiled))
    with pytest.raises(ImproperlyConfigured, match="compile_texts"):
        catalogs.demand_fresh_catalogs()
    catalogs.compile_stale()
    catalogs.demand_fresh_catalogs()


def test_the_served_catalog_is_compiled_and_numbers_are_american():
    assert [source for source in catalogs.catalogs() if catalogs.is_stale(source)] == []
    with translation.override("es"):
        assert translation.gettext("Find a service") == "Buscar un servicio"
        assert translation.ngettext("%(number)s day ago", "%(number)s days ago", 2) == "hace %(number)s días"
