"""The only module that marks text as safe HTML without escaping it, or renders text without escaping.

Everywhere else its `format_html`, `format_html_join` and templates create markup and escape everything that people
typed. `tests/test_house.py` finds other ways.

Why these functions are safe:

- `format_html`, `format_html_join` and `join_html` escape what is not a `SafeString`, as Django's do. They are several
  times as quick, since a page has hundreds of cells: Django's look for lazy text in all arguments of each call.
- `change_text` and `break_lines` accept only a `SafeString`, which is escaped already, and escape what they add to it.
- `clean_html` lets nh3, an HTML parser written for this, rewrite what it is given: only what is allowed here is left.
- `frozen_html` accepts only what our own templates rendered once: its hash was stored with it, and is compared.
- `plain_text` turns escaping off for subjects and text of mail, and returns a plain `str`, which pages escape.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

import nh3
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def format_html(pattern: str, *values: Any, **named: Any) -> SafeString:
    """Return a pattern with escaped values in the places of `str.format`."""
    filled = pattern.format(*[_escaped(value) for value in values], **{key: _escaped(named[key]) for key in named})
    return SafeString(filled)


def format_html_join(separator: str, pattern: str, rows: Iterable[Sequence[Any]]) -> SafeString:
    """Return the pattern filled with each row of values, escaped, with the separator between them."""
    filled = [pattern.format(*[_escaped(value) for value in row]) for row in rows]
    return SafeString(separator.join(filled))


def join_html(parts: Iterable[Any]) -> SafeString:
    """Return parts in a row, escaped if they are not safe."""
    return SafeString("".join([_escaped(part) for part in parts]))


def _escaped(value: Any) -> str:
    kind = type(value)
    if kind is SafeString:
        return value
    return escape(value) if kind is str else conditional_escape(value)


def plain_text(template: str, context: Mapping[str, Any]) -> str:
    """Render a template as plain text, in which an apostrophe is not escaped."""
    rendered = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    # Django marks what a template renders as safe, which this is not. (str() of a SafeString returns a SafeString.)
    return "".join([rendered])


# What rich text consists of. Not more: a class or an id of a page must not occur in what people type.
ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "a", "span"}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "span": {"data-field"}}
ALLOWED_CLASSES = {"span": {"merge-field"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}


def clean_html(html: str) -> SafeString:
    """Return HTML with nothing in it but the elements, attributes and addresses of rich text."""
    cleaned = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        allowed_classes=ALLOWED_CLASSES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener",
    )
    return mark_safe(cleaned)  # noqa: S308 (cleaned)


class NotFrozen(ValueError):
    """A stored text is not the one whose hash was stored with it."""


def frozen_html(html: str, sha256: str) -> SafeString:
    """Return HTML that our templates rendered and that was stored with its SHA-256, to be shown as it was.

    :raises NotFrozen: if it is another text.
    """
    if hashlib.sha256(html.encode()).hexdigest() != sha256:
        raise NotFrozen("The stored text is not the one that was frozen.")  # no translation: nobody should see it
    return mark_safe(html)  # noqa: S308 (rendered by our templates, and unchanged since)


def break_lines(html: SafeString) -> SafeString:
    """Return HTML in which line ends are line breaks."""
    return mark_safe(_html(html).replace("\n", "<br>"))  # noqa: S308 (the input was safe, and <br> is ours)


def change_text(html: SafeString, change: Callable[[str], str], *, closed: Collection[str]) -> SafeString:
    """Return HTML in which ``change`` is applied to each text, except within the ``closed`` elements.

    Its result is escaped, unless it is a ``SafeString``.
    """
    reader = _TextOf(change, closed)
    reader.feed(_html(html))
    reader.close()
    return mark_safe("".join(reader.pieces))  # noqa: S308 (the input was safe, and what was added is escaped)


def _html(html: SafeString) -> str:
    if not isinstance(html, SafeString):
        raise TypeError("Only text that was escaped before is accepted as HTML.")
    return str(html)


class _TextOf(HTMLParser):
    """Walk through safe HTML and change only its text, outside closed elements."""

    def __init__(self, change: Callable[[str], str], closed: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.change, self.within = change, closed
        self.pieces: list[str] = []
        self.closed = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Keep the tag as it is."""
        self._flush()
        self.pieces.append(self.get_starttag_text() or "")
        self.closed += tag in self.within

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """Keep a self-closing tag."""
        self._flush()
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Keep an end tag."""
        self._flush()
        self.pieces.append(f"</{tag}>")
        self.closed = max(0, self.closed - (tag in self.within))

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data

    def handle_entityref(self, name: str) -> None:
        """Collect a named character, such as &amp;."""
        self.text += f"&{name};"

    def handle_charref(self, name: str) -> None:
        """Collect a numbered character."""
        self.text += f"&#{name};"

    def handle_comment(self, data: str) -> None:
        """Keep a comment."""
        self._flush()
        self.pieces.append(f"<!--{data}-->")

    def close(self) -> None:
        """Process the remaining text."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        if self.text:
            self.pieces.append(self.text if self.closed else conditional_escape(self.change(unescape(self.text))))
        self.text = ""
