"""Forms of the import of last year's workbook: the file, and what its columns and rows are."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.funding.last_year_file import LastYearFile
from agreements.funding.workbook_import import EQUAL, SHARES, SKIP, Choice, Matches
from agreements.models import Agreement, AllocationBase, CostLine, CostPool
from onestop.files.uploaded_tables import Limits, too_big
from onestop.files.uploads import refuse_if_not_kept
from partners.importing.cells import key
from partners.models import Center, Partnership

SAMPLES = 3
KINDS = AllocationBase.Kind


class LastYearFileForm(forms.Form):
    """The file, and the program year of the new budget."""

    file = forms.FileField(
        label=_("Workbook of last year"),
        error_messages={"required": _("Choose a file.")},
        help_text=_(
            "An Excel workbook (.xlsx) or a CSV file: a row for each partner, a column of dollars for each cost pool, "
            "and a column of counts for each base. Every visible sheet is read. The file is kept with the budget."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    first_on = forms.DateField(
        label=_("First day of the new program year"), error_messages={"required": _("Enter the first day.")}
    )

    def clean_file(self) -> UploadedFile:
        """Check the size before anything reads the file."""
        file: UploadedFile = self.cleaned_data["file"]
        refuse_if_not_kept(file)
        limits = Limits.from_settings()
        if file.size is not None and file.size > limits.file_bytes:
            raise ValidationError(too_big(file.size, limits))
        return file

    def clean_first_on(self) -> date:
        """A program year begins with a month."""
        return demand_first_of_month(self.cleaned_data["first_on"])


class MatchForm(forms.Form):
    """What each column of the file is, which partner each row is, and the program year."""

    first_on = forms.DateField(
        label=_("First day of the new program year"), error_messages={"required": _("Enter the first day.")}
    )
    percent = forms.DecimalField(
        label=_("Increase of all costs since last year (percent)"),
        help_text=_("Leave blank for none. It also applies to later years, until you edit the cost."),
        required=False,
        max_digits=5,
        decimal_places=2,
        validators=CostLine._meta.get_field("escalator").validators,
    )

    def __init__(self, file: LastYearFile, agreement: Agreement, data: Any = None, **kwargs: Any) -> None:
        """Add three choices for each column, and one for each row."""
        super().__init__(data, **kwargs)
        self.file = file
        areas = areas_of(agreement)
        centers: list[Any] = [("", gettext("Whole area")), *_named(centers_in(areas).items())]
        partners: list[Any] = [("", gettext("Leave out")), *partners_of(agreement)]
        bases: list[Any] = [(SHARES, gettext("In proportion to last year's shares")), (EQUAL, gettext("Equal shares"))]
        bases += [
            (str(at), gettext("By “%(column)s”") % {"column": column.title}) for at, column in enumerate(file.columns)
        ]
        roles: list[Any] = [
            (SKIP, gettext("Leave out")),
            (gettext("Shares of a cost pool"), CostPool.Category.choices),
            (gettext("Counts of a base"), [each for each in KINDS.choices if each[0] != KINDS.EQUAL]),
        ]
        for at, column in enumerate(file.columns):
            said = {"column": column.title}
            self._choose(f"role_{at}", gettext("What “%(column)s” is") % said, roles)
            others = [each for each in bases if each[0] != str(at)]
            self._choose(f"by_{at}", gettext("“%(column)s” is shared") % said, others)
            self._choose(f"center_{at}", gettext("Center of “%(column)s”") % said, centers)
        for at, name in enumerate(file.partners):
            self._choose(f"partner_{at}", gettext("Partner of row “%(name)s”") % {"name": name}, partners)

    def _choose(self, name: str, label: str, choices: list[Any]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def clean_first_on(self) -> date:
        """A program year begins with a month."""
        return demand_first_of_month(self.cleaned_data["first_on"])

    def columns(self) -> Iterator[dict[str, Any]]:
        """Yield each column of the file with sample values and its fields."""
        for at, column in enumerate(self.file.columns):
            samples = list(dict.fromkeys(column.cells.values()))[:SAMPLES]
            fields = {name: self[f"{name}_{at}"] for name in ("role", "by", "center")}
            yield {"column": column, "samples": samples, **fields}

    def partners(self) -> Iterator[tuple[str, forms.BoundField]]:
        """Yield the name of each row with its field."""
        for at, name in enumerate(self.file.partners):
            yield name, self[f"partner_{at}"]

    @property
    def increase(self) -> Decimal:
        """The increase of all costs, in percent."""
        return self.cleaned_data["percent"] or Decimal(0)

    @property
    def matches(self) -> Matches:
        """What was chosen."""
        given = self.cleaned_data
        columns = [
            Choice(given[f"role_{at}"] or SKIP, given[f"by_{at}"] or SHARES, _number(given[f"center_{at}"]))
            for at in range(len(self.file.columns))
        ]
        return Matches(columns, [_number(given[f"partner_{at}"]) for at in range(len(self.file.partners))])

    @staticmethod
    def initial_of(matches: Matches, first_on: date) -> dict[str, Any]:
        """Return what a form shows for guessed matches."""
        initial: dict[str, Any] = {"first_on": first_on}
        for at, choice in enumerate(matches.columns):
            initial |= {f"role_{at}": choice.role, f"by_{at}": choice.by, f"center_{at}": choice.center or ""}
        return initial | {f"partner_{at}": pk or "" for at, pk in enumerate(matches.partners)}


def demand_first_of_month(day: date) -> date:
    """Return the day.

    :raises ValidationError: if it is not the first one of a month.
    """
    if day.day != 1:
        raise ValidationError(_("A program year begins on the first day of a month."))
    return day


def areas_of(agreement: Agreement) -> list[int]:
    """Return the ids of the areas of an agreement."""
    return [agreement.area_id, *agreement.further_areas.values_list("area", flat=True)]


def centers_in(areas: list[int]) -> dict[str, int]:
    """Return the ids of the centers of some areas by their names."""
    rows = Center.objects.current().filter(area__in=areas).order_by(Lower("name"), "pk")
    return {name: pk for pk, name in rows.values_list("pk", "name")}


def partners_of(agreement: Agreement) -> list[tuple[int, str]]:
    """Return the partners that can pay, by name: those of the areas of an agreement."""
    rows = Partnership.objects.current().filter(area__in=areas_of(agreement)).select_related("organization")
    return [(each.pk, each.organization.name) for each in rows.order_by(Lower("organization__name"), "pk")]


def partner_keys(agreement: Agreement) -> dict[str, int]:
    """Return the partners that can pay by the keys of their names and short names."""
    rows = Partnership.objects.current().filter(area__in=areas_of(agreement)).select_related("organization")
    found = {key(each.organization.short_name): each.pk for each in rows if each.organization.short_name}
    return found | {key(each.organization.name): each.pk for each in rows}


def _named(pairs: Any) -> list[tuple[int, str]]:
    return [(pk, name) for name, pk in pairs]


def _number(text: str) -> int | None:
    """Return a choice, which the field has checked, as the id that it is."""
    return int(text) if text else None
