"""Forms of upkeep: mending the few answers of a service that go stale, and deciding on a proposal."""

from typing import Any

from django import forms

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.forms.services import LABELS, ServiceForm
from partners.models import Partnership, Service
from partners.upkeep.proposals import PROPOSED

# What goes stale first; all else stands in the whole form.
MENDED = ("audience", "eligibility", "how_to_get_in", "documents", "cost", "hours", "wait_time", "phone")


class MendForm(ConflictForm):
    """The answers that go stale, to be put right where they are shown."""

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        fields = model_fields(Service, MENDED, labels=LABELS, help_texts=dict.fromkeys(MENDED, ""))
        for name in ("audience", "eligibility", "how_to_get_in", "documents"):
            fields[name].widget.attrs["rows"] = 2
        fields["confirm"] = forms.BooleanField(
            required=False,
            label="And the rest is still right",
            help_text="Tick it only if you have looked at all of it. It then counts as confirmed today.",
        )
        super().__init__(*args, fields=fields, auto_id=f"id_{service.pk}_%s", **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What was written, without whether the rest is right."""
        return self.only(MENDED)


class ProposalForm(ServiceForm):
    """What a service should say, by somebody who may not change it, and why."""

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, partnership=partnership, **kwargs)
        for name in set(self.fields) - set(PROPOSED):
            del self.fields[name]
        self.fields["note"] = forms.CharField(
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            label="How do you know?",
            help_text="One or two sentences for whoever decides. No customer's name or personal data.",
            error_messages={"required": "Say in a sentence how you know: whoever decides reads it."},
            show_hidden_initial=True,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What the service should say."""
        return self.only(PROPOSED)


class LinkProposalForm(ProposalForm):
    """The same behind an e-mailed link: only what goes stale is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*MENDED, "note"}:
            del self.fields[name]
        self.fields["note"].required = False
        self.fields["note"].label = "Anything else we should know"
        self.fields["note"].help_text = "Such as since when. No customer's name or personal data."


class DecisionForm(forms.Form):
    """What goes with a decision on a proposal: whether the rest is right, and a few words."""

    confirm = forms.BooleanField(
        required=False,
        label="And the rest is still right",
        help_text="Accepting changes only what is ticked above. With this the service also counts as confirmed today.",
    )
    answer = forms.CharField(
        required=False,
        max_length=1000,
        label="A few words back",
        help_text="Goes by e-mail to who proposed it. To decline, say why.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("confirm", "answer")
