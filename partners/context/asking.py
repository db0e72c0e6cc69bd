"""Asking several partners to confirm their services, and reporting what became of it."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.requests import author
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done
from onestop.ui.sentences import join_words
from partners.models.partnerships import PartnershipQuerySet
from partners.upkeep import confirmation_requests

SHOWN = 5  # refusals that are shown one by one


def ask_partners(request: HttpRequest, partners: PartnershipQuerySet) -> None:
    """Send each partner a request to confirm; those that cannot be asked now are named with the reason."""
    asked, refused = [], []
    for partnership in partners.select_related("organization").order_by("pk"):
        try:
            confirmation_requests.ask_to_confirm(partnership, by=author(request), at=timezone.now())
        except Refused as problem:
            refused.append(str(problem))
        else:
            asked.append(partnership.organization.name)
    if asked:
        say_done(request, _("Request sent to %(names)s.") % {"names": join_words(asked)})
    for words in refused[:SHOWN]:
        messages.warning(request, words)
