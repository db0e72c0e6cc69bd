"""URLs of meetings."""

from django.urls import path

from meetings.views import (
    answer_links,
    calendar,
    groups,
    meetings,
    members,
    polls,
    seats,
    series,
    training_links,
    trainings,
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
    # minutes and PDFs
    # action items
    # attendance
    # the public page of the board
    # trainings
    path("areas/<slug:slug>/trainings/", trainings.training_list, name="training_list"),
    path("areas/<slug:slug>/trainings/taught/", trainings.training_matrix, name="training_matrix"),
    path("areas/<slug:slug>/trainings/staff/", trainings.staff_coverage, name="training_staff"),
    path("meetings/<int:pk>/training/", trainings.training_edit, name="training_edit"),
    path("meetings/<int:pk>/training/staff/", trainings.counts_edit, name="training_counts_edit"),
    path("meetings/<int:pk>/training/material/add/", trainings.material_add, name="material_add"),
    path("meetings/trainings/<int:pk>/history/", trainings.training_history, name="training_history"),
    path("meetings/trainings/<int:pk>/trained/", trainings.trained_record, name="trained_record"),
    path("meetings/trainings/material/<int:pk>/remove/", trainings.material_remove, name="material_remove"),
    path("meetings/trainings/material/<int:pk>/restore/", trainings.material_restore, name="material_restore"),
    path("meetings/trainings/follow-ups/<int:pk>/", training_links.follow_up_answer, name="follow_up_answer"),
    path("training-feedback/<str:token>/", training_links.feedback_by_link, name="feedback_by_link"),
    path("training-feedback/<str:token>/opened/", training_links.feedback_link_opened, name="feedback_link_opened"),
    path("training-follow-up/<str:token>/", training_links.follow_up_by_link, name="follow_up_by_link"),
    path("training-follow-up/<str:token>/opened/", training_links.follow_up_link_opened, name="follow_up_link_opened"),
    # questions and answers
    # calendars to subscribe to
    path("calendars/", calendar.feed_list, name="feed_list"),
    path("calendars/add/", calendar.feed_add, name="feed_add"),
    path("calendars/<int:pk>/revoke/", calendar.feed_revoke, name="feed_revoke"),
    path("calendar/<str:secret>.ics", calendar.feed, name="feed"),
]
