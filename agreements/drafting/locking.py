"""Lock an agreement before its text, parties or dates change."""

from django.utils.translation import gettext as _

from agreements.models import Agreement
from onestop.editing.refusals import Refused


class CannotDraft(Refused):
    """An agreement cannot be changed any more, or not like this; the message says why."""


def lock_draft(agreement: Agreement) -> Agreement:
    """Lock an agreement that may still change and return it, in the running transaction.

    :raises CannotDraft: if it was sent for signature or withdrawn.
    """
    # Lock: nothing changes in the moment in which it is sent, and of two edits the second sees the first.
    locked = Agreement.objects.select_for_update(no_key=True).select_related("area__state").get(pk=agreement.pk)
    if locked.status == Agreement.Status.WITHDRAWN:
        raise CannotDraft(_("This agreement was withdrawn. Restore it before you edit it."))
    if not locked.is_editable:
        raise CannotDraft(_("This agreement was sent for signature. It can no longer be changed."))
    return locked


def lock_parties(agreement: Agreement) -> Agreement:
    """Lock an agreement whose parties and elements may be recorded: a draft, or one signed outside the portal.

    :raises CannotDraft: if it was sent for signature here, or withdrawn.
    """
    locked = Agreement.objects.select_for_update(no_key=True).select_related("area__state").get(pk=agreement.pk)
    if locked.origin == Agreement.Origin.EXISTING and locked.status == Agreement.Status.EXECUTED:
        return locked
    return lock_draft(locked)
