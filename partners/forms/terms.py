"""Forms of the glossary: a term, its usages, and the reason for sending it back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict, ErrorList
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.editing.text_lengths import LONGEST_TOKEN
from onestop.ui.markup import format_html_join
from partners.glossary.terms import FACTS
from partners.models import Partnership, Program, Term, Usage

MOST_ROWS = 60
OTHER = "other"
USAGE_FORM_FACTS = ("wording", "meaning", "is_synonym", "is_search_only")
UsageData = dict[str, Any]


class TermForm(ConflictForm):
    """The agreed wording of a term and its definition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            Term,
            FACTS,
            labels={"name": _("Agreed wording"), "abbreviation": _("Abbreviation"), "definition": _("Definition")},
            help_texts={
                "name": _("As it should appear in texts, such as “supported employment”."),
                "abbreviation": _("Such as IPE. In texts it is found only with the same capital letters."),
                "definition": _(
                    "One or two sentences that people from other systems understand. "
                    "Other pages show the beginning where the term appears."
                ),
            },
        )
        super().__init__(*args, fields=fields, **kwargs)


def facts_of(term: Term) -> dict[str, Any]:
    """Return the initial values of the form of a term."""
    return {name: getattr(term, name) for name in FACTS}


# ---------------------------------------------------------------- Usages
class UsageForm(ConflictForm):
    """A usage of a term. Empty rows are ignored."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, systems: "Systems", **kwargs: Any) -> None:
        self.systems = systems
        fields = model_fields(
            Usage,
            USAGE_FORM_FACTS,
            labels={"is_synonym": _("Use this wording in searches"), "is_search_only": _("Search only")},
            widgets={"meaning": forms.Textarea(attrs={"rows": "2"})},
            help_texts={
                "is_synonym": _("Clear this box if the same wording means something else elsewhere."),
                "is_search_only": _(
                    "For an everyday word such as “hire”: searches for it find this term, "
                    "but other pages do not underline and explain it."
                ),
            },
        )
        whose: dict[str, forms.Field] = {
            "whose": forms.ChoiceField(
                label=_("Used by"),
                choices=systems.choices,
                initial=systems.only,
                widget=forms.HiddenInput if systems.only else forms.Select,
                error_messages={"required": _("Choose who uses this wording.")},
            )
        }
        if systems.others:
            whose["system"] = forms.CharField(
                label=_("Name of the other system"),
                required=False,
                max_length=120,
                help_text=_("Such as “State case system”."),
            )
        super().__init__(*args, fields=whose | fields, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Require the name of the other system if it is chosen, and only then."""
        values = super().clean() or self.cleaned_data
        if values.get("whose") == OTHER and not values.get("system"):
            self.add_error("system", gettext("Enter the name of the system."))
        if values.get("whose") not in (OTHER, None) and values.get("system"):
            self.add_error("system", gettext("Leave this blank unless you chose another system above."))
        if values.get("is_search_only") and not values.get("is_synonym"):
            self.add_error("is_search_only", gettext("Check “Use this wording in searches” too, or clear this box."))
        return values

    @property
    def title(self) -> str:
        """Return the legend of the row."""
        return self["wording"].value() or gettext("New wording")

    @property
    def hidden_state(self) -> SafeString:
        """Return the hidden inputs with initial values; the version belongs to the whole form."""
        return format_html_join("", "{}", ((bound.as_hidden(only_initial=True),) for bound in self))

    @property
    def asked(self) -> list[forms.BoundField]:
        """Return the visible fields of the row, without the checkbox that removes it."""
        return [bound for bound in self if not bound.is_hidden and bound.name != DELETION_FIELD_NAME]

    @property
    def said(self) -> UsageData:
        """Return the usage as the functions of the glossary take it."""
        values = self.cleaned_data
        facts = {name: values[name] for name in USAGE_FORM_FACTS}
        return {"id": values.get("id")} | self.systems.columns(values["whose"], values.get("system", "")) | facts


