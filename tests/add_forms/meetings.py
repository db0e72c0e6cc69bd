"""The forms of meetings."""

from datetime import timedelta

from django.utils import timezone

from tests.add_forms.form import AddForm
from tests.factories.files import upload

REPEATABLE = (
    r"meetings:.*_(edit|archive|remove|restore|cancel|withdraw|end|send|decide|revoke|opened|done|match)"
    r"|meetings:(series_edit_from|answer_by_link|poll_by_link|meeting_answer|answer_record)$"  # the last answer counts
    r"|meetings:(item|suggestion|agenda)_(move|finish|to_backlog|to_next|accept|decline|publish|mail|carry|take_back)$"
    r"|meetings:action_(reassign|done|progress|ask|move|keep_day|drop|reopen|by_link|link_opened)$"  # once done, done
    r"|meetings:board_page_publish$"
    r"|meetings:(trained_record|feedback_by_link|follow_up_by_link|follow_up_answer)$"  # once, or the last one counts
    r"|meetings:(partners_add|policy_edit)$"  # who has a seat gets no second one
    r"|meetings:(minutes_(draft|redraft|approve|describe|publish|agree|link_agree)|correction_answer|pdf_again)$"
    r"|meetings:(question_date_agree|question_date_decline|answer_accept)$"  # the second is told so
    r"|meetings:(room_open|room_close|room_reopen|meeting_held|meeting_unheld|roll_seat|roll_member|attendance_left)$"
    r"|meetings:(guest_remove|meeting_note|item_note|room_item_done|motion_vote|motion_decide|motion_reopen)$"
)
PLACE = {"minutes": "60", "how": "in_person", "place": "Center Street"}


def day(days: int) -> str:
    """Return a day some days from now, as it is typed."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


ADD_FORMS: dict[str, AddForm] = {
    "meetings:group_add": AddForm(
        ("area",), {"kind": "council", "name": "Employer council", "cadence": "quarterly", "quorum": "none"}
    ),
    "meetings:state_group_add": AddForm(
        ("state",), {"kind": "council", "name": "State council", "cadence": "yearly", "quorum": "none"}, who="state"
    ),
    "meetings:seat_add": AddForm(("group",), {"label": "Chamber", "is_voting": "on"}),
    "meetings:member_add": AddForm(
        ("group",), {"name": "Ann Example", "email": "ann@chamber.example", "role": "member", "from_on": "2026-07-01"}
    ),
    "meetings:series_add": AddForm(
        ("group",),
        lambda w: {
            "title": "Partner team", "kind": "meeting", "first_on": day(40), "starts": "09:00", "repeats": "weekly",
            "every": "2", "ends": "after", "count": "3", "when_closed": "keep", "invites": "on", **PLACE,
        },
    ),
    "meetings:extra_add": AddForm(
        ("series",), lambda w: {"title": "Extra meeting", "on": day(50), "at": "10:00", **PLACE}
    ),
    "meetings:poll_add": AddForm(
        ("group",),
        lambda w: {
            "title": "Summer retreat", "minutes": "120", "on_1": day(30), "at_1": "09:00", "on_2": day(31),
            "at_2": "09:00", "closes_on": day(7),
        },
    ),
    "meetings:guest_add": AddForm(("going_on",), {"name": "Gail Guest", "presence": "present"}),
    "meetings:motion_add": AddForm(("going_on",), {"text": "To adjourn.", "method": "voice"}),
    "meetings:decision_add": AddForm(("going_on",), {"text": "We meet monthly."}),
    "meetings:room_action_add": AddForm(
        ("going_on",), lambda w: {"text": "Send the plan", "name": "Ann Example", "due_on": day(9)}
    ),
    "meetings:check_in": AddForm(
        ("check_in",), {"who": "guest", "name": "Gail Guest", "presence": "present"}, who=""
    ),
    "meetings:item_add": AddForm(("meeting",), {"title": "Cost shares", "purpose": "decide", "minutes": "15"}),
    "meetings:backlog_add": AddForm(("series",), {"title": "Shared intake", "purpose": "discuss"}),
    "meetings:suggestion_add": AddForm(("meeting",), {"title": "Late referrals", "purpose": "discuss"}),
    "meetings:backlog_suggest": AddForm(("series",), {"title": "Shared training", "purpose": "discuss"}),
    "meetings:suggest_by_link": AddForm(
        ("answer_token",), {"title": "A shared calendar", "purpose": "discuss"}, who="manager"
    ),
    "meetings:template_add": AddForm(("meeting",), {"name": "Quarterly"}),
    "meetings:agenda_begin": AddForm(("meeting",), lambda w: {"source": f"template:{w.agenda_template}"}),
    "meetings:paper_add": AddForm(("agenda_item",), lambda w: {"title": "Table", "file-upload": upload()}),
    "meetings:correction_add": AddForm(("held",), {"text": "I came at ten."}),
    "meetings:action_add": AddForm(
        ("group",),
        lambda w: {"text": "Send the counts", "name": "Ann Example", "email": "ann@x.example", "due_on": day(14)},
    ),
    "meetings:material_add": AddForm(("trained",), {"title": "Recording", "link": "https://learn.example/video"}),
    "meetings:minutes_by_link": AddForm(("minutes_token",), {"text": "I came at ten."}, who=""),
    "meetings:minutes_pdf_ask": AddForm(("held",), {}, page=("meetings:minutes_detail", "held")),
    "meetings:packet_ask": AddForm(("meeting",), {}, page=("meetings:meeting_detail", "meeting")),
    "meetings:feed_add": AddForm((), {}, page=("meetings:feed_list",)),
    "meetings:question_add": AddForm(
        ("area",), {"subject": "Interpreters", "question": "Whom do you call?", "to": "staff", "due_on": day(20)}
    ),
    "meetings:question_answer": AddForm(("question_asked",), {"text": "The phone line of the hospital."}),
    "meetings:question_ask_further": AddForm(("help_question",), {"text": "And at night?", "due_on": day(20)}),
    "meetings:question_withdraw": AddForm(("help_question",), {"reason": "We found it."}),
    "meetings:question_reopen": AddForm(("question_answered",), {"text": "It has changed.", "due_on": day(20)}),
    "meetings:question_reassign": AddForm(("question_asked",), {"to": "staff", "reason": "They know."}),
    "meetings:question_date": AddForm(("question_asked",), {"on": day(30), "reason": "We are away."}),
}  # fmt: skip
