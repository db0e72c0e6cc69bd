"""Keep in the notes what no other field has room for, if the person who imports chose so."""

from django.utils.translation import gettext as _

from partners.importing.planning import Options, ReadRow
from partners.importing.remarks import shorten


def keep_in_notes(row: ReadRow, options: Options, before: str) -> None:
    """Add the words that have no other place to the notes of a row; the same file again adds nothing.

    :param before: the notes that are saved now.
    """
    if not options.rest_to_notes or not row.left:
        return
    notes = row.values.get("notes", before) or ""
    lines = [f"{title}: {words}" for title, words in row.left]
    row.values["notes"] = "\n".join([*([notes] if notes else []), *(line for line in lines if line not in notes)])
    row.remark(_("Kept in the notes: %(words)s.") % {"words": shorten("; ".join(lines), 200)})
