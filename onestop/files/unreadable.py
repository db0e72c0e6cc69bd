"""What cannot be read: cells, and whole files."""


class Unreadable(str):
    """A cell that cannot be read: its text as it is in the file, and the ``reason``."""

    reason: str

    def __new__(cls, text: str, reason: str) -> "Unreadable":
        """Return the text with its reason."""
        cell = super().__new__(cls, text)
        cell.reason = reason
        return cell


class CannotReadFile(Exception):
    """The whole file cannot be read; the message says why and what to do."""

    def __init__(self, *sentences: object) -> None:
        super().__init__(" ".join(map(str, sentences)))
