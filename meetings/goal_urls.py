"""URLs of shared goals."""

from django.urls import path

from meetings.views import goal_asking, goal_links, goal_parts, goal_reports, goal_status, goals, state_goals

urlpatterns = [
    path("areas/<slug:slug>/goals/", goals.goal_list, name="goal_list"),
    path("areas/<slug:slug>/goals/board/", goals.goal_board, name="goal_board"),
    path("states/<str:code>/goals/", state_goals.state_goal_list, name="state_goal_list"),
    path("plans/<int:pk>/goals/add/", goals.goal_add, name="goal_add"),
    path("goals/<int:pk>/", goals.goal_detail, name="goal_detail"),
    path("goals/<int:pk>/edit/", goals.goal_edit, name="goal_edit"),
    path("goals/<int:pk>/archive/", goals.goal_archive, name="goal_archive"),
    path("goals/<int:pk>/restore/", goals.goal_restore, name="goal_restore"),
    path("goals/<int:pk>/history/", goals.goal_history, name="goal_history"),
    # who carries it, milestones, links
    path("goals/<int:pk>/partners/add/", goal_parts.goal_partner_add, name="goal_partner_add"),
    path("goals/partners/<int:pk>/edit/", goal_parts.goal_partner_edit, name="goal_partner_edit"),
    path("goals/partners/<int:pk>/remove/", goal_parts.goal_partner_remove, name="goal_partner_remove"),
    path("goals/<int:pk>/milestones/add/", goal_parts.goal_milestone_add, name="goal_milestone_add"),
    path("goals/milestones/<int:pk>/edit/", goal_parts.goal_milestone_edit, name="goal_milestone_edit"),
    path("goals/milestones/<int:pk>/remove/", goal_parts.goal_milestone_remove, name="goal_milestone_remove"),
    path("goals/milestones/<int:pk>/restore/", goal_parts.goal_milestone_restore, name="goal_milestone_restore"),
    path("goals/<int:pk>/links/add/", goal_parts.goal_tie_add, name="goal_tie_add"),
    path("goals/links/<int:pk>/remove/", goal_parts.goal_tie_remove, name="goal_tie_remove"),
    # reports
    path("goals/<int:pk>/report/", goal_reports.goal_report, name="goal_report"),
    path("goals/reports/<int:pk>/correct/", goal_reports.goal_report_correct, name="goal_report_correct"),
    path("goal/<str:token>/", goal_links.goal_by_link, name="goal_by_link"),
    path("goal/<str:token>/opened/", goal_links.goal_link_opened, name="goal_link_opened"),
    path("goals/<int:pk>/report-links/send/", goal_asking.goal_link_send, name="goal_link_send"),
    path("goals/report-links/<int:pk>/resend/", goal_asking.goal_link_resend, name="goal_link_resend"),
    path("goals/report-links/<int:pk>/withdraw/", goal_asking.goal_link_withdraw, name="goal_link_withdraw"),
    # status and sponsor
    path("goals/<int:pk>/status/", goal_status.goal_health, name="goal_health"),
    path("goals/<int:pk>/status/rules/", goal_status.goal_follow_rule, name="goal_follow_rule"),
    path("goals/<int:pk>/phase/", goal_status.goal_phase, name="goal_phase"),
    path("goals/<int:pk>/sponsor/", goal_status.goal_sponsor, name="goal_sponsor"),
    path("goals/<int:pk>/sponsor/take-on/", goal_status.goal_take_on, name="goal_take_on"),
    path("goals/<int:pk>/sponsor/give-back/", goal_status.goal_give_back, name="goal_give_back"),
]
