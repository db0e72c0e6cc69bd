"""Forms of board packets: which sections in which order, and to whom a packet is mailed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from onestop.dashboards.board.telling import address_of
from onestop.dashboards.models import DashboardPdf
from onestop.dashboards.papers.contents import PARTS
from onestop.editing.model_fields import model_fields
from onestop.ui.presentation import shortday
from partners.models import BoardTerm

OUT = "out"


class PacketForm(forms.Form):
    """The title of a packet, its meeting, and the place of each section in it."""

    def __init__(self, *args: Any, meetings: Sequence[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meetings = {str(each.pk): each for each in meetings}
        self.fields |= model_fields(DashboardPdf, ("title",))
        self.fields["meeting"] = forms.ChoiceField(
            label=_("For the meeting"),
            required=False,
            choices=[
                ("", _("No meeting")),
                *((key, f"{shortday(each.local_start)}, {each.title}") for key, each in self.meetings.items()),
            ],
        )
        places = [(OUT, _("Leave out")), *((str(number), str(number)) for number in range(1, len(PARTS) + 1))]
        for number, part in enumerate(PARTS.values(), 1):
            self.fields[f"place_{part.code}"] = forms.ChoiceField(
                label=str(part.label),
                help_text=str(part.help_text),
                choices=places,
                initial=str(number),
            )

    def clean(self) -> dict[str, Any]:
        """Demand that something is in the packet."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.sections:
            raise forms.ValidationError(gettext("Choose at least one section."))
        return values

    @property
    def sections(self) -> list[str]:
        """The codes of the chosen sections, in their order; of two with the same place, one that was moved is first."""
        chosen = [code for code in PARTS if self.cleaned_data.get(f"place_{code}", OUT) != OUT]

        def place(code: str) -> tuple[int, bool]:
            number = self.cleaned_data[f"place_{code}"]
            return int(number), number == self.fields[f"place_{code}"].initial

        return sorted(chosen, key=place)

    @property
    def meeting(self) -> Meeting | None:
        """The chosen meeting."""
        return self.meetings.get(self.cleaned_data["meeting"])


class SendForm(forms.Form):
    """The members of the board to whom a packet is mailed; those who have it already are not offered."""

    def __init__(self, *args: Any, members: Sequence[BoardTerm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(each.pk): each for each in members}
        self.fields["terms"] = forms.MultipleChoiceField(
            label=_("Members of the board"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(key, f"{each.name} ({address_of(each)})") for key, each in self.members.items()],
            initial=list(self.members),
        )

    @property
    def chosen(self) -> list[BoardTerm]:
        """The chosen members."""
        return [self.members[key] for key in self.cleaned_data["terms"]]
