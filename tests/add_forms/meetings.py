"""The forms of meetings."""

from datetime import timedelta

from django.utils import timezone

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"meetings:.*_(edit|archive|remove|restore|cancel|withdraw|end|send|decide|revoke|opened|done|match)"
    r"|meetings:(series_edit_from|answer_by_link|poll_by_link|meeting_answer|answer_record)$"  # the last answer counts
    r"|meetings:(partners_add|policy_edit)$"  # who has a seat gets no second one
    r"|meetings:(minutes_(draft|redraft|approve|describe|publish|agree|link_agree)|correction_answer|pdf_again)$"
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
    "meetings:correction_add": AddForm(("held",), {"text": "I came at ten."}),
    "meetings:minutes_by_link": AddForm(("minutes_token",), {"text": "I came at ten."}, who=""),
    "meetings:minutes_pdf_ask": AddForm(("held",), {}, page=("meetings:minutes_detail", "held")),
    "meetings:packet_ask": AddForm(("meeting",), {}, page=("meetings:meeting_detail", "meeting")),
    "meetings:feed_add": AddForm((), {}, page=("meetings:feed_list",)),
}  # fmt: skip
