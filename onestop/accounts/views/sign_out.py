"""Signing out, so that nothing of what was shown stays in the browser."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpResponse

EVERYTHING_SHOWN = '"cache"'  # as Clear-Site-Data has it: files, and whole pages kept for the way back


class SignOutView(LogoutView):
    """Asks before signing out; then has the browser forget what it keeps."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = EVERYTHING_SHOWN
        return response
