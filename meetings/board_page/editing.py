"""Edit, publish and withdraw the public page of a board."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.groups.groups import demand_current, lock_group
from meetings.models import BoardPage, Group
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = (
    "about", "shows_members", "bylaws", "accommodation_name", "accommodation_email", "accommodation_phone",
    "accommodation_note",
)  # fmt: skip


class CannotKeepPage(Refused):
    """The page of a board cannot be saved or published like this."""


def page_of(group: Group) -> BoardPage:
    """Return the page of a board; an unsaved one if it has none yet."""
    return BoardPage.objects.select_related("bylaws").filter(group=group).first() or BoardPage(group=group)


@recorded
def update_page(
    group: Group, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> BoardPage:
    """Edit the page of a board; the first time, it is made.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepPage: if the page is public and would lose the contact for accommodation.
    :raises CannotKeepGroup: if the group is archived.
    """
    page = _lock_page(group)
    if page.pk or version.strip("0"):
        demand_version(page, (), version)
    changed = apply_facts(page, {name: facts[name] for name in FACTS if name in facts})
    if page.is_published:
        _demand_contact(page)
    if changed or page.pk is None:
        page.save()
    return page


@recorded
def publish_page(group: Group, *, by: User | None, at: datetime) -> BoardPage:
    """Publish the page of a board.

    :raises CannotKeepPage: if it does not say whom to ask for accommodation.
    :raises CannotKeepGroup: if the group is archived.
    """
    page = _lock_page(group)
    _demand_contact(page)
    if not page.is_published:
        page.is_published = True
        page.save(update_fields=["is_published"])
    return page


@recorded
def withdraw_page(group: Group, *, by: User | None, at: datetime) -> BoardPage:
    """Take the page of a board off the public pages; what it says is kept."""
    page = _lock_page(group)
    if page.is_published:
        page.is_published = False
        page.save(update_fields=["is_published"])
    return page


def _lock_page(group: Group) -> BoardPage:
    """Return the page as it is now. The lock on the group lets one edit follow the other, the first one too."""
    group = lock_group(group)
    demand_current(group)
    page = page_of(group)
    page.group = group
    return page


def _demand_contact(page: BoardPage) -> None:
    """Refuse a public page on which nobody finds whom to ask.

    :raises CannotKeepPage: then.
    """
    if not (page.accommodation_email or page.accommodation_phone):
        words = _("Enter an email address or a phone number at which people ask for accommodation.")
        raise CannotKeepPage(words, field="accommodation_email")
