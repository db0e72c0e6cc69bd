"""What the notice admin's pages share: their tabs, refusing to write, and mails as they look."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from onestop.notices.admin_scopes import AdminScope

TABS = (("list", "Told"), ("rule_list", "Reminders"), ("kind_list", "What can be told"), ("planner_list", "Planners"))
DARK, LIGHT = "@media (prefers-color-scheme: dark)", "@media (prefers-color-scheme: light)"

Page = Callable[..., HttpResponse]


def shows_mails(page: Page) -> Page:
    """Let a page hold mails in frames."""
    return cast(Page, csp_update({"frame-src": [SELF]})(page))


def tabs_of(admin: AdminScope, current: str) -> dict[str, Any]:
    """Return the parts of the notice admin as links."""
    tabs = [{"label": label, "url": admin.address(page), "current": page == current} for page, label in TABS]
    return {"tabs": tabs, "tabs_label": "Notices", "admin": admin}


def demand_writing(admin: AdminScope) -> None:
    """Refuse the request unless its user may do more than look.

    :raises PermissionDenied: otherwise.
    """
    if not admin.may_write:
        raise PermissionDenied


def mail_page(html: str, *, theme: str = "") -> HttpResponse:
    """Return a mail as its own page; in dark or light, whatever the device says, as mail programs would show it."""
    if theme == "dark":
        html = html.replace(DARK, "@media all").replace(LIGHT, "@media not all")
    elif theme == "light":
        html = html.replace(DARK, "@media not all").replace(LIGHT, "@media all")
    return _shielded(html)


# A mail brings styles in its tags and is written with what people have typed: it gets a page of its own, in which no
# script runs, nothing is fetched, and which only our own pages can frame.
def _write(html: str) -> HttpResponse:
    return HttpResponse(html)


SHIELD = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF]}
_shielded = cast(Page, csp(SHIELD | {"sandbox": [True]})(xframe_options_sameorigin(cast(Page, _write))))
