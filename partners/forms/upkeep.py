"""Forms that keep services current: editing the details that go stale, proposing a change, deciding on it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from partners.forms.services import CONFIRM_HELP, CONFIRM_LABEL, LABELS, Section, ServiceForm
from partners.models import Partnership, Service
from partners.upkeep.proposals import PROPOSED

# The details that go stale first; the whole form holds all others.
MENDED = (
    "audience", "eligibility", "how_to_get_in", "documents", "cost", "hours", "is_paused", "paused_note", "wait_time",
    "phone",
)  # fmt: skip


class MendForm(ConflictForm):
    """The details that go stale, edited in place."""

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        fields = model_fields(Service, MENDED, labels=LABELS, help_texts=dict.fromkeys(MENDED, ""))
        for name in ("audience", "eligibility", "how_to_get_in", "documents"):
            fields[name].widget.attrs["rows"] = 2
        fields["confirm"] = forms.BooleanField(
            required=False,
            label=CONFIRM_LABEL,
            help_text=CONFIRM_HELP,
        )
        super().__init__(*args, fields=fields, auto_id=f"id_{service.pk}_%s", **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The details of the service, without the confirmation."""
        return self.only(MENDED)


@dataclass(frozen=True)
class ProposalLine:
    """One field of a service with its present value; open where somebody has changed it, or must correct it."""

    field: forms.BoundField
    now: str
    is_open: bool


class ProposalForm(ServiceForm):
    """A proposed change by somebody who may not edit the service, and the reason for it."""

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, partnership=partnership, **kwargs)
        for name in set(self.fields) - set(PROPOSED):
            del self.fields[name]
        self.fields["note"] = LongTextField(
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            label=_("How do you know?"),
            help_text=_(
                "One or two sentences for the person who decides. Do not include customer names or personal data."
            ),
            error_messages={"required": _("Explain how you know. The person who decides will read it.")},
            show_hidden_initial=True,
        )

    @property
    def parts(self) -> list[tuple[Section, list[ProposalLine]]]:
        """The sections with their lines."""
        changed = set(self.changed_data) if self.is_bound else set()
        return [
            (
                section,
                [
                    ProposalLine(field, self.shown(field.name), field.name in changed or bool(field.errors))
                    for field in fields
                ],
            )
            for section, fields, _errors in self.sections
            if fields
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The proposed details of the service."""
        return self.only(PROPOSED)


class LinkProposalForm(ProposalForm):
    """The same behind an emailed link, with only the details that go stale."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*MENDED, "note"}:
            del self.fields[name]
        self.fields["note"].required = False
        self.fields["note"].label = _("Anything else we should know")
        self.fields["note"].help_text = _("Example: when it changed. No customer names or personal data.")


class DecisionForm(forms.Form):
    """What accompanies a decision on a proposal: a confirmation of the other details, and a message."""

    confirm = forms.BooleanField(
        required=False,
        label=CONFIRM_LABEL,
        help_text=_(
            "Approval applies only the selected changes. Select this too, and the service counts as confirmed today."
        ),
    )
    answer = LongTextField(
        required=False,
        max_length=1000,
        label=_("Message to the proposer"),
        help_text=_("Sent by email. Required if you decline."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("confirm", "answer")
