"""The former name of take_mail, for mail servers that are still set up with it."""

from onestop.notices.management.commands.take_mail import Command

__all__ = ["Command"]
