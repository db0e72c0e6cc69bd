"""What is to be told, before anybody knows which way it goes: one thing to one person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.db.models import Model

from onestop.accounts.models import User


class NoLongerSo(Exception):
    """What a message was about is no longer so; raised by its ``prepare``, and nothing is told."""


@dataclass(frozen=True)
class Message:
    """One thing to tell one person (or an address without an account).

    ``key`` is unique for ever; ``about`` are the things it concerns, ``scope`` is in whose name it is told (a local
    area: its staff see it); ``path`` is where its one main action is done, for people who are signed in. ``prepare`` is
    called only when the message is really written, in the same transaction, and adds to the context what has to be
    written for it, such as a link that works once; it may refuse by ``NoLongerSo``.
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

    @property
    def address(self) -> str:
        """Where the e-mail goes."""
        return self.to if isinstance(self.to, str) else self.to.email

    @property
    def user(self) -> User | None:
        """The person, if they have an account."""
        return None if isinstance(self.to, str) else self.to
