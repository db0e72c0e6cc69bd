"""Changes as pages show them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from onestop.ui.sentences import join_words

PARTS_SHOWN = 40  # of one change: an import may change thousands of rows at once

VERB_ICONS = {
    "added": "plus-circle",
    "changed": "pencil",
    "archived": "archive",
    "restored": "arrow-counterclockwise",
    "confirmed": "check-circle-fill",
    "approved": "patch-check",
    "removed": "dash-circle",
}
# What follows the name of the person: about the object of the history itself, and about another row.
OWN_HEADINGS = {
    "added": _("added this %(thing)s"),
    "changed": _("changed %(fields)s"),
    "archived": _("archived this %(thing)s"),
    "restored": _("restored this %(thing)s"),
    "confirmed": _("confirmed this %(thing)s"),
    "approved": _("approved this %(thing)s"),
    "removed": _("removed this %(thing)s"),
}
HEADINGS = {
    "added": _("added %(thing)s %(name)s"),
    "changed": _("changed %(thing)s %(name)s"),
    "archived": _("archived %(thing)s %(name)s"),
    "restored": _("restored %(thing)s %(name)s"),
    "confirmed": _("confirmed %(thing)s %(name)s"),
    "approved": _("approved %(thing)s %(name)s"),
    "removed": _("removed %(thing)s %(name)s"),
}


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
        pattern = (OWN_HEADINGS if self.is_own else HEADINGS)[self.verb]
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
        return VERB_ICONS.get(self.verb, "pencil")

    @property
    def kind(self) -> str:
        """The color of the icon."""
        return {"confirmed": "good", "approved": "good", "restored": "good", "added": "way", "changed": "way"}.get(
            self.verb, ""
        )
