"""Cells that cannot be read."""


class Unreadable(str):
    """A cell that cannot be read: its text as it is in the file, and the ``reason``."""

    reason: str

    def __new__(cls, text: str, reason: str) -> "Unreadable":
        """Return the text with its reason."""
        cell = super().__new__(cls, text)
        cell.reason = reason
        return cell
