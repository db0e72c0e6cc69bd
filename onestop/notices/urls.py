"""Addresses of what the portal tells people."""

from django.urls import path

from onestop.notices.views import inbox, wishes

app_name = "notices"

urlpatterns = [
    path("", inbox.inbox_list, name="inbox"),
    path("read/", inbox.read_picked, name="read_picked"),
    path("unread/", inbox.unread_picked, name="unread_picked"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.notice_detail, name="notice_detail"),
    path("<int:pk>/snooze/", inbox.snooze, name="snooze"),
    path("preferences/", wishes.preferences, name="preferences"),
    path("stop/<str:token>/", wishes.stop, name="stop"),
]
