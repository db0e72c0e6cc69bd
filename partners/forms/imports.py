"""Forms of an import: the file and its columns."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.text_lengths import LONGEST_TOKEN
from onestop.files.uploaded_tables import Limits, too_big
from onestop.files.uploads import refuse_if_not_kept
from onestop.ops.request_numbers import whole_number
from partners.importing import columns
from partners.importing.kinds import all_kinds, kind_choices, kind_of
from partners.models import ImportRow, ImportRun


class ImportFileForm(forms.Form):
    """The file and its kind."""

    kind = forms.ChoiceField(
        label=_("Contents of the file"),
        choices=kind_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the file holds.")},
    )
    file = forms.FileField(
        label=_("File"),
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.zip,.json"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the rows and the formats of each kind are."""
        super().__init__(*args, **kwargs)
        rows = [gettext("for %(each)s") % {"each": kind.one_row} for kind in all_kinds()]
        said = {"rows": ", ".join(rows[:-1]), "last_row": rows[-1]}
        self.fields["kind"].help_text = gettext("One row %(rows)s, or %(last_row)s.") % said
        formats = [gettext("A spreadsheet (.xlsx) or CSV file."), *(kind.other_formats for kind in all_kinds())]
        self.fields["file"].help_text = " ".join(str(words) for words in formats if words)

    def clean_file(self) -> UploadedFile:
        """Check the size before anything reads the file."""
        file: UploadedFile = self.cleaned_data["file"]
        refuse_if_not_kept(file)
        limits = Limits.from_settings()
        if file.size is not None and file.size > limits.file_bytes:
            raise ValidationError(too_big(file.size, limits))
        return file


SAMPLES = 3  # values of a column that are shown


class ColumnsForm(forms.Form):
    """The field of each column, and options for reading the file."""

    blank_erases = forms.BooleanField(
        label=_("Blank cells clear existing values"),
        required=False,
        help_text=_("Otherwise blank cells change nothing. Fields without a column never change."),
    )
    add_missing_partners = forms.BooleanField(
        label=_("Also add missing partners"),
        required=False,
        help_text=_("Otherwise services of partners that are not in this area cannot be imported."),
    )
    fill_down = forms.BooleanField(
        label=_("Blank names mean the name above"),
        required=False,
        help_text=_("Some lists write the name of a partner once, and leave it blank in the rows that follow."),
    )
    keep_test_rows = forms.BooleanField(label=_("Also import test entries"), required=False)
    rest_to_notes = forms.BooleanField(
        label=_("Add words that fit no field to the notes"),
        required=False,
        help_text=_("Such as “ask for Art” beside a phone number. Otherwise they are only listed in the review."),
    )

    repair_text = forms.BooleanField(label=_("Repair text that was encoded twice"), required=False)

    def __init__(self, run: ImportRun, *args: Any, **kwargs: Any) -> None:
        """Add a field for each column of the file."""
        super().__init__(*args, **kwargs)
        self.run = run
        kind = kind_of(run.kind)
        for name in {switch for other in all_kinds() for switch in other.switches} - set(kind.switches):
            del self.fields[name]
        for name in self.fields:
            self.fields[name].initial = run.options.get(name, name == "repair_text")
        if blanks := run.layout.get("blanks"):
            self.fields["fill_down"].initial = run.options.get("fill_down", True)
            said = gettext("In row %(row)s “%(column)s” is blank. It is read as “%(name)s”, the name above.")
            self.fields["fill_down"].help_text = said % blanks
        if garbled := run.layout.get("garbled"):
            said = gettext("The file has text such as “%(text)s”, which is read as “%(meant)s”.")
            self.fields["repair_text"].help_text = said % {"text": garbled[0], "meant": garbled[1]}
        else:
            del self.fields["repair_text"]
        choices: list[tuple[str, str]] = [("", gettext("Do not use"))]
        choices += [
            (field.code, gettext("%(field)s (required)") % {"field": field.label} if field.required else field.label)
            for field in kind.fields
        ]
        for number, (title, code) in enumerate(zip(run.header, run.mapping, strict=True)):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=title, choices=choices, required=False, initial=code
            )

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str], str]]:
        """Yield the form field of each column with sample values, and why its field is the likely one."""
        run = self.run
        guesses = columns.guess_columns(run.kind, run.header, run.samples)
        for number, guess in enumerate(guesses):
            samples = run.samples[number][:SAMPLES] if number < len(run.samples) else []
            yield self[f"column_{number}"], samples, columns.said(guess, run.mapping[number])

    def switches(self) -> list[forms.BoundField]:
        """Return the fields of the options."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        """Refuse a mapping without a required field."""
        values = super().clean() or self.cleaned_data
        for field in columns.missing_fields(self.run.kind, self.mapping):
            self.add_error(None, gettext("Choose the column that holds “%(field)s”.") % {"field": field.label})
        return values

    @property
    def mapping(self) -> Sequence[str]:
        """Return the field code of each column."""
        return [self.cleaned_data.get(f"column_{number}", "") for number in range(len(self.run.header))]

    @property
    def options(self) -> dict[str, bool]:
        """Return the chosen options."""
        return {name: self.cleaned_data[name] for name in self.fields if not name.startswith("column_")}


class AnswersForm(forms.Form):
    """Whether the names of rows mean things that are saved; a question may stay open."""

    NEW = "new"

    def __init__(self, rows: Iterable[ImportRow], data: Any = None) -> None:
        """Add a question for each row that asks."""
        super().__init__(data)
        self.rows = {f"answer_{row.pk}": row for row in rows}
        for name, row in self.rows.items():
            said = row.question
            choices = [
                (str(one["pk"]), gettext("It is “%(name)s” (%(why)s)") % {"name": one["name"], "why": one["why"]})
                for one in said["candidates"]
            ]
            self.fields[name] = forms.ChoiceField(
                label=gettext("Row %(row)s: which one is “%(name)s”?") % {"row": row.line, "name": said["name"]},
                choices=[*choices, (self.NEW, gettext("It is a new one"))],
                widget=forms.RadioSelect,
                required=False,
                initial=None if said["answer"] is None else str(said["answer"] or self.NEW),
            )

    @property
    def answers(self) -> dict[int, int | None]:
        """Return what each name means, by the ids of the rows: the id of a thing, or ``None`` for a new one."""
        said = {self.rows[name].pk: value for name, value in self.cleaned_data.items() if value}
        return {pk: None if value == self.NEW else whole_number(value) for pk, value in said.items()}


class CommitForm(forms.Form):
    """The confirmation before a plan is written."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_TOKEN)
    leave_out = forms.BooleanField(
        label=_("Skip the rows that cannot be read"),
        required=True,
        error_messages={
            "required": _("Some rows cannot be read. Select this box to skip them, or upload a corrected file.")
        },
    )

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        """Ask about unreadable rows only if there are any."""
        super().__init__(data, initial={"digest": run.digest})
        if not run.counts.get("unreadable"):
            del self.fields["leave_out"]
