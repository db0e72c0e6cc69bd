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
PLAN_PAGES = (
    "meetings:plan_", "meetings:state_plan_", "meetings:goals_copy", "meetings:consent_", "meetings:objection_",
    "meetings:strategy_",
)  # fmt: skip
GOAL_PAGES = ("meetings:goal_", "meetings:state_goal_")
VALUES_PAGES = ("meetings:values_",)
MAP_PAGES = ("meetings:resource_map", "meetings:need_")
PROJECT_PAGES = ("meetings:project_",)
RAISED_PAGES = ("meetings:raised_", "meetings:state_raised_")

navigation.add(
    Entry(
        _("Shared goals"),
        icon="flag",
        name="meetings:goal_list",
        group="Working together",  # no translation: the key
        order=15,
        in_area=True,
        marks=(*GOAL_PAGES, *PLAN_PAGES, *MAP_PAGES, *VALUES_PAGES, *PROJECT_PAGES, *RAISED_PAGES),
        pages=(
            Page(_("Goals"), name="meetings:goal_list", in_area=True, marks=GOAL_PAGES),
            Page(_("Plans"), name="meetings:plan_list", in_area=True, marks=PLAN_PAGES),
            Page(_("Resource map"), name="meetings:resource_map", in_area=True, marks=MAP_PAGES),
            Page(_("Shared values"), name="meetings:values_detail", in_area=True, marks=VALUES_PAGES),
            Page(_("Projects"), name="meetings:project_list", in_area=True, marks=PROJECT_PAGES),
            Page(_("Raised issues"), name="meetings:raised_list", in_area=True, marks=RAISED_PAGES),
        ),
    ),
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
