"""A message: one thing for one person, before its delivery is decided."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Model

from onestop.accounts.models import User
from onestop.notices.parts import Part


class NoLongerSo(Exception):
    """The message no longer applies; raised by its ``prepare``, so that nothing is written."""


@dataclass(frozen=True)
class Message:
    """One message to one person (or to an address without an account).

    ``key`` is unique forever; ``about`` are the objects it concerns; ``scope`` is the object it is sent for (a local
    area: its staff see it); ``path`` is the page of its main action, for users who are signed in. ``prepare`` is called
    only when the message is really written, in the same transaction, and adds to the context what must be created for
    it, such as a link that works once; it may raise ``NoLongerSo``. ``parts`` are a calendar entry and attached files;
    a message that ``goes_alone``, as all with parts do, is never put into a digest. What was not sent when it
    ``expires_at`` is withdrawn.
    """

    kind: str
    key: str
    to: User | str
    context: Mapping[str, Any]
    about: Sequence[Model] = ()
    why: str = ""
    path: str = ""
    zone: tzinfo | None = None
    scope: Model | None = None
    matter: str = ""
    step: int | None = None
    prepare: Callable[[], Mapping[str, Any]] | None = None
    parts: Sequence[Part] = ()
    goes_alone: bool = False
    expires_at: datetime | None = None

    @property
    def address(self) -> str:
        """The email address of the recipient."""
        return self.to if isinstance(self.to, str) else self.to.email

    @property
    def may_be_digested(self) -> bool:
        """Whether it can be held for a digest."""
        return not (self.parts or self.goes_alone)

    @property
    def user(self) -> User | None:
        """The user, if the recipient has an account."""
        return None if isinstance(self.to, str) else self.to
