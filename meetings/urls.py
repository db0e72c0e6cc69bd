"""URLs of meetings."""

from django.urls import path

from meetings.views import (
    answer_links,
    calendar,
    groups,
    meetings,
    members,
    polls,
    room,
    room_check_in,
    room_decisions,
    room_motions,
    room_notes,
    room_roll,
    seats,
    series,
)

app_name = "meetings"

urlpatterns = [
    path("areas/<slug:slug>/meetings/", calendar.meeting_calendar, name="calendar"),
    path("areas/<slug:slug>/groups/", groups.group_list, name="group_list"),
    path("areas/<slug:slug>/groups/add/", groups.group_add, name="group_add"),
    path("areas/<slug:slug>/groups/hours/", groups.policy_edit, name="policy_edit"),
    path("states/<str:code>/groups/add/", groups.state_group_add, name="state_group_add"),
    # groups
    path("groups/<int:pk>/", groups.group_detail, name="group_detail"),
    path("groups/<int:pk>/edit/", groups.group_edit, name="group_edit"),
    path("groups/<int:pk>/archive/", groups.group_archive, name="group_archive"),
    path("groups/<int:pk>/restore/", groups.group_restore, name="group_restore"),
    path("groups/<int:pk>/history/", groups.group_history, name="group_history"),
    path("groups/<int:pk>/seats/add/", seats.seat_add, name="seat_add"),
    path("groups/<int:pk>/seats/partners/", seats.partners_add, name="partners_add"),
    path("groups/<int:pk>/seats/board/", seats.board_match, name="board_match"),
    path("groups/seats/<int:pk>/edit/", seats.seat_edit, name="seat_edit"),
    path("groups/seats/<int:pk>/remove/", seats.seat_remove, name="seat_remove"),
    path("groups/seats/<int:pk>/restore/", seats.seat_restore, name="seat_restore"),
    path("groups/<int:pk>/members/add/", members.member_add, name="member_add"),
    path("groups/members/<int:pk>/edit/", members.member_edit, name="member_edit"),
    path("groups/members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("groups/members/<int:pk>/restore/", members.member_restore, name="member_restore"),
    # series
    path("groups/<int:pk>/plan/", series.series_add, name="series_add"),
    path("meetings/series/<int:pk>/", series.series_detail, name="series_detail"),
    path("meetings/series/<int:pk>/edit/", series.series_edit, name="series_edit"),
    path("meetings/series/<int:pk>/end/", series.series_end, name="series_end"),
    path("meetings/series/<int:pk>/remove/", series.series_remove, name="series_remove"),
    path("meetings/series/<int:pk>/restore/", series.series_restore, name="series_restore"),
    path("meetings/series/<int:pk>/send/", series.series_send, name="series_send"),
    path("meetings/series/<int:pk>/history/", series.series_history, name="series_history"),
    path("meetings/series/<int:pk>/extra/", meetings.extra_add, name="extra_add"),
    path("meetings/replies/<int:pk>/done/", meetings.reply_done, name="reply_done"),
    # meetings
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/following/", series.series_edit_from, name="series_edit_from"),
    path("meetings/<int:pk>/cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/restore/", meetings.meeting_restore, name="meeting_restore"),
    path("meetings/<int:pk>/history/", meetings.meeting_history, name="meeting_history"),
    path("meetings/<int:pk>/answer/", meetings.meeting_answer, name="meeting_answer"),
    path("meetings/<int:pk>/answers/<int:invitation>/", meetings.answer_record, name="answer_record"),
    # answers by link
    path("answer/<str:token>/", answer_links.answer_by_link, name="answer_by_link"),
    path("answer/<str:token>/opened/", answer_links.answer_link_opened, name="answer_link_opened"),
    # polls
    path("groups/<int:pk>/find-a-time/", polls.poll_add, name="poll_add"),
    path("meetings/polls/<int:pk>/", polls.poll_detail, name="poll_detail"),
    path("meetings/polls/<int:pk>/withdraw/", polls.poll_withdraw, name="poll_withdraw"),
    path("meetings/polls/<int:pk>/restore/", polls.poll_restore, name="poll_restore"),
    path("meetings/polls/<int:pk>/times/<int:time>/", polls.poll_decide, name="poll_decide"),
    path("poll/<str:token>/", polls.poll_by_link, name="poll_by_link"),
    path("poll/<str:token>/opened/", polls.poll_link_opened, name="poll_link_opened"),
    # agendas
    # at the meeting
    path("meetings/<int:pk>/room/", room.room, name="room"),
    path("meetings/<int:pk>/room/open/", room.room_open, name="room_open"),
    path("meetings/<int:pk>/room/close/", room.room_close, name="room_close"),
    path("meetings/<int:pk>/room/reopen/", room.room_reopen, name="room_reopen"),
    path("meetings/<int:pk>/room/quorum/", room.room_quorum, name="room_quorum"),
    path("meetings/<int:pk>/room/check-in/", room.check_in_code, name="check_in_code"),
    path("meetings/<int:pk>/room/check-in.svg", room.check_in_drawing, name="check_in_drawing"),
    path("meetings/<int:pk>/held/", room.meeting_held, name="meeting_held"),
    path("meetings/<int:pk>/held/undo/", room.meeting_unheld, name="meeting_unheld"),
    path("meetings/<int:pk>/room/seats/<int:seat>/", room_roll.roll_seat, name="roll_seat"),
    path("meetings/<int:pk>/room/members/<int:member>/", room_roll.roll_member, name="roll_member"),
    path("meetings/<int:pk>/room/guests/add/", room_roll.guest_add, name="guest_add"),
    path("meetings/attendance/<int:pk>/left/", room_roll.attendance_left, name="attendance_left"),
    path("meetings/attendance/<int:pk>/remove/", room_roll.guest_remove, name="guest_remove"),
    path("meetings/<int:pk>/room/notes/", room_notes.meeting_note, name="meeting_note"),
    path("meetings/items/<int:pk>/notes/", room_notes.item_note, name="item_note"),
    path("meetings/items/<int:pk>/done/", room_decisions.room_item_done, name="room_item_done"),
    path("meetings/<int:pk>/room/motions/add/", room_motions.motion_add, name="motion_add"),
    path("meetings/motions/<int:pk>/", room_motions.motion_detail, name="motion_detail"),
    path("meetings/motions/<int:pk>/edit/", room_motions.motion_edit, name="motion_edit"),
    path("meetings/motions/<int:pk>/votes/", room_motions.motion_vote, name="motion_vote"),
    path("meetings/motions/<int:pk>/decide/", room_motions.motion_decide, name="motion_decide"),
    path("meetings/motions/<int:pk>/reopen/", room_motions.motion_reopen, name="motion_reopen"),
    path("meetings/<int:pk>/room/decisions/add/", room_decisions.decision_add, name="decision_add"),
    path("meetings/decisions/<int:pk>/edit/", room_decisions.decision_edit, name="decision_edit"),
    path("meetings/decisions/<int:pk>/remove/", room_decisions.decision_remove, name="decision_remove"),
    path("meetings/decisions/<int:pk>/restore/", room_decisions.decision_restore, name="decision_restore"),
    path("meetings/<int:pk>/room/actions/add/", room_decisions.room_action_add, name="room_action_add"),
    path("check-in/<str:token>/", room_check_in.check_in, name="check_in"),
    # minutes and PDFs
    # action items
    # attendance
    # the public page of the board
    # trainings
    # questions and answers
    # calendars to subscribe to
    path("calendars/", calendar.feed_list, name="feed_list"),
    path("calendars/add/", calendar.feed_add, name="feed_add"),
    path("calendars/<int:pk>/revoke/", calendar.feed_revoke, name="feed_revoke"),
    path("calendar/<str:secret>.ics", calendar.feed, name="feed"),
]
