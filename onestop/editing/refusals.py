"""The base class of the refusals that verbs raise."""

from typing import Any

from onestop.ui.sentences import say_again


class Refused(Exception):
    """A verb refuses an action; the message tells people why, and what to do instead.

    A verb speaks English. A message that is ``retold`` (onestop.ui.sentences) is said again in the language of the page
    that shows it; verbs behind pages for everyone write such messages (tests/languages/test_verbs.py).
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    def __str__(self) -> str:
        return str(say_again(self.args[0]))

    def show_in(self, form: Any) -> None:
        """Add the message to its field of the form, or to the form."""
        form.add_error(self.field if self.field in form.fields else None, str(self))
