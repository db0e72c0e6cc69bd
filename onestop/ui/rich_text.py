"""Rich text: a part of Markdown, shown as HTML or as plain text. Template builtins.

Texts are stored as people type them, with or without the editor, so that forms, searches, the history and differences
see a string. `rich_text_grammar` says what is formatting.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from onestop.ui import markup
from onestop.ui.rich_text_grammar import FIELD, Block, Line, Span, parse

register = template.Library()

LEVEL = 3  # of headings: below the h1 of a page and the h2 of its sections
LIST_TAGS = {"bullets": "ul", "numbers": "ol"}


def render(text: str, *, level: int = LEVEL, fields: Mapping[str, str] | None = None) -> SafeString:
    """Return a text as HTML. Its headings begin at ``level``; ``fields`` is what merge fields show, by name."""
    fields = fields or {}
    html = "".join(_html(block, level, fields) for block in parse(text, fields))
    return markup.clean_html(html)


def plain(text: str, *, fields: Mapping[str, str] | None = None) -> str:
    """Return a text without formatting, for lists, searches, files and mail: lists and line breaks stay."""
    fields = fields or {}
    return "\n\n".join(_plain(block, fields) for block in parse(text, fields))


def unknown_fields(text: str, fields: Collection[str] = ()) -> list[str]:
    """Return the names of merge fields in a text that are not among those that are known. They are shown as text."""
    spans = chain.from_iterable(_spans(parse(text, fields)))
    found = (match[1] for span in spans if not span.is_field for match in FIELD.finditer(span.text))
    return list(dict.fromkeys(found))


@register.filter(name="rich_text")
def render_filter(text: Any, level: int = LEVEL) -> SafeString:
    """Return a text as HTML; ``level`` is that of its headings."""
    return render(str(text or ""), level=level)


@register.filter(name="plain_text")
def plain_filter(text: Any) -> str:
    """Return a rich text without formatting."""
    return plain(str(text or ""))


# ---------------------------------------------------------------- HTML
def _html(block: Block, level: int, fields: Mapping[str, str]) -> str:
    if block.items:
        tag = LIST_TAGS[block.kind]
        start = f' start="{block.start}"' if block.kind == "numbers" and block.start != 1 else ""
        items = ("".join(_html(part, level, fields) for part in item) for item in block.items)
        return f"<{tag}{start}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"
    tag = f"h{min(level + block.level - 1, 6)}" if block.kind == "heading" else "p"
    return f"<{tag}>{'<br>'.join(_line_html(line, fields) for line in block.lines)}</{tag}>"


def _line_html(line: Line, fields: Mapping[str, str]) -> str:
    """Return a line with its tags in a fixed order: link, strong, em. The editor has the same."""
    written: list[str] = []
    opened: list[tuple[str, str]] = []
    for span in line:
        wanted = list(_tags(span))
        shared = 0
        while shared < min(len(opened), len(wanted)) and opened[shared] == wanted[shared]:
            shared += 1
        written += (f"</{tag}>" for tag, _ in reversed(opened[shared:]))
        written += (f"<{tag}{attributes}>" for tag, attributes in wanted[shared:])
        written.append(_field_html(span.text, fields[span.text]) if span.is_field else escape(span.text))
        opened = wanted
    written += (f"</{tag}>" for tag, _ in reversed(opened))
    return "".join(written)


def _tags(span: Span) -> Iterator[tuple[str, str]]:
    if span.href:
        yield "a", f' href="{escape(span.href)}"'
    if span.strong:
        yield "strong", ""
    if span.em:
        yield "em", ""


def _field_html(name: str, shown: str) -> str:
    return f'<span data-field="{name}" class="merge-field">{escape(shown)}</span>'


# ---------------------------------------------------------------- Plain text
def _plain(block: Block, fields: Mapping[str, str]) -> str:
    if not block.items:
        return "\n".join(_line_plain(line, fields) for line in block.lines)
    return "\n".join(_item_plain(block, number, item, fields) for number, item in enumerate(block.items, block.start))


def _item_plain(block: Block, number: int, item: list[Block], fields: Mapping[str, str]) -> str:
    mark = "- " if block.kind == "bullets" else f"{number}. "
    lines = "\n".join(_plain(part, fields) for part in item).splitlines() or [""]
    return "\n".join(f"{' ' * len(mark) if at else mark}{line}".rstrip() for at, line in enumerate(lines))


def _line_plain(line: Line, fields: Mapping[str, str]) -> str:
    pieces: list[str] = []
    for at, span in enumerate(line):
        pieces.append(fields[span.text] if span.is_field else span.text)
        is_last = at + 1 == len(line) or line[at + 1].href != span.href
        if span.href and is_last and span.href.removeprefix("mailto:") != span.text:
            pieces.append(f" ({span.href.removeprefix('mailto:')})")
    return "".join(pieces)


def _spans(blocks: Iterable[Block]) -> Iterator[Line]:
    for block in blocks:
        yield from block.lines
        for item in block.items:
            yield from _spans(item)
