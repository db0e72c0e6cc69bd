"""Explain terms in place: the first occurrence of a term in a text becomes a button with its definition.

A template builtin: ``{% explain service.description %}``. It uses popovers of the browser, without scripts.
"""

from collections.abc import Iterator
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator, normalize_newlines
from django.utils.translation import gettext as _

from onestop.ui import markup
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import draw_icon
from partners.glossary.term_matcher import Entry, Lexicon
from partners.search.language_names import said_languages
from partners.search.said_words import ENGLISH, Part

register = template.Library()
register.filter("said_languages", said_languages)

SHOWN = 320  # characters of a definition; the page of the term shows all of it
# Elements that must not contain buttons, or that hold no text.
CLOSED = frozenset(
    {
        "a",
        "button",
        "label",
        "summary",
        "select",
        "textarea",
        "script",
        "style",
        "svg",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    }
)


@register.simple_tag(takes_context=True)
def explain(context: Context, text: Any, otherwise: str = "") -> SafeString:
    """Return a text with line breaks and explained terms; ``otherwise`` if it is empty.

    Needs ``terms`` (partners.glossary.term_matcher) in the context; without it no terms are explained.
    """
    if not text:
        return conditional_escape(otherwise)
    lexicon = context.get("terms")
    if isinstance(text, SafeString):
        return explained(text, lexicon) if lexicon else text
    text = normalize_newlines(str(text))
    return markup.break_lines(explained(text, lexicon) if lexicon else conditional_escape(text))


@register.simple_tag(takes_context=True)
def said(context: Context, part: Part, otherwise: str = "", words: int = 0) -> SafeString:
    """Return a part of a service in its language; ``otherwise`` if it is empty.

    English words are explained, unless no more than a number of ``words`` is shown. Where the English has changed since
    the other words were written, this is said, with the English words.
    """
    if not part:
        return conditional_escape(otherwise)
    if words:
        shown = conditional_escape(Truncator(part.text).words(words))
    elif part.lang in ("", ENGLISH):
        shown = explain(context, part.text)
    else:
        shown = markup.break_lines(conditional_escape(normalize_newlines(part.text)))
    if part.lang:
        shown = format_html('<span lang="{}">{}</span>', part.lang, shown)
    if not part.english:
        return shown
    changed = _("The English text changed later.")
    if words:
        return format_html('{} <span class="op-small op-attn">{}</span>', shown, changed)
    english = markup.break_lines(conditional_escape(normalize_newlines(part.english)))
    return format_html(
        '{}<span class="op-changed"><span class="op-attn">{} {}</span> <span lang="{}">{}</span></span>',
        shown, draw_icon("clock-history"), changed, ENGLISH, english,
    )  # fmt: skip


def explained(text: Any, lexicon: Lexicon) -> SafeString:
    """Return a text, escaped unless it is safe HTML, with the first occurrence of each term explained."""
    done: set[int] = set()
    if isinstance(text, SafeString):
        return markup.change_text(text, lambda words: _explained(words, lexicon, done), closed=CLOSED)
    return _explained(str(text), lexicon, done)


def _explained(text: str, lexicon: Lexicon, done: set[int]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, lexicon, done)))


def _pieces(text: str, lexicon: Lexicon, done: set[int]) -> Iterator[str]:
    """Yield the text, with a button for the first occurrence of each term."""
    end = 0
    for start, stop, entry in lexicon.occurrences(text):
        if entry.pk in done:
            continue
        done.add(entry.pk)
        yield text[end:start]
        yield _button(text[start:stop], entry, lexicon)
        end = stop
    yield text[end:]


def _button(words: str, entry: Entry, lexicon: Lexicon) -> SafeString:
    short = f" ({entry.abbreviation})" if entry.abbreviation else ""
    more = ""
    if lexicon.links:
        url = reverse("partners:term_detail", args=[entry.pk])
        more = format_html(' <a href="{}">{}</a>', url, _("View usage by partner"))
    # Line ends of the text become line breaks later, so that there must be none here.
    spoken, name, definition = map(_on_one_line, (words, entry.name + short, Truncator(entry.definition).chars(SHOWN)))
    return format_html(
        '<button class="op-explain op-explain--word" type="button" popovertarget="{0}" aria-label="{2}">'
        '{1}</button><span class="op-pop op-pop--term" id="{0}" popover role="dialog" aria-labelledby="{0}-name">'
        '<b class="op-pop__name" id="{0}-name">{3}</b> {4}{5}</span>',
        f"term-{entry.pk}-{lexicon.count()}",
        words,
        _("%(word)s: definition") % {"word": spoken},
        name,
        definition,
        more,
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
