"""What every page behind an emailed link does first: find its row, or explain why the link does not work."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onestop.accounts import addresses, emailed_links
from onestop.accounts.models import EmailedLink, User
from onestop.ops.languages import speak_to

L = TypeVar("L", bound=EmailedLink)


@dataclass(frozen=True)
class LinkPage(Generic[L]):
    """The page of the links of one model.

    ``about`` returns what its templates need; ``zone`` the time zone of its dates. ``over`` and ``unknown`` are the
    templates of a link that no longer works and of one that we did not create; they extend those of accounts.
    """

    model: type[L]
    about: Callable[[L], Mapping[str, Any]]
    zone: Callable[[L], tzinfo]
    over: str = "accounts/link_over.html"
    unknown: str = "accounts/link_unknown.html"

    def open(self, request: HttpRequest, token: str, *, also: Collection[str] = ()) -> tuple[L | None, HttpResponse]:
        """Return the row of a link that works now for who reads it; otherwise the page that explains why not.

        ``also`` are reasons for which a link is over and still opens this page.
        """
        link = emailed_links.find_link(self.model, token)
        if link is None:
            return None, render(request, self.unknown, status=404)
        timezone.activate(self.zone(link))
        if link.account and link.account.language != settings.LANGUAGE_CODE:  # which nobody needs to choose
            speak_to(request, link.account.language)
        context = {"asked": link, **self.about(link)}
        over = link.why_over(timezone.now())
        if over and over not in also:
            return None, render(request, self.over, {**context, "over": over}, status=410)
        user = request.user
        if user.is_authenticated and user != link.account and not addresses.owns_address(user, link.email):
            return None, render(request, "accounts/link_switch.html", context, status=403)
        return link, HttpResponse()


def author_of(link: EmailedLink) -> User | None:
    """Return the account of a link's recipient, or ``None`` if they have none."""
    account: User | None = link.account
    return account if account and account.is_active else None
