"""Kinds of notices: what the portal tells, who gets it, and why. Each app declares its own in its ``notices.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices

from onestop.notices.models import Cadence, Notice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Reason(TextChoices):
    """Why somebody is told something; it decides how far they may turn it down."""

    LEGAL = "legal", "The law, or an agreement, wants you to know"
    TRANSACTIONAL = "transactional", "Something that you do, or that somebody does with you"
    NUDGE = "nudge", "A reminder"


def everyone(user: Any) -> bool:
    """Whether a kind can come to a person: to anybody."""
    return True


@dataclass(frozen=True)
class NoticeType:
    """One kind of notice. Its words stand in ``emails/<template>_{subject.txt,body.txt,body.html}``.

    ``about`` says in a sentence what it tells, ``goes_to`` to whom; ``is_for`` whether it can come to a person, so that
    nobody is asked how often they want what they never get. ``choices`` are the cadences that make sense for it, if not
    all. ``example`` gives the context by which it can be looked at without anybody being told.
    """

    code: str
    label: "StrOrPromise"
    about: "StrOrPromise"
    reason: Reason
    cadence: Cadence = Cadence.AT_ONCE
    template: str = ""
    priority: Notice.Priority = Notice.Priority.USUAL
    in_inbox: bool = True
    goes_to: "StrOrPromise" = ""
    is_for: Callable[[Any], bool] = everyone
    choices: tuple[Cadence, ...] = tuple(Cadence)
    example: Callable[[], Mapping[str, Any]] | None = None

    @property
    def templates(self) -> str:
        """The name that its templates begin with."""
        return self.template or self.code.rpartition(".")[2]

    @property
    def cadences(self) -> list[Cadence]:
        """The cadences that a person may choose. A notice that the law wants cannot be off."""
        return [each for each in self.choices if each != Cadence.OFF or self.reason != Reason.LEGAL]

    @property
    def can_be_changed(self) -> bool:
        """Whether a person has a say in it: not where somebody waits for it, as for a code to sign in."""
        return Cadence.OFF in self.choices and self.priority != Notice.Priority.URGENT


_kinds: dict[str, NoticeType] = {}


class UnknownNoticeType(LookupError):
    """No app has declared such a kind."""


def declare(*kinds: NoticeType) -> None:
    """Take in kinds; called from an app's ``notices.py`` when the project starts."""
    _kinds.update({kind.code: kind for kind in kinds})


def notice_type_of(code: str) -> NoticeType:
    """Return a kind by its code.

    :raises UnknownKind: if nobody declared it.
    """
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownNoticeType(f"No kind of notice is called {code}.") from None


def all_notice_types() -> list[NoticeType]:
    """Return all kinds, by their label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label.lower())
