"""Meetings of a partner network: their calendars, invitations and answers."""
