"""The notice type of stored files."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import User
from onestop.notices.notice_types import NoticeType, Reason, declare


def _example() -> Mapping[str, Any]:
    return {
        "why": gettext("You uploaded this file."),
        "person": User(pk=1, name="Ann Example", email="ann@partner.example"),  # no translation: an invented name
        "name": "letter.pdf",
        "label": gettext("Appointment letter"),
        "problem": gettext("The virus scanner found %(virus)s in it, so it was deleted.") % {"virus": "Example.Virus"},
        "link": "#",
    }


declare(
    NoticeType(
        "files.refused",
        _("Refused files"),
        _("The virus scanner refused a file that you uploaded."),
        Reason.TRANSACTIONAL,
        template="file_refused",
        goes_to=_("The person who uploaded the file."),
        example=_example,
    ),
)
