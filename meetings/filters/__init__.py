"""Filters of groups and meetings."""
