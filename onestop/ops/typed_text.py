"""Remove invisible characters from text, some of which change how the text around them is read.

The only definition of these characters: they are removed from forms (``onestop.ops.request_limits``) and from tables,
on import and export (``onestop.files.uploaded_tables``, ``onestop.ui.spreadsheets``).
"""

import re

from django.http import QueryDict

# Control characters except tabs and line breaks; characters that override the direction of text (the directional marks
# that Arabic and Hebrew need are kept); interlinear annotations; and noncharacters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return a text without unprintable characters."""
    return UNPRINTABLE.sub("", text)


def printable_query(sent: QueryDict) -> QueryDict:
    """Return form data without unprintable characters; the same object if there are none."""
    if not any(UNPRINTABLE.search(text) for name in sent for text in (name, *map(str, sent.getlist(name)))):
        return sent
    clean = QueryDict(mutable=True, encoding=sent.encoding)
    for name, texts in sent.lists():
        clean.setlist(printable(name), [printable(text) if isinstance(text, str) else text for text in texts])
    clean._mutable = False
    return clean
