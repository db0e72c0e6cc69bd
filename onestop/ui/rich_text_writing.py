"""Write rich text: texts that people typed elsewhere become parts of it, and stay as they were typed.

What would be formatting in them is escaped (see ``onestop.ui.rich_text_grammar``), so a text shows the same signs.
"""

import re

from onestop.ui.rich_text_grammar import INVISIBLE

INLINE = re.compile(r"([\\*_\[\]{}])")
AT_LINE_START = re.compile(r"([#+-])")
NUMBER_AT_LINE_START = re.compile(r"(\d{1,9})([.)])")


def as_text(text: str) -> str:
    """Return a text of one or more paragraphs as rich text that shows it as it is; line breaks stay."""
    cleaned = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    written = "\n".join(_line(line.strip()) for line in cleaned.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", written).strip()


def as_line(text: str) -> str:
    """Return a text as one line of rich text that shows it as it is."""
    return as_text(" ".join(INVISIBLE.sub(" ", text).split()))


def _line(line: str) -> str:
    line = INLINE.sub(r"\\\1", line)
    if found := AT_LINE_START.match(line):
        return f"\\{found[1]}{line[1:]}"
    return NUMBER_AT_LINE_START.sub(r"\1\\\2", line, count=1) if NUMBER_AT_LINE_START.match(line) else line
