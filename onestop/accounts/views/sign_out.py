"""Sign out, and clear the browser's cache."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpResponse

EVERYTHING_SHOWN = '"cache"'  # of Clear-Site-Data: files, and pages that the back button shows


class SignOutView(LogoutView):
    """Asks for confirmation; then signs out and clears the browser's cache."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = EVERYTHING_SHOWN
        return response
