"""Notice types: their texts, recipients and reasons. Each app declares its own in its ``notices`` package."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.notices.models import Cadence, Notice


class Reason(TextChoices):
    """Why a person gets a notice; it decides how far they can reduce it."""

    LEGAL = "legal", _("Required by law or an agreement")
    TRANSACTIONAL = "transactional", _("Activity that involves you")
    NUDGE = "nudge", _("Reminder")


def everyone(user: Any) -> bool:
    """Return true: the default for types that anyone can get."""
    return True


@dataclass(frozen=True)
class NoticeType:
    """One type of notice. Its templates are ``emails/<template>_{subject.txt,body.txt,body.html}``.

    ``about`` describes it in a sentence, ``goes_to`` its recipients. ``is_for`` tells whether a user can ever get it;
    only those find it in their settings. ``choices`` are the cadences that make sense for it, if not all. ``example``
    returns an invented context for previews.

    The content of a type that ``is_secret``, such as a code, is shown to nobody but its recipient, and deleted once it
    is used, has expired or is a day old. The subject must not contain it. ``is_rendered`` is false for mails that
    Django and allauth write, which no page lists as a type.
    """

    code: str
    label: str | Promise
    about: str | Promise
    reason: Reason
    cadence: Cadence = Cadence.AT_ONCE
    template: str = ""
    priority: Notice.Priority = Notice.Priority.USUAL
    in_inbox: bool = True
    goes_to: str | Promise = ""
    is_for: Callable[[Any], bool] = everyone
    choices: tuple[Cadence, ...] = tuple(Cadence)
    example: Callable[[], Mapping[str, Any]] | None = None
    is_secret: bool = False
    is_rendered: bool = True

    def __post_init__(self) -> None:
        """Refuse a secret that would be held for hours or stay in an inbox."""
        if self.is_secret and (self.in_inbox or self.priority != Notice.Priority.URGENT):
            raise ValueError(f"{self.code} is secret: it must be urgent and not in the inbox")

    @property
    def templates(self) -> str:
        """The prefix of its template names."""
        return self.template or self.code.rpartition(".")[2]

    @property
    def cadences(self) -> list[Cadence]:
        """The cadences that a user can choose. A legal notice cannot be off."""
        return [each for each in self.choices if each != Cadence.OFF or self.reason != Reason.LEGAL]

    @property
    def can_be_changed(self) -> bool:
        """Whether a user can change its cadence: not if they wait for it, as for a sign-in code."""
        return Cadence.OFF in self.choices and self.priority != Notice.Priority.URGENT


_kinds: dict[str, NoticeType] = {}


class UnknownNoticeType(LookupError):
    """No app has declared a notice type with this code."""


def declare(*kinds: NoticeType) -> None:
    """Register notice types; called from an app's ``notices`` package when the project starts."""
    _kinds.update({kind.code: kind for kind in kinds})


def notice_type_of(code: str) -> NoticeType:
    """Return a notice type by its code.

    :raises UnknownNoticeType: if no app has declared it.
    """
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownNoticeType(f"Unknown notice type: {code}") from None  # no translation: for developers


def all_notice_types() -> list[NoticeType]:
    """Return all notice types with texts of ours, sorted by label."""
    kinds = [kind for kind in _kinds.values() if kind.is_rendered]
    return sorted(kinds, key=lambda kind: str(kind.label).lower())


def secret_codes() -> list[str]:
    """Return the codes of the types whose content is only for the recipient."""
    return sorted(kind.code for kind in _kinds.values() if kind.is_secret)


ACCOUNT_MAIL = NoticeType(
    "account",
    _("Email about the account"),
    _("Codes and links to sign in, and news about the account."),
    Reason.TRANSACTIONAL,
    priority=Notice.Priority.URGENT,
    in_inbox=False,
    is_secret=True,
    is_rendered=False,
)
declare(ACCOUNT_MAIL)
