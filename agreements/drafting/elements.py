"""Record how an element is met otherwise than by a clause: on a page of a signed document, or by an exception."""

from datetime import datetime

from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft, lock_parties
from agreements.models import Agreement, ElementRecord
from agreements.requirements import elements_of
from onestop.accounts.models import User
from onestop.history.tracking import recorded


@recorded
def record_page(agreement: Agreement, *, element: str, page: int, by: User | None, at: datetime) -> ElementRecord:
    """Record on which page of the signed document an element is met.

    :raises CannotDraft: if there is no document, the element is not required, or the document has no such page.
    """
    agreement = _lock(agreement, element)
    document = agreement.signed_file
    if document is None:
        raise CannotDraft(_("Upload the signed document first."))
    if document.pages and page > document.pages:
        words = _("The document has %(number)s pages.") % {"number": document.pages}
        raise CannotDraft(words, field="page")
    return _record(agreement, element, {"page": page, "exception": ""}, by, at)


@recorded
def record_exception(
    agreement: Agreement, *, element: str, reason: str, by: User | None, at: datetime
) -> ElementRecord:
    """Record why an element is not in the agreement.

    :raises CannotDraft: if the agreement was sent for signature, or the element is not required.
    """
    agreement = _lock(agreement, element)
    return _record(agreement, element, {"page": None, "exception": reason}, by, at)


@recorded
def clear_record(agreement: Agreement, *, element: str, by: User | None, at: datetime) -> None:
    """Remove a page or an exception.

    :raises CannotDraft: if the agreement was sent for signature, or the element is not required.
    """
    agreement = _lock(agreement, element)
    agreement.element_records.filter(element=element).delete()


def _lock(agreement: Agreement, element: str) -> Agreement:
    agreement = lock_parties(agreement)
    if element not in {each.code for each in elements_of(agreement.kind)}:
        raise CannotDraft(_("This element is not required in this kind of agreement."))
    return agreement


def _record(
    agreement: Agreement, element: str, facts: dict[str, int | str | None], by: User | None, at: datetime
) -> ElementRecord:
    record, _is_new = ElementRecord.objects.update_or_create(
        agreement=agreement, element=element, defaults={**facts, "by": by, "at": at}
    )
    return record
