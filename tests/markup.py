"""Check that start and end tags of a page match: browsers repair mismatches in ways that break the layout."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OPTIONAL_END = {"li", "dt", "dd", "p", "option", "tr", "td", "th", "thead", "tbody", "tfoot"}


class Pairs(HTMLParser):
    """Match the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag, attrs):
        """Ignore a self-closing tag, as in SVG."""

    def handle_endtag(self, tag):
        while self.open and self.open[-1][0] != tag and self.open[-1][0] in OPTIONAL_END:
            self.open.pop()
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        else:
            inside = self.open[-1] if self.open else ("nothing", 0)
            self.wrong.append(f"line {self.getpos()[0]}: </{tag}> within <{inside[0]}> of line {inside[1]}")


def unpaired_tags(html: str) -> list[str]:
    """Return the first places with an end tag without a start tag, or the reverse."""
    pairs = Pairs()
    pairs.feed(html)
    pairs.close()
    left = [f"line {line}: <{tag}> stays open" for tag, line in pairs.open if tag not in OPTIONAL_END]
    return (pairs.wrong + left)[:3]
