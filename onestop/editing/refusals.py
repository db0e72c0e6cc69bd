"""The base class of the refusals that verbs raise."""

from typing import Any


class Refused(Exception):
    """A verb refuses an action; the message tells people why, and what to do instead."""

    is_refusal = True  # onestop.history.tracking, a layer below, has it said in the language of the page

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    def show_in(self, form: Any) -> None:
        """Add the message to its field of the form, or to the form."""
        form.add_error(self.field if self.field in form.fields else None, str(self))
