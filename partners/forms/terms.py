"""Forms for the glossary: a term, how each system says it, why it is sent back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict, ErrorList
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.editing.text_lengths import LONGEST_TOKEN
from partners.glossary.terms import FACTS
from partners.models import Partnership, Program, Term, Usage

MOST_ROWS = 60
OTHER = "other"
Said = dict[str, Any]


class TermForm(ConflictForm):
    """The wording on which partners agree, and what it means."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            Term,
            FACTS,
            labels={"name": "Wording for all", "abbreviation": "Short form", "definition": "What it means"},
            help_texts={
                "name": "As it is to stand in texts, such as “supported employment”.",
                "abbreviation": "Such as IPE. In texts it counts only as it is written here.",
                "definition": "A sentence or two that somebody from another system understands. "
                "The first words are shown where the term stands in a text.",
            },
        )
        super().__init__(*args, fields=fields, **kwargs)


def facts_of(term: Term) -> dict[str, Any]:
    """Return what a form for a term shows at first."""
    return {name: getattr(term, name) for name in FACTS}


# ---------------------------------------------------------------- How each says it
class UsageForm(ConflictForm):
    """How one system says the term. A row left empty is no row."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, systems: "Systems", **kwargs: Any) -> None:
        self.systems = systems
        fields = model_fields(
            Usage,
            ("wording", "meaning", "is_synonym"),
            labels={"is_synonym": "People may look for it by this word"},
            widgets={"meaning": forms.Textarea(attrs={"rows": "2"})},
            help_texts={"is_synonym": "Leave it out where the same word means something else elsewhere."},
        )
        whose: dict[str, forms.Field] = {
            "whose": forms.ChoiceField(
                label="Who says so",
                choices=systems.choices,
                initial=systems.only,
                widget=forms.HiddenInput if systems.only else forms.Select,
                error_messages={"required": "Say whose word it is."},
            )
        }
        if systems.others:
            whose["system"] = forms.CharField(
                label="Another system, by name",
                required=False,
                max_length=120,
                help_text="Such as “State case system”.",
            )
        super().__init__(*args, fields=whose | fields, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Ask for the other system's name where it is meant, and only there."""
        values = super().clean() or self.cleaned_data
        if values.get("whose") == OTHER and not values.get("system"):
            self.add_error("system", "Say which system.")
        if values.get("whose") not in (OTHER, None) and values.get("system"):
            self.add_error("system", "Name another system only if none is chosen above.")
        return values

    @property
    def title(self) -> str:
        """What a row is called, for whoever hears it."""
        return self["wording"].value() or "New line"

    @property
    def hidden_state(self) -> SafeString:
        """The hidden inputs by which the row remembers; the version is the whole form's."""
        return format_html_join("", "{}", ((bound.as_hidden(only_initial=True),) for bound in self))

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked in a row, before the tick by which it goes."""
        return [bound for bound in self if not bound.is_hidden and bound.name != DELETION_FIELD_NAME]

    @property
    def said(self) -> Said:
        """The usage, as the verbs take it."""
        values = self.cleaned_data
        told = {name: values[name] for name in ("wording", "meaning", "is_synonym")}
        return {"id": values.get("id")} | self.systems.columns(values["whose"], values.get("system", "")) | told


class Systems:
    """Who can say something: partners and programs to choose from, and other systems by name."""

    def __init__(self, partners: Iterable[Partnership], programs: Iterable[Program] = (), *, others: bool) -> None:
        self.partners = {f"partner-{row.pk}": row for row in partners}
        self.programs = {f"program-{row.pk}": row for row in programs}
        self.others = others

    @property
    def only(self) -> str:
        """The one there is, where nothing is to be chosen."""
        return next(iter(self.partners)) if len(self.partners) == 1 and not self.others else ""

    @property
    def choices(self) -> list[Any]:
        """The choices of a list, in groups."""
        partners = [(key, row.organization.name) for key, row in self.partners.items()]
        if not self.others:
            return [("", "Choose one"), *partners]
        programs = [(key, row.short_name) for key, row in self.programs.items()]
        elsewhere = [(OTHER, "Another system, named below")]
        return [("", "Choose one"), ("Partners", partners), ("Programs", programs), ("Elsewhere", elsewhere)]

    def columns(self, whose: str, system: str) -> Said:
        """Return the columns of a usage for a choice."""
        partnership, program = self.partners.get(whose), self.programs.get(whose)
        return {"partnership": partnership, "program": program, "system": system if whose == OTHER else ""}

    def initial(self, usage: Usage) -> Said:
        """Return what a row shows of a usage."""
        whose = OTHER if usage.system else f"partner-{usage.partnership_id}"
        if usage.program_id:
            whose = f"program-{usage.program_id}"
        told = {name: getattr(usage, name) for name in ("id", "system", "wording", "meaning", "is_synonym")}
        return told | {"whose": whose}


class BaseUsageFormSet(forms.BaseFormSet):
    """Rows that are added by a button and removed by a tick; without script."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the tick by which a row goes."""
        super().add_fields(form, index)
        form.fields[DELETION_FIELD_NAME].label = "Remove this line"

    @property
    def said(self) -> list[Said]:
        """The usages that stay, as the verbs take them."""
        return [
            form.said
            for form in self.forms
            if form.cleaned_data.get("whose") and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def clean(self) -> None:
        """Refuse two rows that say the same."""
        seen = set()
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values.get("wording") or values.get(DELETION_FIELD_NAME):
                continue
            key = (values.get("whose"), values.get("system", "").casefold(), values["wording"].casefold())
            if key in seen:
                form.add_error("wording", "This line stands above already. Make one of the two.")
            seen.add(key)

    def with_one_more(self) -> "BaseUsageFormSet":
        """Return the same rows, unchecked, with an empty one after them."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        number = min(self.total_form_count() + 1, MOST_ROWS)
        data[self.add_prefix("TOTAL_FORMS")] = str(number)
        for name, asked in self.empty_form.fields.items():
            if asked.initial:
                data.setdefault(f"{self.add_prefix(number - 1)}-{name}", _sent(asked.initial))
        return self._unchecked(data)

    def reconcile(self, saved: Mapping[int, Said]) -> "BaseUsageFormSet":
        """Return the rows with what others saved meanwhile, except where something was typed."""
        rows = [row for form in self.forms if (row := _row(form, saved))]
        shown = {form.cleaned_data.get("id") for form in self.forms}
        rows += [_as_opened(row) for pk, row in saved.items() if pk not in shown]
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for key in [key for key in data if key.removeprefix("initial-").startswith(f"{self.prefix}-")]:
            del data[key]
        for number, row in enumerate(rows):
            for name, value in row.items():
                start, plain = ("initial-", name[8:]) if name.startswith("initial-") else ("", name)
                data[f"{start}{self.add_prefix(number)}-{plain}"] = value
        for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
            data[self.add_prefix(name)] = str(len(rows))
        return self._unchecked(data)

    def _unchecked(self, data: Any) -> "BaseUsageFormSet":
        again = type(self)(data, prefix=self.prefix, form_kwargs=self.form_kwargs)
        again._errors, again._non_form_errors = [], ErrorList()  # type: ignore[attr-defined]
        for form in again.forms:
            leave_unchecked(form)
        return again


def leave_unchecked(form: forms.Form) -> None:
    """Show a sent form again as it is: nobody has asked yet whether it is right."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]


def _row(form: Any, saved: Mapping[int, Said]) -> Said:
    """Return what a row is to hold: what was typed in it, or else what was saved; nothing if it is gone or empty."""
    typed = {name: _sent(form[name].value()) for name in form.fields if form[name].value() not in (None, "", False)}
    pk = form.cleaned_data.get("id")
    theirs = saved.get(pk) if pk else None
    if not form.has_changed():
        return _as_opened(theirs) if theirs else {}
    if theirs is None:
        # What another one removed is written anew, since something was typed in it.
        typed.pop("id", None)
    return typed | {name: value for name, value in _as_opened(theirs or {}).items() if name.startswith("initial-")}


def _as_opened(row: Said) -> Said:
    plain = {name: _sent(value) for name, value in row.items() if value not in (None, False)}
    return plain | {f"initial-{name}": value for name, value in plain.items()}


def _sent(value: Any) -> str:
    """Return what a browser sends for a value."""
    return "on" if value is True else str(value)


def usage_rows(
    systems: Systems, data: Any = None, *, usages: QuerySet[Usage] | Iterable[Usage] = (), extra: int = 0
) -> BaseUsageFormSet:
    """Return the rows of a term's form: what is there, and ``extra`` empty ones."""
    kind: Any = forms.formset_factory(
        UsageForm, BaseUsageFormSet, extra=extra, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
    )
    initial = [systems.initial(usage) for usage in usages]
    rows: BaseUsageFormSet = kind(
        data, initial=None if data else initial, prefix="said", form_kwargs={"systems": systems}
    )
    return rows


def check_both(form: forms.Form | None, rows: BaseUsageFormSet) -> bool:
    """Return whether a term's form and its rows are both right; each says what is wrong with it."""
    checked = [part.is_valid() for part in (form, rows) if part is not None]
    return all(checked)


class ReasonForm(forms.Form):
    """Why a term goes back to whoever wrote it."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_TOKEN)
    reason = forms.CharField(
        label="What is to be changed",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Whoever wrote it reads this on the term's page.",
        error_messages={"required": "Say what is to be changed."},
    )

    def clean_reason(self) -> str:
        """Refuse spaces alone."""
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError("Say what is to be changed.", code="required")
        return reason
