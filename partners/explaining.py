"""Terms explained in place: the first time that one stands in a text it can be pressed, and says what it means.

A template builtin: ``{% explain service.description %}``. What it gives differs from the plain text only by what is
folded away; it works by the browser's own popovers, without script.
"""

from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.text import Truncator, normalize_newlines

from partners.lexicon import Entry, Lexicon

register = template.Library()

SHOWN = 320  # signs of a definition; the whole stands on the term's page
# Within these nothing else may be pressed, or nothing is text.
CLOSED = frozenset(
    {"a", "button", "label", "summary", "select", "textarea", "script", "style", "svg", "h1", "h2", "h3"}
)


@register.simple_tag(takes_context=True)
def explain(context: Context, text: Any, otherwise: str = "") -> SafeString:
    """Return a text with its line breaks, in which the area's terms are explained; ``otherwise`` if it is empty.

    Needs ``terms`` (partners.lexicon) in the page; without it the text stands as it is.
    """
    if not text:
        return conditional_escape(otherwise)
    lexicon = context.get("terms")
    if not isinstance(text, SafeData):
        text = normalize_newlines(str(text))
    shown = explained(text, lexicon) if lexicon else conditional_escape(text)
    return shown if isinstance(text, SafeData) else mark_safe(shown.replace("\n", "<br>"))  # noqa: S308


def explained(text: Any, lexicon: Lexicon) -> SafeString:
    """Return a text, escaped unless it is safe HTML already, with the first occurrence of each term explained."""
    told: set[int] = set()
    if not isinstance(text, SafeData):
        return mark_safe("".join(_pieces(str(text), lexicon, told)))  # noqa: S308 (pieces are escaped)
    reader = _TextOf(lambda words: "".join(_pieces(words, lexicon, told)))
    reader.feed(str(text))
    reader.close()
    return mark_safe("".join(reader.pieces))  # noqa: S308 (it was safe, and what came is escaped)


def _pieces(text: str, lexicon: Lexicon, told: set[int]) -> Iterator[str]:
    end = 0
    for start, stop, entry in lexicon.occurrences(text):
        if entry.pk in told:
            continue
        told.add(entry.pk)
        yield conditional_escape(text[end:start])
        yield _button(text[start:stop], entry, lexicon)
        end = stop
    yield conditional_escape(text[end:])


def _button(words: str, entry: Entry, lexicon: Lexicon) -> SafeString:
    short = f" ({entry.abbreviation})" if entry.abbreviation else ""
    more = ""
    if lexicon.links:
        url = reverse("partners:term_detail", args=[entry.pk])
        more = format_html(' <a href="{}">How each partner says it</a>', url)
    # Line ends of the text itself become breaks; here there are none.
    spoken, name, definition = map(_on_one_line, (words, entry.name + short, Truncator(entry.definition).chars(SHOWN)))
    return format_html(
        '<button class="op-explain op-explain--word" type="button" popovertarget="{0}" aria-label="{2}: what it means">'
        '{1}</button><span class="op-pop op-pop--term" id="{0}" popover role="dialog" aria-labelledby="{0}-name">'
        '<b class="op-pop__name" id="{0}-name">{3}</b> {4}{5}</span>',
        f"term-{entry.pk}-{lexicon.count()}",
        words,
        spoken,
        name,
        definition,
        more,
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


class _TextOf(HTMLParser):
    """Goes through safe HTML, and lets only its text be changed, where something may be pressed."""

    def __init__(self, change: Any) -> None:
        super().__init__(convert_charrefs=False)
        self.change = change
        self.pieces: list[str] = []
        self.closed = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Keep the tag as it is."""
        self._flush()
        self.pieces.append(self.get_starttag_text() or "")
        self.closed += tag in CLOSED

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Keep a tag that holds nothing."""
        self._flush()
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Keep the end of a tag."""
        self._flush()
        self.pieces.append(f"</{tag}>")
        self.closed = max(0, self.closed - (tag in CLOSED))

    def handle_data(self, data: str) -> None:
        """Gather text."""
        self.text += data

    def handle_entityref(self, name: str) -> None:
        """Gather a named sign, such as &amp;."""
        self.text += f"&{name};"

    def handle_charref(self, name: str) -> None:
        """Gather a numbered sign."""
        self.text += f"&#{name};"

    def handle_comment(self, data: str) -> None:
        """Keep a comment."""
        self._flush()
        self.pieces.append(f"<!--{data}-->")

    def close(self) -> None:
        """End with what is left."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        if self.text:
            self.pieces.append(self.text if self.closed else self.change(unescape(self.text)))
        self.text = ""
