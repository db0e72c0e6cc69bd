"""What the portal tells people, as rows."""

from onestop.notices.models.outgoing import OutgoingEmail

__all__ = ["OutgoingEmail"]
