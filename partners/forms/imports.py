"""Forms of an import: the file, and what its columns hold."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from onestop.editing.text_lengths import LONGEST_TOKEN
from onestop.files.uploaded_tables import Limits, too_big
from onestop.files.uploads import refuse_if_not_kept
from partners.importing import columns
from partners.models import ImportRun


class ImportFileForm(forms.Form):
    """Which file, and what it holds."""

    kind = forms.ChoiceField(
        label="What the file holds",
        choices=ImportRun.Kind.choices,
        widget=forms.RadioSelect,
        help_text="One row for each partner, for each service, for each way in which a term is said, "
        "or for the hours of a partner in a center.",
        error_messages={"required": "Say what the file holds."},
    )
    file = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file."},
        help_text="A spreadsheet (.xlsx) or CSV, as you keep it today. Services may also come as a ZIP of HSDS tables.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.zip"}),
    )

    def clean_file(self) -> UploadedFile:
        """Look at the size before anything reads it."""
        file: UploadedFile = self.cleaned_data["file"]
        refuse_if_not_kept(file)
        limits = Limits.from_settings()
        if file.size is not None and file.size > limits.file_bytes:
            raise ValidationError(too_big(file.size, limits))
        return file


class ColumnsForm(forms.Form):
    """What each column of the file holds, and how to read it."""

    blank_erases = forms.BooleanField(
        label="A blank cell empties what is there",
        required=False,
        help_text="Otherwise blank cells leave things as they are. What the file does not name is always left alone.",
    )
    add_missing_partners = forms.BooleanField(
        label="Also add partners that are missing",
        required=False,
        help_text="Otherwise a service of a partner that is not in this area cannot be read.",
    )
    keep_test_rows = forms.BooleanField(
        label="Also import rows that say of themselves that they are only tests", required=False
    )

    def __init__(self, run: ImportRun, *args: Any, **kwargs: Any) -> None:
        """Ask one question for each column of the file."""
        super().__init__(*args, **kwargs)
        self.run = run
        if run.kind != ImportRun.Kind.SERVICES:
            del self.fields["add_missing_partners"], self.fields["keep_test_rows"]
        for name in self.fields:
            self.fields[name].initial = run.options.get(name, False)
        choices = [("", "Do not use")]
        choices += [
            (field.code, f"{field.label} (needed)" if field.required else field.label)
            for field in columns.FIELDS[run.kind]
        ]
        for number, (title, code) in enumerate(zip(run.header, run.mapping, strict=True)):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=title, choices=choices, required=False, initial=code
            )

    def columns(self) -> Iterator[tuple[forms.BoundField, list[str]]]:
        """Yield each column's question, and values that stand in it."""
        for number in range(len(self.run.header)):
            yield self[f"column_{number}"], self.run.samples[number] if number < len(self.run.samples) else []

    def switches(self) -> list[forms.BoundField]:
        """Return the questions on how to read the file."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        """Refuse a mapping that lacks what every row needs."""
        values = super().clean() or self.cleaned_data
        for field in columns.missing_fields(self.run.kind, self.mapping):
            self.add_error(None, f"Say which column holds “{field.label}”.")
        return values

    @property
    def mapping(self) -> Sequence[str]:
        """The code of our field for each column."""
        return [self.cleaned_data.get(f"column_{number}", "") for number in range(len(self.run.header))]

    @property
    def options(self) -> dict[str, bool]:
        """The switches."""
        return {name: self.cleaned_data[name] for name in self.fields if not name.startswith("column_")}


class CommitForm(forms.Form):
    """The last word before a plan is written."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_TOKEN)
    leave_out = forms.BooleanField(
        label="Leave out the rows that cannot be read",
        required=True,
        error_messages={
            "required": "Some rows cannot be read. Say that they are to be left out, or bring the file again."
        },
    )

    def __init__(self, run: ImportRun, data: Any = None) -> None:
        """Ask about unreadable rows only if there are any."""
        super().__init__(data, initial={"digest": run.digest})
        if not run.counts.get("unreadable"):
            del self.fields["leave_out"]
