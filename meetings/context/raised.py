"""Get raised issues, and the breadcrumbs of their pages."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import RaisedIssue
from partners.network.current_area import show_area


def get_issue(request: HttpRequest, pk: int) -> RaisedIssue:
    """Return a raised issue that the user may read, and enter its area; otherwise 404."""
    issue: RaisedIssue = get_object_or_404(RaisedIssue.objects.visible_to(request.user).with_names(), pk=pk)
    show_area(request, issue.area)
    return issue


def issue_breadcrumbs(issue: RaisedIssue) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a raised issue."""
    page = reverse("meetings:raised_list", args=[issue.area.slug])
    return [(_("Raised issues"), page), (issue.title, issue.get_absolute_url())]


def issue_form_context(issue: RaisedIssue, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a raised issue."""
    own = {"title": title, "crumbs": issue_breadcrumbs(issue), "here": title, "form": form}
    return own | {"cancel_url": issue.get_absolute_url(), "issue": issue, **more}
