"""Navigation entries of meetings."""

from django.utils.translation import gettext_lazy as _

from onestop.ui import navigation
from onestop.ui.navigation import PERSON, Entry, Page

CALENDAR_PAGES = (
    "meetings:calendar", "meetings:meeting_", "meetings:answer_record", "meetings:extra_add", "meetings:item_",
    "meetings:agenda_", "meetings:suggestion_", "meetings:paper_", "meetings:template_add",
    "meetings:minutes_", "meetings:correction_", "meetings:pdf_",
)  # fmt: skip
ACTION_PAGES = ("meetings:action_",)
GROUP_PAGES = (
    "meetings:group_", "meetings:seat_", "meetings:member_", "meetings:partners_add", "meetings:series_",
    "meetings:poll_", "meetings:policy_edit", "meetings:backlog_", "meetings:template_list", "meetings:template_edit",
    "meetings:board_page_",
)  # fmt: skip
TRAINING_PAGES = (
    "meetings:training_", "meetings:material_", "meetings:trained_record", "meetings:follow_up_answer",
)  # fmt: skip

QUESTION_PAGES = ("meetings:question_", "meetings:answer_accept")

navigation.add(
    Entry(
        _("Meetings"),
        icon="calendar3",
        name="meetings:calendar",
        group="Working together",  # no translation: the key
        order=20,
        in_area=True,
        marks=("meetings:",),
        pages=(
            Page(_("Calendar"), name="meetings:calendar", in_area=True, marks=CALENDAR_PAGES),
            Page(_("Groups"), name="meetings:group_list", in_area=True, marks=GROUP_PAGES),
            Page(_("Action items"), name="meetings:action_list", in_area=True, marks=ACTION_PAGES),
            Page(_("Questions and answers"), name="meetings:question_list", in_area=True, marks=QUESTION_PAGES),
            Page(_("Trainings"), name="meetings:training_list", in_area=True, marks=TRAINING_PAGES),
        ),
    ),
    Entry(
        _("Calendars to subscribe to"), icon="calendar-plus", name="meetings:feed_list", group=PERSON, order=30,
        marks=("meetings:feed_",),
    ),
)  # fmt: skip

PROJECT_PAGES = ("meetings:project_",)

navigation.add(
    Entry(
        _("Shared goals"),
        icon="flag",
        name="meetings:goal_list",
        group="Working together",  # no translation: the key
        order=15,
        in_area=True,
        marks=PROJECT_PAGES,
        pages=(Page(_("Projects"), name="meetings:project_list", in_area=True, marks=PROJECT_PAGES),),
    ),
)
