"""Tell a person that a document that they requested is ready, or could not be made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.files.documents import Document
from onestop.notices import notice_types
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _


def _example() -> Mapping[str, Any]:
    """Return the context of an invented notice, never saved."""
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    facts = {"is_ready": True, "pages": 41, "size": 812_000, "reason": ""}
    return {"recipient": ann, "title": _("Resource manual of Riverbend"), "action_url": settings.PUBLIC_URL, **facts}


DOCUMENT = NoticeType(
    "notices.document",
    gettext_lazy("Documents that you requested"),
    gettext_lazy("A PDF that took longer than 20 seconds to create is ready, or could not be created."),
    Reason.TRANSACTIONAL,
    cadence=Cadence.OFF,  # in the inbox; who wants an email can choose one
    template="document",
    goes_to=gettext_lazy("The person who requested it."),
    example=_example,
)
notice_types.declare(DOCUMENT)


def tell_of_document(document: Document, *, title: str, scope: Model, at: datetime) -> None:
    """Write the notice, in the transaction that stores the file or the failure.

    The model has ``get_absolute_url``, the page where the person requested it.
    """
    assert document.asked_by
    is_ready = document.status == Document.Status.READY
    facts = {"is_ready": is_ready, "pages": document.pages, "size": document.size, "reason": document.message}
    notify(
        DOCUMENT.code,
        key=f"document:{document._meta.label_lower}:{document.pk}:{document.asked_at:%Y-%m-%dT%H:%M:%S.%f}",
        to=document.asked_by,
        at=at,
        about=[scope],
        scope=scope,
        why=_("You requested this PDF."),
        path=document.get_absolute_url(),  # type: ignore[attr-defined]
        context={"recipient": document.asked_by, "title": title, **facts},
    )
