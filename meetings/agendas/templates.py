"""Save agendas as templates, and begin an agenda from a template or from another meeting."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.agendas.items import demand_room, number, ordered
from meetings.agendas.locking import CannotChangeAgenda, lock_agenda
from meetings.agendas.publishing import note_change
from meetings.agendas.reading import consent_together
from meetings.groups.groups import demand_current, lock_group
from meetings.models import AgendaItem, AgendaTemplate, AgendaTemplateItem, Group, GroupMember, Meeting
from meetings.models.agendas import Topic
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded

TOPIC = ("title", "purpose", "minutes", "detail")
MOST_TEMPLATES = 50  # of one group


@recorded
def save_template(
    meeting: Meeting, *, name: str = "", template: AgendaTemplate | None = None, by: User | None, at: datetime
) -> AgendaTemplate:
    """Save the agenda of a meeting as a new template, or in place of the items of one that is there.

    :raises CannotChangeAgenda: if it has no items, or the name is taken.
    """
    group = lock_group(meeting.group)
    demand_current(group)
    items = ordered(meeting)
    if not items:
        raise CannotChangeAgenda(_("The agenda has no items yet. Add one first."))
    if template is None:
        if group.agenda_templates.current().count() >= MOST_TEMPLATES:
            raise CannotChangeAgenda(_("A group can have %(number)s templates at most.") % {"number": MOST_TEMPLATES})
        template = AgendaTemplate(group=group, name=name)
        _save(template)
    else:
        template = _locked(group, template)
        template.items.all().delete()
    AgendaTemplateItem.objects.bulk_create(
        AgendaTemplateItem(template=template, position=place, **_topic(item)) for place, item in enumerate(items, 1)
    )
    return template


@recorded
def rename_template(
    template: AgendaTemplate, *, name: str, version: str = "", by: User | None, at: datetime
) -> AgendaTemplate:
    """Give a template another name.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeAgenda: if the name is taken, or it was removed.
    """
    template = _locked(lock_group(template.group), template)
    demand_version(template, (), version)
    template.name = name
    _save(template)
    return template


@recorded
def remove_template(template: AgendaTemplate, *, by: User | None, at: datetime) -> None:
    """Remove a template; it can be restored."""
    lock_group(template.group)
    AgendaTemplate.objects.current().filter(pk=template.pk).update(archived_at=at)


@recorded
def restore_template(template: AgendaTemplate, *, by: User | None, at: datetime) -> None:
    """Restore a removed template.

    :raises CannotChangeAgenda: if another template has its name by now.
    """
    lock_group(template.group)
    template = AgendaTemplate.objects.get(pk=template.pk)
    if template.is_archived:
        template.archived_at = None
        _save(template)


@recorded
def begin_from_template(meeting: Meeting, *, template: AgendaTemplate, by: User | None, at: datetime) -> int:
    """Add the items of a template to the agenda of a meeting; return how many.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the template is of another group.
    """
    meeting = lock_agenda(meeting)
    template = _locked(meeting.group, template)
    return _append(meeting, template.items.order_by("position", "pk"), at=at)


@recorded
def begin_from_meeting(meeting: Meeting, *, source: Meeting, by: User | None, at: datetime) -> int:
    """Add the items of another meeting of the group to the agenda of a meeting, without their papers; return how many.

    :raises CannotChangeAgenda: if the meeting is over or was canceled, or the other one is of another group.
    """
    meeting = lock_agenda(meeting)
    if source.group_id != meeting.group_id:
        raise CannotChangeAgenda(_("Choose a meeting of this group."))
    return _append(meeting, AgendaItem.objects.on_agenda().filter(meeting=source.pk).select_related("owner"), at=at)


def _append(meeting: Meeting, topics: Iterable[Topic], *, at: datetime) -> int:
    topics = list(topics)
    first = demand_room(meeting, len(topics))
    today = meeting.series.local(meeting.starts_at).date()
    here = set(GroupMember.objects.on(today).filter(group=meeting.group_id).values_list("pk", flat=True))
    AgendaItem.objects.bulk_create(
        AgendaItem(series=meeting.series, meeting=meeting, position=place, **_topic(topic), **_owner(topic, here))
        for place, topic in enumerate(topics, first)
    )
    number(consent_together(ordered(meeting)))
    if topics:
        note_change(meeting, at=at)
    return len(topics)


def _topic(topic: Topic) -> dict[str, object]:
    return {name: getattr(topic, name) for name in TOPIC}


def _owner(topic: Topic, here: set[int]) -> dict[str, object]:
    """Return who leads an item again: whoever is a member on the day of the meeting, and what the item served."""
    if not isinstance(topic, AgendaItem):
        return {}
    owner = topic.owner_id if topic.owner_id in here else None
    return {"owner_id": owner, "owner_name": topic.owner_name, "serves": topic.serves}


def _locked(group: Group, template: AgendaTemplate) -> AgendaTemplate:
    found = group.agenda_templates.current().filter(pk=template.pk).first()
    if found is None:
        raise CannotChangeAgenda(_("This template was removed."))
    return found


def _save(template: AgendaTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise CannotChangeAgenda(_("There is a template of this name already."), field="name") from None
