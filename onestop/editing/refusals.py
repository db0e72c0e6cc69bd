"""What every verb of the network raises when it will not do a thing."""

from typing import Any


class Refused(Exception):
    """A verb will not do this; the text says why, and what to do instead, for people."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    def show_in(self, form: Any) -> None:
        """Put the words beside the field they are about, or above the form."""
        form.add_error(self.field if self.field in form.fields else None, str(self))
