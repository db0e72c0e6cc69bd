"""Filters of lists of agreements."""
