"""The plus-address of each series, to which calendar programs reply. Importing this module registers it."""

from meetings.invitations import replies
from meetings.invitations.calendars import INBOX
from onestop.notices.inbound import register_inbox

register_inbox(INBOX, replies.take)
