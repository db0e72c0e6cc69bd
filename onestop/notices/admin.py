"""The outbox in Django's admin: what was sent to whom, what failed and why. The words themselves are not shown."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """E-mails. Their text may hold a link or a code that is for one person alone."""

    list_display = ["to", "subject", "kind", "status", "attempts", "written_at", "sent_at", "last_error"]
    list_filter = ["status", "kind"]
    search_fields = ["to", "dedupe_key"]
    ordering = ["-written_at"]
    exclude = ["text", "html"]
    actions = ["send_again"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the portal writes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Refuse: what was said stays as it was said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Refuse: the key remembers what was told."""
        return False

    @admin.action(description="Send again, though it failed or is uncertain")
    def send_again(self, request: HttpRequest, notices: NoticeQuerySet) -> None:
        """Owe the chosen e-mails anew."""
        number = outbox.send_again(notices, by=cast(User, request.user), at=timezone.now())
        self.message_user(request, f"{number} to be sent again.")
