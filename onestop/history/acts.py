"""Changes as pages show them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.ui.sentences import join_words

PARTS_SHOWN = 40  # of one change: an import may change thousands of rows at once


@dataclass(frozen=True)
class Verb:
    """One way to change a row: its icon and color, and what follows the name of the person.

    ``own`` is about the object of the history itself, ``other`` about another row; both may use ``thing`` and
    ``fields`` or ``name``.
    """

    icon: str
    own: str | Promise
    other: str | Promise
    kind: str = ""


VERBS = {
    "added": Verb("plus-circle", _("added this %(thing)s"), _("added %(thing)s %(name)s"), "way"),
    "changed": Verb("pencil", _("changed %(fields)s"), _("changed %(thing)s %(name)s"), "way"),
    "archived": Verb("archive", _("archived this %(thing)s"), _("archived %(thing)s %(name)s")),
    "restored": Verb("arrow-counterclockwise", _("restored this %(thing)s"), _("restored %(thing)s %(name)s"), "good"),
    "confirmed": Verb("check-circle-fill", _("confirmed this %(thing)s"), _("confirmed %(thing)s %(name)s"), "good"),
    "approved": Verb("patch-check", _("approved this %(thing)s"), _("approved %(thing)s %(name)s"), "good"),
    "removed": Verb("dash-circle", _("removed this %(thing)s"), _("removed %(thing)s %(name)s")),
}


def register_verb(code: str, verb: Verb) -> None:
    """Add a verb that the history of some model uses (``history_verb`` of the model)."""
    VERBS[code] = verb


@dataclass
class Part:
    """The change of one row: its name, and the fields that differ as (label, before, after)."""

    verb: str
    thing: str = ""
    name: str = ""
    url: str = ""
    is_own: bool = False
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """What was done, to follow the name of the person."""
        verb = VERBS[self.verb]
        pattern = verb.own if self.is_own else verb.other
        fields = join_words(label for label, _before, _after in self.fields)
        return str(pattern % {"thing": self.thing, "name": self.name, "fields": fields}).strip()


@dataclass
class Change:
    """Everything that one person changed in one transaction."""

    at: datetime
    who: str
    where: str
    technical: list[tuple[str, str]] = field(default_factory=list)  # pairs of label and value, only for the operator
    parts: list[Part] = field(default_factory=list)
    more: int = 0

    @property
    def verb(self) -> str:
        """The verb for the change as a whole."""
        own = [part for part in self.parts if part.is_own] or self.parts
        return own[0].verb if own else "changed"

    @property
    def icon(self) -> str:
        """The icon before the change."""
        return VERBS[self.verb].icon

    @property
    def kind(self) -> str:
        """The color of the icon."""
        return VERBS[self.verb].kind
