"""Check that start and end tags of a page match: browsers repair mismatches in ways that break the layout."""

import re
from bisect import bisect_right

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OPTIONAL_END = {"li", "dt", "dd", "p", "option", "tr", "td", "th", "thead", "tbody", "tfoot"}
# Comments, scripts and styles whole, and tags with their attributes. The tests read thousands of pages: a tenth of the
# time of html.parser.
PIECE = re.compile(
    r"""<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>|<(/?)([a-z][a-z0-9-]*)(?:[^>"']|"[^"]*"|'[^']*')*?(/?)>""",
    re.DOTALL | re.IGNORECASE,
)


def unpaired_tags(html: str) -> list[str]:
    """Return the first places with an end tag without a start tag, or the reverse."""
    lines = [0, *(found.end() for found in re.finditer("\n", html))]
    opened: list[tuple[str, int]] = []
    wrong: list[str] = []
    for piece in PIECE.finditer(html):
        tag = (piece[3] or "").lower()
        if not tag or tag in VOID or piece[4]:  # self-closing tags, as in SVG, are ignored
            continue
        line = bisect_right(lines, piece.start())
        if not piece[2]:
            opened.append((tag, line))
            continue
        while opened and opened[-1][0] != tag and opened[-1][0] in OPTIONAL_END:
            opened.pop()
        if opened and opened[-1][0] == tag:
            opened.pop()
        else:
            inside = opened[-1] if opened else ("nothing", 0)
            wrong.append(f"line {line}: </{tag}> within <{inside[0]}> of line {inside[1]}")
    left = [f"line {line}: <{tag}> stays open" for tag, line in opened if tag not in OPTIONAL_END]
    return (wrong + left)[:3]
