"""Read the rows of a file by the fields of their columns. No part of a cell is dropped without a remark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onestop.editing.text_lengths import LONGEST_TEXT
from onestop.files.unreadable import Unreadable
from onestop.files.uploaded_tables import Line
from onestop.ops.request_numbers import whole_number
from onestop.ui.sentences import join_words
from partners.importing import addresses, cells, doubts, languages, persons, values
from partners.importing.cells import CannotRead, CannotUse, Names
from partners.importing.doubts import Doubt
from partners.importing.kinds import Field, kind_of
from partners.importing.planning import NEVER_BLANK, READERS, Options, ReadRow
from partners.importing.remarks import Remark, as_remarks, shorten

MOST_TEXTS = 20_000  # read texts that are kept at a time
TEXTS = ("line", "long")
WORDS = ("choice", "status", "choices", "programs", "centers", "places", "list", "yesno")  # where "closed" is a value
SEVERAL = ("list", "choices", "programs", "centers", "places")


@dataclass(frozen=True)
class Source:
    """Where the value of a field stands: in one column, or in several together; with the titles for remarks on it."""

    item: Field
    columns: list[int]
    titles: dict[str, str]

    @property
    def key(self) -> int:
        """What tells it from others."""
        return self.columns[0]


class RowReader:
    """Read the cells of rows by the fields of their columns.

    Most texts of a column stand in many rows, and reading a phone number takes a tenth of a millisecond: so each text
    is read once.
    """

    def __init__(
        self, kind: str, mapping: Sequence[str], options: Options, words: dict[str, Names], header: Sequence[str] = ()
    ) -> None:
        """Take the mapping (the field code of each column), the names of programs and centers, and the titles."""
        fields = kind_of(kind).by_code
        self.options = options
        self._known: dict[tuple[int, str], ReadRow] = {}
        self._above: dict[int, str] = {}  # the last text of each source that was no reference to another
        self.header = list(header)
        columns = {
            fields[code]: [at for at, other in enumerate(mapping) if other == code]
            for code in dict.fromkeys(code for code in mapping if code in fields)
        }
        self.titles = {item.code: self._title(item, places) for item, places in columns.items()}
        self.sources = [source for item, places in columns.items() for source in self._sources(item, places)]
        self.words = words | {
            item.code: cells.choice_names(item.choices, dict(item.more)) for item in columns if item.choices
        }

    def _title(self, item: Field, columns: Sequence[int]) -> str:
        return " + ".join(self.header[at] for at in columns) if self.header else item.label

    def _sources(self, item: Field, columns: list[int]) -> Iterator[Source]:
        """Yield where the values of a field stand: lists in each of their columns, other texts in all together."""
        for group in [[at] for at in columns] if item.reader in SEVERAL else [columns]:
            yield Source(item, group, self.titles | {item.code: self._title(item, group)})

    def read(self, line: Line) -> ReadRow:
        """Return the values of a row, with problems for unreadable cells and remarks for ignored parts."""
        row = ReadRow(line.number, line.cells, remarks=as_remarks(line.remarks, line.number), titles=self.titles)
        if line.problem:
            row.problems.append(line.problem)
        for source in self.sources:
            first = line.cells[source.key]
            if len(source.columns) == 1 and (known := self._known.get((source.key, first))):
                self._above[source.key] = first
                _copy(known, row)
                continue
            texts = [(column, line.cells[column]) for column in source.columns if line.cells[column].strip()]
            if bad := [text for _, text in texts if isinstance(text, Unreadable)]:
                refused = ReadRow(row.line, [], titles=source.titles)
                self._refuse(refused, source.item, bad[0], " ".join(text.reason for text in bad))
                _copy(refused, row)
            elif text := cells.tidy(self._joined(source.item, texts)):
                self._read_cell(row, source, text)
            elif self.options.blank_erases and not source.item.required:
                self._erase(row, source.item)
        addresses.tell_apart(row)
        self._extensions(row)
        return row

    def _joined(self, item: Field, texts: Sequence[tuple[int, str]]) -> str:
        if item.code == "notes" and len(texts) > 1 and self.header:  # say which column each note is from
            plain = {cells.key(word) for word in (item.label, item.code, *item.words)}
            titled = [(cells.key(self.header[at]) in plain, self.header[at], text) for at, text in texts]
            return item.joiner.join(text if is_plain else f"{title}: {text}" for is_plain, title, text in titled)
        return item.joiner.join(text for _, text in texts)

    # ------------------------------------------------------------ What a cell says about its value
    def _read_cell(self, row: ReadRow, source: Source, text: str) -> None:
        item = source.item
        is_text = item.reader in (*TEXTS, *WORDS) and item.code != "contact_name"  # "vacant" is nobody's name
        doubt = doubts.doubt_of(text, is_text=is_text) if not self._is_value(item, text) else None
        if item.required and not (doubt == Doubt.ABOVE and source.key in self._above):
            doubt = None  # the planner knows whether there is a thing of this name
        if doubt == Doubt.ABOVE:
            self._read_above(row, source, text)
            return
        if doubt is None:
            self._above[source.key] = text
        known = self._known.get((source.key, text))
        if known is None or doubt == Doubt.SAME:
            if len(self._known) >= MOST_TEXTS:
                self._known.clear()
            known = ReadRow(row.line, [], titles=source.titles)
            if doubt is None:
                self._read_text(known, item, text)
                self._known[source.key, text] = known
            else:
                self._doubt(known, source, text, doubt)
        _copy(known, row)

    def _is_value(self, item: Field, text: str) -> bool:
        """Return whether words that elsewhere say that there is no value are one here: "Closed" below "Status"."""
        names = self.words.get(item.code)
        return names is not None and names.find(text) is not None

    def _read_above(self, row: ReadRow, source: Source, text: str) -> None:
        above = self._above.get(source.key)
        said = ReadRow(row.line, [], titles=source.titles)
        if above is None:
            said.remark(_("There is no value above it. Not saved."), source.item.code, text, asks=True)
        else:
            self._read_cell(row, source, above)
            says = _("Read as the value above: “%(value)s”.") % {"value": shorten(above)}
            said.remark(says, source.item.code, text)
        _copy(said, row)

    def _doubt(self, row: ReadRow, source: Source, text: str, doubt: Doubt) -> None:
        item, above = source.item, self._above.get(source.key)
        if doubt == Doubt.NOTHING:
            if self.options.blank_erases and item.reader not in TEXTS:
                self._erase(row, item)
            if cells.fold(text):
                row.remark(_("Read as: no value."), item.code, text)
        elif doubt == Doubt.SAME and above:
            says = _("Not saved. If it means the value above, “%(value)s”, write it out.") % {"value": shorten(above)}
            row.remark(says, item.code, text, asks=True)
        elif doubt == Doubt.SAME:
            row.remark(_("Not saved. Write out the value that it means."), item.code, text, asks=True)
        else:
            row.remark(
                _("Not saved, because it is uncertain. Write the value when it is known."), item.code, text, asks=True
            )
            row.leave(item.code, text)

    # ------------------------------------------------------------ The value of a cell
    def _read_text(self, row: ReadRow, item: Field, text: str) -> None:
        plain = text
        if item.reader not in (*TEXTS, "website", "list", "places") and doubts.has_question_mark(text):
            plain = doubts.without_question_mark(text)
            row.remark(_("It has a question mark. Check what is saved."), item.code, text, asks=True)
        try:
            value = self._value(row, item, plain)
        except values.OnlyExtension as problem:
            if item.code == "contact_phone":
                row.typed[item.code] = text
            else:
                self._refuse(row, item, text, str(problem))
            return
        except CannotRead as problem:
            self._refuse(row, item, text, str(problem))
            return
        if value is not None:
            row.values[item.code] = value

    def _refuse(self, row: ReadRow, item: Field, text: str, why: str) -> None:
        """Leave a field as it is because its cell cannot be read; a required one makes the row unreadable."""
        if item.required:
            said = Remark(why, row.titles[item.code], text)
            row.problems.append(str(said))
        else:
            row.remark(_("%(problem)s This field was not changed.") % {"problem": why}, item.code, text, asks=True)
            row.leave(item.code, text)

    def _value(self, row: ReadRow, item: Field, text: str) -> Any:
        if item.reader in ("choice", "status"):
            return self._choice(row, item, text)
        if item.reader in ("choices", "programs", "centers"):
            return self._things(row, item, text)
        if item.code == "languages":
            return self._languages(row, item, text)
        if item.reader in ("list", "places"):
            return self._parts(row, item, text)
        if item.reader == "zip" and "city" in (parts := addresses.read_city(text)) and "postal_code" in parts:
            row.typed[item.code] = text  # for the city, if the row has none
            return parts["postal_code"]
        if item.reader == "number":
            if (number := whole_number(text)) is None:
                raise CannotUse(_("This is not a number."))
            return number
        longest = persons.MOST if item.code == "contact_name" else item.longest or self._most(item)
        found = values.find_value(item.reader, READERS[item.reader], text, longest=longest)
        if isinstance(found.value, date) and text.isdecimal():
            says = _("%(number)s was read as the Excel date %(date)s.")
            row.remark(says % {"number": text, "date": f"{found.value:%m/%d/%Y}"}, item.code, text)
        if item.reader == "zip" and text.isdecimal() and len(text) < 5:
            says = _("Read as %(zip)s, with the zero that spreadsheets leave out.")
            row.remark(says % {"zip": found.value}, item.code, text)
        self._say_what_is_left(row, item, text, found)
        return found.value

    @staticmethod
    def _most(item: Field) -> int:
        return LONGEST_TEXT if item.reader in TEXTS else 0

    def _say_what_is_left(self, row: ReadRow, item: Field, text: str, found: values.Found) -> None:
        if found.others and item.part == "contact":
            row.spare[item.code] = found.others  # there may be several persons
        elif found.others:
            says = _("Only one value fits. Saved: %(first)s. Skipped: %(others)s.")
            row.remark(says % {"first": found.value, "others": ", ".join(found.others)}, item.code, text, asks=True)
            row.leave(item.code, ", ".join(found.others))
        if found.left:
            shown = "" if isinstance(found.value, bool | date) else str(found.value)
            says = (
                _("Saved: %(value)s. Not saved: “%(left)s”.") if shown else _("Saved without these words: “%(left)s”.")
            )
            row.remark(says % {"value": shown, "left": shorten(found.left)}, item.code, text, asks=True)
            row.leave(item.code, found.left)

    # ------------------------------------------------------------ Words for known things
    def _choice(self, row: ReadRow, item: Field, text: str) -> Any:
        found, beside = self.words[item.code].find_among(text)
        if found is None:
            raise CannotUse(_("This is not a known value."))
        if beside:
            row.remark(_("Saved without these words: “%(left)s”.") % {"left": shorten(beside)}, item.code, text)
            row.leave(item.code, beside)
        return found

    def _things(self, row: ReadRow, item: Field, text: str) -> Any:
        names = self.words[item.code]
        reading = names.read_all(text)
        for part in reading.unknown:
            says = _("This is not a known value and was skipped.")
            if near := names.like(part):
                says += " " + _("Did you mean %(name)s?") % {"name": near}
            row.remark(says, item.code, part, asks=True)
            row.leave(item.code, part)
            row.partial.add(item.code)
        for part in reading.asides:
            row.remark(_("Saved without these words."), item.code, part)
            row.leave(item.code, part)
        for part, things in reading.guessed:
            says = _("Read as: %(names)s.") % {"names": join_words(names.label(thing) for thing in things)}
            row.remark(says, item.code, part)
        return reading.things if reading.things else None

    def _languages(self, row: ReadRow, item: Field, text: str) -> Any:
        spoken = languages.read_languages(text, row.titles[item.code], longest=item.longest)
        row.typed[item.code] = text
        for part, why in spoken.unknown:
            is_saved = any(language in why for language in spoken.languages)
            row.remark(
                why if is_saved else _("%(problem)s It was skipped.") % {"problem": why}, item.code, part, asks=True
            )
            row.leave(item.code, part)
            if not is_saved:
                row.partial.add(item.code)
        return spoken.languages

    def _parts(self, row: ReadRow, item: Field, text: str) -> list[str]:
        commas = item.reader == "list" and ";" not in text and "\n" not in text
        parts = []
        for part in cells.split_list(text, commas=commas):
            if item.longest and len(part) > item.longest:
                says = _("%(problem)s It was skipped.") % {"problem": cells.too_long(part, item.longest)}
                row.remark(says, item.code, part, asks=True)
                row.leave(item.code, part)
                row.partial.add(item.code)
            else:
                parts.append(part)
        return parts

    # ------------------------------------------------------------ Whole rows
    def _extensions(self, row: ReadRow) -> None:
        """Add the extension in the phone cell of a person to the number in that of the organization."""
        extension, number = row.typed.get("contact_phone", ""), row.values.get("phone", "")
        if not extension:
            return
        text = row.typed.pop("contact_phone")
        if not number or "ext." in number or ";" in number:
            row.remark(
                _("This is only an extension. Not saved. Add the number before it."), "contact_phone", text, asks=True
            )
            row.leave("contact_phone", text)
            return
        whole = f"{number} ext. {values.extension_in(extension)}"
        row.values["contact_phone"] = whole
        row.remark(_("Read with the number in “%(column)s”: %(phone)s.") % {
            "column": self.titles["phone"], "phone": whole}, "contact_phone", text)  # fmt: skip

    def _erase(self, row: ReadRow, item: Field) -> None:
        if item.reader in SEVERAL:
            row.values.setdefault(item.code, [])  # another column may have some
        elif item.reader == "date":
            row.values[item.code] = None
        elif item.reader not in ("yesno", "number", "status") and item.code not in NEVER_BLANK:
            row.values[item.code] = ""


def _copy(known: ReadRow, row: ReadRow) -> None:
    """Add to a row what was read from one of its cells; lists of several columns become one."""
    for code, value in known.values.items():
        if type(value) is list:
            before = row.values.get(code) or []
            row.values[code] = [*before, *(one for one in value if one not in before)] if before else value.copy()
        else:
            row.values[code] = value
    for code, text in known.typed.items():
        row.typed[code] = f"{row.typed[code]}; {text}" if code in row.typed else text
    row.spare |= known.spare
    if known.partial or known.problems or known.remarks:
        row.partial |= known.partial
        row.problems += known.problems
        row.remarks += [remark.at(row.line) for remark in known.remarks]
        row.left += known.left
