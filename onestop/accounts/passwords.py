"""Which passwords we take, by NIST SP 800-63B: long ones that nobody would guess; no rules on kinds of characters."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

PASSWORD_MAX_LENGTH = 256  # characters; hashing more would keep the server busy
TRIED_FIRST = 10**8  # guesses; beyond that our limits on sign-in hold for centuries
LOOKED_AT = 72  # characters; what comes after only makes it longer
OUR_WORDS = ("onestop", "one-stop", "partner", "network", "workforce", "jobcenter", "portal", "welcome")


class MaximumLengthValidator:
    """Refuses what is so long that hashing it would keep the server busy."""

    def __init__(self, max_length: int = PASSWORD_MAX_LENGTH) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a longer password."""
        if len(password) > self.max_length:
            raise ValidationError(f"Use at most {self.max_length} characters.", code="password_too_long")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return f"At most {self.max_length} characters."


class GuessedFirstValidator(CommonPasswordValidator):
    """Refuses what is guessed first: breached passwords, names, words, dates, rows of keys, repeats, our own names.

    Checked here, on lists that come with Django and zxcvbn; nothing is asked of anybody outside.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that is among the first hundred million guesses."""
        start = password[:LOOKED_AT]
        guesses = 0 if password.lower().strip() in self.passwords else zxcvbn(start, _known_of(user))["guesses"]
        if guesses < TRIED_FIRST:
            raise ValidationError(
                "This password would be guessed among the first. Take a few words that have nothing to do with each "
                "other, or let a password manager make one.",
                code="password_guessed_first",
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return "Not a common password, nor one made of your name, a date or a row of keys."


def _known_of(user: Any) -> list[str]:
    told = f"{getattr(user, 'email', '')} {getattr(user, 'name', '')} {getattr(user, 'job_title', '')}"
    words = told.lower().replace("@", " ").replace(".", " ").split()
    return [*OUR_WORDS, *words, told.split(" ")[0].lower()]
