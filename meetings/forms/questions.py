"""Forms of questions: ask and edit one, answer it, withdraw, reopen and reassign it, move its answer date."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meetings.assistance import questions
from meetings.assistance.working_days import USUAL
from meetings.models import Group, Question, QuestionEntry
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields, typed_within_limits
from onestop.editing.personal_data import find_personal_data
from partners.models import LocalArea, Partnership, Program

STAFF, PARTNER, GROUP = "staff", "partner", "group"
LABELS = {
    "subject": _("Subject"),
    "question": _("Question"),
    "is_private": _("Only for us"),
}
HELP = {
    "subject": _("What others would search for: “Interpreter for an intake on short notice”."),
    "question": _("What you want to know, and what you tried. Do not include personal data of customers."),
    "is_private": _("Other partners cannot read the question, even after it is answered. The One-Stop staff can."),
}
LONGEST = 4000


class Recipients:
    """Who can be asked in an area: partners, the training consortium, the staff. Two queries."""

    def __init__(self, area: LocalArea, *, but: Iterable[int | None] = ()) -> None:
        here = Partnership.objects.current().filter(area=area).exclude(pk__in=[pk for pk in but if pk])
        partners = here.select_related("organization").order_by(Lower("organization__name"), "pk")
        groups = Group.objects.current().of(area).filter(kind=Group.Kind.CONSORTIUM).order_by("name", "pk")
        self.found: dict[str, Partnership | Group | None] = {STAFF: None}
        self.found |= {f"{GROUP}-{group.pk}": group for group in groups}
        self.found |= {f"{PARTNER}-{partner.pk}": partner for partner in partners}

    @property
    def choices(self) -> list[Any]:
        """The choices of a select, partners last."""
        named = {
            key: each.organization.name if isinstance(each, Partnership) else str(each or _("One-Stop staff"))
            for key, each in self.found.items()
        }
        first = [(key, name) for key, name in named.items() if not key.startswith(PARTNER)]
        partners = [(key, name) for key, name in named.items() if key.startswith(PARTNER)]
        return [("", _("Choose who is asked")), *first, *([(_("Partners"), partners)] if partners else [])]

    def facts(self, key: str) -> dict[str, Partnership | Group | None]:
        """Return the facts for a choice."""
        chosen = self.found[key]
        return {
            "to_partnership": chosen if isinstance(chosen, Partnership) else None,
            "to_group": chosen if isinstance(chosen, Group) else None,
        }


def to_field(recipients: Recipients) -> forms.ChoiceField:
    """Return the field for who is asked."""
    return forms.ChoiceField(
        label=_("Asked of"),
        choices=recipients.choices,
        error_messages={"required": _("Choose who is asked.")},
    )


def add_personal_data_check(form: forms.Form, names: Sequence[str]) -> None:
    """Ask for a confirmation if what was typed may identify a customer."""
    found = find_personal_data(typed_within_limits(form, names)) if form.is_bound else []
    if found:
        form.fields["fine"] = forms.BooleanField(
            label=_("None of this identifies a customer"),
            help_text=". ".join(str(finding) for finding in found) + ".",
            error_messages={
                "required": _("Remove these words from the text, or select this box to confirm that they are fine.")
            },
        )


class QuestionForm(ConflictForm):
    """Ask a question, or correct one: then without who asks, who is asked and by when."""

    def __init__(
        self,
        *args: Any,
        area: LocalArea,
        askers: Sequence[Partnership] = (),
        by_staff: bool = False,
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        self.recipients = Recipients(area) if is_new else None
        fields = model_fields(Question, ("subject", "question"), labels=LABELS, help_texts=HELP)
        if self.recipients:
            if by_staff or len(askers) > 1:
                fields["asker"] = _asker_field(askers, by_staff=by_staff)
            fields["to"] = to_field(self.recipients)
            fields["due_on"] = forms.DateField(label=_("Answer date"), help_text=_usual())
        fields["programs"] = forms.ModelMultipleChoiceField(
            Program.objects.order_by("position"),
            required=False,
            label=_("Programs it is about"),
            widget=forms.CheckboxSelectMultiple,
        )
        fields["is_private"] = model_fields(Question, ("is_private",), labels=LABELS, help_texts=HELP)["is_private"]
        super().__init__(*args, fields=fields, **kwargs)
        self.only_asker = askers[0] if len(askers) == 1 and not by_staff else None
        add_personal_data_check(self, ("subject", "question"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the question."""
        facts = self.only(questions.TEXTS)
        if self.recipients:
            asker = self.cleaned_data.get("asker") or self.only_asker
            facts |= {"asker": asker, "due_on": self.cleaned_data["due_on"]}
            facts |= self.recipients.facts(self.cleaned_data["to"])
        return facts


