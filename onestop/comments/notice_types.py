"""Notice types of comments."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.comments.models import Comment
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason, declare


def _example() -> Mapping[str, Any]:
    """Return the context of an invented comment, never saved."""
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    dana = User(name="Dana Sample", email="dana@board.example")  # no translation: an invented name
    comment = Comment(text=_("Is the room on the second floor? The elevator is out until Friday."), by=dana)
    name = _("Proposed change to %(service)s") % {"service": _("Evening classes")}
    return {"recipient": ann, "comment": comment, "author": dana, "name": name, "action_url": settings.PUBLIC_URL}


MENTIONED = NoticeType(
    "comments.mentioned",
    gettext_lazy("Mentions in comments"),
    gettext_lazy("Someone mentions you in a comment."),
    Reason.TRANSACTIONAL,
    template="comment_mentioned",
    goes_to=gettext_lazy("The person who is mentioned, if they can see what the comment is about."),
    example=_example,
)
WRITTEN = NoticeType(
    "comments.written",
    gettext_lazy("New comments"),
    gettext_lazy("Someone replies in a discussion that you take part in, or comments on what concerns you."),
    Reason.TRANSACTIONAL,
    cadence=Cadence.DAILY,
    template="comment_written",
    goes_to=gettext_lazy("People in the discussion, and those whom the subject concerns, except the author."),
    example=_example,
)
declare(MENTIONED, WRITTEN)