class Systems:
    """The owners of usages to choose from: partners, programs, and other systems by name."""

    def __init__(self, partners: Iterable[Partnership], programs: Iterable[Program] = (), *, others: bool) -> None:
        self.partners = {f"partner-{row.pk}": row for row in partners}
        self.programs = {f"program-{row.pk}": row for row in programs}
        self.others = others

    @property
    def only(self) -> str:
        """Return the only choice, if there is just one."""
        return next(iter(self.partners)) if len(self.partners) == 1 and not self.others else ""

    @property
    def choices(self) -> list[Any]:
        """Return the choices of the list, in groups."""
        partners = [(key, row.organization.name) for key, row in self.partners.items()]
        if not self.others:
            return [("", gettext("Choose one")), *partners]
        programs = [(key, row.short_name) for key, row in self.programs.items()]
        others = [(OTHER, gettext("Another system, named below"))]
        return [
            ("", gettext("Choose one")),
            (gettext("Partners"), partners),
            (gettext("Programs"), programs),
            (gettext("Other systems"), others),
        ]

    def columns(self, whose: str, system: str) -> UsageData:
        """Return the columns of a usage for a choice."""
        partnership, program = self.partners.get(whose), self.programs.get(whose)
        return {"partnership": partnership, "program": program, "system": system if whose == OTHER else ""}

    def initial(self, usage: Usage) -> UsageData:
        """Return the initial values of the row of a usage."""
        whose = OTHER if usage.system else f"partner-{usage.partnership_id}"
        if usage.program_id:
            whose = f"program-{usage.program_id}"
        facts = {name: getattr(usage, name) for name in ("id", "system", *USAGE_FORM_FACTS)}
        return facts | {"whose": whose}


class BaseUsageFormSet(forms.BaseFormSet):
    """Rows that are added by a button and removed by a checkbox, without scripts."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Label the checkbox that removes a row."""
        super().add_fields(form, index)
        form.fields[DELETION_FIELD_NAME].label = _("Remove this wording")

    @property
    def said(self) -> list[UsageData]:
        """Return the usages to save, as the functions of the glossary take them."""
        return [
            form.said
            for form in self.forms
            if form.cleaned_data.get("whose") and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def clean(self) -> None:
        """Refuse two rows with the same wording."""
        seen = set()
        for form in self.forms:
            values = getattr(form, "cleaned_data", {})
            if not values.get("wording") or values.get(DELETION_FIELD_NAME):
                continue
            key = (values.get("whose"), values.get("system", "").casefold(), values["wording"].casefold())
            if key in seen:
                form.add_error("wording", gettext("This wording is already listed above. Remove one of the two."))
            seen.add(key)

    def with_one_more(self) -> "BaseUsageFormSet":
        """Return the same rows, without validation, and an empty one."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        number = min(self.total_form_count() + 1, MOST_ROWS)
        data[self.add_prefix("TOTAL_FORMS")] = str(number)
        for name, asked in self.empty_form.fields.items():
            if asked.initial:
                data.setdefault(f"{self.add_prefix(number - 1)}-{name}", _sent(asked.initial))
        return self._unchecked(data)

    def reconcile(self, saved: Mapping[int, UsageData]) -> "BaseUsageFormSet":
        """Return the rows with what others saved meanwhile, except in rows that were edited."""
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
    """Show a sent form again without validating it."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]


def _row(form: Any, saved: Mapping[int, UsageData]) -> UsageData:
    """Return the values of a row: as edited, or else as saved; nothing if it was removed or is empty."""
    typed = {name: _sent(form[name].value()) for name in form.fields if form[name].value() not in (None, "", False)}
    pk = form.cleaned_data.get("id")
    theirs = saved.get(pk) if pk else None
    if not form.has_changed():
        return _as_opened(theirs) if theirs else {}
    if theirs is None:
        # Another person removed the row: add it again, since it was edited here.
        typed.pop("id", None)
    return typed | {name: value for name, value in _as_opened(theirs or {}).items() if name.startswith("initial-")}


def _as_opened(row: UsageData) -> UsageData:
    plain = {name: _sent(value) for name, value in row.items() if value not in (None, False)}
    return plain | {f"initial-{name}": value for name, value in plain.items()}


def _sent(value: Any) -> str:
    """Return what a browser sends for a value."""
    return "on" if value is True else str(value)


def usage_rows(
    systems: Systems, data: Any = None, *, usages: QuerySet[Usage] | Iterable[Usage] = (), extra: int = 0
) -> BaseUsageFormSet:
    """Return the rows of the form of a term: its usages, and ``extra`` empty ones."""
    kind: Any = forms.formset_factory(
        UsageForm, BaseUsageFormSet, extra=extra, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
    )
    initial = [systems.initial(usage) for usage in usages]
    rows: BaseUsageFormSet = kind(
        data, initial=None if data else initial, prefix="said", form_kwargs={"systems": systems}
    )
    return rows


def check_both(form: forms.Form | None, rows: BaseUsageFormSet) -> bool:
    """Return whether the form of a term and its rows are valid; validate both, so that both show errors."""
    checked = [part.is_valid() for part in (form, rows) if part is not None]
    return all(checked)


class ReasonForm(forms.Form):
    """The reason for sending a term back to its author."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_TOKEN)
    reason = LongTextField(
        label=_("What should change"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("The author reads this on the page of the term."),
        error_messages={"required": _("Enter what should change.")},
    )

    def clean_reason(self) -> str:
        """Refuse blank text."""
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(gettext("Enter what should change."), code="required")
        return reason
