"""The kinds of files that are accepted: their media types, and how their names may end."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.files.models import StoredFile

Kind = StoredFile.Kind

SCANS = (Kind.PDF, Kind.PNG, Kind.JPEG)
DOCUMENTS = (Kind.PDF, Kind.DOCX, Kind.XLSX)
TABLES = (Kind.XLSX, Kind.CSV)  # CSV is plain text, which the inspector does not know: whoever takes it reads it first

MEDIA_TYPES: dict[str, str] = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
}
IN_SENTENCES = {
    Kind.PDF: gettext_lazy("a PDF"),
    Kind.PNG: gettext_lazy("a PNG picture"),
    Kind.JPEG: gettext_lazy("a JPEG picture"),
    Kind.DOCX: gettext_lazy("a Word document"),
    Kind.XLSX: gettext_lazy("an Excel workbook"),
    Kind.CSV: gettext_lazy("a CSV file"),
}
# The first ending of each kind is the one that a name without any gets.
ENDINGS: dict[str, tuple[str, ...]] = {
    Kind.PDF: ("pdf",),
    Kind.PNG: ("png",),
    Kind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    Kind.DOCX: ("docx",),
    Kind.XLSX: ("xlsx",),
    Kind.CSV: ("csv",),
}
# Other endings that tell programs what to do with a file; "No. 5" is none.
OTHER_ENDINGS = frozenset(
    {"bat", "cmd", "com", "doc", "docm", "dotm", "exe", "gif", "heic", "hta", "htm", "html", "jar", "js", "lnk"}
    | {"msi", "odt", "ods", "ps1", "rtf", "scr", "svg", "tif", "tiff", "txt", "vbs", "webp", "wsf", "xls", "xlsm"}
    | {"xml", "zip"}
)


def in_words(kinds: Iterable[str]) -> str:
    """Return the names of kinds: "PDF, PNG or JPEG"."""
    *names, last = [str(Kind(kind).label) for kind in kinds]
    return _("%(names)s or %(last)s") % {"names": ", ".join(names), "last": last} if names else last


def accept(kinds: Iterable[str]) -> str:
    """Return the attribute by which browsers offer only such files."""
    return ",".join(f".{ending}" for kind in kinds for ending in ENDINGS[kind])


def kind_by_ending(name: str) -> str | None:
    """Return the kind that a name claims: one of ours, "other", or ``None`` if its ending says nothing."""
    _stem, dot, ending = name.rpartition(".")
    if not dot:
        return None
    for kind, endings in ENDINGS.items():
        if ending.lower() in endings:
            return kind
    return "other" if ending.lower() in OTHER_ENDINGS else None
