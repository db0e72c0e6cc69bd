"""Write, confirm and withdraw what a service says in another language than English.

A text is confirmed apart from its service, and knows for each part from which English words it was written. A part
follows the present English words as soon as somebody writes it anew, or says that it still says the same.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import Service, ServiceText
from partners.models.service_texts import WORDS, fingerprint_of, mark_of, marks_in
from partners.upkeep.services import lock_service, today_there

# The links that belong to a version of a text: it changes also when its English words do.
TEXT_LINKS = ("texts",)


class CannotKeepText(Refused):
    """A text cannot be saved, confirmed or withdrawn like this."""


@recorded
def write_text(
    service: Service,
    *,
    facts: Mapping[str, Any],
    language: str = ServiceText.Language.SPANISH,
    confirm: bool = False,
    version: str = "",
    by: User | None,
    at: datetime,
) -> ServiceText:
    """Add or change the text of a service; with ``confirm`` all of it says what the English words say today.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved the text or the service since.
    :raises CannotKeepText: if the service is archived, or the text has no name.
    """
    # Lock: of two who save at once, the second must see the changes of the first, also those of the English words.
    service = lock_service(service)
    demand_version(service, TEXT_LINKS, version)
    _demand_open(service)
    text = service.texts.by_language(language).first() or ServiceText(service=service, language=language)
    before = {name: getattr(text, name) for name in WORDS}
    for name in WORDS:
        if name in facts:
            setattr(text, name, facts[name])
    if not text.name:
        raise CannotKeepText(_("Enter the name of the service in this language."), field="name")
    changed = {name for name in WORDS if getattr(text, name) != before[name]}
    text.follows = fingerprint_of(service) if confirm else _follow(text, service, changed)
    if confirm:
        text.verified_on, text.verified_by = today_there(service.partnership, at), by
    text.save()
    return text


def _follow(text: ServiceText, service: Service, changed: set[str]) -> str:
    """Return the fingerprint of a text after some of its parts were written anew: the others follow what they did."""
    now = marks_in(fingerprint_of(service))
    if text.pk is None:
        return "".join(now.values())
    known = marks_in(text.follows)
    if not known and not changed.issuperset(name for name in WORDS if getattr(text, name)):
        return text.follows
    return "".join(
        now[name] if name in changed or not getattr(text, name) else known.get(name, now[name]) for name in WORDS
    )


@recorded
def confirm_text(text: ServiceText, *, seen: str = "", by: User | None, at: datetime) -> None:
    """Record that a text says what the English words say today.

    :raises CannotKeepText: if the service is archived, or the text or its English words changed since they were
        ``seen`` (``look_of_text``).
    """
    service, text = _lock(text)
    _demand_open(service)
    if seen and seen != look_of_text(text, service):
        raise CannotKeepText(_("This text was just changed. Review it again."))
    text.follows = fingerprint_of(service)
    text.verified_on, text.verified_by = today_there(service.partnership, at), by
    text.save(update_fields=["follows", "verified_on", "verified_by"])


@recorded
def withdraw_text(text: ServiceText, *, by: User | None, at: datetime) -> None:
    """Delete a text; its history stays, and the service is shown in English.

    :raises CannotKeepText: if somebody has withdrawn it already.
    """
    _service, text = _lock(text)
    text.delete()


def look_of_text(text: ServiceText, service: Service) -> str:
    """Return a fingerprint of a text and of the English words beside it, which changes when either does."""
    details = json.dumps([*(getattr(text, name) for name in WORDS), fingerprint_of(service)])
    return hashlib.blake2s(details.encode(), digest_size=12).hexdigest()


def facts_of_text(text: ServiceText | None) -> dict[str, str]:
    """Return the parts of a text, to fill a form with."""
    return {name: getattr(text, name) if text else "" for name in WORDS}


# ---------------------------------------------------------------- Beside the English words
@dataclass(frozen=True)
class Beside:
    """One part of a service in English, and in another language.

    ``is_behind`` says that the English words changed after the other were written; ``english_then`` are those from
    which they were written, where the history still knows them.
    """

    name: str
    label: str
    english: str
    said: str
    is_behind: bool = False
    english_then: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it is shown in English."""
        return bool(self.english) and not self.said


def beside(service: Service, text: ServiceText | None) -> list[Beside]:
    """Return each part of a service that is written in either language, in the order of the form."""
    late = text.parts_behind(service) if text else ()
    then = _english_then(service, text, late) if text and late else {}
    return [
        Beside(
            name,
            label_of(name),
            english=getattr(service, name),
            said=getattr(text, name) if text else "",
            is_behind=name in late,
            english_then=then.get(name, ""),
        )
        for name in WORDS
        if getattr(service, name) or (text and getattr(text, name))
    ]


def behind(text: ServiceText, service: Service) -> list[Beside]:
    """Return the parts of a text whose English words have changed since, with those of then; one query."""
    return [part for part in beside(service, text) if part.is_behind]


def label_of(name: str) -> str:
    """Return the label of a part."""
    return capfirst(str(Service._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _english_then(service: Service, text: ServiceText, names: tuple[str, ...]) -> dict[str, str]:
    """Return the English words from which parts were written, from the history of the service."""
    marks, found = marks_in(text.follows), dict[str, str]()
    events: Any = Service.pgh_event_model._default_manager  # type: ignore[attr-defined]
    for row in events.filter(pgh_obj=service.pk).order_by("-pgh_id").values(*names)[:200]:
        for name in names:
            if name not in found and mark_of(row[name]) == marks[name]:
                found[name] = row[name]
        if len(found) == len(names):
            break
    return found


# ---------------------------------------------------------------- Shared
def _lock(text: ServiceText) -> tuple[Service, ServiceText]:
    # Lock the service first, as write_text does: a text must not be confirmed while its English words change.
    service = lock_service(text.service)
    locked = ServiceText.objects.select_for_update(no_key=True).filter(pk=text.pk).first()
    if locked is None:
        raise CannotKeepText(_("This text was withdrawn."))
    return service, locked


def _demand_open(service: Service) -> None:
    if service.is_archived:
        raise CannotKeepText(_("This service is archived. Restore it before you edit it."))
    if service.partnership.is_archived:
        raise CannotKeepText(_("This partner is archived. Restore the partner first."))
