"""Tell people what they were assigned: ten minutes later, so that all items of one moment are one mail."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from meetings.actions.recipients import (
    Recipient,
    area_of,
    link_for,
    recipients_of,
    those_who_run,
    why_of,
    with_all,
)
from meetings.models import ActionItem, ActionLink, ActionUpdate, Group
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _

ASSIGNED, ASKED, ANSWERED = "meetings.action_assigned", "meetings.action_day_asked", "meetings.action_day_answered"
TOO_LATE = timedelta(days=3)  # what nobody was told for so long is left to the reminders


@recorded
def tell_assigned(*, at: datetime, by: User | None = None) -> int:
    """Mail what people were assigned, once its ten minutes are over; return how many mails. Runs every minute.

    Items that came meanwhile are in the same mail: one for each person and group.
    """
    groups = ActionItem.objects.filter(tell_at__lte=at).values("group")
    # Lock: of two workers, the second finds nothing left to tell.
    waiting = ActionItem.objects.select_for_update(of=("self",), no_key=True).exclude(tell_at=None)
    actions = list(with_all(waiting.filter(group__in=groups)).order_by("due_on", "pk"))
    by_person: dict[tuple[int, str], list[tuple[ActionItem, Recipient]]] = defaultdict(list)
    fresh = [each for each in actions if each.is_open and not each.is_archived and _is_fresh(each, at)]
    recipients = recipients_of(fresh)
    for action in fresh:
        for recipient in recipients[action.pk]:
            by_person[action.group_id, recipient.address].append((action, recipient))
    messages = [_message(pairs, at) for pairs in by_person.values()]
    notify_many(messages, at=at)
    ActionItem.objects.filter(pk__in=[each.pk for each in actions]).update(tell_at=None)
    return len(messages)


def _is_fresh(action: ActionItem, at: datetime) -> bool:
    return action.tell_at is not None and action.tell_at > at - TOO_LATE


def _message(pairs: list[tuple[ActionItem, Recipient]], at: datetime) -> Message:
    actions = [action for action, _recipient in pairs]
    first, recipient = pairs[0]
    links = [link_for(action, recipient, at=at) for action in actions]
    return Message(
        kind=ASSIGNED,
        key=f"{ASSIGNED}:{first.pk}:{links[0].pk}:{first.assigned_at or at:%Y-%m-%dT%H:%M:%S}",
        to=recipient.to,
        about=[*actions, first.group],
        scope=area_of(first),
        why=why_of(first, recipient),
        path=path_of(links[0]),
        zone=first.group.zone,
        context={"group": first.group, "person": recipient.name, "rows": [shown(link) for link in links]},
    )


def shown(link: ActionLink) -> dict[str, Any]:
    """Return what a mail says of one item, with the links that report in one tap."""
    action = link.action
    organization = action.partnership.organization.name if action.partnership else ""
    return {
        "action": action,
        "organization": organization,
        "for_all": _("For all of %(organization)s") % {"organization": organization} if not action.name else "",
        "page_url": settings.PUBLIC_URL + path_of(link),
        "links": {report: f"{link.address}?report={report}" for report in ("done", "progress", "day")},
    }


# ---------------------------------------------------------------- Another day
def tell_asked(update: ActionUpdate, *, at: datetime) -> None:
    """Mail the first of those who run the group that another day is asked for; others see it as a to-do item."""
    action = update.action
    today = at.astimezone(action.group.zone).date()
    people = [user for user in those_who_run([action.group], today)[action.group_id] if user.pk != update.by_id]
    messages = [
        Message(
            kind=ASKED,
            key=f"{ASKED}:{update.pk}:{user.pk}",
            to=user,
            about=[action, action.group],
            scope=area_of(action),
            why=why_runs(action.group),
            path=action.get_absolute_url(),
            zone=action.group.zone,
            context={"group": action.group, "action": action, "update": update, "person": user.name},
        )
        for user in people[:1]
    ]
    notify_many(messages, at=at)


def tell_day(update: ActionUpdate, *, at: datetime) -> None:
    """Mail whoever does an item that its due day was moved, or stays although another one was asked for."""
    action = update.action
    messages = []
    for recipient in recipients_of([action])[action.pk]:
        if recipient.user is not None and recipient.user.pk == update.by_id:
            continue
        link = link_for(action, recipient, at=at)
        messages.append(
            Message(
                kind=ANSWERED,
                key=f"{ANSWERED}:{update.pk}:{link.pk}",
                to=recipient.to,
                about=[action, action.group],
                scope=area_of(action),
                why=why_of(action, recipient),
                path=path_of(link),
                zone=action.group.zone,
                context={"group": action.group, "person": recipient.name, "update": update, **shown(link)},
            )
        )
    notify_many(messages, at=at)


def why_runs(group: Group) -> str:
    """Return why somebody who runs a group gets mail about its items."""
    return _("You run the group %(group)s, or are staff of its area.") % {"group": group.name}


def path_of(link: ActionLink) -> str:
    """Return where its holder reports: signed in, or by the link."""
    return link.action.get_absolute_url() if link.user else link.address.removeprefix(settings.PUBLIC_URL)
