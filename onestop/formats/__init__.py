"""Formats of numbers and dates, where those of Django are not the ones used in the United States."""
