"""Forms of minutes: the text, the day for corrections, a correction and its answer, the approval, who may read them."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.minutes.approval import MOTION_FACTS, meetings_to_choose, motions_to_choose
from meetings.minutes.drafting import FACTS
from meetings.minutes.publishing import why_not_public
from meetings.models import Meeting, Minutes, MinutesCorrection, Motion
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.editing.rich_texts import RichTextField
from onestop.ui.form_fields import ask_only_if
from onestop.ui.presentation import shortday

ROWS = 24
DAYS_TO_CORRECT = 14


def _text_fields() -> dict[str, forms.Field]:
    fields = model_fields(Minutes, FACTS, field_classes={"text": RichTextField})
    fields["text"].widget.attrs["rows"] = ROWS
    return fields


class MinutesForm(ConflictForm):
    """The text of minutes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=_text_fields(), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


class CirculateForm(forms.Form):
    """Until which day members may send corrections."""

    until = forms.DateField(label=_("Corrections until"), help_text=_("The end of this day."))

    def __init__(self, data: Any = None, *, at: datetime, minutes: Minutes) -> None:
        today = at.astimezone(minutes.meeting.series.zone_info).date()
        day = minutes.corrections_until or today + timedelta(days=DAYS_TO_CORRECT)
        super().__init__(data, initial={"until": day})


class CorrectionForm(forms.Form):
    """What somebody wants changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(MinutesCorrection, ("text",))
        self.fields["text"].label = gettext("What is not correct, and what is correct instead?")
        self.fields["text"].widget.attrs["rows"] = 5


ANSWERS = (
    (MinutesCorrection.State.TAKEN, _("Corrected: I change the text below")),
    (MinutesCorrection.State.DECLINED, _("Not changed")),
)


class CorrectionAnswerForm(ConflictForm):
    """What becomes of a correction, with the text to change."""

    state = forms.ChoiceField(
        label=_("Your answer"), choices=ANSWERS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(MinutesCorrection, ("answer",)) | _text_fields()
        super().__init__(*args, fields=fields, **kwargs)
        self.fields["answer"].label = gettext("Message to the sender")
        self.fields["answer"].help_text = gettext("Needed if the text is not changed: why.")
        self.fields["answer"].widget = forms.Textarea(attrs={"rows": 2})
        self.fields["text"].label = gettext("Text of the minutes")

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned text."""
        return self.only(FACTS)


class _MotionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Return the day and the words of a motion."""
        return f"{shortday(obj.meeting.local_start)}: {obj.text}"


class ChooseMotionForm(forms.Form):
    """The carried motion that approved minutes."""

    motion = _MotionChoice(
        queryset=Motion.objects.none(), label=_("Motion"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose a motion.")},
    )  # fmt: skip

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["motion"]
        field.queryset = motions_to_choose(minutes)


class _MeetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Return the day and the title of a meeting."""
        return f"{shortday(obj.local_start)}, {obj.title}"


class DescribeMotionForm(forms.Form):
    """The motion that approved minutes, which was not recorded at the meeting."""

    meeting = _MeetingChoice(
        queryset=Meeting.objects.none(), label=_("Approved at the meeting"),
        error_messages={"required": _("Choose the meeting.")},
    )  # fmt: skip

    def __init__(self, *args: Any, minutes: Minutes, at: datetime, **kwargs: Any) -> None:
        day = shortday(minutes.meeting.local_start)
        words = gettext("To approve the minutes of %(day)s.") % {"day": day}
        kwargs["initial"] = {"text": words, "voted_by": Motion.Method.VOICE, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        fields = model_fields(Motion, MOTION_FACTS)
        self.fields |= {"voted_by" if name == "method" else name: field for name, field in fields.items()}
        self.fields["text"].widget.attrs["rows"] = 2
        for name in ("yes", "no", "abstain"):
            self.fields[name].required = False
        self.fields["yes"].help_text = gettext("Leave the counts at 0 if votes were not counted.")
        field: Any = self.fields["meeting"]
        field.queryset = meetings_to_choose(minutes, at)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the motion."""
        counts = {name: self.cleaned_data.get(name) or 0 for name in ("yes", "no", "abstain")}
        said = {name: self.cleaned_data[name] for name in MOTION_FACTS if name in self.cleaned_data}
        return said | counts | {"method": self.cleaned_data["voted_by"]}


class PublishForm(forms.Form):
    """Who may read minutes."""

    audience = forms.ChoiceField(label=_("Who may read them"), widget=forms.RadioSelect)
    is_draft_asked = forms.BooleanField(
        label=_("State law asks for minutes before they are approved. Publish them as a draft."), required=False
    )

    def __init__(self, data: Any = None, *, minutes: Minutes) -> None:
        super().__init__(data, initial={"audience": minutes.audience})
        kinds = Minutes.Audience
        offered = [kinds.KEEPERS] if minutes.is_draft else []
        offered.append(kinds.GROUP)
        if not why_not_public(minutes.meeting.group) and not minutes.is_draft:
            offered.append(kinds.PUBLIC)
        field: Any = self.fields["audience"]
        field.choices = [(kind, kind.label) for kind in offered]
        if minutes.is_approved or kinds.PUBLIC not in offered:
            del self.fields["is_draft_asked"]
        else:
            ask_only_if(self, {"is_draft_asked": "audience public"})
