"""Notice types of meetings."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.agendas import publishing, suggestions
from meetings.invitations import answers, updates
from meetings.minutes import circulation, corrections
from meetings.models import GroupMember
from meetings.notices import examples
from meetings.polls import polls
from onestop.notices.notice_types import NoticeType, Reason, declare

MEMBERS = _("The members of the group.")


def belongs_to_a_group(user: Any) -> bool:
    """Whether somebody is or was a member of a group."""
    return GroupMember.objects.filter(user=user.pk).exists()


def _type(code: str, label: str | Promise, about: str | Promise, template: str, goes_to: str | Promise) -> NoticeType:
    return NoticeType(
        code, label, about, Reason.TRANSACTIONAL, template=template, goes_to=goes_to, is_for=belongs_to_a_group,
        example=examples.meeting,
    )  # fmt: skip


declare(
    _type(
        updates.INVITED, _("Invitations to meetings"), _("You are invited to meetings of a group."), "meeting_invited",
        MEMBERS,
    ),
    _type(
        updates.CHANGED, _("Changed meetings"), _("Meetings to which you are invited were moved or changed."),
        "meeting_changed", MEMBERS,
    ),
    _type(
        updates.CANCELED, _("Canceled meetings"), _("Meetings to which you are invited do not take place."),
        "meeting_canceled", MEMBERS,
    ),
    _type(
        answers.ALTERNATE_ASKED, _("Coming in someone's place"),
        _("Somebody who cannot come to a meeting named you in their place."), "meeting_alternate",
        _("Whoever a member names as coming instead."),
    ),
    _type(
        polls.ASKED, _("Finding a time"), _("You are asked which time suits you for a meeting."), "meeting_poll",
        _("The members of the group, alternates too."),
    ),
    _type(
        publishing.PUBLISHED, _("Agendas of meetings"),
        _("The agenda of a meeting of your group is published, or has changed since."), "meeting_agenda", MEMBERS,
    ),
    _type(
        suggestions.ANSWERED, _("Answers to suggested agenda items"),
        _("What you suggested for an agenda was accepted or declined."), "meeting_suggestion",
        _("Whoever suggested the item."),
    ),
    _type(
        circulation.ASKED, _("Minutes to correct"), _("Minutes of a group are ready to read and to correct."),
        "minutes_sent", _("The members of the group, alternates too."),
    ),
    _type(
        corrections.ANSWERED, _("Answers to corrections"),
        _("A correction that you sent was answered: the minutes are corrected, or not changed for a reason."),
        "minutes_corrected", _("Whoever sent a correction."),
    ),
)  # fmt: skip
