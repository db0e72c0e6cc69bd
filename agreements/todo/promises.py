"""Promises that are not kept, as a to-do item."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.responsibilities.reading import broken_in
from onestop.ui.todo import SOON, TodoItem
from partners.models import LocalArea


def broken_promises(area: LocalArea, today: date) -> list[TodoItem]:
    """Return one item with the number of promises that are not kept, and what the first is about."""
    broken = broken_in(area, today=today)
    if not broken:
        return []
    number = len(broken)
    promise, judgment = broken[0]
    what = ngettext("%(number)d promise is not kept", "%(number)d promises are not kept", number) % {"number": number}
    why = _("%(party)s, %(promise)s: %(words)s.")
    words = {"party": promise.party, "promise": promise, "words": judgment.words}
    page = f"{reverse('agreements:responsibility_list', args=[area.slug])}?state=broken"
    return [TodoItem(SOON, "clipboard-x", what, why % words, page, _("Review promises"))]
