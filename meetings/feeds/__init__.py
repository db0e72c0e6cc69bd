"""Calendars to which people subscribe by a secret address."""
