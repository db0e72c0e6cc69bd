"""Lock an executed agreement before its reviews, its end or the departure of a party is recorded."""

from datetime import date

from django.utils.translation import gettext as _

from agreements.models import Agreement
from onestop.editing.refusals import Refused


class CannotRecord(Refused):
    """This cannot be recorded of an agreement."""


def lock_executed(agreement: Agreement) -> tuple[Agreement, date]:
    """Return the agreement, locked, with its terms, and its effective date.

    :raises CannotRecord: if not all have signed it.
    """
    # Lock: of two people who record its end or a review, the second sees what the first recorded.
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    locked = Agreement.objects.with_terms().select_related("area__state").get(pk=agreement.pk)
    if locked.executed_on is None or locked.effective_on is None:
        raise CannotRecord(_("Not all parties have signed this agreement. It can be edited or withdrawn."))
    return locked, locked.effective_on
