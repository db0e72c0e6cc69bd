"""The forms of agendas: items, suggestions, papers, templates."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.agendas import items, papers
from meetings.models import AgendaItem, AgendaPaper, AgendaTemplate, Group, GroupMember, Meeting
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from onestop.ui.presentation import day as day_words
from partners.network.served_things import read_served, served_choices

HELP = {
    "purpose": _("Items of the consent agenda are decided together, without discussion."),
    "minutes": _("The start of every item is computed from these."),
    "owner_name": _("Only if the person is not a member of the group."),
}
MOST_POSITION = items.MOST_ITEMS


class ItemForm(ConflictForm):
    """An item of an agenda or of a backlog."""

    def __init__(
        self, *args: Any, group: Group, on: date, user: Any, item: AgendaItem | None = None, **kwargs: Any
    ) -> None:
        fields = model_fields(AgendaItem, ("title", "purpose", "minutes", "owner_name", "detail"), help_texts=HELP)
        fields["minutes"] = minutes_field()
        fields["owner"] = OwnerField(
            _members(group, on, item),
            label=_("Who leads it"),
            required=False,
            empty_label=_("Nobody yet, or another name"),
        )
        if choices := _served(group, user, item):
            fields["serves"] = forms.ChoiceField(
                choices=[("", _("Nothing special")), *choices], label=_("What it serves"), required=False
            )
        fields["position"] = forms.IntegerField(
            label=_("Place on the agenda"),
            required=False,
            min_value=1,
            max_value=MOST_POSITION,
            help_text=_("For example, 3. Leave it blank to put a new item at the end."),
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["title", "purpose", "minutes", "owner", "owner_name", "detail", "serves", "position"])

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(items.FACTS)

    @property
    def position(self) -> int | None:
        """Where the item is wanted, if the person has said so or moved it."""
        moved = "position" in self.changed_data
        return self.cleaned_data["position"] if moved else None


def minutes_field() -> forms.IntegerField:
    """Return the field of the minutes of an item."""
    return forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=12 * 60, help_text=HELP["minutes"]
    )


class OwnerField(forms.ModelChoiceField):
    """A member of the group, with the partner."""

    def label_from_instance(self, member: Any) -> str:
        return f"{member.name}, {member.partner_name}" if member.partner_name else str(member.name)


def _members(group: Group, on: date, item: AgendaItem | None) -> Any:
    """Return the members of the day, and whoever leads the item already."""
    rows = GroupMember.objects.on(on).filter(group=group).in_order()
    if item and item.owner_id and not rows.filter(pk=item.owner_id).exists():
        known = [*rows.values_list("pk", flat=True), item.owner_id]
        return GroupMember.objects.filter(pk__in=known).in_order()
    return rows


def _served(group: Group, user: Any, item: AgendaItem | None) -> list[Any]:
    """Return what an item can serve, and what it serves already."""
    choices: list[Any] = list(served_choices(group.area, user))
    text = item.serves if item else ""
    if text and text not in {value for _kind, pairs in choices for value, _name in pairs}:
        served = read_served([text], user).get(text)
        choices.append(
            (gettext("Served now"), [(text, served.name if served else gettext("Something you cannot see"))])
        )
    return choices


# ---------------------------------------------------------------- Suggestions
class SuggestionForm(forms.Form):
    """What a member wants on the agenda."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(AgendaItem, ("title", "purpose", "minutes", "detail"))
        self.fields["minutes"] = minutes_field()
        self.fields["minutes"].help_text = _("How long it will take, if you know.")
        self.order_fields(["title", "purpose", "minutes", "detail"])


class DeclineForm(forms.Form):
    """Why something suggested does not come on the agenda."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=300, help_text=_("Whoever suggested it reads this.")
        )


# ---------------------------------------------------------------- Papers
class PaperForm(ConflictForm):
    """A paper of an item."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(
            AgendaPaper, ("title", "is_public"),
            help_texts={
                "title": _("Leave it blank to use the name of the file."),
                "is_public": _("Anybody may read it once the agenda is public. Check it for personal data."),
            },
        )  # fmt: skip
        fields["title"].required = False
        fields["file"] = StoredFileField("meetings.paper", label=_("File"))
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["file", "title", "is_public"])

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(papers.FACTS)


# ---------------------------------------------------------------- Templates
class SaveTemplateForm(forms.Form):
    """Where an agenda is saved as a template: a new one, or in place of one that is there."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = group.agenda_templates.current().order_by("name", "pk")
        self.fields["template"] = forms.ModelChoiceField(
            known, label=_("Save as"), required=False, empty_label=_("A new template")
        )
        self.fields["name"] = forms.CharField(
            label=_("Name of the new template"),
            max_length=100,
            required=False,
            help_text=_("For example, “Quarterly”."),
        )

    def clean(self) -> dict[str, Any]:
        """Require a name for a new template."""
        values = super().clean() or self.cleaned_data
        if not values.get("template") and not values.get("name") and not self.errors:
            self.add_error("name", gettext("Enter a name, or choose a template to replace."))
        return values


class TemplateForm(ConflictForm):
    """The name of a template."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(AgendaTemplate, ("name",)), **kwargs)


class BeginForm(forms.Form):
    """With what an agenda begins: a template, or another meeting of the group."""

    def __init__(
        self, *args: Any, templates: Sequence[AgendaTemplate], meetings: Sequence[Meeting], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sources: dict[str, AgendaTemplate | Meeting] = {f"template:{each.pk}": each for each in templates}
        self._sources |= {f"meeting:{each.pk}": each for each in meetings}
        self.fields["source"] = forms.ChoiceField(
            label=_("Begin with"), choices=list(_sources(templates, meetings)), widget=forms.RadioSelect
        )

    @property
    def source(self) -> AgendaTemplate | Meeting:
        """The template or meeting that was chosen."""
        return self._sources[self.cleaned_data["source"]]


def _sources(templates: Sequence[AgendaTemplate], meetings: Sequence[Meeting]) -> Iterator[tuple[str, str]]:
    for template in templates:
        yield f"template:{template.pk}", gettext("Template: %(name)s") % {"name": template.name}
    for meeting in meetings:
        facts = {"title": meeting.title, "day": day_words(meeting.local_start)}
        yield f"meeting:{meeting.pk}", gettext("Agenda of %(title)s, %(day)s") % facts