def _asker_field(askers: Sequence[Partnership], *, by_staff: bool) -> forms.ModelChoiceField:
    rows = Partnership.objects.filter(pk__in=[each.pk for each in askers]).select_related("organization")
    return forms.ModelChoiceField(
        rows.order_by(Lower("organization__name"), "pk"),
        required=not by_staff,
        label=_("Asked by"),
        empty_label=_("One-Stop staff") if by_staff else _("Choose your organization"),
        help_text=_("The question belongs to the organization: its people see the answers, also those who come later."),
    )


def _usual() -> str:
    words = ngettext(
        "By when you need the answer. Usually within %(days)d working day.",
        "By when you need the answer. Usually within %(days)d working days.",
        USUAL,
    )
    return words % {"days": USUAL}


class TextForm(forms.Form):
    """A text about a question, and the last entry that its author has seen."""

    text = LongTextField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": "6"}))
    known = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    label: Any = _("Answer")
    help: Any = _(
        "Do not include personal data of customers. Other partners can read it once the question is answered."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = self.label
        self.fields["text"].help_text = self.help
        add_personal_data_check(self, ("text",))

    @property
    def said(self) -> dict[str, Any]:
        """The text, what was seen, and whether it was confirmed that it identifies nobody."""
        return {
            "text": self.cleaned_data["text"],
            "known": self.cleaned_data["known"] or 0,
            "vouched": bool(self.cleaned_data.get("fine")),
        }


class AnswerForm(TextForm):
    """An answer."""


class FurtherForm(TextForm):
    """What is still open after an answer, and by when it is to be answered."""

    label = _("What is still open")
    help = _("What the answers leave open. Do not include personal data of customers.")
    due_on = forms.DateField(label=_("Answer date"))


class ReopenForm(TextForm):
    """Why a question is asked again, and by when it is to be answered."""

    label = _("Why you ask again")
    help = _("What has changed, or what the answer left open. Do not include personal data of customers.")
    due_on = forms.DateField(label=_("Answer date"))


class WithdrawForm(forms.Form):
    """Why a question needs no answer any more."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("For example, “We found the answer in the manual.”")
    )


class ReassignForm(forms.Form):
    """Who is asked instead, and why."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = Recipients(question.area, but=[question.asker_id])
        self.fields["to"] = to_field(self.recipients)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), required=False, max_length=300, help_text=_("Both who was asked and the asker read it.")
        )

    @property
    def facts(self) -> dict[str, Any]:
        """Who is asked now, and why."""
        return {**self.recipients.facts(self.cleaned_data["to"]), "reason": self.cleaned_data["reason"]}


class DateForm(forms.Form):
    """Another answer date, and why."""

    on = forms.DateField(label=_("Answer date"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


def key_of(question: Question) -> str:
    """Return the choice that stands for who is asked."""
    if question.to_partnership_id:
        return f"{PARTNER}-{question.to_partnership_id}"
    return f"{GROUP}-{question.to_group_id}" if question.to_group_id else STAFF


def last_seen(entries: Sequence[QuestionEntry]) -> int:
    """Return the id of the last entry of a question, or 0."""
    return max((entry.pk for entry in entries), default=0)


def later(due_on: date, usual: date) -> date:
    """Return the answer date that is suggested when a question is asked again."""
    return max(due_on, usual)
