"""The outbox in Django's admin: recipients, statuses and errors, without the content."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from onestop.accounts.models import User
from onestop.notices import outbox, redaction
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """Notices, without their content: it may contain links or codes that are only for the recipient."""

    list_display = ["to", "shown_subject", "kind", "status", "attempts", "written_at", "sent_at", "last_error"]
    list_filter = ["status", "kind"]
    search_fields = ["to", "dedupe_key"]
    ordering = ["-written_at"]
    exclude = ["subject", "text", "html", "headers"]
    actions = ["send_again"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: only the portal writes notices."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Refuse: a notice is a record of what was sent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Refuse: the key prevents that a notice is written twice."""
        return False

    @admin.display(description=gettext_lazy("subject"))
    def shown_subject(self, notice: Notice) -> str:
        """Return the subject, or the type of a mail whose content is only for its recipient."""
        return redaction.subject_of(notice)

    @admin.action(description=gettext_lazy("Resend notifications that failed or are uncertain"))
    def send_again(self, request: HttpRequest, notices: NoticeQuerySet) -> None:
        """Queue the selected notices again."""
        number = outbox.send_again(notices, by=cast(User, request.user), at=timezone.now())
        text = ngettext("%(number)s notification will be resent.", "%(number)s notifications will be resent.", number)
        self.message_user(request, text % {"number": number})
