"""Addresses of what the portal tells people."""

from django.urls import path

from onestop.notices.views import inbox, stopping, wishes
from onestop.notices.views.desk import operator

app_name = "notices"

urlpatterns = [
    # a person's inbox
    path("", inbox.inbox_list, name="inbox"),
    path("read/", inbox.read_picked, name="read_picked"),
    path("read/all/", inbox.read_all, name="read_all"),
    path("read/take-back/", inbox.read_take_back, name="read_take_back"),
    path("unread/", inbox.unread_picked, name="unread_picked"),
    path("put-off/<str:later>/", inbox.put_off_picked, name="put_off_picked"),
    path("<int:pk>/", inbox.notice_detail, name="notice_detail"),
    path("<int:pk>/opened/", inbox.notice_opened, name="notice_opened"),
    path("<int:pk>/go/", inbox.notice_go, name="notice_go"),
    path("<int:pk>/put-off/", inbox.notice_put_off, name="notice_put_off"),
    # how and when a person is told
    path("preferences/", wishes.preferences, name="preferences"),
    path("preferences/all-weekly/", wishes.all_weekly, name="preferences_all_weekly"),
    path("preferences/put-back/", wishes.put_back, name="preferences_put_back"),
    path("stop/<str:token>/", stopping.stop, name="stop"),
    # the operator's desk
    path("desk/", operator.told_list, name="desk_list"),
    path("desk/send-again/", operator.told_send_again, name="desk_send_again"),
    path("desk/withdraw/", operator.told_withdraw, name="desk_withdraw"),
    path("desk/<int:pk>/", operator.told_detail, name="desk_detail"),
    path("desk/<int:pk>/mail/", operator.told_mail, name="desk_mail"),
    path("desk/reminders/", operator.rule_list, name="desk_rule_list"),
    path("desk/reminders/history/", operator.rule_history, name="desk_rule_history"),
    path("desk/reminders/<str:code>/", operator.rule_edit, name="desk_rule_edit"),
    path("desk/reminders/<str:code>/reset/", operator.rule_reset, name="desk_rule_reset"),
    path("desk/kinds/", operator.kind_list, name="desk_kind_list"),
    path("desk/kinds/<str:code>/", operator.kind_detail, name="desk_kind_detail"),
    path("desk/kinds/<str:code>/mail/", operator.kind_mail, name="desk_kind_mail"),
    path("desk/planners/", operator.planner_list, name="desk_planner_list"),
    path("desk/planners/<str:code>/", operator.planner_detail, name="desk_planner_detail"),
    path("desk/planners/<str:code>/run/", operator.planner_run, name="desk_planner_run"),
]
