"""The grammar of rich text: the part of Markdown that the editor can show, and merge fields.

Headings (``#``, ``##``), lists, ``**strong**``, ``*emphasis*``, ``[links](https://...)``, ``{{field}}``, and ``\\``
before a sign that is meant literally. A line break is a line break. All else is text: HTML, images, code, quotes.

The blocks and the pairing of emphasis are those of CommonMark, by markdown-it-py. Three rules are ours, so that the
editor can write down each of its documents:

- ``emphasis``: stars next to punctuation count, so that ``a**(b)**c`` is bold, which CommonMark does not allow.
- ``link``: only addresses of the web and of email, without a title, so that nothing else can look like a link.
- ``field``: only the fields that the caller knows.

``static/src/rich_text/grammar.js`` has the same rules for the editor; change both.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

DEEPEST = 6  # lists within lists; a mark of a deeper one is text
INVISIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")  # control characters, and the byte order mark
BLANK_LINE = re.compile(r"^[^\S\n]+$", re.MULTILINE)  # also of spaces that do not break
FIELD = re.compile(r"\{\{([a-z][a-z0-9_]{0,39})\}\}")
TARGET = re.compile(r"\(((?:https?://|mailto:)[^\s()<>\"'`\\]+)\)")
# What ends a word for an underscore: spaces, and the punctuation of ASCII and of typography.
BETWEEN_WORDS = re.compile("[\\s!-/:-@\\[-`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e]")


@dataclass(frozen=True)
class Span:
    """A piece of a line: text, or a merge field, with its formatting."""

    text: str
    is_field: bool = False
    href: str = ""
    strong: bool = False
    em: bool = False


Line = list[Span]


@dataclass
class Block:
    """A paragraph or a heading (with lines), or a list (with items, each of which has blocks)."""

    kind: str  # paragraph, heading, bullets, numbers
    lines: list[Line] = field(default_factory=list)
    level: int = 0  # of a heading: 1 or 2
    start: int = 1  # of a numbered list
    items: list[list["Block"]] = field(default_factory=list)


def parse(text: str, fields: Collection[str] = ()) -> list[Block]:
    """Return the blocks of a text."""
    source = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    tokens = _parser().parse(BLANK_LINE.sub("", source), {"fields": fields})
    blocks = list(_blocks(iter(tokens), in_list=False))
    _begin_with_a_heading(blocks)
    return blocks


# ---------------------------------------------------------------- From tokens to blocks
def _blocks(tokens: Iterator[Token], *, in_list: bool) -> Iterator[Block]:
    """Yield the blocks up to the end of the list item, or of the text."""
    for token in tokens:
        if token.type == "list_item_close":
            return
        if token.type in ("bullet_list_open", "ordered_list_open"):
            yield _list(token, tokens)
        elif token.type in ("paragraph_open", "heading_open"):
            lines = _lines(next(tokens).children or [])
            is_heading = token.type == "heading_open" and not in_list  # the editor has no headings in lists
            level = (1 if token.tag == "h1" else 2) if is_heading else 0
            if lines:
                yield Block("heading" if is_heading else "paragraph", lines, level)


def _list(opening: Token, tokens: Iterator[Token]) -> Block:
    made = Block("numbers" if opening.tag == "ol" else "bullets", start=int(opening.attrs.get("start", 1)))
    for token in tokens:
        if token.type == "list_item_open":
            blocks = list(_blocks(tokens, in_list=True))
            # An item begins with a paragraph, also if there is nothing in it.
            made.items.append(blocks if blocks and blocks[0].kind == "paragraph" else [Block("paragraph"), *blocks])
        else:
            break
    return made


def _lines(tokens: list[Token]) -> list[Line]:
    """Return the lines of a paragraph, without spaces at their ends and without empty lines around them."""
    lines: list[Line] = [[]]
    strong = em = 0
    href = ""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            lines.append([])
        elif token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            em += token.nesting
        elif token.type in ("link_open", "link_close"):
            href = str(token.attrs["href"]) if token.nesting > 0 else ""
        elif token.content:
            span = Span(token.content, token.type == "field", href, strong > 0, em > 0)
            _add(lines[-1], span)
    lines = [_trimmed(line) for line in lines]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return lines


def _add(line: Line, span: Span) -> None:
    if line and not (span.is_field or line[-1].is_field) and replace(line[-1], text="") == replace(span, text=""):
        span = replace(span, text=line.pop().text + span.text)
    line.append(span)


def _trimmed(line: Line) -> Line:
    while line and not line[0].is_field and line[0].text != (text := line[0].text.lstrip()):
        line[:1] = [replace(line[0], text=text)] if text else []
    while line and not line[-1].is_field and line[-1].text != (text := line[-1].text.rstrip()):
        line[-1:] = [replace(line[-1], text=text)] if text else []
    return line


def _begin_with_a_heading(blocks: list[Block]) -> None:
    """Make subheadings before the first heading headings, so that the outline of the page has no gap."""
    for block in blocks:
        if block.kind == "heading":
            if block.level == 1:
                return
            block.level = 1
            return


# ---------------------------------------------------------------- Rules
@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.enable(["code", "list", "heading", "newline", "escape", "emphasis", "link"])
    # There is no code, but what is indented that far begins no list either.
    parser.block.ruler.at("code", lambda *_: False)
    parser.block.ruler.at("list", _list_rule, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("emphasis", _emphasis_rule)
    parser.inline.ruler.at("link", _link_rule)
    parser.inline.ruler.before("escape", "field", _field_rule)
    # The library leaves out what is nested deeper; the rule for lists ends before that.
    parser.options["maxNesting"] = DEEPEST * 2 + 8
    return parser


def _list_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < DEEPEST * 2 and list_block(state, start, end, silent)


def _emphasis_rule(state: StateInline, silent: bool) -> bool:
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    opens, closes = not after.isspace(), not before.isspace()
    if marker == "_":
        opens, closes = opens and _is_between(before), closes and _is_between(after)
    for _ in range(length := end - state.pos):
        state.push("text", "", 0).content = marker
        state.delimiters.append(Delimiter(ord(marker), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos = end
    return True


def _is_between(sign: str) -> bool:
    return BETWEEN_WORDS.match(sign) is not None


def _link_rule(state: StateInline, silent: bool) -> bool:
    start, end = state.pos, state.posMax
    if state.src[start] != "[":
        return False
    label_end = parseLinkLabel(state, start, True)
    target = TARGET.match(state.src, label_end + 1) if label_end >= 0 else None
    if target is None or target.end() > end or not state.src[start + 1 : label_end].strip():
        return False
    if not silent:
        state.pos, state.posMax = start + 1, label_end
        state.push("link_open", "a", 1).attrs = {"href": target[1]}
        state.md.inline.tokenize(state)
        state.push("link_close", "a", -1)
    state.pos, state.posMax = target.end(), end
    return True


def _field_rule(state: StateInline, silent: bool) -> bool:
    found = FIELD.match(state.src, state.pos)
    if found is None or found.end() > state.posMax or found[1] not in state.env["fields"]:
        return False
    if not silent:
        state.push("field", "", 0).content = found[1]
    state.pos = found.end()
    return True
