"""Forms of trainings: what one is about, material, who took part, feedback, and the follow-up."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models import (
    Group,
    Training,
    TrainingCount,
    TrainingFeedback,
    TrainingFollowUp,
    TrainingMaterial,
)
from meetings.models.trainings import MOST_STAFF
from meetings.trainings.facts import FACTS, LINKS, MATERIAL_FACTS
from meetings.trainings.follow_ups import FACTS as ANSWERED
from meetings.trainings.participants import TookPart, field_of
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from partners.models import Partnership, Program


def partners_of(group: Group, *, and_also: Collection[int] = ()) -> Any:
    """Return the active partners of a group's areas, or of its state, by name; and others, such as former ones."""
    areas = [group.area_id, *group.further_areas.values_list("area", flat=True)]
    where = Q(area__in=areas) if group.area_id else Q(area__state=group.state_id)
    active = Partnership.objects.active().filter(where)
    rows = Partnership.objects.filter(Q(pk__in=active.values("pk")) | Q(pk__in=and_also))
    return rows.select_related("organization").order_by(Lower("organization__name"), "pk")


class TeachersField(forms.ModelMultipleChoiceField):
    """Partners by the names of their organizations."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class ProgramsField(forms.ModelMultipleChoiceField):
    """Programs by their short names."""

    def label_from_instance(self, program: Any) -> str:
        return str(program.short_name)


class TrainingForm(ConflictForm):
    """What a training is about, who teaches and for whom it is."""

    def __init__(self, *args: Any, group: Group, training: Training | None, **kwargs: Any) -> None:
        fields = model_fields(Training, FACTS)
        fields["programs"] = ProgramsField(
            Program.objects.order_by("position"), label=_("Programs it is about"), required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("They decide which trained staff can be recorded afterwards."),
        )  # fmt: skip
        known = training.teacher_links.values_list("partnership", flat=True) if training else ()
        fields["teachers"] = TeachersField(
            partners_of(group, and_also=list(known)), label=_("Partners who teach"), required=False,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(("topic", "learning", "for_whom", "programs", "teachers", "teacher_name"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only((*FACTS, *LINKS))


class MaterialForm(forms.Form):
    """A file, or a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(TrainingMaterial, ("title", "link"))
        self.fields["file"] = StoredFileField("meetings.training_material", required=False, label=_("File"))
        self.fields["link"].help_text = _("Instead of a file: the address of a page, a recording or a shared document.")
        self.order_fields(("title", "file", "link"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in MATERIAL_FACTS if name in self.cleaned_data}


class CountsForm(ConflictForm):
    """How many staff of each partner took part."""

    def __init__(
        self, *args: Any, group: Group, participants: Collection[TookPart], counted: Collection[int], **kwargs: Any
    ) -> None:
        on_roll = {each.partnership.pk: each.on_roll for each in participants}
        self.partners = list(partners_of(group, and_also=[*on_roll, *counted]))
        super().__init__(
            *args, fields={field_of(each): _number(each, on_roll.get(each.pk, 0)) for each in self.partners}, **kwargs
        )

    @property
    def counts(self) -> dict[Partnership, int | None]:
        """The number of each partner whose number the person changed; ``None`` where it was not counted."""
        changed = set(self.changed_data)
        return {each: self.cleaned_data[field_of(each)] for each in self.partners if field_of(each) in changed}


def _number(partner: Partnership, on_roll: int) -> forms.IntegerField:
    words = {"on_roll": on_roll}
    return forms.IntegerField(
        label=partner.organization.name,
        required=False,
        min_value=0,
        max_value=MOST_STAFF,
        help_text=_("On the roll: %(on_roll)d.") % words if on_roll else "",
    )


def counts_of(rows: Collection[TrainingCount]) -> dict[str, int]:
    """Return the initial values of the form of who took part. Needs the partners."""
    return {field_of(row.partnership): row.staff for row in rows}


class FeedbackForm(forms.Form):
    """Two questions, and whether the name may stand beside the answer."""

    useful = forms.TypedChoiceField(
        label=_("Was it useful?"), choices=TrainingFeedback.Useful.choices, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(TrainingFeedback, ("different",))
        self.fields["different"].label = _("What will you do differently?")
        self.fields["different"].help_text = _("A sentence is enough. Do not include customers' personal data.")
        self.fields["signs"] = forms.BooleanField(
            label=_("Show my name, %(name)s, beside my answer") % {"name": name}, required=False,
            help_text=_("Otherwise nobody sees whose answer it is, and we do not store it."),
        )  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return dict(self.cleaned_data)


class FollowUpForm(forms.Form):
    """Whether the staff of a partner use what they learned."""

    uses = forms.ChoiceField(
        label=_("Do your staff use it?"), choices=TrainingFollowUp.Uses.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(TrainingFollowUp, ("comment",))
        self.fields["comment"].help_text = _(
            "What helps, what is in the way, what they still need to know. Do not include customers' personal data."
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in ANSWERED}
