"""Shared parts of the notice admin: tabs, permission to write, and mail previews."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from onestop.notices.admin_scopes import AdminScope

TABS = (
    ("list", gettext_lazy("Notifications")),
    ("reply_list", gettext_lazy("Incoming email")),
    ("rule_list", gettext_lazy("Reminders")),
    ("kind_list", gettext_lazy("Notification types")),
    ("planner_list", gettext_lazy("Automatic checks")),
)
DARK, LIGHT = "@media (prefers-color-scheme: dark)", "@media (prefers-color-scheme: light)"
ALWAYS, NEVER = "@media all", "@media not all"  # no translation: CSS

Page = Callable[..., HttpResponse]


def shows_mails(page: Page) -> Page:
    """Allow a page to show mails in frames."""
    return cast(Page, csp_update({"frame-src": [SELF]})(page))


def tabs_of(admin: AdminScope, current: str) -> dict[str, Any]:
    """Return the tabs of the notice admin for the context."""
    tabs = [{"label": label, "url": admin.address(page), "current": page == current} for page, label in TABS]
    return {"tabs": tabs, "tabs_label": _("Notifications"), "admin": admin}


def demand_writing(admin: AdminScope) -> None:
    """Refuse the request unless its user may do more than view.

    :raises PermissionDenied: otherwise.
    """
    if not admin.may_write:
        raise PermissionDenied


def mail_page(html: str, *, theme: str = "") -> HttpResponse:
    """Return a mail as its own page, in the dark or light theme whatever the device prefers."""
    if theme == "dark":
        html = html.replace(DARK, ALWAYS).replace(LIGHT, NEVER)
    elif theme == "light":
        html = html.replace(DARK, NEVER).replace(LIGHT, ALWAYS)
    return _shielded(html)


# A mail has inline styles and contains what people have typed. It gets its own page, which runs no script, fetches
# nothing, and can be framed only by our own pages.
def _write(html: str) -> HttpResponse:
    return HttpResponse(html)


SHIELD = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF]}
_shielded = cast(Page, csp(SHIELD | {"sandbox": [True]})(xframe_options_sameorigin(cast(Page, _write))))
