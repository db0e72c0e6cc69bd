"""Forms with one row for each funding source: the sources of a partner, and the parts of a braided plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding import braids, sources
from agreements.models import Agreement, BraidedPart, BraidedPlan, FundingSource
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import Partnership, Program, Service

BLANK_ROWS = 3  # below those that are filled in
MISSING = {
    "partnership": gettext_lazy("Choose the partner."),
    "name": gettext_lazy("Enter the name of the funding source."),
    "weight": gettext_lazy("Enter the part that it pays, in percent."),
    "allowable_use": gettext_lazy("Say what this source may pay."),
}


@dataclass(frozen=True)
class Row:
    """The number of a row and its bound fields; it is open if it is the first one, or something is entered or wrong."""

    place: int
    fields: Sequence[forms.BoundField]

    @property
    def is_used(self) -> bool:
        """Whether something is entered, or an error is to be shown."""
        return any(field.errors or field.value() not in (None, "") for field in self.fields)

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown at once."""
        return self.place == 1 or self.is_used


class SourceRows(ConflictForm):
    """A form with rows of fields, named ``weight_1``: rows that are empty are left out."""

    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()  # columns that a filled row may leave blank

    def make_rows(self, number: int, make: Any) -> None:
        """Add rows of fields; ``make`` returns those of one row, by the name of their column."""
        self.number = number
        for place in range(1, number + 1):
            for name, field in make(place).items():
                field.show_hidden_initial = True
                field.required = False
                self.fields[f"{name}_{place}"] = field

    @property
    def rows(self) -> list[Row]:
        """The rows that the page shows: those in use, and some blank ones, which are folded."""
        found = [Row(place, [self[f"{name}_{place}"] for name in self.columns]) for place in range(1, self.number + 1)]
        last = max((row.place for row in found if row.is_used), default=1)
        return found[: last + BLANK_ROWS]

    def clean(self) -> dict[str, Any]:
        """Demand what is missing of a row in which something is entered, beside its field."""
        values = super().clean() or self.cleaned_data
        for place in range(1, self.number + 1):
            row = {name: values.get(f"{name}_{place}") for name in self.columns}
            if not any(value not in (None, "") for value in row.values()):
                continue
            for name in self.columns:
                field = f"{name}_{place}"
                if name not in self.optional and row[name] in (None, "") and field not in self.errors:
                    self.add_error(field, MISSING[name])
        return values

    @property
    def filled(self) -> list[dict[str, Any]]:
        """The cleaned values of the rows in which something is entered."""
        found = [
            {name: self.cleaned_data.get(f"{name}_{place}") for name in self.columns}
            for place in range(1, self.number + 1)
        ]
        return [row for row in found if any(value not in (None, "") for value in row.values())]


def initial_rows(rows: Iterable[Any], columns: Sequence[str]) -> dict[str, Any]:
    """Return the initial values of rows that are saved."""
    found = {}
    for place, row in enumerate(rows, start=1):
        for name in columns:
            value = getattr(row, name)
            found[f"{name}_{place}"] = getattr(value, "pk", _plain(value))
    return found


def _plain(value: Any) -> Any:
    """Return a percent without zeros at its end."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def rows_for(data: Mapping[str, Any] | None, saved: int, most: int) -> int:
    """Return how many rows a form has: all that may be filled in if it was sent, or else some blank ones too."""
    return most if data else min(saved + BLANK_ROWS, most)


def _fields(model: Any, place: int) -> dict[str, forms.Field]:
    weight = forms.DecimalField(
        label=_("Part of source %(number)s (percent)") % {"number": place}, max_digits=6, decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    named = model_fields(model, ("name", "allowable_use"))
    named["name"].label = _("Name of source %(number)s") % {"number": place}
    named["allowable_use"].label = _("Allowable use of source %(number)s") % {"number": place}
    named["allowable_use"].help_text = ""
    return {"name": named["name"], "weight": weight, "allowable_use": named["allowable_use"]}


class SourcesForm(SourceRows):
    """The funding sources of a partner."""

    columns = sources.FACTS
    optional = ("program",)

    def __init__(self, data: Any = None, *, number: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        programs = list(Program.objects.order_by(Lower("name"), "pk"))
        self.make_rows(number, lambda place: _fields(FundingSource, place) | {"program": _program(place, programs)})


def _program(place: int, programs: Sequence[Program]) -> forms.Field:
    # Ten rows with the same choices: they are read once.
    return forms.TypedChoiceField(
        label=_("Program of source %(number)s") % {"number": place},
        choices=[("", _("None")), *((str(each.pk), str(each)) for each in programs)],
        coerce=lambda value: next((each for each in programs if str(each.pk) == value), None),
        empty_value=None,
    )


class BraidForm(SourceRows):
    """A braided plan and its parts."""

    columns = braids.PART_FACTS

    def __init__(self, data: Any = None, *, agreement: Agreement, number: int, **kwargs: Any) -> None:
        fields = model_fields(BraidedPlan, ("title", "amount", "first_on", "last_on", "note"))
        super().__init__(data, fields=fields, **kwargs)
        partners = partners_of(agreement)
        services = Service.objects.current().filter(partnership__in=[partner.pk for partner in partners])
        service = _ServiceField(
            services.select_related("partnership__organization").order_by(
                Lower("partnership__organization__name"), Lower("name"), "pk"
            ),
            label=_("Service in the directory"), required=False, empty_label=_("None"),
        )  # fmt: skip
        service.show_hidden_initial = True
        self.fields["service"] = service
        self.make_rows(number, lambda place: {"partnership": _partner(place, partners)} | _fields(BraidedPart, place))

    @property
    def plan_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The bound fields of the plan in groups with a legend, for the template."""
        groups = (
            (_("Service or project"), ("title", "service", "note")),
            (_("Amount and time"), ("amount", "first_on", "last_on")),
        )
        return [(legend, [self[name] for name in names]) for legend, names in groups]

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the plan."""
        return self.only(braids.FACTS)


def partners_of(agreement: Agreement) -> list[Partnership]:
    """Return the partners that are parties of an agreement, by name; one query."""
    parties = agreement.parties.current().filter(partnership__isnull=False).select_related("partnership__organization")
    found = [party.partnership for party in parties.order_by(Lower("partnership__organization__name"), "pk")]
    return [partner for partner in found if partner is not None]


def _partner(place: int, partners: Sequence[Partnership]) -> forms.Field:
    return forms.TypedChoiceField(
        label=_("Partner of source %(number)s") % {"number": place},
        choices=[("", _("None")), *((str(each.pk), each.organization.name) for each in partners)],
        coerce=lambda value: next((each for each in partners if str(each.pk) == value), None),
        empty_value=None,
    )


class _ServiceField(forms.ModelChoiceField):
    """A service by its partner and its name."""

    def label_from_instance(self, service: Any) -> str:
        return f"{service.partnership.organization.name}: {service.name}"
