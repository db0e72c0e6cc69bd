"""Who may read minutes: publish them, and withdraw the publication."""

from datetime import datetime

from meetings.minutes.drafting import CannotKeepMinutes, lock_minutes
from meetings.models import Group, Minutes
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

Audience = Minutes.Audience


class CannotPublish(CannotKeepMinutes):
    """Minutes cannot be published like this."""


@recorded
def set_audience(
    minutes: Minutes, *, audience: str, is_draft_asked: bool = False, by: User | None, at: datetime
) -> Minutes:
    """Choose who may read minutes.

    Everybody may read approved minutes of groups whose meetings are open to the public. Some states ask for minutes
    before they are approved: ``is_draft_asked`` says so, and the page and the PDF say that they are a draft.

    :raises CannotPublish: if the group is a support team or its meetings are not open, or if the minutes are a draft.
    """
    minutes = lock_minutes(minutes)
    if audience == Audience.PUBLIC:
        if why := why_not_public(minutes.meeting.group):
            raise CannotPublish(why, field="audience")
        if minutes.is_draft:
            raise CannotPublish(_("Send these minutes for correction first."), field="audience")
        if not (minutes.is_approved or is_draft_asked):
            words = _("These minutes are not approved. Confirm that state law asks for draft minutes.")
            raise CannotPublish(words, field="is_draft_asked")
    elif audience == Audience.KEEPERS and not minutes.is_draft:
        raise CannotPublish(_("The members were sent these minutes. They can read them."), field="audience")
    if audience != minutes.audience:
        minutes.audience = audience
        minutes.published_at = at if audience == Audience.PUBLIC else None
        minutes.save(update_fields=["audience", "published_at"])
    return minutes


@recorded
def withdraw_publication(minutes: Minutes, *, by: User | None, at: datetime) -> Minutes:
    """Let only the members of the group read minutes that were public."""
    minutes = lock_minutes(minutes)
    if minutes.is_public:
        minutes.audience, minutes.published_at = Audience.GROUP, None
        minutes.save(update_fields=["audience", "published_at"])
    return minutes


def why_not_public(group: Group) -> str:
    """Return why minutes of a group are never public; "" if they may be."""
    if group.is_support_team:
        return _("A support team publishes nothing.")
    if not group.is_open_meeting:
        return _("Meetings of this group are not open to the public, so its minutes are for its members.")
    return ""
