"""URLs of comments."""

from django.urls import path

from onestop.comments.views import comments

app_name = "comments"

urlpatterns = [
    path("on/<slug:code>/<int:pk>/", comments.comment_add, name="add"),
    path("discussions/<int:pk>/reply/", comments.discussion_reply, name="reply"),
    path("discussions/<int:pk>/resolve/", comments.discussion_resolve, name="resolve"),
    path("discussions/<int:pk>/reopen/", comments.discussion_reopen, name="reopen"),
    path("discussions/<int:pk>/history/", comments.discussion_history, name="history"),
    path("<int:pk>/edit/", comments.comment_edit, name="edit"),
]
