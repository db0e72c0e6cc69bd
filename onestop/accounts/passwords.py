"""Password validators (NIST SP 800-63B): long and hard to guess, no rules on kinds of characters."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PASSWORD_MAX_LENGTH = 256  # characters; hashing more would keep the server busy
TRIED_FIRST = 10**8  # guesses; our rate limits make more of them take centuries
LOOKED_AT = 72  # characters that are checked
OUR_WORDS = ("onestop", "one-stop", "partner", "network", "workforce", "jobcenter", "portal", "welcome")


class MaximumLengthValidator:
    """Refuses passwords so long that hashing them would keep the server busy."""

    def __init__(self, max_length: int = PASSWORD_MAX_LENGTH) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a longer password."""
        if len(password) > self.max_length:
            raise ValidationError(
                _("Use at most %(number)d characters.") % {"number": self.max_length}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        """Return the rule as help text."""
        return _("At most %(number)d characters.") % {"number": self.max_length}


class GuessedFirstValidator(CommonPasswordValidator):
    """Refuses common passwords: breached ones, names, words, dates, rows of keys, repeats, the names of the portal.

    Checked with the lists of Django and zxcvbn; nothing is sent to a service.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that is among the first hundred million guesses."""
        from zxcvbn import zxcvbn  # here: 13 MB of word lists, for the few who choose a password

        start = password[:LOOKED_AT]
        guesses = 0 if password.lower().strip() in self.passwords else zxcvbn(start, _known_of(user))["guesses"]
        if guesses < TRIED_FIRST:
            raise ValidationError(
                _("This password is easy to guess. Use a few unrelated words, or let a password manager create one."),
                code="password_guessed_first",
            )

    def get_help_text(self) -> str:
        """Return the rule as help text."""
        return _("Not a common password, and not your name, a date or a row of keys.")


def _known_of(user: Any) -> list[str]:
    known = f"{getattr(user, 'email', '')} {getattr(user, 'name', '')} {getattr(user, 'job_title', '')}"
    words = known.lower().replace("@", " ").replace(".", " ").split()
    return [*OUR_WORDS, *words, known.split(" ")[0].lower()]
