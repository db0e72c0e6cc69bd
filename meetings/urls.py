"""URLs of meetings."""

from django.urls import path

from meetings.views import (
    agenda_papers,
    agenda_templates,
    agendas,
    answer_links,
    calendar,
    groups,
    meetings,
    members,
    polls,
    seats,
    series,
    suggestion_links,
    suggestions,
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
    path("meetings/<int:pk>/agenda/add/", agendas.item_add, name="item_add"),
    path("meetings/<int:pk>/agenda/begin/", agenda_templates.agenda_begin, name="agenda_begin"),
    path("meetings/<int:pk>/agenda/publish/", agendas.agenda_publish, name="agenda_publish"),
    path("meetings/<int:pk>/agenda/mail/", agendas.agenda_mail, name="agenda_mail"),
    path("meetings/<int:pk>/agenda/carry-over/", agendas.agenda_carry, name="agenda_carry"),
    path("meetings/<int:pk>/agenda/take-back/", agendas.agenda_take_back, name="agenda_take_back"),
    path("meetings/<int:pk>/agenda/save/", agenda_templates.template_add, name="template_add"),
    path("meetings/<int:pk>/agenda/suggest/", suggestions.suggestion_add, name="suggestion_add"),
    path("meetings/series/<int:pk>/backlog/add/", agendas.backlog_add, name="backlog_add"),
    path("meetings/series/<int:pk>/backlog/suggest/", suggestions.backlog_suggest, name="backlog_suggest"),
    path("meetings/items/<int:pk>/edit/", agendas.item_edit, name="item_edit"),
    path("meetings/items/<int:pk>/move/", agendas.item_move, name="item_move"),
    path("meetings/items/<int:pk>/remove/", agendas.item_remove, name="item_remove"),
    path("meetings/items/<int:pk>/restore/", agendas.item_restore, name="item_restore"),
    path("meetings/items/<int:pk>/finish/", agendas.item_finish, name="item_finish"),
    path("meetings/items/<int:pk>/to-backlog/", agendas.item_to_backlog, name="item_to_backlog"),
    path("meetings/items/<int:pk>/to-next/", agendas.item_to_next, name="item_to_next"),
    path("meetings/suggestions/<int:pk>/accept/", suggestions.suggestion_accept, name="suggestion_accept"),
    path("meetings/suggestions/<int:pk>/decline/", suggestions.suggestion_decline, name="suggestion_decline"),
    path("meetings/suggestions/<int:pk>/withdraw/", suggestions.suggestion_withdraw, name="suggestion_withdraw"),
    path("meetings/items/<int:pk>/papers/add/", agenda_papers.paper_add, name="paper_add"),
    path("meetings/papers/<int:pk>/edit/", agenda_papers.paper_edit, name="paper_edit"),
    path("meetings/papers/<int:pk>/remove/", agenda_papers.paper_remove, name="paper_remove"),
    path("meetings/papers/<int:pk>/restore/", agenda_papers.paper_restore, name="paper_restore"),
    path("groups/<int:pk>/agenda-templates/", agenda_templates.template_list, name="template_list"),
    path("meetings/agenda-templates/<int:pk>/edit/", agenda_templates.template_edit, name="template_edit"),
    path("meetings/agenda-templates/<int:pk>/remove/", agenda_templates.template_remove, name="template_remove"),
    path("meetings/agenda-templates/<int:pk>/restore/", agenda_templates.template_restore, name="template_restore"),
    path("answer/<str:token>/suggest/", suggestion_links.suggest_by_link, name="suggest_by_link"),
    path("answer/<str:token>/papers/<int:pk>/", agenda_papers.paper_by_link, name="paper_by_link"),
    # at the meeting
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
