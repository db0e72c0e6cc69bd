"""URLs of notifications, their settings and their admin."""

from django.urls import path

from onestop.notices.views import inbox, notice_admin, preferences, unsubscribe

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
    # a person's settings
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/all-weekly/", preferences.all_weekly, name="preferences_all_weekly"),
    path("preferences/put-back/", preferences.put_back, name="preferences_put_back"),
    path("stop/<str:token>/", unsubscribe.stop, name="stop"),
    # the operator's notice admin
    path("desk/", notice_admin.notice_list, name="admin_list"),
    path("desk/send-again/", notice_admin.notice_send_again, name="admin_send_again"),
    path("desk/withdraw/", notice_admin.notice_withdraw, name="admin_withdraw"),
    path("desk/<int:pk>/", notice_admin.notice_detail, name="admin_detail"),
    path("desk/<int:pk>/mail/", notice_admin.notice_mail, name="admin_mail"),
    path("desk/replies/", notice_admin.reply_list, name="admin_reply_list"),
    path("desk/replies/<int:pk>/", notice_admin.reply_detail, name="admin_reply_detail"),
    path("desk/replies/done/", notice_admin.reply_done, name="admin_reply_done"),
    path("desk/reminders/", notice_admin.rule_list, name="admin_rule_list"),
    path("desk/reminders/history/", notice_admin.rule_history, name="admin_rule_history"),
    path("desk/reminders/<str:code>/", notice_admin.rule_edit, name="admin_rule_edit"),
    path("desk/reminders/<str:code>/reset/", notice_admin.rule_reset, name="admin_rule_reset"),
    path("desk/kinds/", notice_admin.kind_list, name="admin_kind_list"),
    path("desk/kinds/<str:code>/", notice_admin.kind_detail, name="admin_kind_detail"),
    path("desk/kinds/<str:code>/mail/", notice_admin.kind_mail, name="admin_kind_mail"),
    path("desk/planners/", notice_admin.planner_list, name="admin_planner_list"),
    path("desk/planners/<str:code>/", notice_admin.planner_detail, name="admin_planner_detail"),
    path("desk/planners/<str:code>/run/", notice_admin.planner_run, name="admin_planner_run"),
]
