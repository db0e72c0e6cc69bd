"""Forms of the shared values: the draft, its adoption, and the affirmation of a partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.models import Affirmation, Group, ValuesStatement
from meetings.values.statements import FACTS
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea

LABELS = {"vision": _("Vision"), "values": _("Values")}


class ValuesForm(ConflictForm):
    """The vision and the values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(ValuesStatement, FACTS, labels=LABELS), **kwargs)
        self.fields["values"].widget.attrs["rows"] = 8

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


class AdoptForm(forms.Form):
    """Which group adopted the values, and when."""

    adopted_on = forms.DateField(label=_("Adopted on"))

    def __init__(self, *args: Any, area: LocalArea, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.visible_to(user).current().of(area).order_by("name", "pk")
        self.fields["group"] = forms.ModelChoiceField(
            groups, required=False, label=_("Adopted by"), empty_label=_("No group: by all partners"),
            help_text=_("The board, the partner team, or another group that decided it."),
        )  # fmt: skip
        self.order_fields(["group", "adopted_on"])


class AffirmForm(forms.Form):
    """What the values mean to a partner, in its own words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        found = model_fields(Affirmation, ("text",), widgets=widgets)
        found["text"].label = _("In your own words")
        found["text"].help_text = _(
            "What your organization does to keep these values. All partners read it. Leave out names of customers."
        )
        self.fields |= found
