"""Forms of projects: what one is, its partners, what it counts, and the counts."""

from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models import Goal, Project, ProjectCount, ProjectOutcome, ProjectPartner
from meetings.models.projects import ProjectTie
from meetings.projects import editing, outcomes, partners
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea, Partnership, Practice
from partners.network.served_things import read_served, served_choices

AGREEMENT = "agreement:"
OWN = ("name", "purpose", "framework", "first_on", "last_on", "status", "outcome")


class PartnerField(forms.ModelChoiceField):
    """A partner by the name of its organization."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


def partners_in(area: LocalArea, *and_also: int | None) -> Any:
    """Return the active partners of an area by name, and others, such as one that ended."""
    active = Partnership.objects.active().filter(area=area)
    rows = Partnership.objects.filter(Q(pk__in=active.values("pk")) | Q(pk__in=[pk for pk in and_also if pk]))
    return rows.select_related("organization").order_by(Lower("organization__name"), "pk")


class ProjectForm(ConflictForm):
    """A project: its framework, lead, goal and days, its practices, and the agreements by which it works."""

    def __init__(self, *args: Any, area: LocalArea, user: Any, project: Project | None = None, **kwargs: Any) -> None:
        fields = model_fields(Project, OWN)
        fields["framework"].widget = forms.RadioSelect(choices=Project.Framework.choices)
        fields["lead"] = PartnerField(partners_in(area, project.lead_id if project else None), label=_("Lead partner"))
        goals = Goal.objects.visible_to(user).current().filter(plan__area=area, plan__archived_at=None)
        known = Goal.objects.filter(pk=project.goal_id) if project and project.goal_id else Goal.objects.none()
        goals = Goal.objects.filter(Q(pk__in=goals.values("pk")) | Q(pk__in=known.values("pk")))
        fields["goal"] = forms.ModelChoiceField(
            goals.order_by("-plan__first_on", "position", "pk"), label=_("Goal it serves"), required=False,
            empty_label=_("None"),
        )  # fmt: skip
        fields["practices"] = forms.ModelMultipleChoiceField(
            Practice.objects.visible_to(user).current().filter(area=area).order_by(Lower("title"), "pk"),
            label=_("Practices it uses"), required=False, widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        ties, self.hidden = _ties(area, user, project)
        fields["ties"] = forms.MultipleChoiceField(
            choices=ties, label=_("Agreements by which it works"), required=False, widget=forms.CheckboxSelectMultiple
        )
        for name in ("practices", "ties"):
            if not _has_choices(fields[name]):
                del fields[name]
        fields["last_on"].help_text = _("Blank while it has no end.")
        fields["outcome"].help_text = _("Once it is over: what changed, for whom, and what you would do differently.")
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields((
            "name", "purpose", "framework", "lead", "goal", "first_on", "last_on", "status", "outcome", "practices",
            "ties",
        ))  # fmt: skip

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts; agreements that the person does not see stay as they are."""
        facts = self.only((*editing.FACTS, "practices"))
        if "ties" in self.cleaned_data:
            facts["ties"] = [*self.cleaned_data["ties"], *self.hidden]
        return facts


def _has_choices(field: forms.Field) -> bool:
    queryset = getattr(field, "queryset", None)
    return queryset.exists() if queryset is not None else bool(list(field.choices))  # type: ignore[attr-defined]


def _ties(area: LocalArea, user: Any, project: Project | None) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the agreements to choose from, and the texts of those of the project that the person does not see."""
    groups = served_choices(area, user)
    choices = {text: name for _label, found in groups for text, name in found if text.startswith(AGREEMENT)}
    known = list(ProjectTie.objects.filter(project=project).values_list("thing", flat=True)) if project else []
    served = read_served([text for text in known if text not in choices], user)
    choices |= {text: each.name for text, each in served.items()}
    return list(choices.items()), [text for text in known if text not in choices]


class ProjectPartnerForm(ConflictForm):
    """A partner of a project, and how committed it is."""

    def __init__(self, *args: Any, area: LocalArea, known: int | None = None, **kwargs: Any) -> None:
        fields = model_fields(ProjectPartner, ("commitment", "until_on", "part"))
        fields["partnership"] = PartnerField(partners_in(area, known), label=_("Partner"))
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(partners.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(partners.FACTS)


class OutcomeForm(ConflictForm):
    """Something that a project counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(ProjectOutcome, outcomes.FACTS), **kwargs)
        self.fields["name"].help_text = _("For example, “People placed in a job”. Count people, never name them.")
        self.fields["target"].help_text = _("How many there should be when the project ends.")

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(outcomes.FACTS)


class CountForm(forms.Form):
    """How many there were as of a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(ProjectCount, outcomes.COUNT_FACTS)
        self.fields["number"].help_text = _("All since the project began, not only the new ones.")
        self.fields["note"].help_text = _("Do not include customers' personal data.")
        self.order_fields(("number", "as_of", "note"))
