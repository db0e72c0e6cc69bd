"""Notice types of corrections that partners ask for."""

from django.utils.translation import gettext_lazy

from onestop.dashboards.engagement.corrections import ANSWERED, ASKED
from onestop.dashboards.notices import examples
from onestop.notices import notice_types
from onestop.notices.notice_types import NoticeType, Reason
from partners.notices.audiences import is_staff
from partners.notices.notice_types import holds_a_seat

notice_types.declare(
    NoticeType(
        ASKED,
        gettext_lazy("A partner asks for a correction of its engagement"),
        gettext_lazy("A partner says that something it owed is recorded wrongly, or should not count."),
        Reason.TRANSACTIONAL,
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.correction,
    ),
    NoticeType(
        ANSWERED,
        gettext_lazy("Answer to a correction of engagement"),
        gettext_lazy("The staff answered the correction that you asked for."),
        Reason.TRANSACTIONAL,
        goes_to=gettext_lazy("Whoever asked for the correction."),
        is_for=holds_a_seat,
        example=examples.correction,
    ),
)
