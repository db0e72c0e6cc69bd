"""The tables of what the portal tells people."""

from onestop.notices.models.notice import Notice, name_of, names_of

__all__ = ["Notice", "name_of", "names_of"]
