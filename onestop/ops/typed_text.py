"""What people type, without the signs that nobody sees and that change how the words around them are read.

The one place that says which these are: forms lose them on their way in (``onestop.ops.request_limits``),
tables on their way in and out (``onestop.files.uploaded_tables``, ``onestop.files.spreadsheets``).
"""

import re

from django.http import QueryDict

# Control characters but for tabs and line ends; signs that turn the direction of writing, beyond the name in which they
# stand (the mild marks that Arabic and Hebrew need stay); anchors of notes; and what is no character at all.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ufffe\uffff\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Return a text without unprintable signs."""
    return UNPRINTABLE.sub("", text)


def printable_query(sent: QueryDict) -> QueryDict:
    """Return what was sent without unprintable signs; the very same, if there are none."""
    if not any(UNPRINTABLE.search(text) for name in sent for text in (name, *map(str, sent.getlist(name)))):
        return sent
    clean = QueryDict(mutable=True, encoding=sent.encoding)
    for name, texts in sent.lists():
        clean.setlist(printable(name), [printable(text) if isinstance(text, str) else text for text in texts])
    clean._mutable = False
    return clean
