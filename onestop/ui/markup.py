"""The only module that says of text "this is HTML" without escaping it, or writes text that is no HTML.

Everywhere else `format_html`, `format_html_join` and templates make markup, and escape whatever they are given: names,
help texts, answers, all that people type. `tests/test_house.py` finds any other way around.

What may be trusted here, and why:

- `change_text` and `break_lines` take a `SafeString`, which was escaped before, and escape what they add to it.
- `plain_text` turns escaping off for subjects and texts of mail, and returns a plain `str`: a page escapes it again.
"""

from collections.abc import Callable, Collection, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def plain_text(template: str, context: Mapping[str, Any]) -> str:
    """Return a template's words as text for where there is no HTML: an apostrophe stays one."""
    rendered = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    # Django calls whatever a template renders safe; this is not. (str() of a SafeString would leave it one.)
    return "".join([rendered])


def break_lines(html: SafeString) -> SafeString:
    """Return HTML in which the ends of lines have become breaks."""
    return mark_safe(_html(html).replace("\n", "<br>"))  # noqa: S308 (it was safe, and a break is ours)


def change_text(html: SafeString, change: Callable[[str], str], *, closed: Collection[str]) -> SafeString:
    """Return HTML in which ``change`` has been made to each text, except within these elements.

    What it returns is escaped, unless it is a ``SafeString`` itself.
    """
    reader = _TextOf(change, closed)
    reader.feed(_html(html))
    reader.close()
    return mark_safe("".join(reader.pieces))  # noqa: S308 (it was safe, and what came is escaped)


def _html(html: SafeString) -> str:
    if not isinstance(html, SafeString):
        raise TypeError("Only what was escaped before is taken for HTML.")
    return str(html)


class _TextOf(HTMLParser):
    """Goes through safe HTML, and lets only its text be changed, where something may be pressed."""

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
        """Keep a tag that holds nothing."""
        self._flush()
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Keep the end of a tag."""
        self._flush()
        self.pieces.append(f"</{tag}>")
        self.closed = max(0, self.closed - (tag in self.within))

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
            self.pieces.append(self.text if self.closed else conditional_escape(self.change(unescape(self.text))))
        self.text = ""
